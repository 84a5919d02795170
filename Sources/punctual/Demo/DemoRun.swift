import CanonicalJSON
import Console
import Dispatch
import Glibc
import HTTPClient
import Synchronization
import Temporal

/// The story of the demo: everybody asks, the identity check fails some of them, the service pays by itself, the check
/// comes back, and in the end everything is verified.
struct DemoRun {
    let service: DemoService
    let people: [DemoPerson]
    let show: DemoShow

    /// How many threads ask at a time: the cores of a small machine, twice.
    private static let threads = 4

    /// How long the identity check is away after the last request: long enough for every tier of the demo's policy.
    private static let outage = Milliseconds(7500)

    /// What became of one person's request.
    struct Outcome: Sendable {
        let person: DemoPerson
        let id: String
        var credential: JSON?
    }

    /// How a person's request goes: most need no identity check, some pass it in time, and 12 % meet its outage.
    enum Course: Sendable {
        case immediate, checked, delayed

        init(position: Int) {
            // 37 is coprime to 100: every hundred people hold each remainder once, spread over the list.
            switch position * 37 % 100 {
            case 0..<12: self = .delayed
            case 12..<30: self = .checked
            default: self = .immediate
            }
        }
    }

    func run() throws -> [Outcome] {
        let start = Machine.now()
        show.stage("\(people.count) people's institutions ask for their credentials")
        var outcomes = try inParallel(Array(people.enumerated())) { element, client in
            let (position, person) = element
            let review = Course(position: position) == .immediate ? "none" : "manual"
            let answer = try service.send(
                "POST", "/v1/requests", of: person.institution, key: "ask-\(position)",
                person.request(review: review), client)
            guard let id = answer["id"]?.stringValue else { throw Failure("an answer without an id") }
            let outcome = Outcome(person: person, id: id, credential: answer["credential"])
            return Course(position: position) == .checked ? try approve(outcome, position, client) : outcome
        }
        show.stage(
            "the identity check is away: \(count(.delayed)) people wait; after three seconds they are late"
        )
        let away = Machine.now()
        while Machine.now() - away < Self.outage {
            usleep(100_000)
            show.progress(service.counts.values, Machine.now() - start)
        }
        show.stage("the identity check is back")
        outcomes = try inParallel(Array(outcomes.enumerated())) { element, client in
            let (position, outcome) = element
            return Course(position: position) == .delayed ? try approve(outcome, position, client) : outcome
        }
        show.endProgress(service.counts.values, Machine.now() - start)
        return outcomes
    }

    private func count(_ course: Course) -> Int { people.indices.count { Course(position: $0) == course } }

    /// The identity check agrees: the credential is issued.
    private func approve(_ outcome: Outcome, _ position: Int, _ client: HTTPClient) throws -> Outcome {
        let answer = try service.send(
            "POST", "/v1/requests/\(outcome.id)/approve", of: outcome.person.institution, key: "approve-\(position)",
            ["note": "identity checked"], client)
        var outcome = outcome
        outcome.credential = answer["credential"]
        return outcome
    }

    /// Does something for each element on a few threads, each with a connection of its own; results in order.
    private func inParallel<Element: Sendable, Result: Sendable>(
        _ elements: [Element], _ work: @Sendable (Element, HTTPClient) throws -> Result
    ) throws -> [Result] {
        let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: Self.threads) { thread in
            let client = HTTPClient()
            for position in stride(from: thread, to: elements.count, by: Self.threads) {
                let result = Swift.Result { try work(elements[position], client) }
                results.withLock { $0[position] = result }
            }
        }
        let collected = results.withLock { $0 }
        return try elements.indices.compactMap { try collected[$0]?.get() }
    }
}

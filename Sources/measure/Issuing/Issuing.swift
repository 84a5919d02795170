import CanonicalJSON
import Dispatch
import Figures
import Glibc
import Issuance
import Simulation
import Synchronization

/// Requests from their bytes to the durable answer, in this process: parsed, validated, signed, put into a status list,
/// logged, posted, synced.
struct Issuing: Sendable {
    private let service: Service
    private let tenants: [TenantID]
    private let sample = SampleRequest()

    /// As many institutions ask in turn.
    static let institutions = 4
    /// How many requests may be on their way at once: one batch is written while the next one fills.
    static let window = Appends.window

    init(_ service: Service) throws {
        self.service = service
        tenants = try (0..<Self.institutions).map { number in
            let added = try waitForAnswer { service.addInstitution(named: "University of Issues \(number)", $0) }
            guard let tenant = service.tenant(forKey: added.apiKey) else { throw Wrong() }
            return tenant
        }
    }

    /// What became of many.
    struct Outcome: Sendable {
        let perSecond: Double
        /// Credentials while processors worked for a second, on all threads.
        let perProcessorSecond: Double
        /// From when each was due, or was handed over, until it was durable.
        let times: Histogram
    }

    /// As many as possible, from as many threads as there are cores.
    ///
    /// - Parameter first: numbers that were not used before: each makes a request of its own.
    func flood(_ count: Int, numberedFrom first: Int) throws -> Outcome {
        let free = DispatchSemaphore(value: Self.window)
        defer { for _ in 0..<Self.window { free.signal() } }
        let next = Atomic(first)
        let answers = Answers()
        let (start, used) = (Race.now(), Race.used())
        DispatchQueue.concurrentPerform(iterations: Machine.cores) { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < first + count else { return }
                free.wait()
                request(number, since: Race.now(), answers) { free.signal() }
            }
        }
        for _ in 0..<Self.window { free.wait() }
        return try answers.outcome(count, nanoseconds: Race.now() - start, used: Race.used() - used)
    }

    /// At a fixed rate, whatever becomes of those before; each counts from when it was due.
    func pace(_ perSecond: Double, seconds: Int, numberedFrom first: Int) throws -> Outcome {
        let count = max(Int(perSecond * Double(seconds)), 1)
        let (answers, group) = (Answers(), DispatchGroup())
        let (start, used) = (Race.now(), Race.used())
        let threads = Machine.cores
        DispatchQueue.concurrentPerform(iterations: threads) { thread in
            for number in stride(from: thread, to: count, by: threads) {
                let due = start + UInt64(Double(number) * 1e9 / perSecond)
                let now = Race.now()
                // Not shorter: a sleep takes some fifty microseconds more than it was told.
                if due > now + 50_000 { usleep(UInt32((due - now) / 1000)) }
                group.enter()
                request(first + number, since: due, answers) { group.leave() }
            }
        }
        group.wait()
        return try answers.outcome(count, nanoseconds: Race.now() - start, used: Race.used() - used)
    }

    private func request(
        _ number: Int, since start: UInt64, _ answers: Answers, _ done: @escaping @Sendable () -> Void
    ) {
        do {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(sample.count)
            sample.append(number, to: &bytes)
            let body = try JSON(parsing: bytes)
            let idempotency = Idempotency(key: "issue-\(number)", asked: "POST /v1/requests", body)
            service.request(
                try RequestDraft(body), from: tenants[number % tenants.count], under: idempotency
            ) { result in
                answers.take(result, after: Race.now() - start)
                done()
            }
        } catch {
            answers.take(.failure(error), after: 0)
            done()
        }
    }

    /// Collects from the threads that answer.
    private final class Answers: Sendable {
        private let state = Mutex<(times: Histogram, error: (any Error)?)>((Histogram(), nil))

        func take(_ result: Result<Answer, any Error>, after nanoseconds: UInt64) {
            state.withLock { state in
                switch result {
                case .success(let answer) where answer.kind == .created: state.times.record(nanoseconds)
                case .success: state.error = Wrong()
                case .failure(let error): state.error = error
                }
            }
        }

        func outcome(_ count: Int, nanoseconds: UInt64, used: UInt64) throws -> Outcome {
            let (times, error) = state.withLock { ($0.times, $0.error) }
            if let error { throw error }
            guard times.count == count else { throw Wrong() }
            return Outcome(
                perSecond: Double(count) * 1e9 / Double(nanoseconds),
                perProcessorSecond: Double(count) * 1e9 / Double(max(used, 1)), times: times)
        }
    }
}

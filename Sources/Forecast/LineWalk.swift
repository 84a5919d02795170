import ServiceLevels
import Temporal

/// Walks over one line as it was and looks at every request at its moments, knowing nothing of what came later.
struct LineWalk {
    private enum Kind: Int { case leave, arrive, look }

    private struct Step {
        let at: Instant
        let kind: Kind
        /// The rank of the request in the line.
        let rank: Int
        let stay: Journey.Stay?

        static func comesBefore(_ a: Step, _ b: Step) -> Bool {
            (a.at, a.kind.rawValue, a.rank) < (b.at, b.kind.rawValue, b.rank)
        }
    }

    private struct StageState {
        var line: Ranks
        var pace = Pace()
    }

    private let journeys: [Journey]
    /// The line: indexes into the journeys, in the order of acceptance.
    private let members: [Int]
    /// The stages in the order of work, as far as any request came.
    private let order: [String]
    private var stages: [String: StageState] = [:]
    private var standing: [Journey.Stay?]
    private(set) var moments: [Moment] = []

    /// - Parameter members: indexes of the journeys of one line, in the order of acceptance.
    init(_ journeys: [Journey], members: [Int], order: [String]) {
        self.journeys = journeys
        self.members = members
        self.order = order
        standing = Array(repeating: nil, count: members.count)
        for stage in order { stages[stage] = StageState(line: Ranks(count: members.count)) }
    }

    /// - Parameter asOf: of what happens from then on, nothing is looked at.
    mutating func run(until asOf: Instant) {
        var steps: [Step] = []
        for (rank, index) in members.enumerated() {
            let journey = journeys[index]
            for stay in journey.stays {
                steps.append(Step(at: stay.from, kind: .arrive, rank: rank, stay: stay))
                if let until = stay.until { steps.append(Step(at: until, kind: .leave, rank: rank, stay: stay)) }
            }
            for at in journey.looks { steps.append(Step(at: at, kind: .look, rank: rank, stay: nil)) }
        }
        steps.sort(by: Step.comesBefore)
        for step in steps where step.at < asOf { take(step) }
    }

    private mutating func take(_ step: Step) {
        switch (step.kind, step.stay) {
        case (.arrive, let stay?):
            // A stretch without length ended before it began.
            if let until = stay.until, until <= stay.from { return pass(stay, step) }
            standing[step.rank] = stay
            stages[stay.stage]?.line.add(step.rank)
        case (.leave, let stay?):
            guard standing[step.rank] != nil else { return }
            standing[step.rank] = nil
            stages[stay.stage]?.line.remove(step.rank)
            if stay.ends { finish(stay, step) }
        default: look(step)
        }
    }

    private mutating func pass(_ stay: Journey.Stay, _ step: Step) {
        if stay.ends { finish(stay, step) }
    }

    private mutating func finish(_ stay: Journey.Stay, _ step: Step) {
        let journey = journeys[members[step.rank]]
        let begin = max(stages[stay.stage]?.pace.lastFinish ?? stay.from, stay.from)
        stages[stay.stage]?.pace.finish(
            service: journey.ownTime(from: begin, to: step.at), stay: journey.ownTime(from: stay.arrival, to: step.at),
            at: step.at)
    }

    private mutating func look(_ step: Step) {
        guard let stay = standing[step.rank], let state = stages[stay.stage] else { return }
        let journey = journeys[members[step.rank]]
        // Whoever came just now sees how long the first of the line has been waiting for a finish.
        let first = state.line.first.flatMap { standing[$0]?.from } ?? stay.from
        let idle = journey.ownTime(from: max(state.pace.lastFinish ?? first, first), to: step.at)
        guard let due = journey.clock.dueForNow(step.at), let pace = state.pace.perRequest else { return }
        let later = order.drop { $0 != stay.stage }.dropFirst().reduce(Int64(0)) {
            $0 + (stages[$1]?.pace.usualStay ?? 0)
        }
        let rest = Prediction.rest(
            ahead: state.line.count(below: step.rank), pace: pace, later: later + state.pace.standstill(idle: idle))
        moments.append(
            Moment(
                journey: members[step.rank], at: step.at, stage: stay.stage, rest: rest,
                slack: SlackBins.slack(rest: rest, left: journey.ownTime(from: step.at, to: due))))
    }
}

extension Journey {
    /// When it is looked at: as 0/8 to 7/8 of the promised time have passed.
    fileprivate var looks: [Instant] {
        [clock.start] + Prediction.eighths.compactMap { clock.instant(consuming: $0) }
    }
}

extension PromiseClock {
    /// The deadline as it was known at an instant: by the pauses that had begun before.
    fileprivate func dueForNow(_ instant: Instant) -> Instant? {
        guard var due = try? calendar.instant(after: objective.target, from: start) else { return nil }
        for pause in pauses where pause.from < instant {
            guard let range = pause.range, let moved = try? calendar.moving(due, of: objective.target, by: range) else {
                return nil
            }
            due = moved
        }
        return due
    }
}

/// Who of a line stands in it, by rank: counted in logarithmic time.
private struct Ranks {
    private var tree: [Int]

    init(count: Int) { tree = Array(repeating: 0, count: count + 1) }

    mutating func add(_ rank: Int) { change(rank, by: 1) }
    mutating func remove(_ rank: Int) { change(rank, by: -1) }

    private mutating func change(_ rank: Int, by difference: Int) {
        var place = rank + 1
        while place < tree.count {
            tree[place] += difference
            place += place & -place
        }
    }

    /// The lowest rank that stands there.
    var first: Int? {
        var (place, width) = (0, 1)
        while width < tree.count { width *= 2 }
        while width > 0 {
            let next = place + width
            if next < tree.count, tree[next] == 0 { place = next }
            width /= 2
        }
        return place + 1 < tree.count ? place : nil
    }

    /// How many of a lower rank stand there.
    func count(below rank: Int) -> Int {
        var (place, sum) = (rank, 0)
        while place > 0 {
            sum += tree[place]
            place -= place & -place
        }
        return sum
    }
}

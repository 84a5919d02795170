package import ServiceLevels
package import Temporal

/// One request, as far as a forecast looks at it.
package struct Journey: Sendable {
    /// Its name; with its start, its place in the line.
    package let id: String
    /// Whose line it stands in: those who share a pace.
    package let line: String
    /// With whom its chances are counted.
    package let type: String
    /// What was promised, what paused that, and what stopped it.
    package let clock: PromiseClock
    /// The stages of work it came to, in order; it left each for the next, and the last at the stop of the clock.
    package let stages: [Arrival]

    /// When it came to a stage.
    package struct Arrival: Sendable {
        /// The name of the stage.
        package let stage: String
        /// When that was.
        package let at: Instant

        /// An arrival.
        package init(_ stage: String, at: Instant) {
            self.stage = stage
            self.at = at
        }
    }

    /// A request; one without stages is never foretold.
    package init(id: String, line: String, type: String, clock: PromiseClock, stages: [Arrival]) {
        self.id = id
        self.line = line
        self.type = type
        self.clock = clock
        self.stages = stages
    }

    /// Whether the promise was broken; nil while nobody can tell, and when it was cancelled in time.
    func isBroken(asOf instant: Instant) -> Bool? {
        if clock.delay(at: instant) > .zero { return true }
        return clock.stop?.reason == .issued ? false : nil
    }

    /// The promise's own time between two instants: working time, or all of it.
    package func ownTime(from: Instant, to: Instant) -> Int64 {
        from < to ? clock.calendar.taken(of: clock.objective.target, by: from..<to).count : 0
    }

    /// The stretches in which it stands in a line: not paused, and not stopped.
    var stays: [Stay] {
        var stays: [Stay] = []
        for (index, arrival) in stages.enumerated() {
            let next = index + 1 < stages.count ? stages[index + 1].at : nil
            let end = next ?? clock.stop?.at
            var from = arrival.at
            for pause in clock.pauses where pause.from >= arrival.at && end.map({ pause.from < $0 }) ?? true {
                stays.append(
                    Stay(stage: arrival.stage, arrival: arrival.at, from: from, until: pause.from, ends: false))
                guard let back = pause.range?.upperBound else { return stays }
                from = back
            }
            let isDone = next != nil || clock.stop?.reason == .issued
            stays.append(Stay(stage: arrival.stage, arrival: arrival.at, from: from, until: end, ends: isDone))
        }
        return stays
    }

    /// A stretch in a line.
    struct Stay {
        let stage: String
        let arrival: Instant
        let from: Instant
        let until: Instant?
        /// Whether the stage was done with it then.
        let ends: Bool
    }
}

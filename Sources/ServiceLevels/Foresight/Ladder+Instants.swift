package import Temporal

/// When the steps come that follow from the clock alone.
extension PromiseClock {
    /// The first instant at which that share of the promised time has passed, by pauses so far; an open pause counts
    /// as lasting until its `until`. Nil while a pause without a latest end stands before it, and beyond what a
    /// calendar tells.
    package func instant(consuming share: Share) -> Instant? {
        let target = objective.target
        guard let end = try? calendar.instant(after: target, from: start) else { return nil }
        let length = Milliseconds(share.of(calendar.taken(of: target, by: start..<end).count))
        let span: TimeSpan = target.isOfWorkingTime ? .business(length) : .elapsed(length)
        guard var reached = try? calendar.instant(after: span, from: start) else { return nil }
        for pause in pauses where pause.from < reached {
            guard let range = pause.range, let moved = try? calendar.moving(reached, of: target, by: range) else {
                return nil
            }
            reached = moved
        }
        return reached
    }
}

extension Ladder {
    /// When a step comes by itself, whatever is foreseen; nil while nothing is due.
    package func instant(of step: Step, by clock: PromiseClock) -> Instant? {
        switch step.at {
        case .forecast: clock.instant(consuming: atRisk.consumed)
        case .consumed(let share): clock.instant(consuming: share)
        case .afterBreach(let length): clock.due.map { $0 + length }
        }
    }
}

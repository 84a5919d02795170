package import ServiceLevels
package import Temporal

/// By whose clock a policy counts: the calendar of the request (rule 77 of the page "Working time" of Issuance).
extension CompensationPolicy {
    /// By when something is to be paid that is owed since an instant.
    package func payBy(from instant: Instant, _ calendar: WorkingCalendar) -> Instant {
        calendar.end(of: payoutWithin, from: instant)
    }

    /// The first instant, from `now` on, at which a tier is reached that posts something, by the delay alone; nil when
    /// none is left.
    package func nextTier(due: Instant, after now: Instant, _ calendar: WorkingCalendar) -> Instant? {
        for index in tiers.indices where givesMore(atTier: index) {
            let last = threshold(of: index, due: due, calendar)
            if last >= now, last < Instant.latest { return last + Milliseconds(1) }
        }
        return nil
    }

    /// Whether anything in it is told in working time.
    package var countsWorkingTime: Bool {
        payoutWithin.isOfWorkingTime || measure.grace?.isOfWorkingTime ?? false
            || tiers.contains { $0.span?.isOfWorkingTime ?? false }
    }

    /// How late it is, in the kind of time that the policy measures by.
    func delayInWords(_ facts: AssessmentFacts) -> String {
        let physical = "late by \(facts.delay.count) ms"
        switch measure.basis {
        case .elapsed: return physical
        case .business:
            let working = facts.calendar.business(from: facts.due, to: facts.until)
            return "late by \(working.count) ms of working time (\(facts.delay.count) ms in all)"
        case .calendarDays:
            let days = facts.calendar.calendarDays(from: facts.due, to: facts.until)
            return "late by \(days) whole days (\(facts.delay.count) ms)"
        }
    }
}

extension TimeSpan {
    /// As it stands in a trail: physical time in milliseconds, what needs a calendar in its own kind.
    var inTrail: String {
        if case .elapsed(let length) = self { "\(length.count) ms" } else { inWords }
    }
}

extension WorkingCalendar {
    /// When a span ends; the last millisecond of the year 9999 when it is beyond what a calendar tells.
    package func end(of span: TimeSpan, from start: Instant) -> Instant {
        (try? instant(after: span, from: start)) ?? Instant.latest
    }

    /// A deadline moved by a pause, as far as the span counts what is in it; the end of time beyond what a calendar
    /// tells.
    package func moved(_ due: Instant, of span: TimeSpan, by pause: Range<Instant>) -> Instant {
        (try? moving(due, of: span, by: pause)) ?? Instant.latest
    }
}

extension AssessmentFacts {
    /// The facts as conditions about payments ask for them: the delay in each kind of time.
    package var forPayments: Facts {
        var facts = forConditions
        facts.add(.delayCalendarDays, Int64(calendar.calendarDays(from: due, to: until)))
        facts.add(.delayBusinessSeconds, calendar.business(from: due, to: until).count / 1000)
        return facts
    }
}

/// What the wall clocks of one zone show, at every instant: offsets from UTC, the instants at which they change, and a
/// rule for all the years after the last.
///
/// Always in canonical form: two values are equal exactly if their yearly rules are and no instant tells them apart,
/// however a file was written (RFC 9636 leaves its writer free to list more of what the rule already says).
package struct TimeZoneRules: Sendable {
    /// Seconds ahead of UTC before the first transition.
    package let initialOffset: Int
    /// Every change of offset that ``rule`` does not say, in order.
    package let transitions: [Transition]
    /// What holds from the last transition on; at every instant when there is none.
    package let rule: YearlyRule

    /// What is looked up; says the same as the three above.
    private let table: OffsetTable

    /// A change of offset.
    package struct Transition: Hashable, Sendable {
        /// Seconds since 1970-01-01T00:00:00Z.
        package let at: Int64
        /// Seconds that local time is ahead of UTC from then on.
        package let offset: Int

        /// A change of offset.
        package init(at: Int64, offset: Int) { (self.at, self.offset) = (at, offset) }
    }

    /// The most transitions of a zone: the longest of today has fewer than 300, and a century of two a year is 200.
    package static let maximumTransitions = 2000

    /// UTC itself.
    package static let utc = TimeZoneRules(fixedOffset: 0)

    /// The rules of a zone; `transitions` may hold changes that change nothing or that the rule says too.
    ///
    /// Refused: transitions out of order, outside the years 1 to 9999, offsets of more than a day, and a rule that
    /// contradicts the last transition (RFC 9636, section 3.3.1).
    package init(
        initialOffset: Int, transitions: [Transition], rule: YearlyRule
    ) throws(TemporalError) {
        guard transitions.count <= Self.maximumTransitions else {
            throw .malformedZone(problem: "more than \(Self.maximumTransitions) transitions")
        }
        guard YearlyRule.offsets.contains(initialOffset),
            transitions.allSatisfy({ YearlyRule.offsets.contains($0.offset) })
        else { throw .malformedZone(problem: "an offset of more than a day from UTC") }
        guard zip(transitions, transitions.dropFirst()).allSatisfy({ $0.at < $1.at }) else {
            throw .malformedZone(problem: "transitions that are not in the order of time")
        }
        guard transitions.allSatisfy({ OffsetTable.transitions.contains($0.at) }) else {
            throw .malformedZone(problem: "a transition outside the years 0001 to 9999")
        }
        if let last = transitions.last, rule.span(containing: last.at).offset != last.offset {
            throw .malformedZone(problem: "its yearly rule contradicts its last transition")
        }
        if transitions.isEmpty, rule.saving == nil, rule.standardOffset != initialOffset {
            throw .malformedZone(problem: "its yearly rule contradicts its only offset")
        }
        self.rule = rule
        (self.initialOffset, self.transitions) = Self.canonical(initialOffset, transitions, rule)
        table = OffsetTable(initialOffset: self.initialOffset, transitions: self.transitions, rule: rule)
    }

    /// A zone whose clocks never change. For an offset that we chose: traps outside a day.
    package init(fixedOffset: Int) {
        guard let rule = try? YearlyRule(standardOffset: fixedOffset, saving: nil) else {
            preconditionFailure("an offset of more than a day")
        }
        (initialOffset, transitions, self.rule) = (fixedOffset, [], rule)
        table = OffsetTable(initialOffset: fixedOffset, transitions: [], rule: rule)
    }

    /// The shortest list of changes that says the same.
    private static func canonical(
        _ initialOffset: Int, _ listed: [Transition], _ rule: YearlyRule
    ) -> (Int, [Transition]) {
        guard let handover = listed.last else {
            return (rule.standardOffset, [])
        }
        var changes: [Transition] = []
        for transition in listed where transition.offset != (changes.last?.offset ?? initialOffset) {
            changes.append(transition)
        }
        // The rule may be right only from a listed transition on that changes nothing: its first own change says so.
        if let next = rule.firstChange(after: handover.at) { changes.append(next) }
        while let last = changes.last {
            let before = changes.dropLast().last
            let span = rule.span(containing: last.at - 1)
            guard span.offset == before?.offset ?? initialOffset,
                span.from <= before?.at ?? OffsetTable.distantPast
            else { break }
            changes.removeLast()
        }
        return (initialOffset, changes)
    }
}

extension TimeZoneRules: Hashable {
    /// Whether no instant tells them apart.
    package static func == (left: TimeZoneRules, right: TimeZoneRules) -> Bool {
        left.initialOffset == right.initialOffset && left.rule == right.rule && left.transitions == right.transitions
    }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(initialOffset)
        hasher.combine(rule)
        hasher.combine(transitions)
    }
}

extension TimeZoneRules {
    /// A stretch of time with one offset, in milliseconds since 1970.
    struct Piece {
        var from: Int64
        var to: Int64
        /// Milliseconds.
        var offset: Int64
    }

    /// The stretch that holds an instant.
    @inline(__always)
    func piece(at milliseconds: Int64) -> Piece { table.piece(at: milliseconds) }

    /// Seconds that local time is ahead of UTC at that instant.
    package func offset(at instant: Instant) -> Int { Int(table.piece(at: instant.milliseconds).offset / 1000) }

    /// What the wall clock shows at that instant.
    package func localTime(at instant: Instant) -> LocalTime {
        let offset = table.piece(at: instant.milliseconds).offset
        return LocalTime(wallMilliseconds: instant.milliseconds + offset, offset: Int(offset / 1000))
    }

    /// The first instant at which the wall clock shows that time of that date, or a later one: the time itself; where
    /// clocks skipped it, the first instant after the gap; where they showed it twice, the first of the two.
    ///
    /// - Parameter wallMilliseconds: of the wall clock, since 1970-01-01T00:00:00.
    /// - Returns: milliseconds since 1970 in UTC.
    func firstInstant(showing wallMilliseconds: Int64) -> Int64 {
        // No zone is further ahead than this, so no earlier instant can show that time.
        var piece = table.piece(at: wallMilliseconds - Int64(YearlyRule.offsets.upperBound) * 1000)
        while piece.to + piece.offset <= wallMilliseconds { piece = table.piece(at: piece.to) }
        return max(piece.from, wallMilliseconds - piece.offset)
    }
}

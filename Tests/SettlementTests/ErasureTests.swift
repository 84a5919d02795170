import CanonicalJSON
import Settlement
import Testing

/// Rule 4: `subject.erased` stands after the stop, once, and nothing that could be owed follows it.
@Suite("Rule 4: erased subjects")
struct ErasureTests {
    private static let start = LogBuilder.start
    private static let due = start + 8 * LogBuilder.hour

    private func kinds(_ change: (inout LogBuilder) -> Void) throws -> [Finding.Kind] {
        var log = LogBuilder.standard()
        log.accept("r1", at: Self.start, due: Self.due)
        change(&log)
        return try log.report(at: Self.due + 20 * LogBuilder.day).findings.map(\.kind)
    }

    @Test("of a request that was issued, late or not, or cancelled, it changes nothing")
    func afterTheStop() throws {
        for (at, isLate) in [(Self.due, false), (Self.due + 1, true)] {
            #expect(
                try kinds { log in
                    log.issue("r1", at: at)
                    if isLate {
                        log.breach("r1", at: at, due: Self.due)
                        log.post(Posting(rid: "r1", t: at, minor: 500))
                    }
                    log.erase("r1", at: at)
                    log.add("credential.revoked", "r1", at: at)
                } == [], "\(isLate)")
        }
        #expect(
            try kinds { log in
                log.cancel("r1", at: Self.due)
                log.erase("r1", at: Self.due)
            } == [])
    }

    @Test("of an open request it is too early, and what is owed stays owed")
    func open() throws {
        #expect(
            try kinds { log in
                log.erase("r1", at: Self.start)
                log.issue("r1", at: Self.due)
            } == [.erasedTooEarly])
        let late = try kinds { log in log.erase("r1", at: Self.due + 1) }
        #expect(late.contains(.erasedTooEarly) && late.contains(.missedBreach) && late.contains(.missedPayment))
    }

    @Test("does not hide what was not paid before it, and nothing is paid or told after it")
    func owed() throws {
        let unpaid = try kinds { log in
            log.issue("r1", at: Self.due + 1)
            log.erase("r1", at: Self.due + 1)
        }
        #expect(Set(unpaid) == [.missedBreach, .missedPayment])
        let paidAfter = try kinds { log in
            log.issue("r1", at: Self.due + 1)
            log.breach("r1", at: Self.due + 1, due: Self.due)
            log.erase("r1", at: Self.due + 1)
            log.post(Posting(rid: "r1", t: Self.due + 1, minor: 500))
        }
        #expect(paidAfter.contains(.entryAfterEnd))
        let twice = try kinds { log in
            log.issue("r1", at: Self.due + 1)
            log.breach("r1", at: Self.due + 1, due: Self.due)
            log.post(Posting(rid: "r1", t: Self.due + 1, minor: 500))
            log.erase("r1", at: Self.due + 1)
            log.erase("r1", at: Self.due + 1)
        }
        #expect(twice == [.entryAfterEnd])
    }

    @Test("has no facts")
    func facts() throws {
        let kinds = try kinds { log in
            log.issue("r1", at: Self.due)
            log.add("subject.erased", "r1", at: Self.due, ["holder": "Ada"])
        }
        #expect(kinds == [.malformedEntry])
    }
}

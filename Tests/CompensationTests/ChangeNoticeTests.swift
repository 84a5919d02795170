import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 51: nobody loses at short notice")
struct ChangeNoticeTests {
    private static let published = Fixture.opened + .seconds(1000)
    private static let pay = "/spec/model/tiers"

    private static func book() throws -> PolicyBook { try Fixture.book() }

    /// The next version of a shipped policy with one place changed.
    private static func next(_ document: JSON, _ place: String, _ value: JSON?, from: Instant? = nil) -> JSON {
        Fixture.document(document, version: 2, from: from?.rfc3339).replacing(place, by: value)
    }

    private static func refusal(_ documents: [JSON], in book: PolicyBook? = nil) throws -> PolicyError? {
        var book = try book ?? Self.book()
        for document in try documents.map({ try PolicyDocument($0) }) {
            do throws(PolicyError) {
                book = try book.publishing(document, at: published).book
            } catch {
                return error
            }
        }
        return nil
    }

    static let losses: [(document: JSON, place: String, value: JSON?, words: String)] = [
        (Fixture.serviceLevel, "/spec/objectives/0/target/elapsed", "PT24H1S", "the target of issue would be longer"),
        (Fixture.serviceLevel, "/spec/pause/0/maxTotal/calendarDays", 31, "pause the clock for longer"),
        (Fixture.serviceLevel, "/spec/pause/0/maxTotal", nil, "pause the clock for longer"),
        (Fixture.serviceLevel, "/spec/pause/0/maxTotal", ["elapsed": "PT1H"], "pause the clock for longer"),
        (Fixture.serviceLevel, "/spec/pause/0/evidence", "court-order", "awaiting-requester would pause the clock"),
        (Fixture.serviceLevel, "/spec/onCancel", "stop-clock-void", "cancelling would void"),
        (Fixture.compensation, pay + "/0/benefits/0/amount/minor", 499, "500 PFC as credit would become 499"),
        (Fixture.compensation, pay + "/1/benefits/1/amount/minor", 6, "7 DAYS as premium-extension would become 6"),
        (Fixture.compensation, pay + "/1/over/elapsed", "PT4H1S", "1000 PFC as credit would become 500"),
        (Fixture.compensation, pay + "/0/over", ["elapsed": "PT1S"], "500 PFC as credit would become nothing"),
        (Fixture.compensation, pay + "/3", nil, "4000 PFC as credit would become 2000"),
        (Fixture.compensation, pay + "/0/benefits/0/expires/calendarDays", 364, "would expire sooner"),
        (Fixture.compensation, "/spec/caps/0/limit/minor", 3999, "4000 PFC as credit would become 3999"),
        (Fixture.compensation, "/spec/payout/within", ["elapsed": "PT61M"], "payment could take longer"),
        (Fixture.compensation, "/spec/model/fastResponse/updateEvery/elapsed", "PT1H", "fastResponse would be another"),
    ]

    @Test("a loss is refused on fewer than fourteen days' notice, and accepted on fourteen", arguments: losses)
    func loss(_ document: JSON, _ place: String, _ value: JSON?, _ words: String) throws {
        let soon = Self.published + PolicyBook.changeNotice - Milliseconds(1)
        for from in [nil, Fixture.opened, soon] {
            let error = try Self.refusal([Self.next(document, place, value, from: from)])
            #expect(error?.pointer.description == "/metadata/effectiveFrom")
            #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "accepted")")
            #expect(error?.problem.contains("14 days ahead: not before") == true)
        }
        let later = Self.published + PolicyBook.changeNotice
        #expect(try Self.refusal([Self.next(document, place, value, from: later)]) == nil)
    }

    static let gains: [(document: JSON, place: String, value: JSON?)] = [
        (Fixture.serviceLevel, "/metadata/title/en", "Other words"),
        (Fixture.serviceLevel, "/spec/objectives/0/target/elapsed", "PT23H"),
        (Fixture.serviceLevel, "/spec/pause/0/maxTotal/calendarDays", 29), (Fixture.serviceLevel, "/spec/pause/0", nil),
        (Fixture.serviceLevel, "/spec/priority", 7), (Fixture.compensation, pay + "/0/benefits/0/amount/minor", 501),
        (Fixture.compensation, pay + "/1/over/elapsed", "PT3H"), (Fixture.compensation, "/spec/caps", []),
        (Fixture.compensation, pay + "/0/benefits/0/expires/calendarDays", 366),
        (Fixture.compensation, "/spec/payout/within", ["elapsed": "PT59M"]),
    ]

    @Test("what nobody loses by takes effect at once", arguments: gains)
    func gain(_ document: JSON, _ place: String, _ value: JSON?) throws {
        #expect(try Self.refusal([Self.next(document, place, value)]) == nil)
    }

    @Test("a weaker policy under another name and a higher priority is a loss too")
    func swapped() throws {
        let level = Fixture.document(Fixture.serviceLevel, id: "fast").replacing("/spec/priority", by: 9)
        let pay = Fixture.document(Fixture.compensation, id: "fast").replacing("/spec/slaRef", by: "fast")
            .replacing(Self.pay, by: [["over": "deadline", "benefits": [Self.credit(1)]]])
        let error = try Self.refusal([level, pay])
        #expect(error?.problem.contains("500 PFC as credit would become 1") == true, "\(error?.problem ?? "accepted")")
        // The same for an institution that had none of its own.
        let own = [level, pay].map { $0.replacing("/metadata/tenant", by: "acme") }
        #expect(try Self.refusal(own)?.problem.contains("of acme would be worse off") == true)
        // Bound by nobody: what is for a type that only others have.
        let only: JSON = ["fact": "request.tenant", "op": "eq", "value": "other"]
        #expect(try Self.refusal([own[0].replacing("/spec/appliesTo", by: only), own[1]]) == nil)
    }

    @Test("a policy that would have to end, or end sooner, with a worse one behind it is a loss at that instant")
    func ends() throws {
        let until = Self.published + .hours(1)
        let better = Fixture.document(Fixture.serviceLevel, id: "acme", tenant: "acme")
            .replacing("/spec/objectives/0/target/elapsed", by: "PT1H")
        let pay = Fixture.document(Fixture.compensation, id: "acme", tenant: "acme")
            .replacing("/spec/slaRef", by: "acme")
        let book = try [better, pay].reduce(Self.book()) {
            try $0.publishing(PolicyDocument($1), at: Self.published - .days(1)).book
        }
        let ending = Fixture.document(better, id: "acme", version: 2, tenant: "acme")
            .replacing("/metadata/effectiveUntil", by: .string(until.rfc3339))
        #expect(try Self.refusal([ending], in: book)?.problem.contains("longer") == true)
        let hash = try PolicyDocument(better).hash
        #expect(throws: PolicyError.self) { try book.withdrawing(hash, from: until, at: Self.published) }
        let later = Self.published + PolicyBook.changeNotice
        let without = try book.withdrawing(hash, from: later, at: Self.published)
        let facts = Fixture.facts()
        #expect(try without.binding(of: facts, at: later - Milliseconds(1)).serviceLevel.metadata.id == "acme")
        #expect(try without.binding(of: facts, at: later).serviceLevel.metadata.id == "standard")
    }

    private static func credit(_ minor: Int64) -> JSON {
        [
            "type": "credit", "class": "guaranteed", "amount": ["unit": "PFC", "minor": .integer(minor)],
            "expires": ["calendarDays": 365],
        ]
    }

    @Test("3.2/12 and 3.2/18: a change that is accepted at once never pays anybody less", arguments: UInt64(0)..<60)
    func random(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let book = try Self.book()
        var accepted = 0
        for _ in 0..<40 {
            let changed = Fixture.document(Fixture.compensation, version: 2).mutated(using: &random)
            guard let after = try? book.publishing(PolicyDocument(changed), at: Self.published).book else { continue }
            accepted += 1
            let old = try book.binding(of: Fixture.facts(), at: Self.published)
            guard let new = try? after.binding(of: Fixture.facts(), at: Self.published) else { continue }
            // What was bound stays as it was, whatever comes later.
            #expect(after.compensation(old.compensation.hash) == old.compensation)
            var clock = PromiseClock(old.serviceLevel, start: Fixture.accepted)
            try clock.stop(at: Fixture.at(.random(in: 86_400_000...900_000_000, using: &random)), reason: .issued)
            for type in [BenefitType.credit, .premiumExtension] {
                let unit: UnitOfAccount = type == .credit ? .pocketFitCredits : .days
                func sum(_ policy: CompensationPolicy) throws -> Int64 {
                    try policy.history(clock, at: [Fixture.at(1_000_000_000)])
                        .filter { $0.type == type && $0.amount.unit == unit }.reduce(0) { $0 + $1.amount.minor }
                }
                #expect(try sum(new.compensation) >= sum(old.compensation), "\(changed.canonicalString)")
            }
        }
        _ = accepted
    }
}

@Suite("Rule 50: policies end")
struct WithdrawalTests {
    private let now = Fixture.opened + .seconds(1000)

    @Test("3.1/18: two versions at the same effective instant are refused")
    func sameInstant() throws {
        let from = "2030-01-01T00:00:00Z"
        let book = try Fixture.book([Fixture.document(Fixture.serviceLevel, from: from)])
        let error = #expect(throws: PolicyError.self) {
            try book.publishing(
                PolicyDocument(Fixture.document(Fixture.serviceLevel, version: 2, from: from)), at: now)
        }
        #expect(error?.pointer.description == "/metadata/effectiveFrom")
    }

    @Test("3.1/18: a version withdrawn before it begins never does, and the one before it goes on")
    func early() throws {
        let next = Fixture.document(Fixture.serviceLevel, version: 2, from: "2030-01-01T00:00:00Z")
        let book = try Fixture.book().publishing(PolicyDocument(next), at: now).book
        let hash = try PolicyDocument(next).hash
        let without = try book.withdrawing(hash, from: now, at: now)
        let then = try Instant(rfc3339: "2031-01-01T00:00:00Z")
        #expect(try book.binding(of: Fixture.facts(), at: then).serviceLevel.metadata.version == 2)
        #expect(try without.binding(of: Fixture.facts(), at: then).serviceLevel.metadata.version == 1)
        #expect(without.policy(hash) != nil)
    }

    @Test("3.1/18: what was bound before a withdrawal stays bound, and afterwards nothing binds")
    func late() throws {
        let book = try Fixture.book()
        let hash = try PolicyDocument(Fixture.compensation).hash
        let end = now + .days(20)
        let without = try book.withdrawing(hash, from: end, at: now)
        #expect(try without.binding(of: Fixture.facts(), at: end - Milliseconds(1)).compensation.hash == hash)
        #expect(throws: BindingError.self) { try without.binding(of: Fixture.facts(), at: end) }
        #expect(without.compensation(hash) != nil)
    }

    @Test("what is not there, has passed or was withdrawn cannot be withdrawn")
    func refused() throws {
        let book = try Fixture.book()
        let hash = try PolicyDocument(Fixture.compensation).hash
        let unknown = PolicyHash(ofCanonical: [])
        #expect(throws: PolicyError.self) { try book.withdrawing(unknown, from: now, at: now) }
        #expect(throws: PolicyError.self) { try book.withdrawing(hash, from: now - Milliseconds(1), at: now) }
        let once = try book.withdrawing(hash, from: now, at: now)
        #expect(throws: PolicyError.self) { try once.withdrawing(hash, from: now, at: now) }
        #expect(throws: PolicyError.self) { try once.withdrawing(hash, from: now + .days(1), at: now) }
    }

    @Test("3.1/18: a tenant that moves to another tier keeps what each request was accepted with")
    func tier() throws {
        let premium: JSON = ["fact": "request.tier", "op": "eq", "value": "premium"]
        let level = Fixture.document(Fixture.serviceLevel, id: "fast").replacing("/spec/appliesTo", by: premium)
            .replacing("/spec/priority", by: 9).replacing("/spec/objectives/0/target/elapsed", by: "PT1H")
        let pay = Fixture.document(Fixture.compensation, id: "fast").replacing("/spec/slaRef", by: "fast")
        let book = try [level, pay].reduce(Fixture.book()) { try $0.publishing(PolicyDocument($1), at: now).book }
        let before = try book.binding(of: Fixture.facts(), at: now)
        let after = try book.binding(of: Fixture.facts(tier: "premium"), at: now)
        #expect(before.serviceLevel.metadata.id == "standard" && after.serviceLevel.metadata.id == "fast")
        // The clock of the first request is made from its own policy, however its tenant pays now.
        #expect(PromiseClock(before.serviceLevel, start: now).due == now + .hours(24))
    }

    @Test("3.1/18: a hash that nobody published is no policy")
    func unknown() throws {
        let book = try Fixture.book()
        #expect(book.policy(PolicyHash(ofCanonical: [1])) == nil)
        #expect(book.publication(of: PolicyHash(ofCanonical: [1])) == nil)
    }
}

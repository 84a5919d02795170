import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 86: what the law of a region demands at least")
struct MinimumTests {
    private static let hour: JSON = ["elapsed": "PT1H"]
    private static let day: JSON = ["elapsed": "PT24H"]

    private static func credit(_ minor: Int64, days: Int64 = 365) -> JSON { WorkingTimeTests.credit(minor, days: days) }

    private static func tier(_ over: JSON, _ benefits: JSON...) -> JSON {
        ["over": over, "benefits": .array(benefits)]
    }

    private static let policy = [tier("deadline", credit(5)), tier(day, credit(20))]

    /// A policy, or a minimum of it with that id.
    private static func document(
        _ tiers: [JSON], minimum id: String? = nil, regions: [String] = ["DE"], version: Int64 = 1,
        from: String? = nil, _ changes: [String: JSON] = [:]
    ) -> JSON {
        var json = WorkingTimeTests.document("elapsed", ["deadline"]).replacing("/spec/model/tiers", by: .array(tiers))
        if let id {
            json = json.replacing(
                "/spec/mandatoryMinimum",
                by: [
                    "of": "pocket-fit", "regions": .array(regions.map(JSON.string)),
                    "source": "Example Act, section 7",
                ]
            ).replacing("/metadata/id", by: .string(id))
        }
        for (pointer, value) in changes { json = json.replacing(pointer, by: value) }
        return Fixture.document(json, version: version, from: from)
    }

    /// A book with these behind the service level, a second apart.
    private static func book(_ documents: JSON...) throws -> PolicyBook {
        var book = try Fixture.book([Fixture.serviceLevel])
        for (index, document) in documents.enumerated() {
            book = try book.publishing(
                PolicyDocument(document), at: Fixture.opened + .seconds(Int64(index + 10)), isReliedOn: false
            ).book
        }
        return book
    }

    private static func bound(_ book: PolicyBook, in region: String, after: Int64 = 100) throws -> String {
        let facts = Facts(tenant: "acme", tier: "standard", type: "", region: region)
        return try book.binding(of: facts, at: Fixture.opened + .seconds(after)).compensation.metadata.id
    }

    @Test("binds the requests of its regions where it gives more, and no other")
    func binds() throws {
        let more = [Self.tier("deadline", Self.credit(5)), Self.tier(Self.hour, Self.credit(30))]
        let book = try Self.book(
            Self.document(Self.policy), Self.document(more, minimum: "law-de", regions: ["DE", "AT"]))
        for region in ["DE", "AT"] { #expect(try Self.bound(book, in: region) == "law-de") }
        for region in ["", "FR", "de"] { #expect(try Self.bound(book, in: region) == "pocket-fit") }
        // Not a second before it is in force.
        #expect(try Self.bound(book, in: "DE", after: 11) == "law-de")
        #expect(try Self.bound(book, in: "DE", after: 10) == "pocket-fit")
        // It pays for no service level by itself.
        let bindings = book.bindings(of: "default", at: Fixture.opened + .seconds(100))
        #expect(bindings.map(\.compensation.metadata.id) == ["pocket-fit"])
    }

    @Test("a policy that gives as much or more stands as it is")
    func isMet() throws {
        let less = [Self.tier("deadline", Self.credit(4)), Self.tier(Self.day, Self.credit(19))]
        for tiers in [Self.policy, less] {
            let book = try Self.book(Self.document(Self.policy), Self.document(tiers, minimum: "law-de"))
            #expect(try Self.bound(book, in: "DE") == "pocket-fit")
        }
        // The law asks for little; then the policy is made worse, and the law holds.
        let worse = [Self.tier("deadline", Self.credit(1)), Self.tier(Self.day, Self.credit(2))]
        let book = try Self.book(
            Self.document(Self.policy), Self.document(less, minimum: "law-de"), Self.document(worse, version: 2))
        #expect(try Self.bound(book, in: "DE", after: 11) == "pocket-fit")
        #expect(try Self.bound(book, in: "DE") == "law-de")
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let minimum: JSON
        let pointer: String
        let says: String
    }

    static let refused: [Refused] = [
        .init(
            testDescription: "less at once, more later",
            minimum: document([tier("deadline", credit(4)), tier(day, credit(99))], minimum: "law-de"),
            pointer: "/spec", says: "it would give 4 PFC and not 5"),
        .init(
            testDescription: "more at once, less a second sooner than it should",
            minimum: document(
                [tier("deadline", credit(9)), tier(["elapsed": "PT24H1S"], credit(20))], minimum: "law-de"),
            pointer: "/spec", says: "it would give 9 PFC and not 20"),
        .init(
            testDescription: "more that expires sooner",
            minimum: document([tier("deadline", credit(50, days: 30))], minimum: "law-de"),
            pointer: "/spec", says: "would expire sooner"),
        .init(
            testDescription: "in another kind of time",
            minimum: document(
                [tier("deadline", credit(5)), tier(["calendarDays": 1], credit(20))], minimum: "law-de"),
            pointer: "/spec", says: "different kinds of time"),
        .init(
            testDescription: "another way to the wallet",
            minimum: document(policy, minimum: "law-de", ["/spec/payout/within": hour]),
            pointer: "/spec", says: "differs from the version before in more than its tiers"),
        .init(
            testDescription: "of itself", minimum: document(policy, minimum: "pocket-fit", version: 2),
            pointer: "/spec/mandatoryMinimum/of", says: "no minimum of itself"),
        .init(
            testDescription: "of a policy that there is not",
            minimum: document(policy, minimum: "law-de", ["/spec/mandatoryMinimum/of": "gone"]),
            pointer: "/spec/mandatoryMinimum", says: "no published compensation policy gone"),
        .init(
            testDescription: "for a country that is no code",
            minimum: document(policy, minimum: "law-de", regions: ["Germany"]),
            pointer: "/spec/mandatoryMinimum/regions/0", says: "two capital letters"),
        .init(
            testDescription: "for one country twice",
            minimum: document(policy, minimum: "law-de", regions: ["DE", "DE"]),
            pointer: "/spec/mandatoryMinimum/regions/1", says: "twice"),
        .init(
            testDescription: "for nowhere", minimum: document(policy, minimum: "law-de", regions: []),
            pointer: "/spec/mandatoryMinimum/regions", says: "1 to 64"),
        .init(
            testDescription: "by no text",
            minimum: document(policy, minimum: "law-de", ["/spec/mandatoryMinimum/source": ""]),
            pointer: "/spec/mandatoryMinimum/source", says: "1 to 300"),
        .init(
            testDescription: "with our opinion",
            minimum: document(policy, minimum: "law-de", ["/spec/mandatoryMinimum/isFair": true]),
            pointer: "/spec/mandatoryMinimum/isFair", says: ""),
    ]

    @Test("a minimum that could take something, or that nobody could compare, is refused", arguments: refused)
    func refuses(_ one: Refused) throws {
        let base = try Self.book(Self.document(Self.policy))
        let error = #expect(throws: PolicyError.self) {
            try base.publishing(
                PolicyDocument(one.minimum), at: Fixture.opened + .seconds(20), isReliedOn: false)
        }
        #expect(error?.pointer.description == one.pointer, "\(error?.problem ?? "")")
        #expect(error?.problem.contains(one.says) ?? false, "\(error?.problem ?? "")")
    }

    @Test("two minimums of one policy for one region, and a minimum of a minimum, are refused; other regions are not")
    func together() throws {
        let more = [Self.tier("deadline", Self.credit(50)), Self.tier(Self.day, Self.credit(60))]
        let first = Self.document(more, minimum: "law-de", regions: ["DE", "AT"])
        let both = #expect(throws: PolicyError.self) {
            try Self.book(Self.document(Self.policy), first, Self.document(more, minimum: "law-at", regions: ["AT"]))
        }
        #expect(both?.problem.contains("minimums for the same region") ?? false)
        _ = try Self.book(Self.document(Self.policy), first, Self.document(more, minimum: "law-fr", regions: ["FR"]))
        let nested = Self.document(more, minimum: "law-fr", regions: ["FR"], ["/spec/mandatoryMinimum/of": "law-de"])
        let of = #expect(throws: PolicyError.self) { try Self.book(Self.document(Self.policy), first, nested) }
        #expect(of?.problem.contains("itself a minimum") ?? false)
    }

    @Test("a policy that does not agree with its minimum is refused until that ends; so is an end that brings one back")
    func changes() throws {
        let more = [Self.tier("deadline", Self.credit(50)), Self.tier(Self.day, Self.credit(60))]
        let crossed = [Self.tier("deadline", Self.credit(49)), Self.tier(Self.day, Self.credit(99))]
        let book = try Self.book(Self.document(Self.policy), Self.document(more, minimum: "law-de"))
        let now = Fixture.opened + .seconds(30)
        let next = try PolicyDocument(Self.document(crossed, version: 2))
        let error = #expect(throws: PolicyError.self) { try book.publishing(next, at: now, isReliedOn: false) }
        #expect(error?.problem.contains("the mandatory minimum law-de would not agree with pocket-fit") ?? false)
        let law = try #require(book.published.last?.document.hash)
        let without = try book.withdrawing(law, from: now, at: now, isReliedOn: false)
        let after = try without.publishing(next, at: now, isReliedOn: false).book
        let law2 = try PolicyDocument(
            Self.document(
                [Self.tier("deadline", Self.credit(50)), Self.tier(Self.day, Self.credit(99))], minimum: "law-de",
                version: 2))
        let whole = try after.publishing(law2, at: now + .seconds(1), isReliedOn: false).book
        #expect(try Self.bound(whole, in: "DE") == "law-de")
        // Would the new policy end, the old one does not come back; the minimum stands beside nothing.
        #expect(throws: Never.self) {
            try whole.withdrawing(next.hash, from: now + .seconds(9), at: now + .seconds(9), isReliedOn: false)
        }
    }

    @Test("taking a minimum away is a loss that is said fourteen days ahead; giving one is not")
    func notice() throws {
        let more = [Self.tier("deadline", Self.credit(50)), Self.tier(Self.day, Self.credit(60))]
        let base = try Self.book(Self.document(Self.policy))
        let now = Fixture.opened + .seconds(60)
        let book = try base.publishing(PolicyDocument(Self.document(more, minimum: "law-de")), at: now).book
        let law = try #require(book.published.last?.document.hash)
        let later = now + .days(1)
        let error = #expect(throws: PolicyError.self) {
            try book.withdrawing(law, from: later + .days(14) - Milliseconds(1), at: later)
        }
        #expect(error?.problem.contains("in DE would be worse off") ?? false, "\(error?.problem ?? "")")
        _ = try book.withdrawing(law, from: later + .days(14), at: later)
    }

    @Test("says what it is, what it stands for, and that the reason is not ours")
    func words() throws {
        let policy = try CompensationPolicy(
            PolicyDocument(Self.document(Self.policy, minimum: "law-de", regions: ["DE", "AT"])))
        #expect(
            Array(policy.plainWords.prefix(2)) == [
                "This is the mandatory minimum for requests of institutions in DE or AT, in place of the policy "
                    + "pocket-fit wherever it gives more; it never takes anything that pocket-fit gives.",
                "It is demanded by this text, as we were told; we print it and do not judge it: Example Act, section 7",
            ])
    }

    @Test("what if: a new policy takes nothing from those whom a minimum keeps; a minimum gives to its regions only")
    func whatIf() throws {
        let more = [Self.tier("deadline", Self.credit(50)), Self.tier(Self.day, Self.credit(60))]
        let law = Self.document(more, minimum: "law-de")
        let book = try Self.book(Self.document(Self.policy), law)
        let start = Fixture.opened + .seconds(100)
        let level = try ServiceLevel(PolicyDocument(Fixture.serviceLevel))
        func policy(_ json: JSON) throws -> CompensationPolicy { try CompensationPolicy(PolicyDocument(json)) }
        func bound(_ json: JSON) throws -> RequestHistory.Terms {
            .init(level, calendar: .utc, try policy(json))
        }
        func paying(_ candidate: JSON, for json: JSON, _ region: String) throws -> CompensationPolicy? {
            try Candidate("c", compensation: policy(candidate))
                .terms(for: bound(json), from: start, region: region, in: book)?.compensation
        }
        let worse = Self.document([Self.tier("deadline", Self.credit(1))], version: 2)
        let better = Self.document([Self.tier("deadline", Self.credit(70))], version: 2)
        #expect(try paying(worse, for: law, "DE") == policy(law))
        #expect(try paying(better, for: law, "DE") == policy(better))
        #expect(try paying(worse, for: Self.document(Self.policy), "FR") == policy(worse))
        let stricter = Self.document([Self.tier("deadline", Self.credit(80))], minimum: "law-de", version: 2)
        #expect(try paying(stricter, for: law, "DE") == policy(stricter))
        #expect(try paying(stricter, for: Self.document(Self.policy), "DE") == policy(stricter))
        #expect(try paying(stricter, for: Self.document(Self.policy), "FR") == nil)
        let milder = Self.document([Self.tier("deadline", Self.credit(2))], minimum: "law-de", version: 2)
        #expect(try paying(milder, for: law, "DE") == policy(Self.document(Self.policy)))
    }
}

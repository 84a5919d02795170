import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 1: which policies hold")
struct PolicyBookTests {
    /// Publishes at these seconds after the log was opened.
    private static func book(_ publications: [(JSON, Int64)]) throws -> PolicyBook {
        try publications.reduce(PolicyBook()) { book, publication in
            try book.publishing(PolicyDocument(publication.0), at: Fixture.opened + .seconds(publication.1)).book
        }
    }

    private static func level(_ id: String, priority: Int64 = 0, tenant: String = "default", when: JSON = ["all": []])
        -> JSON
    {
        Fixture.document(Fixture.serviceLevel, id: id, tenant: tenant)
            .replacing("/spec/priority", by: .integer(priority)).replacing("/spec/appliesTo", by: when)
    }

    private static func pay(_ id: String, for level: String, tenant: String = "default") -> JSON {
        Fixture.document(Fixture.compensation, id: id, tenant: tenant).replacing("/spec/slaRef", by: .string(level))
    }

    private static func names(_ book: PolicyBook, _ facts: Facts, at second: Int64 = 1000) throws -> [String] {
        let binding = try book.binding(of: facts, at: Fixture.opened + .seconds(second))
        let (level, pay) = (binding.serviceLevel.metadata, binding.compensation.metadata)
        return [level.tenant, level.id, "\(level.version)", pay.id, "\(pay.version)"]
    }

    @Test("a document is in force from its own wish or its publication, whichever is later")
    func effectiveAt() throws {
        let wish = Fixture.document(Fixture.serviceLevel, from: "2100-01-01T00:00:00Z")
        let publication = try PolicyBook().publishing(PolicyDocument(wish), at: Fixture.opened)
        #expect(publication.policy.effectiveAt.rfc3339 == "2100-01-01T00:00:00.000Z")
        let now = try PolicyBook().publishing(PolicyDocument(Fixture.serviceLevel), at: Fixture.opened)
        #expect(now.policy.effectiveAt == Fixture.opened)
        #expect(now.book.published == [now.policy])
        #expect(now.book.serviceLevel(now.policy.document.hash)?.metadata.id == "standard")
        #expect(now.book.compensation(now.policy.document.hash) == nil)
    }

    @Test("a version holds until the next one, which holds from its first instant on")
    func versions() throws {
        let book = try Self.book([
            (Fixture.serviceLevel, 0), (Fixture.compensation, 10),
            (Fixture.document(Fixture.serviceLevel, version: 2), 20),
            (Fixture.document(Fixture.compensation, version: 7), 30),
        ])
        for (second, versions) in [(10, ["1", "1"]), (19, ["1", "1"]), (20, ["2", "1"]), (30, ["2", "7"])]
            as [(Int64, [String])]
        {
            let names = try Self.names(book, Fixture.facts(), at: second)
            #expect([names[2], names[4]] == versions)
        }
        let before = Fixture.opened + .seconds(30) - Milliseconds(1)
        #expect(try book.binding(of: Fixture.facts(), at: before).compensation.metadata.version == 1)
        #expect(throws: BindingError.noCompensation(tenant: "default", serviceLevel: "standard")) {
            try book.binding(of: Fixture.facts(), at: Fixture.opened + .seconds(9))
        }
        #expect(throws: BindingError.noServiceLevel(tenant: "acme")) {
            try book.binding(of: Fixture.facts(), at: Fixture.opened - Milliseconds(1))
        }
    }

    @Test("a document of the future holds when its time comes, also when others are published before")
    func future() throws {
        let later = Fixture.document(Fixture.serviceLevel, version: 2, from: "2100-01-01T00:00:00Z")
        let book = try Self.book([
            (Fixture.serviceLevel, 0), (later, 1), (Fixture.compensation, 2), (Self.level("other", priority: 5), 3),
            (Self.pay("other", for: "other"), 4),
        ])
        #expect(try Self.names(book, Fixture.facts(), at: 5) == ["default", "other", "1", "other", "1"])
        let then = try Instant(rfc3339: "2100-01-01T00:00:00Z")
        #expect(try book.binding(of: Fixture.facts(), at: then).serviceLevel.metadata.id == "other")
        let without = try Self.book([(Fixture.serviceLevel, 0), (later, 1), (Fixture.compensation, 2)])
        #expect(try without.binding(of: Fixture.facts(), at: then - Milliseconds(1)).serviceLevel.metadata.version == 1)
        #expect(try without.binding(of: Fixture.facts(), at: then).serviceLevel.metadata.version == 2)
        #expect(try without.binding(of: Fixture.facts(), at: then).compensation.metadata.version == 1)
    }

    @Test("the highest priority that applies wins, then the lower id; then the lower id of what pays for it")
    func choice() throws {
        let premium: JSON = ["fact": "request.tier", "op": "eq", "value": "premium"]
        let book = try Self.book([
            (Self.level("b"), 0), (Self.level("a"), 1), (Self.level("fast", priority: 9, when: premium), 2),
            (Self.pay("z", for: "a"), 3), (Self.pay("y", for: "a"), 4), (Self.pay("x", for: "b"), 5),
            (Self.pay("w", for: "fast"), 6),
        ])
        #expect(try Self.names(book, Fixture.facts()) == ["default", "a", "1", "y", "1"])
        #expect(try Self.names(book, Fixture.facts(tier: "premium")) == ["default", "fast", "1", "w", "1"])
    }

    @Test("those of an institution come before those of default, as far as they apply")
    func tenants() throws {
        let degree: JSON = ["fact": "request.type", "op": "in", "value": ["Degree"]]
        let book = try Self.book([
            (Self.level("d", priority: 9999), 0), (Self.pay("d", for: "d"), 1),
            (Self.level("own", tenant: "acme", when: degree), 2), (Self.pay("own", for: "own", tenant: "acme"), 3),
        ])
        #expect(try Self.names(book, Fixture.facts()).prefix(2) == ["acme", "own"])
        #expect(try Self.names(book, Fixture.facts(type: "Badge")).prefix(2) == ["default", "d"])
        #expect(try Self.names(book, Fixture.facts(tenant: "other")).prefix(2) == ["default", "d"])
        #expect(try Self.names(book, Fixture.facts(tenant: "default")).prefix(2) == ["default", "d"])
    }

    @Test("an institution's service level that nothing pays for is an error, not a promise of somebody else's")
    func unpaid() throws {
        let book = try Self.book([
            (Fixture.serviceLevel, 0), (Fixture.compensation, 1), (Self.level("own", tenant: "acme"), 2),
        ])
        let error = BindingError.noCompensation(tenant: "acme", serviceLevel: "own")
        #expect(throws: error) { try Self.names(book, Fixture.facts()) }
        #expect(error.description.contains("slaRef own"))
        #expect(BindingError.noServiceLevel(tenant: "acme").description.contains("acme"))
    }

    @Test(
        "a document that contradicts what is published is refused, with the place",
        arguments: [
            (Fixture.serviceLevel, 50, "/metadata/version", "version 2 of standard is published"),
            (Fixture.document(Fixture.serviceLevel, version: 2), 50, "/metadata/version", "must be greater"),
            (
                Fixture.document(Fixture.serviceLevel, version: 3), 40, "/metadata/effectiveFrom",
                "must take effect later"
            ),
            (
                Fixture.document(Fixture.serviceLevel, version: 3), 39, "/metadata/effectiveFrom",
                "must take effect later"
            ),
            (Fixture.compensation, 50, "/metadata/version", "must be greater"),
            (pay("more", for: "nothing"), 50, "/spec/slaRef", "no published service level nothing"),
            (pay("more", for: "standard", tenant: "acme"), 50, "/spec/slaRef", "acme has no published service level"),
            (
                Fixture.document(Fixture.compensation, version: 2).replacing("/spec/slaRef", by: "pocket-fit"), 50,
                "/spec/slaRef", "no published"
            ),
            (
                Fixture.document(Fixture.compensation, version: 2).replacing("/spec/budgetRef", by: "b"), 50,
                "/spec/budgetRef", "no published"
            ),
        ] as [(JSON, Int64, String, String)])
    func refused(_ document: JSON, _ second: Int64, _ pointer: String, _ problem: String) throws {
        let book = try Self.book([
            (Fixture.serviceLevel, 0), (Fixture.compensation, 1),
            (Fixture.document(Fixture.serviceLevel, version: 2), 40),
        ])
        let error = #expect(throws: PolicyError.self) {
            try book.publishing(PolicyDocument(document), at: Fixture.opened + .seconds(second))
        }
        #expect(error?.pointer.description == pointer)
        #expect(error?.problem.contains(problem) == true, "\(error?.description ?? "")")
    }

    @Test("the same ids of different tenants and kinds are different documents")
    func names() throws {
        let book = try Self.book([
            (Self.level("x"), 0), (Self.level("x", tenant: "acme"), 0), (Self.pay("x", for: "x"), 0),
            (Self.pay("x", for: "x", tenant: "acme"), 0),
        ])
        #expect(book.published.count == 4)
        #expect(try Self.names(book, Fixture.facts()).first == "acme")
    }

    @Test("a book knows the credential types that its conditions ask about, byte by byte, also those of old versions")
    func namedTypes() throws {
        let when: JSON = [
            "any": [
                ["not": ["fact": "request.type", "op": "in", "value": ["Kyc", "Degree"]]],
                ["fact": "request.tenant", "op": "eq", "value": "acme"],
            ]
        ]
        let book = try Self.book([
            (Self.level("standard", when: when), 0), (Fixture.document(Fixture.serviceLevel, version: 2), 1),
        ])
        for type in ["Kyc", "Degree"] { #expect(book.namesType(type)) }
        // The Kelvin sign is canonically equivalent to K, and another text.
        for type in ["", "kyc", "acme", "\u{212A}yc"] { #expect(!book.namesType(type)) }
    }

    @Test("a book made again from what was stored is the same book")
    func again() throws {
        let later = Fixture.document(Fixture.serviceLevel, version: 2, from: "2100-01-01T00:00:00Z")
        let book = try Self.book([(Fixture.serviceLevel, 0), (later, 1), (Fixture.compensation, 2)])
        let again = try book.published.reduce(PolicyBook()) { again, policy in
            try again.publishing(PolicyDocument(parsing: policy.document.canonicalBytes), at: policy.effectiveAt).book
        }
        #expect(again == book)
    }

    @Test("publishing for one institution changes nothing for another, in whatever order", arguments: UInt64(0)..<40)
    func permuted(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let tenants = ["default", "acme", "b", "c"]
        var queues: [[JSON]] = tenants.map { tenant in
            (1...3).flatMap { version -> [JSON] in
                [
                    Fixture.document(Fixture.serviceLevel, version: version, tenant: tenant)
                        .replacing("/spec/objectives/0/target/elapsed", by: .string("PT\(version)H")),
                    Fixture.document(Fixture.compensation, version: version, tenant: tenant),
                ]
            }
        }
        // Each tenant publishes at its own instants, in its own order; only the order between tenants is random.
        var next = queues.map { _ in Int64(0) }
        var book = PolicyBook()
        while let index = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random) {
            let document = try PolicyDocument(queues[index].removeFirst())
            book = try book.adding(document, effectiveAt: Fixture.opened + .seconds(next[index])).book
            next[index] += 10
        }
        for tenant in tenants + ["nobody"] {
            for second in stride(from: Int64(10), to: 70, by: 5) {
                let version = "\(second / 20 + 1)"
                let names = try Self.names(book, Fixture.facts(tenant: tenant), at: second)
                #expect(names[0] == (tenant == "nobody" ? "default" : tenant))
                #expect(names[2] == (second < 60 ? version : "3"))
                #expect(names[4] == (second < 10 ? "" : "\(min(3, (second - 10) / 20 + 1))"))
            }
        }
    }

    @Test("a document binds nobody from its effectiveUntil on, and another may take its place after a pause")
    func ends() throws {
        let until = (Fixture.opened + .seconds(20)).rfc3339
        let ending = Fixture.compensation.replacing("/metadata/effectiveUntil", by: .string(until))
        let book = try Self.book([
            (Fixture.serviceLevel, 0), (ending, 1), (Fixture.document(Fixture.compensation, version: 2), 30),
        ])
        #expect(try Self.names(book, Fixture.facts(), at: 19) == ["default", "standard", "1", "pocket-fit", "1"])
        let error = BindingError.noCompensation(tenant: "default", serviceLevel: "standard")
        for second: Int64 in [20, 29] { #expect(throws: error) { try Self.names(book, Fixture.facts(), at: second) } }
        #expect(try Self.names(book, Fixture.facts(), at: 30).last == "2")
        // A version that was in force before the end of the one before it is not ended by that.
        let early = try Self.book([
            (Fixture.serviceLevel, 0), (ending, 1), (Fixture.document(Fixture.compensation, version: 2), 10),
        ])
        #expect(try Self.names(early, Fixture.facts(), at: 25).last == "2")
        let gone = #expect(throws: PolicyError.self) { try Self.book([(Fixture.serviceLevel, 0), (ending, 20)]) }
        #expect(gone?.pointer.description == "/metadata/effectiveUntil")
    }

    @Test("a document that says what it supersedes supersedes the last version that was published, and nothing else")
    func supersedes() throws {
        let first = try PolicyDocument(Fixture.serviceLevel).hash
        let second = Fixture.document(Fixture.serviceLevel, version: 2)
            .replacing("/metadata/supersedes", by: .string(first.text))
        let book = try Self.book([(Fixture.serviceLevel, 0), (second, 1)])
        #expect(book.policy(first)?.metadata.version == 1)
        for (document, second) in [
            (Fixture.document(second, version: 3), Int64(2)),
            (Fixture.document(second, id: "other"), 2),
        ] {
            let error = #expect(throws: PolicyError.self) {
                try book.publishing(PolicyDocument(document), at: Fixture.opened + .seconds(second))
            }
            #expect(error?.pointer.description == "/metadata/supersedes")
        }
    }

    @Test("a document that says it is of another kind is refused with a sentence")
    func notKept() throws {
        let document = try PolicyDocument(Fixture.serviceLevel.replacing("/kind", by: "Notification"))
        let error = #expect(throws: PolicyError.self) { try PolicyBook().publishing(document, at: Fixture.opened) }
        #expect(error?.pointer.description == "/spec/channels")
    }
}

import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Rule 52: a suspension")
struct SuspensionTests {
    static let (ina, ole, eva) = ("00000000000000aa", "00000000000000bb", "00000000000000cc")

    static let document: JSON = [
        "apiVersion": "punctual/v1", "kind": "Suspension",
        "metadata": [
            "id": "moratorium", "version": 1, "tenant": "default", "effectiveFrom": "2026-01-01T00:00:00Z",
            "title": ["en": "Moratorium"],
        ],
        "spec": [
            "policyRef": "pocket-fit", "from": "2027-01-10T00:00:00Z", "until": "2027-01-20T00:00:00Z",
            "reason": ["en": "A published emergency.", "de": "Ein Notstand."],
            "approvedBy": [.string(ina), .string(ole)],
        ],
    ]

    private static func day(_ day: Int) -> Instant {
        Instant(milliseconds: 1_798_761_600_000) + .days(Int64(day - 1))
    }

    private static func book(_ document: JSON = document, approvedBy staff: [(String, Instant)]) throws -> PolicyBook {
        var book = try Fixture.book().publishing(PolicyDocument(document), at: day(1)).book
        for (who, when) in staff { book = try book.approving(PolicyDocument(document).hash, by: who, at: when) }
        return book
    }

    private static func touches(_ due: Instant, in book: PolicyBook) throws -> Bool {
        let compensation = try CompensationPolicy(PolicyDocument(Fixture.compensation))
        return book.suspension(of: compensation, brokenAt: due) != nil
    }

    @Test("3.1/18: touches deadlines from its begin up to its end, and none before")
    func edges() throws {
        let book = try Self.book(approvedBy: [(Self.ina, Self.day(2)), (Self.ole, Self.day(3))])
        for (due, expected) in [
            (Self.day(10) - Milliseconds(1), false), (Self.day(10), true), (Self.day(20) - Milliseconds(1), true),
            (Self.day(20), false),
        ] { #expect(try Self.touches(due, in: book) == expected, "\(due)") }
    }

    @Test("holds from the last approval when that comes after its begin, and not at all while one is missing")
    func approvals() throws {
        let late = try Self.book(approvedBy: [(Self.ina, Self.day(2)), (Self.ole, Self.day(15))])
        #expect(try !Self.touches(Self.day(14), in: late))
        #expect(try Self.touches(Self.day(15), in: late))
        for staff in [[], [(Self.ina, Self.day(2))]] {
            let book = try Self.book(approvedBy: staff)
            for day in 1...25 { #expect(try !Self.touches(Self.day(day), in: book)) }
        }
        let never = try Self.book(approvedBy: [(Self.ina, Self.day(2)), (Self.ole, Self.day(20))])
        #expect(try !Self.touches(Self.day(19), in: never))
    }

    @Test("holds only for the policy that it names, and no more when it was withdrawn or replaced")
    func named() throws {
        let book = try Self.book(approvedBy: [(Self.ina, Self.day(2)), (Self.ole, Self.day(3))])
        let hash = try PolicyDocument(Self.document).hash
        let lifted = try book.withdrawing(hash, from: Self.day(12), at: Self.day(11))
        #expect(try Self.touches(Self.day(11), in: lifted))
        #expect(try !Self.touches(Self.day(12), in: lifted))
        let next = Fixture.document(Self.document, version: 2)
        let replaced = try book.publishing(PolicyDocument(next), at: Self.day(12)).book
        #expect(try Self.touches(Self.day(11), in: replaced))
        #expect(try !Self.touches(Self.day(12), in: replaced), "nobody approved the second version")
        let other = Fixture.document(Fixture.compensation, id: "other")
        let more = try book.publishing(PolicyDocument(other), at: Self.day(4)).book
        #expect(more.suspension(of: try CompensationPolicy(PolicyDocument(other)), brokenAt: Self.day(11)) == nil)
    }

    @Test("is approved by those whom it names, each once")
    func refusedApprovals() throws {
        let book = try Self.book(approvedBy: [(Self.ina, Self.day(2))])
        let hash = try PolicyDocument(Self.document).hash
        for (hash, staff) in [
            (hash, Self.ina), (hash, Self.eva), (try PolicyDocument(Fixture.compensation).hash, Self.ole),
            (PolicyHash(ofCanonical: []), Self.ole),
        ] { #expect(throws: PolicyError.self) { try book.approving(hash, by: staff, at: Self.day(3)) } }
    }

    @Test(
        "is refused when it is not what two people can be held to",
        arguments: [
            ("/spec/approvedBy", [.string(ina)], "two to five"), ("/spec/approvedBy", [], "two to five"),
            ("/spec/approvedBy", [.string(ina), .string(ina)], "the same person twice"),
            ("/spec/approvedBy", ["cfo", "regulator-liaison"], "16 lower-case"), ("/spec/approvedBy", nil, "missing"),
            ("/spec/until", "2027-01-10T00:00:00Z", "later than from"), ("/spec/until", nil, "missing"),
            ("/spec/from", "soon", "instant"), ("/spec/reason", [:], "text by language"),
            ("/spec/reason", nil, "missing"),
            ("/spec/policyRef", "", "1 to 63"), ("/spec/doesNotAffect", "anything", "does not keep"),
            ("/spec/retroactive", true, "unknown member"),
        ] as [(String, JSON?, String)])
    func refused(_ place: String, _ value: JSON?, _ problem: String) throws {
        let error = #expect(throws: PolicyError.self) {
            try Suspension(PolicyDocument(Self.document.replacing(place, by: value)))
        }
        #expect(error?.problem.contains(problem) == true, "\(error?.problem ?? "")")
    }

    @Test("of a policy that is not published is refused")
    func unknownPolicy() throws {
        let error = #expect(throws: PolicyError.self) {
            try Self.book(Self.document.replacing("/spec/policyRef", by: "nothing"), approvedBy: [])
        }
        #expect(error?.pointer.description == "/spec/policyRef")
    }

    @Test("says in words what it does, with its numbers, in the language that is asked for")
    func words() throws {
        let policy = try Policy(PolicyDocument(Self.document))
        let words = policy.plainWords(in: "de").joined(separator: "\n")
        for part in ["2027-01-10T00:00:00.000Z", "2027-01-20T00:00:00.000Z", "pocket-fit", Self.ina, "Ein Notstand."] {
            #expect(words.contains(part), "\(words)")
        }
        #expect(policy.plainWords(in: "fr").joined().contains("A published emergency."))
    }
}

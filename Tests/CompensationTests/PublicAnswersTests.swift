import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("Questions and answers")
struct PublicAnswersTests {
    private let now = Fixture.opened + .days(1)

    private func text(_ documents: [JSON], _ id: String, for tenant: String = "default") throws -> String {
        let answers = PublicAnswers(from: try Fixture.book(documents), for: tenant, at: now).answers
        return try #require(answers.first { $0.id == id }).sentences.joined(separator: " ")
    }

    @Test("change when a policy does")
    func live() throws {
        let shipped = [Fixture.serviceLevel, Fixture.compensation]
        #expect(try text(shipped, "how-long").contains("within 24 hours"))
        #expect(try text(shipped, "how-much").contains("500 Pocket FIT credits"))
        let faster = Fixture.serviceLevel.replacing("/spec/objectives/0/target/elapsed", by: "PT7H")
        let richer = Fixture.compensation.replacing("/spec/model/tiers/0/benefits/0/amount/minor", by: 501)
        #expect(try text([faster, richer], "how-long").contains("within 7 hours"))
        #expect(try text([faster, richer], "how-much").contains("501 Pocket FIT credits"))
        #expect(try !text([faster, richer], "how-much").contains("500 Pocket FIT credits"))
    }

    @Test("say so when nothing is promised, and name the documents that promise")
    func none() throws {
        #expect(try text([], "how-long") == "Nothing is promised at this time.")
        let answers = PublicAnswers(from: try Fixture.book(), at: now).answers
        #expect(Set(answers.map(\.id)).count == answers.count)
        #expect(answers[0].policies == [try PolicyDocument(Fixture.serviceLevel).hash])
        #expect(answers.allSatisfy { !$0.question.isEmpty && !$0.sentences.isEmpty })
    }

    @Test("are those of the tenant, or of everybody when it has no policies of its own")
    func tenants() throws {
        let own = [Fixture.serviceLevel, Fixture.compensation].map { Fixture.document($0, tenant: "acme") }
        let shipped = [Fixture.serviceLevel, Fixture.compensation]
        let faster = own[0].replacing("/spec/objectives/0/target/elapsed", by: "PT7H")
        #expect(try text(shipped + [faster, own[1]], "how-long", for: "acme").contains("within 7 hours"))
        #expect(try text(shipped + [faster, own[1]], "how-long", for: "other").contains("within 24 hours"))
    }

    @Test("tell of a suspension as long as it may hold")
    func suspended() throws {
        let documents = [Fixture.serviceLevel, Fixture.compensation, SuspensionTests.document]
        var book = try Fixture.book(documents)
        let hash = try PolicyDocument(SuspensionTests.document).hash
        func answer(at now: Instant) -> String {
            PublicAnswers(from: book, at: now).answers.first { $0.id == "suspended" }?.sentences.joined() ?? ""
        }
        #expect(answer(at: now) == "No.")
        for staff in [SuspensionTests.ina, SuspensionTests.ole] { book = try book.approving(hash, by: staff, at: now) }
        #expect(answer(at: now).contains("pocket-fit gives nothing"))
        #expect(answer(at: try Instant(rfc3339: "2027-01-20T00:00:00Z")) == "No.")
    }
}

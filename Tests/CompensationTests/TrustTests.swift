import CanonicalJSON
import Compensation
import Foundation
import JSONSchema
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// The third part of the model pocket-fit, as a policy promises it.
@Suite("What trust promises")
struct TrustTests {
    private static let promise: JSON = ["type": "assurance-upgrade", "class": "guaranteed", "level": "substantial"]

    private static func document(_ trust: JSON?, version: Int64 = 1) -> JSON {
        Fixture.document(Fixture.compensation, version: version).replacing("/spec/model/trust", by: trust)
    }

    private static func policy(_ trust: JSON?) throws -> CompensationPolicy {
        try CompensationPolicy(PolicyDocument(document(trust)))
    }

    private static func facts(late: Int64, posted: Posted = Posted(), cause: Cause = .unknown) -> AssessmentFacts {
        AssessmentFacts(
            due: Fixture.accepted, until: Fixture.at(late), now: Fixture.at(late), isResolved: false,
            of: Fixture.subject,
            incident: IncidentFacts(cause: cause), posted: posted)
    }

    @Test("is owed once, behind the benefits of the first tier, whole whatever the cause leaves, and by no later tier")
    func owed() throws {
        let policy = try Self.policy([Self.promise])
        #expect(try policy.assess(Self.facts(late: 0)).isEmpty)
        let first = try policy.assess(Self.facts(late: 1))
        #expect(first.map(\.row) == ["[0,0,\"credit\",\"PFC\",500]", "[0,1,\"assurance-upgrade\",\"CHECKS\",1]"])
        #expect(first[1].class == .guaranteed && first[1].expires == nil && first[1].journal(request: "r").isEmpty)
        var posted = Posted()
        for award in first { posted.add(award) }
        let later = try policy.assess(Self.facts(late: 2_000_000_000, posted: posted))
        #expect(!later.isEmpty && later.allSatisfy { $0.type != .assuranceUpgrade })
        let half = Self.document([Self.promise]).replacing(
            "/spec/eligibility/causes",
            by: [["cause": "force-majeure", "treat": ["num": 1, "den": 2], "reason": ["en": "Half."]]])
        let part = try CompensationPolicy(PolicyDocument(half)).assess(Self.facts(late: 1, cause: .forceMajeure))
        #expect(part.map(\.amount.minor) == [250, 1])
    }

    @Test("its level stands in its words, and without it there are none")
    func words() throws {
        let substantial = try Self.policy([Self.promise]).plainWords
        let high = try Self.policy([Self.promise.replacing("/level", by: "high")]).plainWords
        let none = try Self.policy(nil).plainWords
        #expect(substantial.contains { $0.contains("assurance substantial") })
        #expect(high.contains { $0.contains("assurance high") } && high != substantial)
        #expect(!none.contains { $0.contains("further check") })
    }

    static let wrong: [(place: String, trust: JSON, says: String)] = [
        ("/spec/model/trust", [], "one further check"),
        ("/spec/model/trust", [promise, promise], "one further check"),
        ("/spec/model/trust", [:], "array"),
        ("/spec/model/trust/0", ["assurance-upgrade"], "object"),
        ("/spec/model/trust/0/type", [promise.replacing("/type", by: "credit")], "stands in a tier"),
        ("/spec/model/trust/0/type", [promise.replacing("/type", by: "expedite")], "stands in a tier"),
        ("/spec/model/trust/0/type", [promise.replacing("/type", by: "hug")], "may stand here"),
        ("/spec/model/trust/0/type", [promise.replacing("/type", by: nil)], "missing"),
        ("/spec/model/trust/0/class", [promise.replacing("/class", by: "discretionary")], "a debt"),
        ("/spec/model/trust/0/class", [promise.replacing("/class", by: nil)], "missing"),
        ("/spec/model/trust/0/level", [promise.replacing("/level", by: "low")], "\"substantial\", \"high\""),
        ("/spec/model/trust/0/level", [promise.replacing("/level", by: 2)], "string"),
        ("/spec/model/trust/0/level", [promise.replacing("/level", by: nil)], "missing"),
        ("/spec/model/trust/0/amount", [promise.replacing("/amount", by: 1)], "unknown"),
        ("/spec/model/trust/0/within", [promise.replacing("/within", by: ["elapsed": "PT1H"])], "unknown"),
    ]

    @Test("is refused where nobody would act upon it, with the place and a sentence", arguments: wrong)
    func refused(_ place: String, _ trust: JSON, _ says: String) throws {
        let error = #expect(throws: PolicyError.self) { try Self.policy(trust) }
        #expect(error?.pointer.description == place, "\(String(describing: error))")
        #expect(error?.problem.contains(says) ?? false, "\(error?.problem ?? "")")
        let file = Conformance.projectRoot.appending(path: "schemas/policy.schema.json")
        let schema = try JSONSchema(JSON(parsing: [UInt8](Data(contentsOf: file))))
        #expect(try schema.validate(Self.document([Self.promise])) == [])
        #expect(try !schema.validate(Self.document(trust)).isEmpty)
    }

    @Test("stands in no other model")
    func otherModels() throws {
        for document in DefaultPolicies.models.dropFirst() {
            let other = try JSON(parsing: document).replacing("/spec/model/trust", by: [Self.promise])
            let error = #expect(throws: PolicyError.self) { try CompensationPolicy(PolicyDocument(other)) }
            #expect(error?.pointer.description == "/spec/model/trust")
        }
    }

    @Test("comes at once, because nobody loses by it; goes, or changes, after the notice that a loss needs")
    func notice() throws {
        func refusal(_ old: JSON?, _ new: JSON?) throws -> PolicyError? {
            let book = try Fixture.book([Fixture.serviceLevel, Self.document(old)])
            do throws(PolicyError) {
                _ = try book.publishing(
                    PolicyDocument(Self.document(new, version: 2)), at: Fixture.opened + .seconds(1000))
                return nil
            } catch {
                return error
            }
        }
        #expect(try refusal(nil, [Self.promise]) == nil)
        #expect(try refusal([Self.promise], nil)?.problem.contains("1 CHECKS as assurance-upgrade") ?? false)
        let high: JSON = [Self.promise.replacing("/level", by: "high")]
        #expect(try refusal(high, [Self.promise])?.problem.contains("model/trust would be another") ?? false)
    }
}

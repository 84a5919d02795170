import CanonicalJSON
import Compensation
import Foundation
import ServiceLevels
import TestSupport
import Testing

/// The published schema names the same closed sets and bounds as the readers.
@Suite("schemas/policy.schema.json")
struct SchemaTests {
    private static func schema() throws -> JSON {
        let file = Conformance.projectRoot.appending(path: "schemas/policy.schema.json")
        return try JSON(parsing: [UInt8](Data(contentsOf: file)))
    }

    private static func names<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> Set<String> {
        Set(type.allCases.map(\.rawValue))
    }

    @Test(
        "lists what the readers know",
        arguments: [
            ("/properties/kind/enum", names(PolicyDocument.Kind.self)),
            ("/$defs/condition/oneOf/3/properties/fact/enum", Set(Fact.ofRequest.map(\.rawValue))),
            ("/$defs/Compensation/$defs/condition/oneOf/3/properties/fact/enum", names(Fact.self)),
            (
                "/$defs/Compensation/properties/eligibility/properties/causes/items/properties/cause/enum",
                names(Cause.self)
            ),
            ("/$defs/Compensation/properties/model/properties/kind/enum", names(CompensationPolicy.Kind.self)),
            ("/$defs/Compensation/properties/rounding/properties/mode/enum", names(Rounding.Mode.self)),
            ("/$defs/Compensation/$defs/tiers/items/properties/severityAtLeast/enum", names(Severity.self)),
            ("/$defs/ServiceLevel/properties/pause/items/properties/reason/enum", names(PauseReason.self)),
            ("/$defs/ServiceLevel/properties/pause/items/properties/evidence/enum", names(PauseEvidence.self)),
            ("/$defs/ServiceLevel/properties/onCancel/enum", names(ServiceLevel.OnCancel.self)),
            (
                "/$defs/Compensation/$defs/benefit/properties/type/enum",
                names(BenefitType.self).subtracting(["assurance-upgrade", "expedite"])
            ),
        ])
    func lists(_ place: String, _ names: Set<String>) throws {
        let listed = try #require(try Self.schema()[pointer: place]?.arrayValue).compactMap(\.stringValue)
        #expect(Set(listed) == names)
        #expect(listed.count == names.count)
    }

    @Test(
        "has the bounds that the readers have",
        arguments: [
            ("/$defs/credits/properties/minor/maximum", Benefit.largestAmount),
            ("/$defs/days/properties/minor/maximum", Benefit.mostDays),
            ("/$defs/Compensation/$defs/issuances/properties/minor/maximum", Benefit.mostIssuances),
            ("/$defs/Compensation/$defs/money/properties/minor/maximum", Benefit.largestAmount),
            ("/$defs/Compensation/$defs/ratio/properties/den/maximum", Ratio.largestTerm),
        ])
    func bounds(_ place: String, _ bound: Int64) throws {
        #expect(try Self.schema()[pointer: place]?.integerValue == bound)
    }
}

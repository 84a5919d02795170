import CanonicalJSON
import Compensation
import Foundation
import ServiceLevels
import Temporal
import TestSupport

/// The example policies of `vectors/policies`, one of each model, and what they give.
enum Example {
    static let names = ["pocket-fit", "tiered", "flat-refund", "apology-only", "personalised"]

    static func document(_ name: String) throws -> JSON {
        // What is shipped is no copy of itself.
        let isShipped = ["flat-refund", "apology-only"].contains(name)
        let folder = isShipped ? "Sources/Compensation/Policies" : "vectors/policies"
        let file = Conformance.projectRoot.appending(path: "\(folder)/\(name).json")
        return try JSON(parsing: [UInt8](Data(contentsOf: file)))
    }

    static func policy(_ name: String) throws -> CompensationPolicy {
        try CompensationPolicy(PolicyDocument(document(name)))
    }

    /// One row of `models.json`.
    struct Case: Hashable {
        let policy: String
        let late: Int64
        var isResolved = false
        var isDecided = false
        var incident = IncidentFacts.none
        var price: Amount?
        var gives: [String] = []

        init(_ json: JSON) {
            policy = json["policy"]?.stringValue ?? ""
            late = json["late"]?.integerValue ?? 0
            isResolved = json["resolved"]?.boolValue ?? false
            isDecided = json["decided"]?.boolValue ?? false
            incident = IncidentFacts(
                cause: json["cause"]?.stringValue.flatMap(Cause.init) ?? .unknown,
                severity: json["severity"]?.stringValue.flatMap(Severity.init) ?? .minor)
            if let unit = json["price"]?["unit"]?.stringValue.flatMap(UnitOfAccount.init) {
                price = json["price"]?["minor"]?.integerValue.map { Amount($0, unit) }
            }
            gives = (json["gives"]?.arrayValue ?? []).map { $0.canonicalString }
        }

        /// The facts, as they are so many milliseconds after the deadline.
        func facts(late: Int64? = nil, posted: Posted = Posted()) -> AssessmentFacts {
            let until = Fixture.at(late ?? self.late)
            return AssessmentFacts(
                due: Fixture.accepted, until: until, now: until, isResolved: isResolved,
                of: .init(id: Fixture.request, tenant: "acme", tier: "standard", type: nil, price: price),
                incident: incident, posted: posted, human: .init(hasDecidedOffer: isDecided))
        }
    }

    static func cases() throws -> [Case] {
        let file = Conformance.projectRoot.appending(path: "vectors/policies/models.json")
        let json = try JSON(parsing: [UInt8](Data(contentsOf: file)))
        return (json["cases"]?.arrayValue ?? []).map(Case.init)
    }
}

extension Award {
    /// As `models.json` has it.
    var row: String {
        "[\(tier),\(benefit),\"\(type.rawValue)\",\"\(amount.unit.rawValue)\",\(amount.minor)]"
    }
}

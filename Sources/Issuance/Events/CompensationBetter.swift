package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A later version of its compensation policy gives a request more than the one that it was bound to, and binds it
/// from here on (rule 79).
package struct CompensationBetter: EventContent {
    package static let type = "compensation.better"
    /// The version that bound it.
    package let bound: PolicyHash
    /// The version that binds it now.
    package let better: PolicyHash
    /// The deadline that is broken.
    package let dueAt: Instant

    package init(bound: PolicyHash, better: PolicyHash, dueAt: Instant) {
        self.bound = bound
        self.better = better
        self.dueAt = dueAt
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        bound = try facts.parsed("bound") { PolicyHash($0) }
        better = try facts.parsed("better") { PolicyHash($0) }
        dueAt = try facts.instant("dueAt")
    }

    package var facts: JSONObject {
        ["bound": .string(bound.text), "better": .string(better.text), "dueAt": .integer(dueAt.milliseconds)]
    }
}

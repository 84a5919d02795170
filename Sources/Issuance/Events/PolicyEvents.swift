package import CanonicalJSON
package import ServiceLevels
package import Temporal

/// What becomes of a policy after its publication: the entries of the page "Publishing policies".
package enum PolicyEvent: Hashable, Sendable {
    case withdrawn(PolicyWithdrawn)
    case approved(PolicyApproved)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .withdrawn(let content): content
        case .approved(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of this page.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case PolicyWithdrawn.type: self = .withdrawn(try PolicyWithdrawn(&facts, &openings))
        case PolicyApproved.type: self = .approved(try PolicyApproved(&facts, &openings))
        default: return nil
        }
    }
}

/// A policy is in force no more from an instant on (rule 50).
package struct PolicyWithdrawn: EventContent {
    package static let type = "policy.withdrawn"
    package let hash: PolicyHash
    package let from: Instant

    package init(hash: PolicyHash, from: Instant) {
        self.hash = hash
        self.from = from
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        hash = try facts.parsed("hash") { PolicyHash($0) }
        from = try facts.instant("from")
    }

    package var facts: JSONObject { ["hash": .string(hash.text), "from": .integer(from.milliseconds)] }
}

/// Somebody of the staff agrees to a suspension that names them (rule 52).
package struct PolicyApproved: EventContent {
    package static let type = "policy.approved"
    package let hash: PolicyHash
    package let by: StaffID

    package init(hash: PolicyHash, by: StaffID) {
        self.hash = hash
        self.by = by
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        hash = try facts.parsed("hash") { PolicyHash($0) }
        by = try facts.parsed("by") { StaffID($0) }
    }

    package var facts: JSONObject { ["hash": .string(hash.text), "by": .string(by.text)] }
}

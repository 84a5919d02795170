package import CanonicalJSON
package import ServiceLevels

/// When a payment waits for people, for how many, and for how long (rule 31). It only delays: with the time the payment
/// is granted.
package struct ApprovalRule: Hashable, Sendable {
    /// The awards that it is about.
    package let when: Condition
    /// How many different people must approve.
    package let approvers: Int
    /// The roles of which each of them has at least one, in the order of the document; never empty.
    package let roles: [String]
    /// How long they have, from the entry that asks them.
    package let within: FixedSpan

    /// The most people that one payment waits for, and the roles that may decide about one.
    private static let mostApprovers: Int64 = 5
    /// The roles of staff that may decide about a payment.
    package static let knownRoles = ["customer-experience", "finance", "independent-assessor", "incident-manager"]

    /// Reads one element of `approval`.
    package init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        when = try Condition(reader.value("when"), at: reader.pointer(to: "when"), allowing: Fact.ofPayment)
        approvers = Int(try reader.integer("approvers", in: 1...Self.mostApprovers))
        var roles: [String] = []
        for (json, place) in try reader.array("roles") {
            guard let role = json.stringValue, Self.knownRoles.contains(role), !roles.contains(role) else {
                let problem = "expected one of \(Self.knownRoles.joined(separator: ", ")), each once"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            roles.append(role)
        }
        guard !roles.isEmpty else {
            throw JSONShapeError(pointer: reader.pointer(to: "roles"), problem: "expected at least one role")
        }
        self.roles = roles
        within = try reader.fixedSpan("within")
        // Silence is on our time, so it can only be a yes.
        try reader.constant("onTimeout", "grant")
        try reader.finish()
    }
}

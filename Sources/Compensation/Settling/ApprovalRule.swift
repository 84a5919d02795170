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
    /// How much more than was asked about an answer covers, of who joins an incident later (rule 84); nothing if nil.
    package let joining: Joining?

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
        joining = try reader.optionalObject("joining").map { (json) throws(JSONShapeError) in try Joining(json) }
        // Silence is on our time, so it can only be a yes.
        try reader.constant("onTimeout", "grant")
        try reader.finish()
    }
}

/// A part of a sum, at most all of it.
package struct Joining: Hashable, Sendable {
    /// From 0 to ``den``.
    package let num: Int64
    /// At least 1.
    package let den: Int64

    /// More parts than anybody counts in.
    private static let mostParts: Int64 = 1_000

    fileprivate init(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        var reader = reader
        den = try reader.integer("den", in: 1...Self.mostParts)
        num = try reader.integer("num", in: 0...den)
        try reader.finish()
    }

    /// The most that an answer covers when so much was asked about; no more than can be counted.
    package func most(of minor: Int64) -> Int64 {
        let more = (Int128(minor) * Int128(num)) / Int128(den)
        return Int64(clamping: Int128(minor) + more)
    }
}

extension ApprovalRule {
    /// The most that an answer covers when so much was asked about.
    package func most(of minor: Int64) -> Int64 { joining?.most(of: minor) ?? minor }
}

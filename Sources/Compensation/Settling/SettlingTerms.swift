package import CanonicalJSON
import ServiceLevels

/// What a policy says of the way from what it gives to what is in the wallet: the members `budgetRef`, `caps`,
/// `approval`, `payout` and `reversal` of a `Compensation`, and `stacking.acrossRequests`.
package struct SettlingTerms: Hashable, Sendable {
    /// The id of the budget, of the same tenant, from which it is paid; nil without one.
    package let budgetRef: String?
    /// By scope, the smallest first, and then as in the document.
    package let caps: [Cap]
    /// Where each of ``caps`` stands in the document.
    package let places: [Int]
    /// In the order of the document; the first whose condition holds asks.
    package let approvals: [ApprovalRule]
    /// When it is paid.
    package let payout: Payout
    /// When it may be taken back.
    package let reversal: ReversalTerms
    /// How the requests of one holder in one incident go together.
    package let acrossRequests: AcrossRequests

    /// The most caps and the most approval rules of one policy.
    private static let mostRules = 32

    /// Reads and takes the members `budgetRef`, `caps`, `approval`, `payout` and `reversal` of a `spec`.
    package init(
        _ spec: inout ObjectReader, acrossRequests: AcrossRequests = .sum
    ) throws(JSONShapeError) {
        self.acrossRequests = acrossRequests
        budgetRef = try spec.optionalString("budgetRef") == nil ? nil : try spec.identifier("budgetRef")
        let caps = try Self.caps(&spec)
        // Stable: equal scopes stay in the order of the document.
        places = caps.indices.sorted { (caps[$0].scope, $0) < (caps[$1].scope, $1) }
        self.caps = places.map { caps[$0] }
        approvals = try Self.approvals(&spec)
        payout = try Payout(spec.object("payout"))
        reversal = try ReversalTerms(spec.object("reversal"))
        try requireApprovers(at: spec.pointer(to: "caps"))
    }

    private static func caps(_ spec: inout ObjectReader) throws(JSONShapeError) -> [Cap] {
        var caps: [Cap] = []
        for (json, place) in try spec.array("caps") {
            let cap = try Cap(json, at: place)
            let isThere = caps.contains {
                $0.scope == cap.scope && $0.window == cap.window && $0.limit.unit == cap.limit.unit
            }
            guard !isThere, caps.count < mostRules else {
                let problem = "\(cap.limit.unit.rawValue) has another cap of this scope and window; keep one"
                throw JSONShapeError(pointer: place, problem: problem)
            }
            caps.append(cap)
        }
        return caps
    }

    private static func approvals(_ spec: inout ObjectReader) throws(JSONShapeError) -> [ApprovalRule] {
        let elements = try spec.optionalArray("approval") ?? []
        guard elements.count <= mostRules else {
            let problem = "expected at most \(mostRules) rules, found \(elements.count)"
            throw JSONShapeError(pointer: spec.pointer(to: "approval"), problem: problem)
        }
        return try elements.map { (json, pointer) throws(JSONShapeError) in try ApprovalRule(json, at: pointer) }
    }

    /// A cap that asks for approval asks those of the first approval rule.
    private func requireApprovers(at pointer: JSONPointer) throws(JSONShapeError) {
        guard approvals.isEmpty, caps.contains(where: { $0.overflow == .needsApproval }) else { return }
        let problem = "a cap with needs-approval asks whom the first rule of \"approval\" names; there is none"
        throw JSONShapeError(pointer: pointer, problem: problem)
    }
}

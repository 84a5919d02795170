import CanonicalJSON

/// A moratorium: what rule 52 uses of a document of kind `Suspension`.
struct SuspensionTerms: Sendable {
    /// The id of a compensation policy of the same tenant, in UTF-8.
    let policyRef: [UInt8]
    /// Milliseconds; the deadlines that it touches, if everybody approves in time.
    let time: Range<Int64>
    /// Those who must all approve, each once; without quotation marks.
    let approvers: Set<String>

    init(_ spec: inout ObjectReader) throws(JSONShapeError) {
        policyRef = Array(try spec.string("policyRef").utf8)
        let from = try spec.moment("from")
        let until = try spec.moment("until")
        guard from < until else {
            throw JSONShapeError(pointer: spec.pointer(to: "until"), problem: "it ends before it begins")
        }
        time = from..<until
        let elements = try spec.array("approvedBy")
        approvers = Set(elements.compactMap { $0.0.stringValue })
        guard approvers.count == elements.count, approvers.count >= 2 else {
            throw JSONShapeError(pointer: spec.pointer(to: "approvedBy"), problem: "two different people must approve")
        }
        spec.ignore("reason")
        try spec.expect("doesNotAffect", oneOf: "breaches-before-from")
        try spec.finish()
    }

    /// The deadlines that it touches.
    ///
    /// - Parameters:
    ///   - effectiveAt: of its document.
    ///   - approvals: when each of ``approvers`` approved.
    /// - Returns: nil while somebody has not, or when none is left.
    func holds(effectiveAt: Int64, approvals: [String: Int64]) -> Range<Int64>? {
        guard approvals.count == approvers.count else { return nil }
        let from = approvals.values.reduce(max(time.lowerBound, effectiveAt), max)
        return from < time.upperBound ? from..<time.upperBound : nil
    }
}

/// What is asked about an incident as a whole, as rule 84 has it.
struct Question: Sendable {
    /// What is summed apart.
    struct Part: Hashable, Sendable, Comparable {
        /// With quotation marks.
        let unit: CanonicalText
        let isFavour: Bool

        static func < (left: Part, right: Part) -> Bool {
            // A favour is discretionary, which comes before guaranteed.
            if left.unit != right.unit { return left.unit.bytes.lexicographicallyPrecedes(right.unit.bytes) }
            return left.isFavour && !right.isFavour
        }
    }

    /// The one that it was begun for.
    let incident: Int64
    let policy: CanonicalText
    let rule: Int64
    /// Nil where nobody can read the rule.
    let approval: PaymentTerms.Approval?
    var requests: Set<String> = []
    var sums: [Part: Int64] = [:]
    /// What was asked about; nil before.
    var asked: [Part: Int64]?
    var until: Int64 = 0
    var given: Set<String> = []
    var isGiven = false
    var isRefused = false

    func isUnanswered(at t: Int64) -> Bool { asked != nil && !isGiven && !isRefused && t < until }

    /// The most that a sum may come to by now; nil where nothing limits it.
    func most(of part: Part, at t: Int64) -> Int64? {
        guard let asked else { return nil }
        guard isGiven || isUnanswered(at: t) else { return 0 }
        let minor = asked[part] ?? 0
        let joining = approval?.joining ?? (num: 0, den: 1)
        return Int64(clamping: Int128(minor) + Int128(minor) * Int128(joining.num) / Int128(joining.den))
    }
}

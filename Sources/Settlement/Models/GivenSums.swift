import CanonicalJSON

/// What a request says for rules 25 to 28 when it is accepted.
struct AskedFacts: Sendable {
    let tier: CanonicalText
    let type: CanonicalText?
    let price: (unit: CanonicalText, minor: Int64)?
}

/// What was given to one request, by type and unit, and how often at each place of the policy.
struct GivenSums: Sendable {
    private struct Place: Hashable {
        let tier: Int64
        let benefit: Int64
    }

    private var sums: [String: Int64] = [:]
    private var counts: [Place: Int64] = [:]

    func sum(of claim: ModelTerms.Claim) -> Int64 { sums["\(claim.type) \(claim.unit)"] ?? 0 }

    func count(tier: Int64, benefit: Int64) -> Int64 { counts[Place(tier: tier, benefit: benefit)] ?? 0 }

    var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ claim: ModelTerms.Claim, _ minor: Int64) {
        let (sum, overflow) = self.sum(of: claim).addingReportingOverflow(minor)
        sums["\(claim.type) \(claim.unit)"] = overflow ? .max : sum
        counts[Place(tier: Int64(claim.tier), benefit: Int64(claim.benefit)), default: 0] += 1
    }
}

/// Money that was given back.
struct Refund: Sendable {
    let rid: String
    let unit: CanonicalText
    let minor: Int64
    var isSettled = false
}

/// `refund.settled`.
struct RefundFacts {
    let claimKey: Range<Int>
    let journal: Range<Int>
    let minor: Int64
    let unit: Range<Int>

    init(_ frame: EntryFrame) throws(EntryProblem) {
        var facts = try FactReader(frame)
        claimKey = try facts.text("claimKey")
        journal = try facts.value("journal")
        minor = try facts.integer("minor")
        unit = try facts.text("unit")
        try facts.finish()
    }
}

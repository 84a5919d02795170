import CanonicalJSON
import Cryptography

/// What must be remembered of claims: nothing while no document says how they are heard; then a few words of each
/// request that can be claimed about; and all of those about which somebody did.
struct ClaimTable: Sendable {
    /// A request that was accepted while a document of kind `Claims` was in force.
    struct Claimable: Sendable {
        let seq: UInt64
        let tenant: CanonicalText
        /// What binds the request.
        var terms: Int
        let policy: Int
        var stop: Int64?
        var isErased = false
    }

    /// A policy by which claims are heard.
    struct Policy: Sendable {
        let hash: String
        /// Nil when it says what the page does not know.
        let terms: ClaimTerms?
    }

    /// Everything about the claims of one request.
    struct Case: Sendable {
        var claims: [Claim] = []
        /// Whoever of the staff had to do with it.
        var actors: Set<String> = []
        /// What counts as posted, by type and unit.
        var given: [Kind: Int64] = [:]
        /// Postings on claims that nobody was told of yet.
        var unannounced: [UInt64] = []
        /// A grant that must be posted at this `t`.
        var owed: Owed?
        var isCompensated = false
    }

    struct Kind: Hashable, Sendable {
        let type: String
        let unit: String
    }

    /// What a decision makes to be posted.
    struct Owed: Sendable {
        let seq: UInt64
        let t: Int64
        let claim: Int64
        let isAppeal: Bool
        let amount: ClaimAmount
    }

    /// One claim as the entries so far leave it.
    struct Claim: Sendable {
        let seq: UInt64
        let category: String
        let requested: ClaimAmount?
        let seed: String
        let policy: Int
        var stage = "decision"
        var state = State.open
        var due: Int64
        var asked: (from: Int64, until: Int64)?
        var askedCount = 0
        var assignee: String?
        var task: String? = "review"
        var draws: Int64 = 0
        /// When somebody must be drawn, and for what.
        var draw: (t: Int64, seq: UInt64)?
        var proposed: ClaimAmount?
        var opinionBy: Int64?
        var decidedAt: Int64 = 0
        var outcome = ""
        var isMiss = false

        enum State: Sendable { case open, decided, final }
    }

    private(set) var policies: [Policy] = []
    /// Every published document, by its hash: a denial may point into it.
    var documents: [String: JSON] = [:]
    var claimables: [String: Claimable] = [:]
    var cases: [String: Case] = [:]
    /// The offers of a request, and who made them.
    var offers: [String: Offers] = [:]

    struct Offers: Sendable {
        var states: [String] = []
        var actors: Set<String> = []
    }

    /// The place of a policy in the table.
    mutating func place(of hash: String, _ terms: ClaimTerms?) -> Int {
        if let place = policies.firstIndex(where: { $0.hash == hash }) { return place }
        policies.append(Policy(hash: hash, terms: terms))
        return policies.count - 1
    }

    /// The clock of a request stopped.
    mutating func stop(_ rid: String, at t: Int64) {
        guard !claimables.isEmpty, claimables[rid]?.stop == nil else { return }
        claimables[rid]?.stop = t
    }

    /// The person of a request was erased.
    ///
    /// - Returns: whether a claim of theirs was open.
    mutating func erase(_ rid: String) -> Bool {
        claimables[rid]?.isErased = true
        return cases[rid]?.claims.contains { $0.state == .open } ?? false
    }

    /// Delays that people told us of, and that we had not noticed.
    var detectorMisses: Int { cases.values.reduce(0) { $0 + $1.claims.count(where: \.isMiss) } }

    /// Who is drawn: the place in the list of those who may be.
    static func draw(seed: String, rid: String, claim: Int64, number: Int64, among count: Int) -> Int {
        let text = "claim draw v1\n\(seed)\n\(rid).\(claim)\n\(number)"
        let digest = SHA256.hash(Array(text.utf8)).bytes
        var value: UInt64 = 0
        for byte in digest[0..<8] { value = value * 256 + UInt64(byte) }
        return Int(value % UInt64(count))
    }

    /// What the entitlement of a slot comes to, with what was given of its type set off; nil without a claim.
    func expected(_ rid: String, _ index: Int, _ terms: CompensationTerms) -> Int64? {
        guard let known = cases[rid] else { return nil }
        let slot = terms.slots[index]
        let entitled = terms.slots[...index].reduce(0) { sum, other in
            other.type == slot.type && other.unit == slot.unit ? sum + other.expected : sum
        }
        return max(0, entitled - (known.given[Kind(slot)] ?? 0))
    }
}

extension ClaimTable.Kind {
    init(_ slot: CompensationTerms.Slot) {
        self.init(type: slot.type.rawValue, unit: slot.unit.text)
    }
}

extension CanonicalText {
    /// A string without its quotation marks; all names of units are plain.
    var text: String { String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self) }
}

import CanonicalJSON

/// What the entries of a log add up to, and everything that is wrong with them.
package struct SettlementReport: Hashable, Sendable {
    /// What the report says in one word.
    package enum Verdict: Hashable, Sendable {
        /// Everything that was owed by then was paid once, and nothing else was.
        case settled
        /// Something is wrong; see ``SettlementReport/findings``.
        case wrong
        /// Something is published that the page of the log does not explain; see ``SettlementReport/unknowns``.
        case cannotTell
    }

    /// Something that the page of the log does not explain, and that may change what is owed.
    package struct Unknown: Hashable, Sendable {
        /// The entry that says it.
        package let seq: UInt64
        /// What it is.
        package let sentence: String
        /// Whether it may change what any request is owed; findings may then be wrong.
        package let concernsAll: Bool
        /// How many requests could not be judged because of it.
        package fileprivate(set) var requests = 0
    }

    /// How many entries were read.
    package let entries: Int
    /// Accepted.
    package let requests: Int
    /// With a credential.
    package let issued: Int
    /// Cancelled or denied: ended before there was a credential.
    package let cancelled: Int
    /// Whose promise is broken, and not void.
    package let breached: Int
    /// With at least one posting.
    package let compensated: Int
    /// The sum of all postings by unit, in minor units.
    package let granted: [String: Int64]
    /// Delays that were claimed, found right, and not noticed before.
    package let detectorMisses: Int
    /// Benefits that are owed and not posted, while there is still time.
    package let open: Int
    /// What is owed for a named reason and not paid yet, by unit: the balance of all provisions.
    package let owed: [String: Int64]
    /// Steps of caps, pots and stacking that could not be judged, because no opening says whose a request is.
    package let unjudgedSettlements: Int
    /// Requests that could not be judged, because something unknown may bind them.
    package let unjudged: Int
    /// Premium windows that were opened, and judged.
    package let judgedWindows: Int
    /// Premium windows that were not, because there was no opening.
    package let unjudgedWindows: Int

    /// What was spent of wallets, by unit.
    package let spent: [String: Int64]
    /// What expired in wallets, by unit.
    package let expired: [String: Int64]
    /// Movements of wallets whose lots were shown, and judged.
    package let judgedMovements: Int
    /// Movements of which only the sum was judged.
    package let unjudgedMovements: Int
    /// Coverage statements whose roots were judged too.
    package let judgedCoverage: Int
    /// Those of which only counts and sums were, because nobody showed the salts.
    package let unjudgedCoverage: Int
    /// Coupons by what became of them: `minted`, `redeemed`, `expired`, `revoked`, `active`.
    package let coupons: [String: Int]
    /// Further checks by what became of them: `owed` in all, `open`, `done`, `waived`, `void`.
    package let upgrades: [String: Int]

    /// In the order of the log; of very many the first that were found, see ``findingCounts``.
    package let findings: [Finding]
    /// All findings by kind.
    package let findingCounts: [Finding.Kind: Int]
    /// What the page does not explain, in the order of the log, whether a request was concerned or not.
    package let unknowns: [Unknown]

    /// Broken promises and benefits that the log passes over.
    package var missed: Int {
        findingCounts[.missedBreach, default: 0] + findingCounts[.missedPayment, default: 0]
    }

    /// Benefits posted a second time.
    package var double: Int { findingCounts[.doublePayment, default: 0] }

    /// An unknown that concerns all outweighs findings, which may then be wrong; others do not.
    package var verdict: Verdict {
        if unknowns.contains(where: \.concernsAll) { return .cannotTell }
        if !findingCounts.isEmpty { return .wrong }
        return unjudged == 0 ? .settled : .cannotTell
    }
}

/// What the page of the log does not explain, as it is met.
struct UnknownList: Sendable {
    /// More documents than any service publishes. A log of nothing else must not fill the memory.
    static let maximumKept = 10_000

    private(set) var kept: [SettlementReport.Unknown] = []

    private var places: [UInt64: Int] = [:]

    mutating func add(seq: UInt64, concernsAll: Bool, _ sentence: String) {
        let unknown = SettlementReport.Unknown(seq: seq, sentence: sentence, concernsAll: concernsAll)
        if kept.count < Self.maximumKept {
            places[seq] = kept.count
            kept.append(unknown)
        } else if concernsAll {
            // It must not go unseen because others came before it.
            kept[kept.count - 1] = unknown
        }
    }

    /// Counts a request that the unknown at `seq` keeps from being judged.
    mutating func addRequest(to seq: UInt64) {
        guard let place = places[seq], kept[place].seq == seq else { return }
        kept[place].requests += 1
    }
}

/// The sums that no record keeps.
struct Tally: Sendable {
    var requests = 0
    var issued = 0
    var cancelled = 0
    var unjudged = 0

    private var granted: [CanonicalText: Int64] = [:]

    /// Adds a posting.
    /// - Returns: what is wrong if the sum does not fit; it is then left as it was.
    mutating func grant(_ minor: Int64, of unit: CanonicalText) -> String? {
        let (sum, overflow) = granted[unit, default: 0].addingReportingOverflow(minor)
        guard !overflow else { return "the sum of \(unit) granted does not fit in 64 bits" }
        granted[unit] = sum
        return nil
    }

    /// By the plain text of the unit.
    var grantedByUnit: [String: Int64] {
        var byUnit: [String: Int64] = [:]
        for (unit, minor) in granted { byUnit[unit.plain] = minor }
        return byUnit
    }
}

extension CanonicalText {
    /// The text itself.
    var plain: String { (try? JSON(parsing: bytes))?.stringValue ?? description }
}

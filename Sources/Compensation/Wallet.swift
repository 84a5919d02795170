package import Temporal

/// Credits of one posting, as far as they are left.
package struct CreditLot: Hashable, Sendable {
    /// The posting that they come from.
    package let claimKey: ClaimKey
    /// What is left of them.
    package let left: Amount
    /// From when on they can be spent.
    package let from: Instant
    /// From when on they no longer can.
    package let until: Instant

    /// A lot as it was stored.
    package init(claimKey: ClaimKey, left: Amount, from: Instant, until: Instant) {
        self.claimKey = claimKey
        self.left = left
        self.from = from
        self.until = until
    }

    /// Whether its credits can be spent: at `until` they can no longer be.
    package func isSpendable(at now: Instant) -> Bool { from <= now && now < until && left.minor > 0 }
}

/// The credits of one holder. What has expired counts for nothing at once, whether or not anybody swept it.
package struct Wallet: Hashable, Sendable {
    /// All lots, in any order.
    package let lots: [CreditLot]

    /// A wallet of these lots.
    package init(lots: [CreditLot]) { self.lots = lots }

    /// The credits that can be spent at an instant.
    package func balance(at now: Instant) -> Amount {
        balance(of: .pocketFitCredits, at: now)
    }

    /// The lots that can be spent at an instant, in the order in which they are: earliest expiry, then oldest, then by
    /// claim key.
    package func inOrderOfConsumption(at now: Instant) -> [CreditLot] {
        lots.filter { $0.isSpendable(at: now) }
            .sorted { ($0.until, $0.from, $0.claimKey) < ($1.until, $1.from, $1.claimKey) }
    }
}

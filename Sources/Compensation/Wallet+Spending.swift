package import Temporal

/// A part of one lot.
package struct LotSlice: Hashable, Sendable {
    /// The posting that the credits come from.
    package let claimKey: ClaimKey
    /// How much of it; greater than zero.
    package let minor: Int64

    /// So much of a lot.
    package init(claimKey: ClaimKey, minor: Int64) {
        precondition(minor > 0, "a slice of \(minor)")
        self.claimKey = claimKey
        self.minor = minor
    }
}

/// The wallet holds less than was asked for; nothing was taken.
package struct InsufficientCredits: Error, Hashable, Sendable {
    /// What was asked for.
    package let asked: Amount
    /// What can be spent.
    package let available: Amount

    /// So much was asked for, and so much is there.
    package init(asked: Amount, available: Amount) {
        self.asked = asked
        self.available = available
    }
}

extension Wallet {
    /// What can be spent of one unit at an instant.
    package func balance(of unit: UnitOfAccount, at now: Instant) -> Amount {
        Amount(
            lots.reduce(0) { $1.left.unit == unit && $1.isSpendable(at: now) ? $0 + $1.left.minor : $0 }, unit)
    }

    /// Which lots an amount is taken from: all of it or nothing (rule 35). Earliest expiry first, then oldest, then by
    /// claim key; each but the last is emptied.
    package func taking(_ amount: Amount, at now: Instant) throws(InsufficientCredits) -> [LotSlice] {
        precondition(amount.minor > 0, "a spend of \(amount)")
        var missing = amount.minor
        var slices: [LotSlice] = []
        for lot in inOrderOfConsumption(at: now) where lot.left.unit == amount.unit && missing > 0 {
            let taken = min(missing, lot.left.minor)
            slices.append(LotSlice(claimKey: lot.claimKey, minor: taken))
            missing -= taken
        }
        guard missing == 0 else {
            throw InsufficientCredits(asked: amount, available: balance(of: amount.unit, at: now))
        }
        return slices
    }

    /// The wallet after parts of its lots were given back; lots that are not in it stay where they are.
    package func givingBack(_ slices: [LotSlice]) -> Wallet {
        var given: [ClaimKey: Int64] = [:]
        for slice in slices { given[slice.claimKey, default: 0] += slice.minor }
        return Wallet(
            lots: lots.map { lot in
                guard let back = given[lot.claimKey] else { return lot }
                return CreditLot(
                    claimKey: lot.claimKey, left: lot.left + Amount(back, lot.left.unit), from: lot.from,
                    until: lot.until)
            })
    }
}

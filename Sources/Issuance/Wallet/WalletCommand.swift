import Compensation
package import Temporal

/// What somebody wants to happen to a wallet.
package enum WalletCommand: Sendable {
    case spend(WalletOrder)
    /// To be released by itself after so long.
    case reserve(WalletOrder, for: Milliseconds)
    case confirm(HeldCredits)
    case release(HeldCredits)
    /// Book what time has done: reservations that ran out, lots that expired.
    case settle(WalletOwner)

    /// The name of the command, with the tenant it belongs to.
    var idempotency: (tenant: TenantID, Idempotency)? {
        switch self {
        case .spend(let order), .reserve(let order, _): (order.owner.tenant, order.idempotency)
        case .confirm(let held), .release(let held): (held.tenant, held.idempotency)
        case .settle: nil
        }
    }
}

/// So many credits of a holder, and what for.
package struct WalletOrder: Sendable {
    let owner: WalletOwner
    let amount: Amount
    let purpose: SpendPurpose
    let idempotency: Idempotency
}

/// A reservation as its institution names it.
package struct HeldCredits: Sendable {
    let tenant: TenantID
    let number: Int64
    let idempotency: Idempotency
}

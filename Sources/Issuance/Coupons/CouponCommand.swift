package import Temporal

/// What somebody wants to happen to coupons.
package enum CouponCommand: Sendable {
    case addKey(version: Int)
    case limit(CouponLimitsSet)
    case mint(CouponOrder)
    case send(SentCoupon)
    case reserve(PresentedCoupon, for: Milliseconds)
    case redeem(PresentedCoupon)
    case confirm(HeldCredits)
    case release(HeldCredits)
    case revoke(CouponRevocation)
    case reportLeak(tenant: TenantID, coupon: String)
    case countAttempts(tenant: TenantID, failed: Int64)
    /// Book what time has done to a batch.
    case settle(batch: Int64)

    /// The name of the command, with the tenant it belongs to.
    var idempotency: (tenant: TenantID, Idempotency)? {
        switch self {
        case .mint(let order): order.idempotency.map { (order.tenant, $0) }
        case .send(let sent): sent.idempotency.map { (sent.tenant, $0) }
        case .reserve(let presented, _), .redeem(let presented): (presented.tenant, presented.idempotency)
        case .confirm(let held), .release(let held): (held.tenant, held.idempotency)
        case .revoke(let revocation): (revocation.tenant, revocation.idempotency)
        case .addKey, .limit, .reportLeak, .countAttempts, .settle: nil
        }
    }

    /// The commitment key to use for a holder who has none yet.
    var subjectKey: [UInt8]? {
        switch self {
        case .mint(let order): order.subjectKey
        case .send(let sent): sent.subjectKey
        case .reserve(let presented, _), .redeem(let presented): presented.subjectKey
        case .revoke(let revocation): revocation.subjectKey
        default: nil
        }
    }
}

/// Coupons to be minted.
package struct CouponOrder: Sendable {
    let tenant: TenantID
    let kind: CouponKind
    let unit: String
    let minor: Int64
    let until: Instant
    let count: Int
    let reason: CouponReason
    let by: String?
    let holder: String?
    let keyThumbprint: String?
    let note: String?
    let idempotency: Idempotency?
    let subjectKey: [UInt8]

    /// The most coupons of one batch: their names must fit into one entry.
    package static let maximumCount = 100
}

/// A coupon on its way to somebody.
package struct SentCoupon: Sendable {
    let tenant: TenantID
    let coupon: String
    let channel: CouponChannel
    let holder: String?
    let by: String?
    let idempotency: Idempotency?
    let subjectKey: [UInt8]
}

/// A code that somebody presented, of which it is known that it was made here.
package struct PresentedCoupon: Sendable {
    let tenant: TenantID
    let coupon: String
    /// Nil for all that is left.
    let minor: Int64?
    let holder: String?
    /// Of a key whose possession was proven.
    let keyThumbprint: String?
    let reference: String?
    let idempotency: Idempotency
    let subjectKey: [UInt8]
}

/// Coupons to be made worthless.
package struct CouponRevocation: Sendable {
    let tenant: TenantID
    let batch: Int64
    /// Nil for all that is left of the batch.
    let coupon: String?
    let by: String?
    let reason: CouponsRevoked.Reason
    let note: String?
    let idempotency: Idempotency
    let subjectKey: [UInt8]
}

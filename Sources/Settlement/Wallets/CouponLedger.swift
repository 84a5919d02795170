/// Every coupon that was minted, and what became of it.
struct CouponLedger: Sendable {
    struct Batch {
        let tenant: String
        let unit: String
        let minor: Int64
        let until: Int64
        let account: String
        let isGiftCard: Bool
        let coupons: [String]
        let by: String?
        let t: Int64
        let isAward: Bool

        var worth: Int64 { minor * Int64(coupons.count) }
    }

    struct Coupon {
        let batch: UInt64
        var left: Int64
        var end: End?
        var reservation: Reservation?
        var isLeaked = false

        /// Whether somebody's cart holds it.
        func isReserved(at now: Int64) -> Bool { reservation.map { now < $0.until } ?? false }
    }

    struct Reservation {
        let minor: Int64
        let until: Int64
    }

    enum End: String { case redeemed, expired, revoked }

    /// One coupon that a policy gives.
    struct Award: Equatable {
        let unit: CanonicalText
        let minor: Int64
        let until: Int64
        /// The entry that gives it.
        let seq: UInt64
    }

    struct Limits {
        let budget: Int64
        let perAgent: Int64
    }

    var version: Int64 = 1
    var next: Int64 = 0
    var batches: [UInt64: Batch] = [:]
    var coupons: [String: Coupon] = [:]
    var limits: [Purse: Limits] = [:]
    /// What was posted as coupons and is not minted yet, by claim key: nothing between entries of one decision.
    var awards: [CanonicalText: Award] = [:]
    /// The batches of the last 30 days that count, oldest first.
    private var recent: [Purse: [UInt64]] = [:]

    /// How many were minted, and how many ended how; what is left is active.
    private(set) var minted = 0
    private(set) var ended: [End: Int] = [:]

    /// The counts by name.
    var counts: [String: Int] {
        var counts = ["minted": minted, "active": minted - ended.values.reduce(0, +)]
        for (end, count) in ended { counts[end.rawValue] = count }
        return counts
    }

    private static let budgetWindow: Int64 = 30 * 86_400_000
    private static let agentWindow: Int64 = 86_400_000

    mutating func add(_ batch: Batch, _ seq: UInt64) {
        batches[seq] = batch
        minted += batch.coupons.count
        for name in batch.coupons { coupons[name] = Coupon(batch: seq, left: batch.minor) }
    }

    mutating func end(_ name: String, as end: End) {
        coupons[name]?.end = end
        coupons[name]?.reservation = nil
        ended[end, default: 0] += 1
    }

    /// What is wrong with how much a batch mints; counts it.
    mutating func problemWithLimits(_ batch: Batch, _ seq: UInt64) -> String? {
        let purse = Purse(tenant: batch.tenant, unit: batch.unit)
        let counted = (recent[purse] ?? []).filter { (batches[$0]?.t ?? 0) > batch.t - Self.budgetWindow } + [seq]
        recent[purse] = counted
        guard let limits = limits[purse] else { return "nobody said how much \(batch.unit) may be minted" }
        let all = counted.compactMap { $0 == seq ? batch : batches[$0] }
        let sum = all.reduce(0) { $0 + $1.worth }
        guard sum <= limits.budget else { return "\(sum) \(batch.unit) in 30 days, and \(limits.budget) may be" }
        guard let by = batch.by else { return nil }
        let own = all.filter { $0.by == by && $0.t > batch.t - Self.agentWindow }.reduce(0) { $0 + $1.worth }
        return own <= limits.perAgent ? nil : "\(own) \(batch.unit) by \(by) in a day, and \(limits.perAgent) may be"
    }
}

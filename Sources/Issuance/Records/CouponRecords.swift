import Temporal

/// A batch of coupons: what all of them have in common.
package struct CouponBatchRecord: Record {
    /// The number of the entry that minted it, which is its name.
    package var seq: Int64
    package var tenant: String
    package var kind: CouponKind
    package var unit: String
    package var minor: Int64
    package var until: Int64
    package var version: Int64
    /// The number of its first coupon.
    package var first: Int64
    package var count: Int64
    package var reason: CouponReason
    package var bound: CouponBinding
    package var by: String?
    package var claimKey: String?
    package var at: Int64

    package static let table = Table(
        "coupon_batch", key: [.integer("seq")],
        [
            .text("tenant"), .text("kind"), .text("unit"), .integer("minor"), .integer("ends"), .integer("version"),
            .integer("first"), .integer("coupons"), .text("reason"), .text("bound"), .text("minted_by").optional,
            .text("claim_key").optional, .integer("at"),
        ],
        indexes: [
            .init("coupon_batch_by_first", ["first"], isUnique: true),
            .init("coupon_batch_by_tenant", ["tenant", "at"]),
            .init("coupon_batch_by_claim", ["claim_key"], isUnique: true),
        ], isAppendOnly: true)

    package init(row: inout RowReader) throws(StoreError) {
        seq = try row.integer()
        tenant = try row.text()
        kind = try row.choice()
        unit = try row.text()
        minor = try row.integer()
        until = try row.integer()
        version = try row.integer()
        first = try row.integer()
        count = try row.integer()
        reason = try row.choice()
        bound = try row.choice()
        by = try row.optionalText()
        claimKey = try row.optionalText()
        at = try row.integer()
    }

    init(_ minted: CouponMinted, at place: Projection.Place) {
        seq = place.seq
        tenant = minted.tenant.text
        kind = minted.kind
        unit = minted.unit
        minor = minted.minor
        until = minted.until.milliseconds
        version = minted.version
        first = minted.first
        count = Int64(minted.coupons.count)
        reason = minted.reason
        bound = minted.bound
        by = minted.by
        claimKey = minted.claimKey
        at = place.at.milliseconds
    }

    package var values: [ColumnValue] {
        [
            .integer(seq), .text(tenant), .text(kind.rawValue), .text(unit), .integer(minor), .integer(until),
            .integer(version), .integer(first), .integer(count), .text(reason.rawValue), .text(bound.rawValue),
            .optional(by), .optional(claimKey), .integer(at),
        ]
    }

    /// The account that its worth stands on.
    var account: String { claimKey ?? String(seq) }
}

/// One coupon: its number, from which and from the key its code follows, and what became of it. Never the code.
package struct CouponRecord: Record {
    /// What the log calls it.
    package var coupon: String
    package var number: Int64
    package var batch: Int64
    package var tenant: String
    package var granted: Int64
    package var left: Int64
    package var until: Int64
    package var state: State
    /// Who may redeem it; empty for anybody, or for a holder who was erased.
    package var holder: String
    /// The thumbprint of the key that may; empty for any.
    package var keyThumbprint: String
    package var channel: CouponChannel?
    package var sentAt: Int64?
    /// The number of the entry that reserved it, while that was not resolved.
    package var reservation: Int64?
    package var reservedMinor: Int64?
    package var reservedUntil: Int64?
    package var isLeaked: Int64
    /// `until`, while something is left; empty afterwards.
    package var liveUntil: Int64?

    /// What was written of it last.
    package enum State: String, Hashable, Sendable, CaseIterable { case minted, sent, redeemed, expired, revoked }

    package static let table = Table(
        "coupon", key: [.text("coupon")],
        [
            .integer("number"), .integer("batch"), .text("tenant"), .integer("granted"), .integer("remaining"),
            .integer("ends"), .text("state"), .text("holder"), .text("key_thumbprint"), .text("channel").optional,
            .integer("sent_at").optional, .integer("reservation").optional, .integer("reserved").optional,
            .integer("reserved_until").optional, .integer("leaked"), .integer("live_until").optional,
        ],
        indexes: [
            .init("coupon_by_batch", ["batch", "number"]), .init("coupon_by_number", ["number"], isUnique: true),
            .init("coupon_by_tenant", ["tenant", "number"]),
            .init("coupon_by_holder", ["tenant", "holder", "number"]),
            .init("coupon_by_reservation", ["reservation"]), .init("coupon_live", ["live_until"]),
        ])

    package init(row: inout RowReader) throws(StoreError) {
        coupon = try row.text()
        number = try row.integer()
        batch = try row.integer()
        tenant = try row.text()
        granted = try row.integer()
        left = try row.integer()
        until = try row.integer()
        state = try row.choice()
        holder = try row.text()
        keyThumbprint = try row.text()
        channel = try row.optionalText().flatMap(CouponChannel.init)
        sentAt = try row.optionalInteger()
        reservation = try row.optionalInteger()
        reservedMinor = try row.optionalInteger()
        reservedUntil = try row.optionalInteger()
        isLeaked = try row.integer()
        liveUntil = try row.optionalInteger()
    }

    init(_ coupon: String, number: Int64, of minted: CouponMinted, seq: Int64) {
        self.coupon = coupon
        self.number = number
        batch = seq
        tenant = minted.tenant.text
        granted = minted.minor
        left = minted.minor
        until = minted.until.milliseconds
        state = .minted
        holder = minted.holder ?? ""
        keyThumbprint = minted.key ?? ""
        isLeaked = 0
        liveUntil = until
    }

    package var values: [ColumnValue] {
        [
            .text(coupon), .integer(number), .integer(batch), .text(tenant), .integer(granted), .integer(left),
            .integer(until), .text(state.rawValue), .text(holder), .text(keyThumbprint),
            .optional(channel?.rawValue), .optional(sentAt), .optional(reservation), .optional(reservedMinor),
            .optional(reservedUntil), .integer(isLeaked), .optional(liveUntil),
        ]
    }

    /// Whether nothing more can become of it, but for what time does.
    package var isOver: Bool { liveUntil == nil }

    /// Whether somebody holds it for a cart.
    func isReserved(at now: Int64) -> Bool { reservedUntil.map { now < $0 } ?? false }

    /// The state at an instant, whatever was or was not booked.
    package func state(at now: Int64) -> String {
        if isOver { return state.rawValue }
        if isReserved(at: now) { return "reserved" }
        return now < until ? state.rawValue : State.expired.rawValue
    }
}

extension Tables {
    /// What coupons add.
    static let couponChanges: [Table.Change] = [
        .create(CouponBatchRecord.table), .create(CouponRecord.table),
    ]
}

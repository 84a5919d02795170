package import CanonicalJSON
package import Temporal

/// A coupon is held for a cart.
package struct CouponReserved: EventContent {
    package static let type = "coupon.reserved"
    package var tenant: TenantID
    package var coupon: String
    /// The number of its entry, by which it is resolved.
    package var reservation: Int64
    package var minor: Int64
    package var until: Instant
    package var holder: String?
    package var reference: String?
    package var idempotency: Idempotency
}

extension CouponReserved {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        coupon = try facts.string("coupon")
        reservation = try facts.integer("reservation")
        minor = try facts.integer("minor")
        until = try facts.instant("until")
        holder = try openings.optionalHolder()
        reference = try openings.optionalString("reference")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(tenant.text), "coupon": .string(coupon), "reservation": .integer(reservation),
            "minor": .integer(minor), "until": .integer(until.milliseconds),
        ]
    }

    package var openings: JSONObject {
        var openings: JSONObject = ["idempotency": idempotency.json]
        openings["holder"] = holder.map { ["id": .string($0)] }
        openings["reference"] = reference.map(JSON.string)
        return openings
    }
}

/// A coupon is held no more.
package struct CouponReleased: EventContent {
    package static let type = "coupon.released"
    package var tenant: TenantID
    package var coupon: String
    package var why: Why
    package var idempotency: Idempotency?

    /// What ended a reservation.
    package enum Why: String, Hashable, Sendable { case asked, timeout }
}

extension CouponReleased {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        coupon = try facts.string("coupon")
        why = try facts.parsed("why") { Why(rawValue: $0) }
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject {
        ["tenant": .string(tenant.text), "coupon": .string(coupon), "why": .string(why.rawValue)]
    }

    package var openings: JSONObject {
        var openings: JSONObject = [:]
        openings["idempotency"] = idempotency?.json
        return openings
    }
}

/// A coupon was redeemed, or a part of a gift card.
package struct CouponRedeemed: EventContent {
    package static let type = "coupon.redeemed"
    package var tenant: TenantID
    package var coupon: String
    package var minor: Int64
    package var journal: [CompensationPosted.JournalEntry]
    package var holder: String?
    package var reference: String?
    package var idempotency: Idempotency
}

extension CouponRedeemed {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        coupon = try facts.string("coupon")
        minor = try facts.integer("minor")
        journal = try facts.journal()
        holder = try openings.optionalHolder()
        reference = try openings.optionalString("reference")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(tenant.text), "coupon": .string(coupon), "minor": .integer(minor),
            "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject {
        var openings: JSONObject = ["idempotency": idempotency.json]
        openings["holder"] = holder.map { ["id": .string($0)] }
        openings["reference"] = reference.map(JSON.string)
        return openings
    }
}

/// Coupons of a batch that nobody redeemed in time are booked as such.
package struct CouponsExpired: EventContent {
    package static let type = "coupon.expired"
    package var tenant: TenantID
    package var batch: Int64
    package var coupons: [String]
    package var minor: Int64
    package var journal: [CompensationPosted.JournalEntry]
}

extension CouponsExpired {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        batch = try facts.integer("batch")
        coupons = try facts.texts("coupons")
        minor = try facts.integer("minor")
        journal = try facts.journal()
    }

    package var facts: JSONObject {
        [
            "tenant": .string(tenant.text), "batch": .integer(batch), "coupons": .array(coupons.map(JSON.string)),
            "minor": .integer(minor), "journal": .array(journal.map(\.json)),
        ]
    }
}

/// A coupon, or what is left of a batch, can be redeemed no more.
package struct CouponsRevoked: EventContent {
    package static let type = "coupon.revoked"
    package var tenant: TenantID
    package var batch: Int64
    /// Nil for all of the batch.
    package var coupon: String?
    package var minor: Int64
    package var by: String?
    package var reason: Reason
    package var journal: [CompensationPosted.JournalEntry]
    package var note: String?
    package var idempotency: Idempotency

    /// Why.
    package enum Reason: String, Hashable, Sendable, CaseIterable { case error, fraud, leak, withdrawn }
}

extension CouponsRevoked {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        batch = try facts.integer("batch")
        coupon = try facts.optionalString("coupon")
        minor = try facts.integer("minor")
        by = try facts.optionalString("by")
        reason = try facts.parsed("reason") { Reason(rawValue: $0) }
        journal = try facts.journal()
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "tenant": .string(tenant.text), "batch": .integer(batch), "minor": .integer(minor),
            "reason": .string(reason.rawValue), "journal": .array(journal.map(\.json)),
        ]
        facts["coupon"] = coupon.map(JSON.string)
        facts["by"] = by.map(JSON.string)
        return facts
    }

    package var openings: JSONObject { noted(note, idempotency) }
}

/// A second holder presented the code of a coupon that is bound to another.
package struct CouponLeaked: EventContent {
    package static let type = "coupon.leaked"
    package var tenant: TenantID
    package var coupon: String
}

extension CouponLeaked {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        coupon = try facts.string("coupon")
    }

    package var facts: JSONObject { ["tenant": .string(tenant.text), "coupon": .string(coupon)] }
}

/// So many codes were refused at an institution since the service started.
package struct CouponAttempts: EventContent {
    package static let type = "coupon.attempts"
    package var tenant: TenantID
    package var failed: Int64
}

extension CouponAttempts {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        failed = try facts.integer("failed")
    }

    package var facts: JSONObject { ["tenant": .string(tenant.text), "failed": .integer(failed)] }
}

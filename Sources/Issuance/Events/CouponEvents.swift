package import CanonicalJSON
package import Temporal

/// A fact about coupons (page "What the log says of wallets and coupons").
package enum CouponFact: Hashable, Sendable {
    case key(CouponKeyAdded)
    case limits(CouponLimitsSet)
    case minted(CouponMinted)
    case sent(CouponSent)
    case reserved(CouponReserved)
    case released(CouponReleased)
    case redeemed(CouponRedeemed)
    case expired(CouponsExpired)
    case revoked(CouponsRevoked)
    case leaked(CouponLeaked)
    case attempts(CouponAttempts)

    package var content: any EventContent {
        switch self {
        case .key(let content): content
        case .limits(let content): content
        case .minted(let content): content
        case .sent(let content): content
        case .reserved(let content): content
        case .released(let content): content
        case .redeemed(let content): content
        case .expired(let content): content
        case .revoked(let content): content
        case .leaked(let content): content
        case .attempts(let content): content
        }
    }

    /// Whose private facts the entry holds: a holder's, where it names one, else the institution's; nil for none.
    var owner: WalletOwner? {
        switch self {
        case .minted(let fact): WalletOwner(tenant: fact.tenant, holder: fact.holder ?? "")
        case .sent(let fact): WalletOwner(tenant: fact.tenant, holder: fact.holder ?? "")
        case .reserved(let fact): WalletOwner(tenant: fact.tenant, holder: fact.holder ?? "")
        case .redeemed(let fact): WalletOwner(tenant: fact.tenant, holder: fact.holder ?? "")
        case .released(let fact): WalletOwner(tenant: fact.tenant, holder: "")
        case .revoked(let fact): WalletOwner(tenant: fact.tenant, holder: "")
        case .key, .limits, .expired, .leaked, .attempts: nil
        }
    }

    /// The command that led to it.
    var idempotency: Idempotency? {
        switch self {
        case .minted(let fact): fact.idempotency
        case .sent(let fact): fact.idempotency
        case .reserved(let fact): fact.idempotency
        case .released(let fact): fact.idempotency
        case .redeemed(let fact): fact.idempotency
        case .revoked(let fact): fact.idempotency
        case .key, .limits, .expired, .leaked, .attempts: nil
        }
    }

    /// Nil for an entry of another sort.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case CouponKeyAdded.type: self = .key(try CouponKeyAdded(&facts, &openings))
        case CouponLimitsSet.type: self = .limits(try CouponLimitsSet(&facts, &openings))
        case CouponMinted.type: self = .minted(try CouponMinted(&facts, &openings))
        case CouponSent.type: self = .sent(try CouponSent(&facts, &openings))
        case CouponReserved.type: self = .reserved(try CouponReserved(&facts, &openings))
        case CouponReleased.type: self = .released(try CouponReleased(&facts, &openings))
        case CouponRedeemed.type: self = .redeemed(try CouponRedeemed(&facts, &openings))
        case CouponsExpired.type: self = .expired(try CouponsExpired(&facts, &openings))
        case CouponsRevoked.type: self = .revoked(try CouponsRevoked(&facts, &openings))
        case CouponLeaked.type: self = .leaked(try CouponLeaked(&facts, &openings))
        case CouponAttempts.type: self = .attempts(try CouponAttempts(&facts, &openings))
        default: return nil
        }
    }
}

/// How coupons are made and what they may be spent on.
package enum CouponKind: String, Hashable, Sendable, CaseIterable {
    /// Redeemed once, whole.
    case singleUse = "single-use"
    /// Stored value, redeemed in parts.
    case giftCard = "gift-card"
}

/// Why coupons were minted.
package enum CouponReason: String, Hashable, Sendable, CaseIterable {
    case compensation, goodwill, promotion, gift, replacement
}

/// Who may redeem a coupon.
package enum CouponBinding: String, Hashable, Sendable, CaseIterable { case nobody, holder, key }

/// How a coupon reached somebody.
package enum CouponChannel: String, Hashable, Sendable, CaseIterable {
    case email, chat, text, social, phone, print, api
}

/// Codes are made with another version of the secret from here on.
package struct CouponKeyAdded: EventContent {
    package static let type = "coupon.key"
    package let version: Int64

    package init(version: Int64) { self.version = version }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        version = try facts.integer("version")
    }

    package var facts: JSONObject { ["version": .integer(version)] }
}

/// How much may be minted at an institution from here on.
package struct CouponLimitsSet: EventContent {
    package static let type = "coupon.limits"
    package let tenant: TenantID
    package let unit: String
    /// The most in 30 days.
    package let budget: Int64
    /// The most of one member of staff in 24 hours.
    package let perAgent: Int64

    package init(tenant: TenantID, unit: String, budget: Int64, perAgent: Int64) {
        self.tenant = tenant
        self.unit = unit
        self.budget = budget
        self.perAgent = perAgent
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        unit = try facts.string("unit")
        budget = try facts.integer("budget")
        perAgent = try facts.integer("perAgent")
    }

    package var facts: JSONObject {
        [
            "tenant": .string(tenant.text), "unit": .string(unit), "budget": .integer(budget),
            "perAgent": .integer(perAgent),
        ]
    }
}

/// A batch of coupons exists.
package struct CouponMinted: EventContent {
    package static let type = "coupon.minted"
    package var tenant: TenantID
    package var kind: CouponKind
    package var unit: String
    package var minor: Int64
    package var until: Instant
    package var version: Int64
    package var first: Int64
    /// What the log calls each of them.
    package var coupons: [String]
    package var reason: CouponReason
    package var bound: CouponBinding
    /// The member of staff.
    package var by: String?
    /// The posting that they fulfil.
    package var claimKey: String?
    package var journal: [CompensationPosted.JournalEntry]
    package var holder: String?
    /// The thumbprint of the key that may redeem them.
    package var key: String?
    package var note: String?
    package var idempotency: Idempotency?
}

extension CouponMinted {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        kind = try facts.parsed("kind") { CouponKind(rawValue: $0) }
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        until = try facts.instant("until")
        version = try facts.integer("version")
        first = try facts.integer("first")
        coupons = try facts.texts("coupons")
        reason = try facts.parsed("reason") { CouponReason(rawValue: $0) }
        bound = try facts.parsed("bound") { CouponBinding(rawValue: $0) }
        by = try facts.optionalString("by")
        claimKey = try facts.optionalString("claimKey")
        journal = claimKey == nil ? try facts.journal() : []
        holder = try openings.optionalHolder()
        key = try openings.optionalString("key")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "tenant": .string(tenant.text), "kind": .string(kind.rawValue), "unit": .string(unit),
            "minor": .integer(minor), "until": .integer(until.milliseconds), "version": .integer(version),
            "first": .integer(first), "coupons": .array(coupons.map(JSON.string)),
            "reason": .string(reason.rawValue), "bound": .string(bound.rawValue),
        ]
        facts["by"] = by.map(JSON.string)
        facts["claimKey"] = claimKey.map(JSON.string)
        if claimKey == nil { facts["journal"] = .array(journal.map(\.json)) }
        return facts
    }

    package var openings: JSONObject {
        var openings: JSONObject = [:]
        openings["holder"] = holder.map { ["id": .string($0)] }
        openings["key"] = key.map(JSON.string)
        openings["note"] = note.map(JSON.string)
        openings["idempotency"] = idempotency?.json
        return openings
    }
}

/// A coupon was given to somebody.
package struct CouponSent: EventContent {
    package static let type = "coupon.sent"
    package var tenant: TenantID
    package var coupon: String
    package var channel: CouponChannel
    package var by: String?
    package var holder: String?
    package var idempotency: Idempotency?
}

extension CouponSent {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        coupon = try facts.string("coupon")
        channel = try facts.parsed("channel") { CouponChannel(rawValue: $0) }
        by = try facts.optionalString("by")
        holder = try openings.optionalHolder()
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "tenant": .string(tenant.text), "coupon": .string(coupon), "channel": .string(channel.rawValue),
        ]
        facts["by"] = by.map(JSON.string)
        return facts
    }

    package var openings: JSONObject {
        var openings: JSONObject = [:]
        openings["holder"] = holder.map { ["id": .string($0)] }
        openings["idempotency"] = idempotency?.json
        return openings
    }
}

extension ObjectReader {
    /// A list of texts.
    mutating func texts(_ key: String) throws(JSONShapeError) -> [String] {
        try array(key).map { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: place, problem: "expected a string")
            }
            return text
        }
    }

    /// The opening `holder`, if it is there; one that was erased is nobody.
    mutating func optionalHolder() throws(JSONShapeError) -> String? {
        guard var person = try optionalObject("holder") else { return nil }
        let id = try person.string("id")
        try person.finish()
        return id
    }
}

package import CanonicalJSON
package import Temporal

/// A fact about somebody's wallet (page "Wallet"). None is about a request: an entry of
/// one lot's request would tell which requests belong together.
package enum WalletFact: Hashable, Sendable {
    case spent(CreditsSpent)
    case reserved(CreditsReserved)
    case confirmed(CreditsConfirmed)
    case released(CreditsReleased)
    case expired(CreditsExpired)
    case erased(WalletErased)

    package var content: any EventContent {
        switch self {
        case .spent(let content): content
        case .reserved(let content): content
        case .confirmed(let content): content
        case .released(let content): content
        case .expired(let content): content
        case .erased(let content): content
        }
    }

    /// Whose wallet; the empty holder where what the entry commits to is the institution's own.
    var owner: WalletOwner {
        switch self {
        case .spent(let content): content.owner
        case .reserved(let content): content.owner
        case .confirmed(let content): content.owner
        case .released(let content): content.owner
        case .expired(let content): content.owner
        case .erased(let content): WalletOwner(tenant: content.tenant, holder: "")
        }
    }

    /// The command that led to it, where one did.
    var idempotency: Idempotency? {
        switch self {
        case .spent(let content): content.idempotency
        case .reserved(let content): content.idempotency
        case .confirmed(let content): content.idempotency
        case .released(let content): content.idempotency
        case .expired, .erased: nil
        }
    }

    /// Nil for an entry of another sort.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case CreditsSpent.type: self = .spent(try CreditsSpent(&facts, &openings))
        case CreditsReserved.type: self = .reserved(try CreditsReserved(&facts, &openings))
        case CreditsConfirmed.type: self = .confirmed(try CreditsConfirmed(&facts, &openings))
        case CreditsReleased.type: self = .released(try CreditsReleased(&facts, &openings))
        case CreditsExpired.type: self = .expired(try CreditsExpired(&facts, &openings))
        case WalletErased.type: self = .erased(try WalletErased(&facts, &openings))
        default: return nil
        }
    }
}

/// A holder as an institution names them. The name is committed to, the institution is public.
package struct WalletOwner: Hashable, Sendable {
    package let tenant: TenantID
    /// Empty for somebody who was erased.
    package let holder: String

    package init(tenant: TenantID, holder: String) {
        self.tenant = tenant
        self.holder = holder
    }

    init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        var person = try openings.object("holder")
        holder = try person.string("id")
        try person.finish()
    }

    var opening: JSON { ["id": .string(holder)] }
}

/// A part of one lot, as an opening names it.
package struct LotPart: Hashable, Sendable {
    package let claimKey: String
    package let minor: Int64

    package init(claimKey: String, minor: Int64) {
        self.claimKey = claimKey
        self.minor = minor
    }

    var json: JSON { ["claimKey": .string(claimKey), "minor": .integer(minor)] }

    /// The parts that an opening, or a row of a reservation, lists.
    static func list(_ reader: inout ObjectReader, _ key: String) throws(JSONShapeError) -> [LotPart] {
        try reader.array(key).map { (json, place) throws(JSONShapeError) in
            var part = try ObjectReader(json, at: place)
            let result = LotPart(claimKey: try part.string("claimKey"), minor: try part.integer("minor"))
            try part.finish()
            return result
        }
    }
}

/// What the institution says that credits are taken for; committed to.
package struct SpendPurpose: Hashable, Sendable {
    package let purpose: String?
    package let reference: String?

    /// The longest of either text, in UTF-8 bytes: a sentence, an order number.
    package static let maximumBytes = 200

    package init(purpose: String?, reference: String?) {
        self.purpose = purpose
        self.reference = reference
    }

    init(_ openings: inout ObjectReader) throws(JSONShapeError) {
        guard var reader = try openings.optionalObject("purpose") else {
            self.init(purpose: nil, reference: nil)
            return
        }
        self.init(
            purpose: try reader.optionalString("purpose"), reference: try reader.optionalString("reference"))
        try reader.finish()
    }

    var opening: JSON? {
        var object: JSONObject = [:]
        object["purpose"] = purpose.map(JSON.string)
        object["reference"] = reference.map(JSON.string)
        return object.isEmpty ? nil : .object(object)
    }
}

/// Credits were taken from a wallet for good.
package struct CreditsSpent: EventContent {
    package static let type = "credits.spent"
    package let owner: WalletOwner
    package let unit: String
    package let minor: Int64
    package let lots: [LotPart]
    package let purpose: SpendPurpose
    package let journal: [CompensationPosted.JournalEntry]
    /// Nil where another command spends, such as a request that is paid with a free issuance.
    package let idempotency: Idempotency?

    package init(
        owner: WalletOwner, unit: String, minor: Int64, lots: [LotPart], purpose: SpendPurpose,
        journal: [CompensationPosted.JournalEntry], idempotency: Idempotency?
    ) {
        self.owner = owner
        self.unit = unit
        self.minor = minor
        self.lots = lots
        self.purpose = purpose
        self.journal = journal
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        owner = try WalletOwner(&facts, &openings)
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        lots = try LotPart.list(&openings, "lots")
        purpose = try SpendPurpose(&openings)
        journal = try facts.journal()
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(owner.tenant.text), "unit": .string(unit), "minor": .integer(minor),
            "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject { owner.openings(lots: lots, purpose: purpose, idempotency) }
}

/// Credits are held until they are confirmed, released, or an instant comes.
package struct CreditsReserved: EventContent {
    package static let type = "credits.reserved"
    package let owner: WalletOwner
    package let unit: String
    package let minor: Int64
    package let until: Instant
    package let lots: [LotPart]
    package let purpose: SpendPurpose
    package let journal: [CompensationPosted.JournalEntry]
    package let idempotency: Idempotency

    package init(
        owner: WalletOwner, unit: String, minor: Int64, until: Instant, lots: [LotPart], purpose: SpendPurpose,
        journal: [CompensationPosted.JournalEntry], idempotency: Idempotency
    ) {
        self.owner = owner
        self.unit = unit
        self.minor = minor
        self.until = until
        self.lots = lots
        self.purpose = purpose
        self.journal = journal
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        owner = try WalletOwner(&facts, &openings)
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        until = try facts.instant("until")
        lots = try LotPart.list(&openings, "lots")
        purpose = try SpendPurpose(&openings)
        journal = try facts.journal()
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(owner.tenant.text), "unit": .string(unit), "minor": .integer(minor),
            "until": .integer(until.milliseconds), "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject { owner.openings(lots: lots, purpose: purpose, idempotency) }

    /// The number of its entry, which the account of the reservation is named by.
    var number: Int64? {
        journal.first?.lines.last.flatMap { line in
            line.account.split(separator: ":", maxSplits: 1).last.flatMap { Int64($0) }
        }
    }
}

/// What was reserved is spent.
package struct CreditsConfirmed: EventContent {
    package static let type = "credits.confirmed"
    package let owner: WalletOwner
    /// The number of the reservation's entry.
    package let of: Int64
    package let journal: [CompensationPosted.JournalEntry]
    package let idempotency: Idempotency

    package init(
        owner: WalletOwner, of: Int64, journal: [CompensationPosted.JournalEntry], idempotency: Idempotency
    ) {
        self.owner = owner
        self.of = of
        self.journal = journal
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        owner = try WalletOwner(&facts, &openings)
        of = try facts.integer("of")
        journal = try facts.journal()
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(owner.tenant.text), "of": .integer(of), "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject { ["holder": owner.opening, "idempotency": idempotency.json] }
}

/// What was reserved is the holder's again.
package struct CreditsReleased: EventContent {
    package static let type = "credits.released"
    package let owner: WalletOwner
    package let of: Int64
    package let why: Why
    package let journal: [CompensationPosted.JournalEntry]
    /// Nil when nobody asked.
    package let idempotency: Idempotency?

    /// What ended a reservation.
    package enum Why: String, Hashable, Sendable { case asked, timeout, erasure }

    package init(
        owner: WalletOwner, of: Int64, why: Why, journal: [CompensationPosted.JournalEntry],
        idempotency: Idempotency?
    ) {
        self.owner = owner
        self.of = of
        self.why = why
        self.journal = journal
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        owner = try WalletOwner(&facts, &openings)
        of = try facts.integer("of")
        why = try facts.parsed("why") { Why(rawValue: $0) }
        journal = try facts.journal()
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject {
        [
            "tenant": .string(owner.tenant.text), "of": .integer(of), "why": .string(why.rawValue),
            "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject {
        var openings: JSONObject = ["holder": owner.opening]
        openings["idempotency"] = idempotency?.json
        return openings
    }
}

/// What nobody spent in time is booked as such.
package struct CreditsExpired: EventContent {
    package static let type = "credits.expired"
    package let owner: WalletOwner
    package let unit: String
    package let minor: Int64
    package let why: Why
    package let lots: [LotPart]
    package let journal: [CompensationPosted.JournalEntry]

    /// Why nobody can spend them any more.
    package enum Why: String, Hashable, Sendable { case expiry, erasure }

    package init(
        owner: WalletOwner, unit: String, minor: Int64, why: Why, lots: [LotPart],
        journal: [CompensationPosted.JournalEntry]
    ) {
        self.owner = owner
        self.unit = unit
        self.minor = minor
        self.why = why
        self.lots = lots
        self.journal = journal
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        owner = try WalletOwner(&facts, &openings)
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        why = try facts.parsed("why") { Why(rawValue: $0) }
        lots = try LotPart.list(&openings, "lots")
        journal = try facts.journal()
    }

    package var facts: JSONObject {
        [
            "tenant": .string(owner.tenant.text), "unit": .string(unit), "minor": .integer(minor),
            "why": .string(why.rawValue), "journal": .array(journal.map(\.json)),
        ]
    }

    package var openings: JSONObject { ["holder": owner.opening, "lots": .array(lots.map(\.json))] }
}

extension WalletOwner {
    fileprivate func openings(
        lots: [LotPart], purpose: SpendPurpose, _ idempotency: Idempotency?
    ) -> JSONObject {
        var openings: JSONObject = ["holder": opening, "lots": .array(lots.map(\.json))]
        openings["purpose"] = purpose.opening
        openings["idempotency"] = idempotency?.json
        return openings
    }
}

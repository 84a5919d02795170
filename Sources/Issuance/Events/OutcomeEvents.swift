package import CanonicalJSON
import Compensation
package import ServiceLevels
package import StatusLists
package import Temporal

/// The credential exists and is available. The first one stops the clock.
package struct CredentialIssued: EventContent {
    package static let type = "credential.issued"
    /// The credential with its proof; a token is a string.
    package let credential: JSON
    /// The URL of the key that signed it.
    package let key: String
    package let securing: Securing
    /// Its place in the status lists of its issuer.
    package let place: StatusPlace

    package init(credential: JSON, key: String, securing: Securing, place: StatusPlace) {
        self.credential = credential
        self.key = key
        self.securing = securing
        self.place = place
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        key = try facts.string("key")
        securing = try facts.parsed("securing") { Securing(rawValue: $0) }
        credential = try openings.value("credential")
        var status = try openings.object("status")
        place = StatusPlace(list: try status.integer("list"), index: try status.integer("index"))
        try status.finish()
    }

    package var facts: JSONObject { ["key": .string(key), "securing": .string(securing.rawValue)] }

    package var openings: JSONObject {
        ["credential": credential, "status": place.json]
    }
}

/// A place in the status lists of one number, one list for each purpose. No two credentials share one.
package struct StatusPlace: Hashable, Sendable {
    package let list: Int64
    package let index: Int64

    package init(list: Int64, index: Int64) {
        self.list = list
        self.index = index
    }

    /// As entries commit to it.
    var json: JSON { ["list": .integer(list), "index": .integer(index)] }
}

/// A status of the credential other than revocation changed.
package struct CredentialStatusSet: EventContent {
    package static let type = "credential.status"
    package let purpose: StatusPurpose
    /// What the list shows from now on.
    package let value: Int64
    package let note: String?
    package let idempotency: Idempotency

    package init(purpose: StatusPurpose, value: Int64, note: String?, idempotency: Idempotency) {
        self.purpose = purpose
        self.value = value
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        purpose = StatusPurpose(rawValue: try facts.string("purpose"))
        value = try facts.integer("value")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { ["purpose": .string(purpose.rawValue), "value": .integer(value)] }
    package var openings: JSONObject { noted(note, idempotency) }
}

/// A benefit was given for a broken promise: its identity, its amount, its validity and its journal.
package struct CompensationPosted: EventContent {
    package static let type = "compensation.post"
    package let claimKey: String
    package let objective: String
    /// Which promise of its kind it is for, of a promise beside the credential; else nil.
    package let ordinalSaid: Int64?
    package let compensation: PolicyHash
    package let tier: Int64
    package let benefit: Int64
    /// How often the benefit was posted before, for less; 0 where the entry does not say it.
    package let revision: Int64
    package let benefitType: String
    package let unit: String
    package let minor: Int64
    package let trail: [String]
    package let journal: [JournalEntry]
    /// When it can be spent, or the premium access given; nil for what is neither.
    package let window: Window?

    /// A stretch of time, `[from, until)`.
    package struct Window: Hashable, Sendable {
        package let from: Instant
        package let until: Instant

        package init(from: Instant, until: Instant) {
            self.from = from
            self.until = until
        }
    }

    /// A transaction of the ledger, as the entry says it.
    package struct JournalEntry: Hashable, Sendable {
        package let id: String
        package let lines: [Line]

        /// One account's side of it: a debit when positive, a credit when negative.
        package struct Line: Hashable, Sendable {
            package let account: String
            package let unit: String
            package let minor: Int64

            package init(account: String, unit: String, minor: Int64) {
                self.account = account
                self.unit = unit
                self.minor = minor
            }
        }

        package init(id: String, lines: [Line]) {
            self.id = id
            self.lines = lines
        }
    }

    package init(
        claimKey: String, objective: String, compensation: PolicyHash, tier: Int64, benefit: Int64,
        revision: Int64 = 0, benefitType: String, unit: String, minor: Int64, trail: [String],
        journal: [JournalEntry], window: Window?, ordinal: Int64? = nil
    ) {
        ordinalSaid = ordinal
        self.claimKey = claimKey
        self.objective = objective
        self.compensation = compensation
        self.tier = tier
        self.benefit = benefit
        self.revision = revision
        self.benefitType = benefitType
        self.unit = unit
        self.minor = minor
        self.trail = trail
        self.journal = journal
        self.window = window
    }

    /// Whether the window may be public: that of a credit may, that of premium access would link a person's requests.
    private var isWindowPublic: Bool { BenefitType(rawValue: benefitType)?.isSpendable ?? false }

    package static let credit = BenefitType.credit.rawValue
    package static let premium = BenefitType.premiumExtension.rawValue
}

extension CompensationPosted {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        objective = try facts.string("objective")
        compensation = try facts.parsed("compensation") { PolicyHash($0) }
        tier = try facts.integer("tier")
        benefit = try facts.integer("benefit")
        revision = try facts.optionalInteger("revision") ?? 0
        benefitType = try facts.string("benefitType")
        unit = try facts.string("unit")
        minor = try facts.integer("minor")
        ordinalSaid = try facts.ordinal(of: objective)
        trail = try facts.array("trail").map { (json, pointer) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: pointer, problem: "expected a string")
            }
            return text
        }
        journal = try facts.array("journal").map { (json, pointer) throws(JSONShapeError) in
            try JournalEntry(json, at: pointer)
        }
        if BenefitType(rawValue: benefitType)?.isSpendable ?? false {
            window = Window(from: try facts.instant("from"), until: try facts.instant("until"))
        } else if benefitType != Self.premium {
            window = nil
        } else {
            var reader = try openings.object("window")
            window = Window(from: try reader.instant("from"), until: try reader.instant("until"))
            try reader.finish()
        }
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claimKey": .string(claimKey), "objective": .string(objective),
            "compensation": .string(compensation.text), "tier": .integer(tier), "benefit": .integer(benefit),
            "benefitType": .string(benefitType), "unit": .string(unit), "minor": .integer(minor),
            "trail": .array(trail.map(JSON.string)), "journal": .array(journal.map(\.json)),
        ]
        if revision > 0 { facts["revision"] = .integer(revision) }
        facts["ordinal"] = ordinalSaid.map { .integer($0) }
        if isWindowPublic, let window {
            facts["from"] = .integer(window.from.milliseconds)
            facts["until"] = .integer(window.until.milliseconds)
        }
        return facts
    }

    package var openings: JSONObject {
        guard !isWindowPublic, let window else { return [:] }
        return [
            "window": ["from": .integer(window.from.milliseconds), "until": .integer(window.until.milliseconds)]
        ]
    }
}

extension CompensationPosted.JournalEntry {
    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        id = try reader.string("id")
        lines = try reader.array("lines").map { (json, pointer) throws(JSONShapeError) in
            var line = try ObjectReader(json, at: pointer)
            let result = Line(
                account: try line.string("account"), unit: try line.string("unit"), minor: try line.integer("minor"))
            try line.finish()
            return result
        }
        try reader.finish()
    }

    var json: JSON {
        [
            "id": .string(id),
            "lines": .array(
                lines.map {
                    ["account": .string($0.account), "unit": .string($0.unit), "minor": .integer($0.minor)]
                }),
        ]
    }
}

package import CanonicalJSON
package import Compensation
package import ServiceLevels
package import Temporal

/// Somebody asks for something that did not come by itself.
package struct ClaimFiled: EventContent {
    package static let type = "claim.filed"
    /// Which claim of its request, from 1.
    package let claim: Int64
    package let category: ClaimCategory
    /// The policy that it is heard by.
    package let policy: PolicyHash
    /// By when it is decided.
    package let dueAt: Instant
    /// From which it follows who decides: 32 lower-case hexadecimal digits.
    package let seed: String
    package let channel: ContactChannel
    /// How much is asked for; nil when no amount is.
    package let requested: GivenAmount?
    /// Whoever of the staff filed it for the person.
    package let by: StaffID?
    package let words: Words
    package let idempotency: Idempotency

    /// What the person says; beside the log.
    package struct Words: Hashable, Sendable {
        package let text: String
        package let evidence: [ClaimEvidence]
        /// In which language, two letters.
        package let locale: String?

        /// The longest text, in UTF-8 bytes: two pages.
        static let maximumBytes = 4096

        package init(text: String, evidence: [ClaimEvidence], locale: String?) {
            self.text = text
            self.evidence = evidence
            self.locale = locale
        }

        init(_ reader: inout ObjectReader) throws(JSONShapeError) {
            text = try reader.words("text", maximumBytes: Self.maximumBytes)
            evidence = try ClaimEvidence.list(&reader)
            locale = try reader.locale()
        }

        init(opening field: String, _ openings: inout ObjectReader) throws(JSONShapeError) {
            var reader = try openings.object(field)
            self = try Words(&reader)
            try reader.finish()
        }

        var json: JSON {
            var json: JSONObject = ["text": .string(text), "evidence": ClaimEvidence.json(evidence)]
            json["locale"] = locale.map(JSON.string)
            return .object(json)
        }
    }

    init(
        claim: Int64, category: ClaimCategory, policy: PolicyHash, dueAt: Instant, seed: String,
        channel: ContactChannel, requested: GivenAmount?, by: StaffID?, words: Words, idempotency: Idempotency
    ) {
        self.claim = claim
        self.category = category
        self.policy = policy
        self.dueAt = dueAt
        self.seed = seed
        self.channel = channel
        self.requested = requested
        self.by = by
        self.words = words
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        category = try facts.parsed("category") { ClaimCategory(rawValue: $0) }
        policy = try facts.parsed("claims") { PolicyHash($0) }
        dueAt = try facts.instant("dueAt")
        seed = try facts.string("seed")
        channel = try facts.parsed("channel") { ContactChannel(rawValue: $0) }
        requested = try GivenAmount(optional: "requested", &facts)
        by = try facts.optionalStaff("by")
        words = try Words(opening: "claim", &openings)
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "claim": .integer(claim), "category": .string(category.rawValue), "claims": .string(policy.text),
            "dueAt": .integer(dueAt.milliseconds), "seed": .string(seed), "channel": .string(channel.rawValue),
        ]
        facts["requested"] = requested?.json
        facts["by"] = by.map { .string($0.text) }
        return facts
    }

    package var openings: JSONObject { ["claim": words.json, "idempotency": idempotency.json] }
}

/// Whoever decides asks for something, and the time stands still.
package struct ClaimEvidenceAsked: EventContent {
    package static let type = "claim.evidence-asked"
    package let claim: Int64
    package let by: StaffID
    package let kinds: [EvidenceKind]
    /// When the time goes on at the latest.
    package let until: Instant
    package let note: String?
    package let idempotency: Idempotency

    init(
        claim: Int64, by: StaffID, kinds: [EvidenceKind], until: Instant, note: String?, idempotency: Idempotency
    ) {
        self.claim = claim
        self.by = by
        self.kinds = kinds
        self.until = until
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        by = try facts.parsed("by") { StaffID($0) }
        kinds = try facts.evidenceKinds()
        until = try facts.instant("until")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "claim": .integer(claim), "by": .string(by.text),
            "kinds": .array(kinds.map { .string($0.rawValue) }), "until": .integer(until.milliseconds),
        ]
    }

    package var openings: JSONObject { noted(note, idempotency) }
}

/// What was asked for is there, or the time for it is over: the clock goes on.
package struct ClaimEvidenceGiven: EventContent {
    package static let type = "claim.evidence-given"
    package let claim: Int64
    /// By when it is decided from now on.
    package let dueAt: Instant
    /// Nil when nobody gave anything until the latest end.
    package let given: Given?

    /// What somebody brought; beside the log.
    package struct Given: Hashable, Sendable {
        package let evidence: [ClaimEvidence]
        package let idempotency: Idempotency
    }

    init(claim: Int64, dueAt: Instant, given: Given?) {
        self.claim = claim
        self.dueAt = dueAt
        self.given = given
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        claim = try facts.integer("claim")
        dueAt = try facts.instant("dueAt")
        let evidence = try ClaimEvidence.list(&openings)
        given = try Idempotency(optional: &openings).map { Given(evidence: evidence, idempotency: $0) }
    }

    package var facts: JSONObject { ["claim": .integer(claim), "dueAt": .integer(dueAt.milliseconds)] }

    package var openings: JSONObject {
        given.map { ["evidence": ClaimEvidence.json($0.evidence), "idempotency": $0.idempotency.json] } ?? [:]
    }
}

extension ObjectReader {
    /// Whoever did it, where the entry says so.
    mutating func optionalStaff(_ key: String) throws(JSONShapeError) -> StaffID? {
        guard let text = try optionalString(key) else { return nil }
        guard let id = StaffID(text) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected 16 lower-case hexadecimal digits")
        }
        return id
    }

    /// The member `kinds`: what is asked for, each once.
    mutating func evidenceKinds() throws(JSONShapeError) -> [EvidenceKind] {
        let place = pointer(to: "kinds")
        let kinds = try array("kinds").map { (json, place) throws(JSONShapeError) in
            guard let kind = json.stringValue.flatMap({ EvidenceKind(rawValue: $0) }) else {
                let known = EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
            }
            return kind
        }
        guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
            throw JSONShapeError(pointer: place, problem: "expected at least one kind of evidence, each once")
        }
        return kinds
    }
}

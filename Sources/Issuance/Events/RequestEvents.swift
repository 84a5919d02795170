package import CanonicalJSON
package import Compensation
import Cryptography
import Multiformats
package import ServiceLevels
package import Temporal

/// A request was accepted, and with it a promise made. Always the first entry of its request.
package struct RequestAccepted: EventContent {
    package static let type = "request.accepted"
    package let tenant: TenantID
    package let tier: Tier
    /// The most specific type of the credential, where a published condition names it; else absent.
    package let credentialType: String?
    package let review: Review
    package let objective: String
    package let acceptedAt: Instant
    package let dueAt: Instant
    package let serviceLevel: PolicyHash
    package let compensation: PolicyHash
    /// By what its spans are counted; nil where the service level names no calendar.
    package let calendar: BoundCalendar?
    /// The plan of who is told what of it; nil where there is none.
    package let notices: PolicyHash?
    /// What was paid for it, where the institution says so.
    package let price: Amount?
    package let holder: Holder
    /// The credential as asked for, unsigned; nil when the same command issues it.
    package let credential: JSON?
    /// By whom and how it is to be signed then; nil when it is issued at once, or by the default issuer in its way.
    package let order: SigningOrder?
    /// The signed intake receipt that the institution was given.
    package let receipt: JSON
    package let idempotency: Idempotency
    /// The request that ended without a credential, after which the same person asks again.
    package let resubmissionOf: RequestID?

    package init(
        tenant: TenantID, tier: Tier, credentialType: String?, review: Review, objective: String,
        acceptedAt: Instant, dueAt: Instant, serviceLevel: PolicyHash, compensation: PolicyHash,
        calendar: BoundCalendar? = nil, notices: PolicyHash? = nil, price: Amount? = nil, holder: Holder,
        credential: JSON?, order: SigningOrder?, receipt: JSON, idempotency: Idempotency,
        resubmissionOf: RequestID? = nil
    ) {
        self.tenant = tenant
        self.tier = tier
        self.credentialType = credentialType
        self.review = review
        self.objective = objective
        self.acceptedAt = acceptedAt
        self.dueAt = dueAt
        self.serviceLevel = serviceLevel
        self.compensation = compensation
        self.calendar = calendar
        self.notices = notices
        self.price = price
        self.holder = holder
        self.credential = credential
        self.order = order
        self.receipt = receipt
        self.idempotency = idempotency
        self.resubmissionOf = resubmissionOf
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        tier = try facts.parsed("tier") { Tier(rawValue: $0) }
        credentialType = try facts.optionalString("credentialType")
        review = try facts.parsed("review") { Review(rawValue: $0) }
        objective = try facts.string("objective")
        acceptedAt = try facts.instant("acceptedAt")
        dueAt = try facts.instant("dueAt")
        serviceLevel = try facts.parsed("serviceLevel") { PolicyHash($0) }
        compensation = try facts.parsed("compensation") { PolicyHash($0) }
        calendar = try BoundCalendar(optional: &facts)
        notices = try facts.optionalPolicyHash("notices")
        price = try facts.optionalPrice("price")
        var person = try openings.object("holder")
        holder = Holder(id: try person.string("id"), email: try person.optionalString("email"))
        try person.finish()
        credential = openings.optionalValue("credential")
        order = try openings.optionalObject("order").map { (reader) throws(JSONShapeError) in
            try SigningOrder(reading: reader)
        }
        receipt = try openings.value("receipt")
        idempotency = try Idempotency(&openings)
        resubmissionOf = try openings.optionalRequestID("resubmissionOf")
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "tenant": .string(tenant.text), "tier": .string(tier.rawValue), "review": .string(review.rawValue),
            "objective": .string(objective), "acceptedAt": .integer(acceptedAt.milliseconds),
            "dueAt": .integer(dueAt.milliseconds), "serviceLevel": .string(serviceLevel.text),
            "compensation": .string(compensation.text),
        ]
        facts["credentialType"] = credentialType.map(JSON.string)
        calendar?.add(to: &facts)
        facts["notices"] = notices.map { .string($0.text) }
        facts["price"] = price.map { ["unit": .string($0.unit.rawValue), "minor": .integer($0.minor)] }
        return facts
    }

    /// The facts that decide which policies hold.
    package var boundFacts: Facts {
        Facts(tenant: tenant.text, tier: tier.rawValue, type: credentialType ?? "")
    }

    package var openings: JSONObject {
        var person: JSONObject = ["id": .string(holder.id)]
        person["email"] = holder.email.map(JSON.string)
        var openings: JSONObject = [
            "holder": .object(person), "receipt": receipt, "idempotency": idempotency.json,
        ]
        openings["credential"] = credential
        openings["resubmissionOf"] = resubmissionOf.map { .string($0.text) }
        openings["order"] = order.map { .object($0.json) }
        return openings
    }
}

/// The name under which a client may repeat a command without doing it twice, and the digest of what it asked.
package struct Idempotency: Hashable, Sendable {
    package let key: String
    /// SHA-256 of the canonical request.
    package let digest: [UInt8]

    /// The longest `Idempotency-Key` taken, in UTF-8 bytes: room for any UUID or hash with a prefix.
    package static let maximumKeyBytes = 255

    package init(key: String, digest: [UInt8]) {
        self.key = key
        self.digest = digest
    }

    /// The name of a command together with the digest of what it asks: a verb, and the document sent with it.
    package init(key: String, asked verb: String, _ body: JSON) {
        self.init(key: key, digest: SHA256.hash(Array("\(verb)\n".utf8) + body.canonicalBytes).bytes)
    }

    init(_ openings: inout ObjectReader) throws(JSONShapeError) {
        try self.init(reading: openings.object("idempotency"))
    }

    init?(optional openings: inout ObjectReader) throws(JSONShapeError) {
        guard let reader = try openings.optionalObject("idempotency") else { return nil }
        try self.init(reading: reader)
    }

    private init(reading reader: consuming ObjectReader) throws(JSONShapeError) {
        key = try reader.string("key")
        digest = try reader.parsed("digest") { try? Hex.decode($0) }
        try reader.finish()
    }

    var json: JSON { ["key": .string(key), "digest": .string(Hex.encode(digest))] }
}

/// What follows from a command with no more to say than a note: it holds no facts, and opens to note and command.
package protocol NotedEvent: EventContent {
    /// In the words of whoever did it; beside the log.
    var note: String? { get }
    /// The command.
    var idempotency: Idempotency { get }
    init(note: String?, idempotency: Idempotency)
}

extension NotedEvent {
    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        self.init(note: try openings.optionalString("note"), idempotency: try Idempotency(&openings))
    }

    package var facts: JSONObject { [:] }
    package var openings: JSONObject { noted(note, idempotency) }
}

/// The review agreed.
package struct RequestApproved: NotedEvent {
    package static let type = "request.approved"
    package let note: String?
    package let idempotency: Idempotency

    package init(note: String?, idempotency: Idempotency) {
        self.note = note
        self.idempotency = idempotency
    }
}

/// The institution does not want the credential any more.
package struct RequestCancelled: NotedEvent {
    package static let type = "request.cancelled"
    package let note: String?
    package let idempotency: Idempotency

    package init(note: String?, idempotency: Idempotency) {
        self.note = note
        self.idempotency = idempotency
    }
}

/// The review did not agree, so there will be no credential. Unlike a cancellation it never voids a promise that was
/// broken before: an issuer could free itself of what it owes.
package struct RequestDenied: EventContent {
    package static let type = "request.denied"
    /// Nil once the holder was erased.
    package let reason: DenialReason?
    package let note: String?
    package let idempotency: Idempotency

    package init(reason: DenialReason?, note: String?, idempotency: Idempotency) {
        self.reason = reason
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        reason = try openings.optionalString("reason") == nil ? nil : openings.choice("reason")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { [:] }

    package var openings: JSONObject {
        var openings = noted(note, idempotency)
        openings["reason"] = reason.map { .string($0.rawValue) }
        return openings
    }
}

/// The issuer no longer stands behind the credential; its bit in the status list is set.
package struct CredentialRevoked: NotedEvent {
    package static let type = "credential.revoked"
    package let note: String?
    package let idempotency: Idempotency

    package init(note: String?, idempotency: Idempotency) {
        self.note = note
        self.idempotency = idempotency
    }
}

/// The clock was paused, for a reason that the policy names and with the evidence it demands.
package struct RequestHeld: EventContent {
    package static let type = "request.held"
    package let reason: String
    package let evidence: String
    /// When it began, where that was before the entry.
    package let from: Instant?
    /// The latest end of the pause.
    package let until: Instant?
    package let note: String?
    package let idempotency: Idempotency

    package init(
        reason: String, evidence: String, from: Instant? = nil, until: Instant?, note: String?, idempotency: Idempotency
    ) {
        self.reason = reason
        self.evidence = evidence
        self.from = from
        self.until = until
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        reason = try facts.string("reason")
        evidence = try facts.string("evidence")
        from = try facts.optionalInteger("from").map { Instant(milliseconds: $0) }
        until = try facts.optionalInteger("until").map { Instant(milliseconds: $0) }
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["reason": .string(reason), "evidence": .string(evidence)]
        facts["from"] = from.map { .integer($0.milliseconds) }
        facts["until"] = until.map { .integer($0.milliseconds) }
        return facts
    }

    package var openings: JSONObject { noted(note, idempotency) }
}

/// The pause ended: by a command, by the stop of the clock, or by itself at its limit.
package struct RequestResumed: EventContent {
    package static let type = "request.resumed"
    /// The deadline from now on.
    package let dueAt: Instant
    /// Of the command; nil when the pause ended by itself or because the clock stopped.
    package let idempotency: Idempotency?

    package init(dueAt: Instant, idempotency: Idempotency?) {
        self.dueAt = dueAt
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        dueAt = try facts.instant("dueAt")
        idempotency = try Idempotency(optional: &openings)
    }

    package var facts: JSONObject { ["dueAt": .integer(dueAt.milliseconds)] }
    package var openings: JSONObject { idempotency.map { noted(nil, $0) } ?? [:] }
}

func noted(_ note: String?, _ idempotency: Idempotency) -> JSONObject {
    var openings: JSONObject = ["idempotency": idempotency.json]
    openings["note"] = note.map(JSON.string)
    return openings
}

package import CanonicalJSON
import Compensation

/// What support offers for a delay, and what becomes of it: rule 49 of the page "Claims, reviews and offers".
package enum OfferEvent: Hashable, Sendable {
    case made(OfferMade)
    case accepted(OfferAccepted)
    case declined(OfferDeclined)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .made(let content): content
        case .accepted(let content): content
        case .declined(let content): content
        }
    }

    /// Reads the event of an entry of that type.
    ///
    /// - Returns: nil when the type is not one of offers.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        switch type {
        case OfferMade.type: self = .made(try OfferMade(&facts, &openings))
        case OfferAccepted.type: self = .accepted(try OfferAccepted(&facts, &openings))
        case OfferDeclined.type: self = .declined(try OfferDeclined(&facts, &openings))
        default: return nil
        }
    }

    /// Which offer of its request it is about.
    var number: Int64 {
        switch self {
        case .made(let event): event.offer
        case .accepted(let event): event.offer
        case .declined(let event): event.offer
        }
    }

    /// What the sender of the command is told.
    func answer(about request: RequestID?) -> JSONObject {
        var body: JSONObject = [:]
        if let request { body["id"] = .string(ClaimID(request, number).text) }
        switch self {
        case .made(let event):
            body["state"] = .string(OfferState.open.rawValue)
            body["grant"] = event.grant.json
        case .accepted: body["state"] = .string(OfferState.accepted.rawValue)
        case .declined: body["state"] = .string(OfferState.declined.rawValue)
        }
        return body
    }
}

/// Where an offer stands.
package enum OfferState: String, Hashable, Sendable, CaseIterable { case open, accepted, declined }

/// Why something is offered; every offer says so.
package enum OfferReason: String, Hashable, Sendable, CaseIterable {
    case delay, inconvenience, error, goodwill
}

/// Somebody of support offers something from the menu of the policy.
package struct OfferMade: EventContent {
    package static let type = "offer.made"
    /// Which offer of its request, from 1.
    package let offer: Int64
    package let by: StaffID
    /// Its place in the menu.
    package let benefit: Int64
    package let grant: GivenAmount
    package let reason: OfferReason
    package let channel: ContactChannel
    package let words: Words
    package let idempotency: Idempotency

    /// What is said with it; beside the log.
    package struct Words: Hashable, Sendable {
        package let text: String
        package let locale: String?

        init(_ reader: inout ObjectReader) throws(JSONShapeError) {
            text = try reader.words("text", maximumBytes: ClaimFiled.Words.maximumBytes)
            locale = try reader.locale()
        }

        var json: JSON {
            var json: JSONObject = ["text": .string(text)]
            json["locale"] = locale.map(JSON.string)
            return .object(json)
        }
    }

    init(
        offer: Int64, by: StaffID, benefit: Int64, grant: GivenAmount, reason: OfferReason, channel: ContactChannel,
        words: Words, idempotency: Idempotency
    ) {
        self.offer = offer
        self.by = by
        self.benefit = benefit
        self.grant = grant
        self.reason = reason
        self.channel = channel
        self.words = words
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        offer = try facts.integer("offer")
        by = try facts.parsed("by") { StaffID($0) }
        benefit = try facts.integer("benefit")
        grant = try GivenAmount(facts.object("grant"))
        reason = try facts.parsed("reason") { OfferReason(rawValue: $0) }
        channel = try facts.parsed("channel") { ContactChannel(rawValue: $0) }
        var said = try openings.object("offer")
        words = try Words(&said)
        try said.finish()
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject {
        [
            "offer": .integer(offer), "by": .string(by.text), "benefit": .integer(benefit), "grant": grant.json,
            "reason": .string(reason.rawValue), "channel": .string(channel.rawValue),
        ]
    }

    package var openings: JSONObject { ["offer": words.json, "idempotency": idempotency.json] }
}

/// The holder takes it: it is given.
package struct OfferAccepted: EventContent {
    package static let type = "offer.accepted"
    package let offer: Int64
    package let idempotency: Idempotency

    init(offer: Int64, idempotency: Idempotency) {
        self.offer = offer
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        offer = try facts.integer("offer")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { ["offer": .integer(offer)] }
    package var openings: JSONObject { noted(nil, idempotency) }
}

/// The holder does not want it: they waive it, and the log says so.
package struct OfferDeclined: EventContent {
    package static let type = "offer.declined"
    package let offer: Int64
    package let note: String?
    package let idempotency: Idempotency

    init(offer: Int64, note: String?, idempotency: Idempotency) {
        self.offer = offer
        self.note = note
        self.idempotency = idempotency
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        offer = try facts.integer("offer")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(&openings)
    }

    package var facts: JSONObject { ["offer": .integer(offer)] }
    package var openings: JSONObject { noted(note, idempotency) }
}

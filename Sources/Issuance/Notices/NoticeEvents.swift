package import CanonicalJSON
import Compensation

/// What is told of a request: the page "Notices".
package enum NoticeEvent: Hashable, Sendable {
    case sent(NoticeSent)

    /// The content of the entry.
    package var content: any EventContent {
        switch self {
        case .sent(let content): content
        }
    }

    /// Nil for a type of entry that tells nobody anything.
    init?(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        guard type == NoticeSent.type else { return nil }
        self = .sent(try NoticeSent(&facts, &openings))
    }
}

/// From here on a person can read a notice. Its text is not in the log: it follows from the entries that are named, and
/// has the hash that is.
package struct NoticeSent: EventContent {
    package static let type = "notice.sent"
    package let channel: String
    /// What is told, in the order of the log.
    package let items: [Item]
    /// The other entries that the text comes from, by what they say: `promised`, `broken`, `stopped`, `open`, `cause`.
    package let from: [String: Int64]
    /// The hash of the text by language.
    package let texts: [String: String]

    /// An entry that is told of.
    package struct Item: Hashable, Sendable {
        package let about: Int64
        package let step: String
    }

    init(items: [Item], from: [String: Int64], texts: [String: String]) {
        channel = NoticePlan.channel
        self.items = items
        self.from = from
        self.texts = texts
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        channel = try facts.string("channel")
        items = try facts.array("items").map { (json, place) throws(JSONShapeError) in
            var reader = try ObjectReader(json, at: place)
            let item = Item(about: try reader.integer("about"), step: try reader.string("step"))
            try reader.finish()
            return item
        }
        let (from, texts) = (facts.pointer(to: "from"), facts.pointer(to: "texts"))
        guard case .object(let places) = try facts.value("from") else {
            throw JSONShapeError(pointer: from, problem: "expected entries by name")
        }
        var named: [String: Int64] = [:]
        for (name, json) in places {
            guard let seq = json.integerValue else {
                throw JSONShapeError(pointer: from, problem: "expected the number of an entry")
            }
            named[name] = seq
        }
        self.from = named
        guard case .object(let hashes) = try facts.value("texts") else {
            throw JSONShapeError(pointer: texts, problem: "expected hashes by language")
        }
        var written: [String: String] = [:]
        for (locale, json) in hashes {
            guard let hash = json.stringValue else {
                throw JSONShapeError(pointer: texts, problem: "expected a hash")
            }
            written[locale] = hash
        }
        self.texts = written
    }

    package var facts: JSONObject {
        [
            "channel": .string(channel),
            "items": .array(items.map { ["about": .integer($0.about), "step": .string($0.step)] }),
            "from": .object(JSONObject(uniqueMembers: from.map { ($0.key, .integer($0.value)) })),
            "texts": .object(JSONObject(uniqueMembers: texts.map { ($0.key, .string($0.value)) })),
        ]
    }
}

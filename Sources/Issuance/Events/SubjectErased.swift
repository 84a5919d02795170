package import CanonicalJSON
import Multiformats

/// The person of a request was erased; one for each of their requests. What stays and is not public stands in `kept`,
/// under the institution's own commitment key.
package struct SubjectErased: EventContent {
    package static let type = "subject.erased"
    /// Where the credential stands in the status lists; nil when none was issued.
    package let status: Status?
    /// Where the one stands that took its place; nil when none did.
    package let upgraded: Status?
    /// The names under which the idempotency keys of the request are remembered (`ErasedNames`).
    package let answers: [[UInt8]]
    /// The command that erased, in one of its entries; nil in the others, and when it had no idempotency key.
    package let command: Command?

    /// A place in the status lists, with the salt by which the entry of its credential committed to it.
    package struct Status: Hashable, Sendable {
        package let place: StatusPlace
        package let salt: [UInt8]
    }

    /// An idempotency key and what was asked under it, both as hashes (`ErasedNames`).
    package struct Command: Hashable, Sendable {
        package let name: [UInt8]
        package let asked: [UInt8]
    }

    init(status: Status?, upgraded: Status?, answers: [[UInt8]], command: Command?) {
        self.status = status
        self.upgraded = upgraded
        self.answers = answers
        self.command = command
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        var kept = try openings.object("kept")
        answers = try kept.array("answers").map { (json, place) throws(JSONShapeError) in
            guard let bytes = json.stringValue.flatMap({ try? Base64.decode($0) }) else {
                throw JSONShapeError(pointer: place, problem: "expected base64")
            }
            return bytes
        }
        status = try Status(optional: "status", &kept)
        upgraded = try Status(optional: "upgraded", &kept)
        command = try kept.optionalObject("command").map { (reader) throws(JSONShapeError) in
            var command = reader
            let result = Command(name: try command.bytes("name"), asked: try command.bytes("asked"))
            try command.finish()
            return result
        }
        try kept.finish()
    }

    package var facts: JSONObject { [:] }

    package var openings: JSONObject {
        var kept: JSONObject = ["answers": .array(answers.map { .string(Base64.encode($0)) })]
        kept["status"] = status?.json
        kept["upgraded"] = upgraded?.json
        if let command {
            kept["command"] = [
                "name": .string(Base64.encode(command.name)), "asked": .string(Base64.encode(command.asked)),
            ]
        }
        return ["kept": .object(kept)]
    }
}

extension SubjectErased.Status {
    fileprivate init?(optional key: String, _ kept: inout ObjectReader) throws(JSONShapeError) {
        guard var status = try kept.optionalObject(key) else { return nil }
        place = StatusPlace(list: try status.integer("list"), index: try status.integer("index"))
        salt = try status.bytes("salt")
        try status.finish()
    }

    fileprivate var json: JSON {
        [
            "list": .integer(place.list), "index": .integer(place.index), "salt": .string(Base64.encode(salt)),
        ]
    }
}

extension ObjectReader {
    /// Reads bytes in base64.
    fileprivate mutating func bytes(_ key: String) throws(JSONShapeError) -> [UInt8] {
        try parsed(key) { try? Base64.decode($0) }
    }
}

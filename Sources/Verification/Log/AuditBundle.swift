import CanonicalJSON
import Cryptography
import Multiformats
import TransparencyLog

/// An audit bundle in form: the entries of one request with their proofs, entries about the service that help to
/// understand them, a signed note, and openings; nothing of it is verified. It holds no key of the log: a key that came
/// with what it signed would prove nothing.
struct AuditBundle {
    /// One entry, at the place in the log where the bundle files it.
    struct Entry {
        let seq: UInt64
        let evidence: RequestTimeline.Evidence
    }

    /// One value that an entry commits to, with the salt that shows it.
    struct Shown {
        let seq: UInt64
        let value: JSON
        let opening: Opening
        let place: JSONPointer
    }

    let note: SignedNote
    let checkpoint: Checkpoint
    let entries: [Entry]
    let openings: [Shown]

    /// The version that this room reads.
    static let version: Int64 = 1

    init(_ json: JSONObject) throws(JSONShapeError) {
        var reader = try ObjectReader(.object(json))
        _ = try reader.string("type")
        _ = try reader.integer("version")
        let note = try reader.parsed("checkpoint") { (text) throws(TransparencyLogError) in
            try SignedNote(parsing: Array(text.utf8))
        }
        self.note = note
        checkpoint = try reader.parsed("checkpoint") { (_) throws(TransparencyLogError) in
            try Checkpoint(parsing: note.text)
        }
        entries = try reader.array("entries").map { (json, place) throws(JSONShapeError) in
            try Entry(json, at: place)
        }
        openings = try reader.array("openings").map { (json, place) throws(JSONShapeError) in
            try Shown(json, at: place)
        }
        try reader.finish()
    }
}

extension AuditBundle.Entry {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        seq = try reader.sequenceNumber("seq")
        let entry = Array(try reader.string("entry").utf8)
        let proof = try reader.array("proof").map { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue, let bytes = try? Base64.decode(text), let hash = SHA256Digest(bytes)
            else {
                throw JSONShapeError(pointer: place, problem: "expected the base64 of 32 bytes")
            }
            return hash
        }
        evidence = RequestTimeline.Evidence(entry: entry, proof: proof)
        try reader.finish()
    }
}

extension AuditBundle.Shown {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        self.place = place
        seq = try reader.sequenceNumber("seq")
        let field = try reader.string("field")
        let salt = try reader.parsed("salt", Base64.decode)
        value = try reader.value("value")
        do throws(TransparencyLogError) {
            opening = try Opening(field: field, salt: salt, value: value.canonicalBytes)
        } catch {
            throw JSONShapeError(pointer: place, problem: "\(error)")
        }
        try reader.finish()
    }
}

extension ObjectReader {
    fileprivate mutating func sequenceNumber(_ key: String) throws(JSONShapeError) -> UInt64 {
        guard let number = UInt64(exactly: try integer(key)) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected a sequence number, from 0")
        }
        return number
    }
}

import CanonicalJSON
import Cryptography
import Multiformats
import TransparencyLog

/// An audit bundle in form: the entries of one request with their proofs, entries about the service that help to
/// understand them, a signed note, the index that says how far the entries go, timestamps, and openings; nothing of it
/// is verified. It holds no key of the log: a key that came with what it signed would prove nothing.
struct AuditBundle {
    /// One entry, at the place in the log where the bundle files it.
    struct Entry {
        let seq: UInt64
        let evidence: RequestTimeline.Evidence
    }

    /// A leaf of an index, with what proves it.
    struct Leaf {
        let leaf: ChainLeaf
        let position: UInt64
        let path: [SHA256Digest]
    }

    /// An entry `log.requests`, and the leaves of the request and of its issuer, where they are shown.
    struct Index {
        let entry: Entry
        let request: Leaf?
        let issuer: Leaf?
    }

    /// A checkpoint that somebody stamped, with the proof that its tree and that of the bundle's go together.
    struct Stamped {
        let bytes: [UInt8]
        let note: SignedNote
        let checkpoint: Checkpoint
        let consistency: [SHA256Digest]
        let tokens: [Token]
    }

    /// What an authority or a calendar said of a checkpoint.
    struct Token {
        let kind: String
        let source: String
        let number: Int64
        let bytes: [UInt8]
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
    let index: Index?
    let stamped: [Stamped]
    let openings: [Shown]

    /// The version that this room reads. Bundles of version 1 could not say that nothing was left out at their end; the
    /// log that they are from gives newer ones.
    static let version: Int64 = 2

    init(_ json: JSONObject) throws(JSONShapeError) {
        var reader = try ObjectReader(.object(json))
        _ = try reader.string("type")
        _ = try reader.integer("version")
        (note, checkpoint, _) = try reader.checkpoint("checkpoint")
        entries = try reader.array("entries").map { (json, place) throws(JSONShapeError) in
            try Entry(json, at: place)
        }
        index = try reader.optionalObject("index").map { (index) throws(JSONShapeError) in try Index(index) }
        stamped = try reader.array("timestamps").map { (json, place) throws(JSONShapeError) in
            try Stamped(json, at: place)
        }
        openings = try reader.array("openings").map { (json, place) throws(JSONShapeError) in
            try Shown(json, at: place)
        }
        try reader.finish()
    }
}

extension AuditBundle.Entry {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        try self.init(try ObjectReader(json, at: place))
    }

    fileprivate init(_ entry: ObjectReader) throws(JSONShapeError) {
        var reader = entry
        seq = try reader.count("seq")
        let entry = Array(try reader.string("entry").utf8)
        evidence = RequestTimeline.Evidence(entry: entry, proof: try reader.hashes("proof"))
        try reader.finish()
    }
}

extension AuditBundle.Index {
    fileprivate init(_ index: ObjectReader) throws(JSONShapeError) {
        var reader = index
        entry = try AuditBundle.Entry(try reader.object("entry"))
        request = try reader.optionalObject("request").map { (leaf) throws(JSONShapeError) in
            try AuditBundle.Leaf(leaf)
        }
        issuer = try reader.optionalObject("issuer").map { (leaf) throws(JSONShapeError) in try AuditBundle.Leaf(leaf) }
        try reader.finish()
    }
}

extension AuditBundle.Leaf {
    fileprivate init(_ leaf: ObjectReader) throws(JSONShapeError) {
        var reader = leaf
        let json = try reader.value("leaf")
        do throws(TransparencyLogError) {
            self.leaf = try ChainLeaf(json)
        } catch {
            throw JSONShapeError(pointer: reader.pointer(to: "leaf"), problem: "\(error)")
        }
        position = try reader.count("position")
        path = try reader.hashes("path")
        try reader.finish()
    }
}

extension AuditBundle.Stamped {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        (note, checkpoint, bytes) = try reader.checkpoint("checkpoint")
        consistency = try reader.hashes("consistency")
        tokens = try reader.array("tokens").map { (json, place) throws(JSONShapeError) in
            try AuditBundle.Token(json, at: place)
        }
        try reader.finish()
    }
}

extension AuditBundle.Token {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        kind = try reader.string("kind")
        source = try reader.string("source")
        number = try reader.integer("number")
        bytes = try reader.parsed("token", Base64.decode)
        try reader.finish()
    }
}

extension AuditBundle.Shown {
    fileprivate init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        self.place = place
        seq = try reader.count("seq")
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
    fileprivate mutating func count(_ key: String) throws(JSONShapeError) -> UInt64 {
        guard let number = UInt64(exactly: try integer(key)) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected a number, from 0")
        }
        return number
    }

    fileprivate mutating func hashes(_ key: String) throws(JSONShapeError) -> [SHA256Digest] {
        try array(key).map { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue, let bytes = try? Base64.decode(text), let hash = SHA256Digest(bytes)
            else {
                throw JSONShapeError(pointer: place, problem: "expected the base64 of 32 bytes")
            }
            return hash
        }
    }

    fileprivate mutating func checkpoint(
        _ key: String
    ) throws(JSONShapeError) -> (SignedNote, Checkpoint, bytes: [UInt8]) {
        try parsed(key) { (text) throws(TransparencyLogError) in
            let bytes = Array(text.utf8)
            let note = try SignedNote(parsing: bytes)
            return (note, try Checkpoint(parsing: note.text), bytes)
        }
    }
}

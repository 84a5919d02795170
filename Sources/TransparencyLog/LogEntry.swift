package import CanonicalJSON
package import Cryptography
package import Temporal

/// One entry of the log: a fact, bound to its place in the log and in its request, with no personal data in the clear.
///
/// The room's page shows the members; names here are those of the JSON. Made from parts or parsed from bytes, it is
/// canonical and within the limits.
package struct LogEntry: Hashable, Sendable {
    /// Our own limit, a quarter of what an entry bundle can hold: 4 MiB for a full bundle at most.
    package static let maximumBytes = 16_384
    /// Objects and arrays within each other, the entry itself included; facts are flat, this is against hostile ones.
    package static let maximumDepth = 16
    /// Bytes of an origin, as in a cosigned message.
    static let originBytes = 1...255
    /// Bytes of a `type`, a `rid` and the name of a committed field.
    static let nameBytes = 1...64

    /// The place of an entry among the events of one request.
    package struct Request: Hashable, Sendable {
        /// The identifier of the request, 1 to 64 visible ASCII characters.
        package let rid: String
        /// The number of this event in the request, from 0.
        package let rn: UInt64
        /// The leaf hash of event `rn` - 1; nil for event 0.
        package let rprev: SHA256Digest?

        /// The first event of a request.
        package init(first rid: String) {
            self.rid = rid
            rn = 0
            rprev = nil
        }

        /// A later event; `rn` is 1 or more.
        package init(rid: String, rn: UInt64, rprev: SHA256Digest) {
            precondition(rn > 0, "the first event of a request follows no other")
            self.rid = rid
            self.rn = rn
            self.rprev = rprev
        }
    }

    /// The canonical JSON: what is hashed, stored and served.
    package let bytes: [UInt8]
    /// `SHA-256(0x00 || bytes)`: this entry in the tree, and in the `prev` of the next one.
    package let leafHash: SHA256Digest

    /// The origin of the log.
    package let origin: String
    /// The index of this entry in the log.
    package let seq: UInt64
    /// The leaf hash of entry `seq` - 1, or ``genesisPrevious(origin:)``.
    package let prev: SHA256Digest
    /// When it happened, by the clock of the log, which never goes back.
    package let t: Instant
    /// What happened, for example `sla.breach`; 1 to 64 visible ASCII characters.
    package let type: String
    /// The request that this is an event of; nil for entries about the log or the service.
    package let request: Request?
    /// By name of the field (1 to 64 visible ASCII characters), the commitments to personal data.
    package let cm: [String: Commitment]
    /// What happened in detail, without personal data and without fractions.
    package let facts: JSONObject

    /// What stands for `prev` in entry 0, so that the first entries of two logs differ.
    package static func genesisPrevious(origin: String) -> SHA256Digest {
        SHA256.hash(Array("vc-audit genesis v1\n\(origin)\n".utf8))
    }

    /// Builds an entry and its bytes.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if a part does not fit the format, with the byte.
    package init(
        origin: String, seq: UInt64, prev: SHA256Digest, t: Instant, type: String, request: Request? = nil,
        cm: [String: Commitment] = [:], facts: JSONObject = [:]
    ) throws(TransparencyLogError) {
        var text: [UInt8] = []
        facts.appendCanonical(to: &text)
        let written = try WrittenEntry(
            origin: origin, seq: seq, prev: prev, t: t, type: type, request: request,
            cm: cm.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, facts: text)
        (bytes, leafHash) = (written.bytes, written.leafHash)
        self.origin = origin
        self.seq = seq
        self.prev = prev
        self.t = t
        self.type = type
        self.request = request
        self.cm = cm
        self.facts = facts
    }

    /// Reads an entry, which must be in canonical form.
    package init(parsing bytes: [UInt8]) throws(TransparencyLogError) {
        let header = try EntryHeader(scanning: bytes)
        func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        func object(_ range: Range<Int>) throws(TransparencyLogError) -> JSONObject {
            do {
                return try JSON(parsing: bytes[range]).objectValue ?? [:]
            } catch {
                throw .malformed(.entry, problem: "\(error)")
            }
        }
        self.bytes = bytes
        leafHash = MerkleTree.leafHash(bytes)
        origin = text(header.origin)
        seq = header.seq
        prev = header.prev
        t = Instant(milliseconds: header.t)
        type = text(header.type)
        request = header.request.map { request in
            let rid = text(request.rid)
            return request.rprev.map { Request(rid: rid, rn: request.rn, rprev: $0) } ?? Request(first: rid)
        }
        var cm: [String: Commitment] = [:]
        if let range = header.cm {
            for (field, value) in try object(range) {
                cm[field] = value.stringValue.flatMap { SHA256Digest(base64: $0.utf8.span) }.map(Commitment.init)
            }
        }
        self.cm = cm
        facts = try object(header.facts)
    }
}

import Cryptography
import Temporal

/// The members of an entry's object, found in one pass over its bytes, which are then known to be canonical.
///
/// Texts are left where they lie: an audit compares most of them and keeps none.
struct EntryHeader {
    struct Request {
        let rid: Range<Int>
        let rn: UInt64
        let rprev: SHA256Digest?
    }

    /// The object of commitments; nil when there are none.
    let cm: Range<Int>?
    let facts: Range<Int>
    let origin: Range<Int>
    let prev: SHA256Digest
    let request: Request?
    let seq: UInt64
    /// Milliseconds since 1970-01-01T00:00:00Z.
    let t: Int64
    let type: Range<Int>

    init(scanning bytes: [UInt8]) throws(TransparencyLogError) {
        guard bytes.count <= LogEntry.maximumBytes else {
            throw .malformed(.entry, problem: "\(bytes.count) bytes; the most is \(LogEntry.maximumBytes)")
        }
        guard (try? UTF8Span(validating: bytes.span)) != nil else {
            throw .malformed(.entry, problem: "it is not UTF-8")
        }
        var scanner = CanonicalScanner(bytes, maximumDepth: LogEntry.maximumDepth)
        try scanner.expect("{")
        cm = try scanner.commitments(bytes)
        try scanner.expect("\"facts\":")
        facts = try scanner.object(depth: 1)
        try scanner.expect(",\"origin\":")
        origin = try scanner.token(LogEntry.originBytes)
        try scanner.expect(",\"prev\":")
        prev = try scanner.digest(bytes)
        request = try scanner.request(bytes)
        try scanner.expect(",\"seq\":")
        seq = try scanner.count()
        try scanner.expect(",\"t\":")
        t = try scanner.integer()
        guard 0...Instant.latest.milliseconds ~= t else { throw scanner.failure("a time outside 1970 to 9999") }
        try scanner.expect(",\"type\":")
        type = try scanner.token(LogEntry.nameBytes)
        try scanner.expect(",\"v\":1}")
        guard scanner.isAtEnd else { throw scanner.failure("something follows the object") }
    }
}

/// The members that are more than one token.
extension CanonicalScanner {
    fileprivate mutating func commitments(_ bytes: [UInt8]) throws(TransparencyLogError) -> Range<Int>? {
        guard take("\"cm\":") else { return nil }
        let start = position
        var previous: Range<Int>?
        try expect("{")
        repeat {
            let field = try token(LogEntry.nameBytes)
            if let previous { try requireOrder(previous, field) }
            previous = field
            try expect(":")
            _ = try digest(bytes)
        } while take(",")
        try expect("}")
        let end = position
        try expect(",")
        return start..<end
    }

    /// `rid`, `rn` and, from event 1, `rprev`: all or none.
    fileprivate mutating func request(_ bytes: [UInt8]) throws(TransparencyLogError) -> EntryHeader.Request? {
        guard take(",\"rid\":") else { return nil }
        let rid = try token(LogEntry.nameBytes)
        try expect(",\"rn\":")
        let rn = try count()
        guard rn > 0 else { return EntryHeader.Request(rid: rid, rn: 0, rprev: nil) }
        try expect(",\"rprev\":")
        return EntryHeader.Request(rid: rid, rn: rn, rprev: try digest(bytes))
    }

    fileprivate mutating func count() throws(TransparencyLogError) -> UInt64 {
        let count = try integer()
        guard count >= 0 else { throw failure("a negative number") }
        return UInt64(count)
    }

    fileprivate mutating func digest(_ bytes: [UInt8]) throws(TransparencyLogError) -> SHA256Digest {
        let count = SHA256Digest.base64ByteCount
        guard let digest = SHA256Digest(base64: bytes[try token(count...count)]) else {
            throw failure("expected the canonical base64 of 32 bytes before this,")
        }
        return digest
    }
}

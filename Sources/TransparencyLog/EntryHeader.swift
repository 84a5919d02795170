import Cryptography
import Temporal

/// The members of an entry's object, found in one pass over its bytes, which are then known to be canonical.
///
/// Texts are left where they lie: an audit compares most of them and keeps none.
struct EntryHeader {
    struct Request {
        let rid: Range<Int>
        /// The identifier as a number, where it is a UUID.
        let uuid: RequestUUID?
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

    init(scanning entry: [UInt8]) throws(TransparencyLogError) {
        guard entry.count <= LogEntry.maximumBytes else {
            throw .malformed(.entry, problem: "\(entry.count) bytes; the most is \(LogEntry.maximumBytes)")
        }
        let bytes = entry.span
        var scanner = CanonicalScanner(maximumDepth: LogEntry.maximumDepth)
        try scanner.expect("{", bytes)
        cm = try scanner.commitments(bytes)
        try scanner.expect("\"facts\":", bytes)
        facts = try scanner.object(depth: 1, bytes)
        try scanner.expect(",\"origin\":", bytes)
        origin = try scanner.token(LogEntry.originBytes, bytes)
        try scanner.expect(",\"prev\":", bytes)
        prev = try scanner.digest(bytes)
        request = try scanner.request(bytes)
        try scanner.expect(",\"seq\":", bytes)
        seq = try scanner.count(bytes)
        try scanner.expect(",\"t\":", bytes)
        t = try scanner.integer(bytes)
        guard 0...Instant.latest.milliseconds ~= t else { throw scanner.failure("a time outside 1970 to 9999") }
        try scanner.expect(",\"type\":", bytes)
        type = try scanner.token(LogEntry.nameBytes, bytes)
        try scanner.expect(",\"v\":1}", bytes)
        guard scanner.position == bytes.count else { throw scanner.failure("something follows the object") }
        guard scanner.isASCII || (try? UTF8Span(validating: bytes)) != nil else {
            throw .malformed(.entry, problem: "it is not UTF-8")
        }
    }
}

/// The members that are more than one token.
extension CanonicalScanner {
    @inline(__always)
    fileprivate mutating func commitments(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> Range<Int>? {
        guard take("\"cm\":", bytes) else { return nil }
        let start = position
        var previous: Range<Int>?
        try expect("{", bytes)
        repeat {
            let field = try token(LogEntry.nameBytes, bytes)
            if let previous { try requireOrder(previous, field, bytes) }
            previous = field
            try expect(":", bytes)
            _ = try digest(bytes)
        } while take(",", bytes)
        try expect("}", bytes)
        let end = position
        try expect(",", bytes)
        return start..<end
    }

    /// `rid`, `rn` and, from event 1, `rprev`: all or none.
    @inline(__always)
    fileprivate mutating func request(
        _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) -> EntryHeader.Request? {
        guard take(",\"rid\":", bytes) else { return nil }
        let (rid, uuid) = try identifier(bytes)
        try expect(",\"rn\":", bytes)
        let rn = try count(bytes)
        guard rn > 0 else { return EntryHeader.Request(rid: rid, uuid: uuid, rn: 0, rprev: nil) }
        try expect(",\"rprev\":", bytes)
        return EntryHeader.Request(rid: rid, uuid: uuid, rn: rn, rprev: try digest(bytes))
    }

    /// A token, most often a UUID, whose digits and dashes need no second look.
    @inline(__always)
    private mutating func identifier(
        _ bytes: Span<UInt8>
    ) throws(TransparencyLogError) -> (Range<Int>, RequestUUID?) {
        let start = position + 1
        let end = start + RequestUUID.textBytes
        guard end < bytes.count, bytes[start - 1] == UInt8(ascii: "\""), bytes[end] == UInt8(ascii: "\""),
            let uuid = RequestUUID(bytes, at: start)
        else { return (try token(LogEntry.nameBytes, bytes), nil) }
        skip(to: end + 1)
        return (start..<end, uuid)
    }

    @inline(__always)
    fileprivate mutating func count(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> UInt64 {
        let count = try integer(bytes)
        guard count >= 0 else { throw failure("a negative number") }
        return UInt64(count)
    }

    @inline(__always)
    fileprivate mutating func digest(_ bytes: Span<UInt8>) throws(TransparencyLogError) -> SHA256Digest {
        try expect("\"", bytes)
        guard let digest = SHA256Digest(base64: bytes, at: position) else {
            throw failure("expected the canonical base64 of 32 bytes")
        }
        skip(to: position + SHA256Digest.base64ByteCount)
        try expect("\"", bytes)
        return digest
    }
}

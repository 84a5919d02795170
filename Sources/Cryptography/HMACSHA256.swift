/// HMAC with SHA-256 ([RFC 2104](https://www.rfc-editor.org/rfc/rfc2104)).
///
/// A value that holds the hashes of the key's two blocks: it authenticates any number of messages, and hashes the key
/// once.
package struct HMACSHA256: Sendable {
    private let inner: SHA256Hasher
    private let outer: SHA256Hasher

    /// The block of SHA-256; RFC 2104 calls it B.
    static let blockByteCount = 64

    /// - Parameter key: of any length.
    package init(key: [UInt8]) {
        (inner, outer) = SHA256Hasher.pair(key: key.count > Self.blockByteCount ? SHA256.hash(key).bytes : key)
    }

    /// The 32-byte code of the message that `feed` hands over in parts. Compare codes with
    /// ``constantTimeEqual(_:_:)``.
    package func authenticate(_ feed: (inout SHA256Hasher) -> Void) -> SHA256Digest {
        var (inner, outer) = (inner, outer)
        feed(&inner)
        outer.update(inner.finish())
        return outer.finish()
    }

    /// The 32-byte code of `message` under `key`, which may have any length. Compare codes with
    /// ``constantTimeEqual(_:_:)``.
    package static func authenticate(key: [UInt8], _ message: [UInt8]) -> SHA256Digest {
        HMACSHA256(key: key).authenticate { $0.update(message) }
    }
}

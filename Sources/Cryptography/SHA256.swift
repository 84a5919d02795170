import COpenSSL

/// SHA-256 (FIPS 180-4) in one call.
///
/// The forms with a prefix hash their parts as one string without an array of it: what a Merkle tree needs for its
/// leaves and nodes ([RFC 6962, 2.1](https://www.rfc-editor.org/rfc/rfc6962#section-2.1)).
package enum SHA256 {
    /// The hash of `bytes`.
    package static func hash(_ bytes: [UInt8]) -> SHA256Digest {
        unsafe hash(bytes.span.bytes)
    }

    /// The hash of `bytes`.
    package static func hash(_ bytes: RawSpan) -> SHA256Digest {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe SHA256Digest { unsafe sha256_hash($0, buffer.baseAddress, buffer.count) }
        }
    }

    /// The hash of the bytes of `buffer`.
    package static func hash(_ buffer: UnsafeRawBufferPointer) -> SHA256Digest {
        unsafe hash(buffer.bytes)
    }

    /// The hash of `prefix` followed by `bytes`.
    package static func hash(prefix: UInt8, _ bytes: [UInt8]) -> SHA256Digest {
        unsafe hash(prefix: prefix, bytes.span.bytes)
    }

    /// The hash of `prefix` followed by `bytes`.
    package static func hash(prefix: UInt8, _ bytes: RawSpan) -> SHA256Digest {
        unsafe bytes.withUnsafeBytes { buffer in
            unsafe SHA256Digest { unsafe sha256_hash_prefixed($0, prefix, buffer.baseAddress, buffer.count) }
        }
    }

    /// The hash of `prefix`, the 32 bytes of `left` and the 32 bytes of `right`.
    package static func hash(prefix: UInt8, _ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe SHA256Digest { unsafe sha256_hash_pair($0, prefix, left.baseAddress, right.baseAddress) }
            }
        }
    }
}

/// SHA-256 of parts that arrive one after another.
///
/// A value without heap storage: a copy goes on from the same point on its own, so that inputs with a common beginning
/// hash that beginning once.
package struct SHA256Hasher: Sendable {
    private var context: SHA256_CTX

    /// The two hashers of an HMAC, each after its block.
    /// - Parameter key: at most 64 bytes.
    static func pair(key: [UInt8]) -> (inner: SHA256Hasher, outer: SHA256Hasher) {
        precondition(key.count <= HMACSHA256.blockByteCount, "a longer key is hashed first")
        var (inner, outer) = (SHA256Hasher(), SHA256Hasher())
        unsafe hmac_sha256_start(&inner.context, &outer.context, key, key.count)
        return (inner, outer)
    }

    /// A hasher that has seen nothing.
    package init() {
        context = SHA256_CTX()
        unsafe sha256_start(&context)
    }

    /// Goes on with `bytes`.
    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { unsafe sha256_update(&context, $0.baseAddress, $0.count) }
    }

    /// Goes on with `bytes`.
    package mutating func update(_ bytes: [UInt8]) {
        unsafe update(bytes.span.bytes)
    }

    /// Goes on with one byte.
    package mutating func update(_ byte: UInt8) {
        var byte = byte
        unsafe sha256_update(&context, &byte, 1)
    }

    /// Goes on with the bytes of `number`, the highest first.
    package mutating func update(bigEndian number: some FixedWidthInteger & BitwiseCopyable) {
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe update($0.bytes) }
    }

    /// Goes on with the 32 bytes of `digest`.
    package mutating func update(_ digest: SHA256Digest) {
        unsafe digest.withUnsafeBytes { unsafe sha256_update(&context, $0.baseAddress, $0.count) }
    }

    /// The hash of everything so far. Ends this value; to go on from here, copy it first.
    package consuming func finish() -> SHA256Digest {
        unsafe SHA256Digest { unsafe sha256_finish(&context, $0) }
    }
}

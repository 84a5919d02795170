/// HKDF with SHA-256 ([RFC 5869](https://www.rfc-editor.org/rfc/rfc5869)): a secret, extracted once, from which any
/// number of keys is expanded.
package struct HKDFSHA256: Sendable {
    /// 255 blocks of the hash, RFC 5869, 2.3.
    package static let maximumByteCount = 255 * SHA256Digest.byteCount

    /// Keyed with what 2.2 calls PRK.
    private let extracted: HMACSHA256

    /// Extracts (2.2); an empty `salt` is the salt of zeros.
    package init(secret: [UInt8], salt: [UInt8]) {
        // HMAC fills a short key with zeros, so that an empty one is the salt of zeros already.
        var prk = HMACSHA256.authenticate(key: salt, secret).bytes
        defer { prk.wipe() }
        extracted = HMACSHA256(key: prk)
    }

    /// Expands (2.3) to `count` bytes, 1 to ``maximumByteCount``. Another size is a mistake of the caller and stops the
    /// process.
    package func expand(info: [UInt8], count: Int) -> [UInt8] {
        precondition(
            (1...Self.maximumByteCount).contains(count), "HKDF gives 1 to \(Self.maximumByteCount) bytes, not \(count)")
        var derived: [UInt8] = []
        var block: SHA256Digest?
        var number: UInt8 = 0
        while derived.count < count {
            number += 1
            let next = extracted.authenticate { hasher in
                if let block { hasher.update(block) }
                hasher.update(info)
                hasher.update(number)
            }
            derived += next.bytes
            block = next
        }
        derived.removeLast(derived.count - count)
        return derived
    }

    /// Expands to 32 bytes, which are one block; `feed` hands over the info in parts.
    package func expand(_ feed: (inout SHA256Hasher) -> Void) -> SHA256Digest {
        extracted.authenticate { hasher in
            feed(&hasher)
            hasher.update(1)
        }
    }

    /// Extracts and expands at once.
    package static func derive(secret: [UInt8], salt: [UInt8], info: [UInt8], count: Int) -> [UInt8] {
        HKDFSHA256(secret: secret, salt: salt).expand(info: info, count: count)
    }
}

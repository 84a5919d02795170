import Cryptography
import Multiformats

/// How digests of disclosures are made (`_sd_alg`,
/// [RFC 9901, 4.1.1](https://www.rfc-editor.org/rfc/rfc9901#section-4.1.1)). We issue with the first.
package enum DisclosureHash: String, Hashable, Sendable, CaseIterable {
    case sha256 = "sha-256"
    case sha384 = "sha-384"
    case sha512 = "sha-512"

    /// The digest of ASCII text, in base64url.
    func digest(of text: String) -> String {
        let bytes = Array(text.utf8)
        return switch self {
        case .sha256: Base64URL.encode(SHA256.hash(bytes).bytes)
        case .sha384: Base64URL.encode(SHA384.hash(bytes))
        case .sha512: Base64URL.encode(SHA512.hash(bytes))
        }
    }
}

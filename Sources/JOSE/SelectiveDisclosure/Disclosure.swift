package import CanonicalJSON
import Cryptography
import Multiformats

/// One hidden claim, for whoever may see it ([RFC 9901, 4.2](https://www.rfc-editor.org/rfc/rfc9901#section-4.2)).
package struct Disclosure: Hashable, Sendable {
    /// Bytes of salt in a disclosure that we make, as the RFC recommends (9.3): nobody guesses 128 bits.
    private static let saltByteCount = 16

    /// What the issuer wrote, which is what its digest covers: base64url.
    package let encoded: String

    /// Random text, so that nobody finds the value by trying values.
    package let salt: String

    /// The name of the claim; nil: the value is an element of an array.
    package let name: String?

    /// The value, in which further digests can be.
    package let value: JSON

    /// Reads a disclosure.
    ///
    /// - Throws: ``JOSEError``: not base64url, not a JSON array of two or three elements, a salt or name that is not a
    ///   string.
    package init(parsing encoded: String) throws(JOSEError) {
        let bytes = try JWS.decode(encoded[...].utf8, "a disclosure")
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            throw .malformed(part: "a disclosure", problem: "\(error)")
        }
        guard case .array(let elements) = json, 2...3 ~= elements.count, case .string(let salt) = elements[0] else {
            throw .malformed(part: "a disclosure", problem: "must be a list of a salt, for objects a name, and a value")
        }
        if elements.count == 3 {
            guard case .string(let name) = elements[1] else {
                throw .malformed(part: "a disclosure", problem: "the name of the claim must be a string")
            }
            self.name = name
        } else {
            name = nil
        }
        (self.encoded, self.salt, value) = (encoded, salt, elements[elements.count - 1])
    }

    /// A disclosure with a new salt.
    init(name: String?, value: JSON, using random: inout some RandomNumberGenerator) {
        salt = Base64URL.encode(random.bytes(count: Self.saltByteCount))
        let elements = [.string(salt)] + (name.map { [.string($0)] } ?? []) + [value]
        encoded = Base64URL.encode(JSON.array(elements).canonicalBytes)
        (self.name, self.value) = (name, value)
    }

    /// The digest that stands in the signed payload in place of the claim.
    package func digest(_ hash: DisclosureHash) -> String { hash.digest(of: encoded) }

    /// Names that the mechanism itself uses ([4.1](https://www.rfc-editor.org/rfc/rfc9901#section-4.1)).
    static let reservedNames: Set<String> = ["_sd", "...", "_sd_alg"]
}

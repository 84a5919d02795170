import CanonicalJSON
import Credentials
import Cryptography
import LinkedData

/// How a document becomes the bytes that are hashed.
package enum Canonicalization: Hashable, Sendable {
    /// The JSON itself, written in its one way: [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785).
    case jcs
    /// The statements that the JSON makes by its contexts, named and sorted in their one way:
    /// [RDFC-1.0](https://www.w3.org/TR/rdf-canon/).
    case rdfc

    func bytes(
        of object: JSONObject, hash: ProofHash, contexts: ContextRegistry, expectedByteCount: Int
    ) throws(ProofError) -> [UInt8] {
        switch self {
        case .jcs:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(expectedByteCount)
            object.appendCanonical(to: &bytes)
            return bytes
        case .rdfc:
            do {
                let quads = try JSONLD.quads(of: object, contexts: contexts)
                return try RDFC10.canonicalize(quads, hash: hash == .sha384 ? .sha384 : .sha256).bytes
            } catch {
                throw ProofError(error)
            }
        }
    }
}

/// The hash that goes with a key ([vc-di-ecdsa](https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-rdfc-2019)): also the one
/// inside of RDF canonicalization.
package enum ProofHash: Hashable, Sendable {
    /// For Ed25519 and P-256.
    case sha256
    /// For P-384.
    case sha384

    /// The hash of `bytes`.
    package func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: SHA256.hash(bytes).bytes
        case .sha384: SHA384.hash(bytes)
        }
    }
}

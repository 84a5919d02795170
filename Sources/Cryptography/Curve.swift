import COpenSSL

/// The two NIST curves of JOSE and of the ECDSA cryptosuites, each with the hash that goes with it
/// ([RFC 7518, 3.4](https://www.rfc-editor.org/rfc/rfc7518#section-3.4),
/// [vc-di-ecdsa](https://www.w3.org/TR/vc-di-ecdsa/)).
package enum Curve: Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// P-256 with SHA-256 (ES256).
    case p256
    /// P-384 with SHA-384 (ES384).
    case p384

    /// The bytes of a secret scalar, of one coordinate, and of each half of a signature.
    package var scalarByteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        }
    }

    /// The name in FIPS 186 and in JSON Web Keys.
    package var description: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        }
    }

    /// The name OpenSSL gives the curve.
    var libraryName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        }
    }

    /// `AlgorithmIdentifier` of a key on the curve
    /// ([RFC 5480, 2.1.1](https://www.rfc-editor.org/rfc/rfc5480#section-2.1.1)).
    var algorithmIdentifier: [UInt8] {
        let ecPublicKey: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        let namedCurve: [UInt8] =
            switch self {
            case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
            }
        return DER.sequence([DER.objectIdentifier(ecPublicKey), DER.objectIdentifier(namedCurve)])
    }

    /// The hash of the message as OpenSSL knows it, which lives as long as the process.
    var digest: OpaquePointer? {
        switch self {
        case .p256: unsafe EVP_sha256()
        case .p384: unsafe EVP_sha384()
        }
    }
}

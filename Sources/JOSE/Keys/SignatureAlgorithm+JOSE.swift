package import Cryptography

extension SignatureAlgorithm {
    /// The value of `alg` ([RFC 7518, 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1),
    /// [RFC 8037, 3.1](https://www.rfc-editor.org/rfc/rfc8037#section-3.1)).
    package var joseName: String { rawValue }

    /// The algorithm that `alg` names; `Ed25519` ([RFC 9864, 2.2](https://www.rfc-editor.org/rfc/rfc9864#section-2.2))
    /// is another name for our EdDSA.
    ///
    /// - Throws: ``JOSEError/unsupported(_:)``, and for `none` ``JOSEError/malformed(part:problem:)``.
    package init(joseName name: String) throws(JOSEError) {
        if name == "Ed25519" {
            self = .edDSA
        } else if let algorithm = Self(rawValue: name) {
            self = algorithm
        } else if name.lowercased() == "none" {
            throw .malformed(part: "alg", problem: "is none: nobody signed this")
        } else {
            throw .unsupported("the algorithm \(name.debugDescription)")
        }
    }
}

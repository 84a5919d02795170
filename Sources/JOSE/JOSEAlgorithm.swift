package import Cryptography

extension SignatureAlgorithm {
    /// The value of `alg` ([RFC 7518, 3.1](https://www.rfc-editor.org/rfc/rfc7518#section-3.1),
    /// [RFC 8037, 3.1](https://www.rfc-editor.org/rfc/rfc8037#section-3.1)).
    package var joseName: String { rawValue }
}

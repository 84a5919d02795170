/// Why a timestamp counts for nothing, or why there is none.
package enum TimestampError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The bytes are not a response of RFC 3161; the text says why.
    case malformed(String)
    /// The authority gave no timestamp; the text is its reason.
    case refused(String)
    /// It is over other bytes, or over their hash by another function.
    case wrongImprint
    /// It answers another query, or none: the nonce is another or missing.
    case wrongNonce
    /// The signature does not hold over what the token says.
    case badSignature
    /// The token names another signer than the certificate it was made with (RFC 5035, or the name in `tsa`).
    case wrongSigner
    /// No chain from the signer to a given root.
    case untrustedChain(String)
    /// The chain holds, but not at the given instant; the text says which end was passed.
    case outsideValidity(String)
    /// The certificate is not for timestamps (and for nothing else), as RFC 3161, 2.3 demands.
    case notATimestampingCertificate
    /// It was made with a hash function that can be forged.
    case weakDigest(String)
    /// The file of roots cannot be used; the text says why.
    case unusableRoots(String)

    /// What was wrong, and what it means.
    package var description: String {
        switch self {
        case .malformed(let why): "not a timestamp response (RFC 3161): \(why)"
        case .refused(let why): "the authority gave no timestamp: \(why)"
        case .wrongImprint: "the timestamp is over something else"
        case .wrongNonce: "the timestamp answers another query: its nonce is not ours"
        case .badSignature: "the signature of the timestamp does not hold"
        case .wrongSigner: "the timestamp names another signer than the one whose certificate it carries"
        case .untrustedChain(let why): "the timestamp leads to none of the given roots: \(why)"
        case .outsideValidity(let why): "the certificates of the timestamp do not hold at that instant: \(why)"
        case .notATimestampingCertificate: "the timestamp was signed with a certificate that is not for timestamps"
        case .weakDigest(let name): "the timestamp is signed by way of \(name), which can be forged"
        case .unusableRoots(let why): "the roots of timestamp authorities cannot be used: \(why)"
        }
    }
}

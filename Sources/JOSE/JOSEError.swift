package import Temporal

/// Why a key or token is not accepted, or not made. No case carries a secret.
package enum JOSEError: Error, Hashable, Sendable {
    /// A part of a token or key is not of the form that its specification gives; `part` is a noun: "the header".
    case malformed(part: String, problem: String)

    /// A part is well formed and asks for something that this room does not have (an algorithm, a critical header
    /// parameter): whether the token is good cannot be told here.
    case unsupported(String)

    /// A key that must not be used, or not for this.
    case unacceptableKey(String)

    /// The signature is not one of the key over this text.
    case invalidSignature

    /// `typ` names another kind of token.
    case wrongType(found: String?, expected: [String])

    /// The token may not be used any more.
    case expired(at: Instant)

    /// The token may not be used yet.
    case notYetValid(before: Instant)

    /// A claim is missing or is not what it must be.
    case claim(String, problem: String)

    /// A rule about disclosures does not hold (RFC 9901).
    case disclosure(String)

    /// More than a limit allows.
    case tooMuch(of: String, limit: Int)
}

extension JOSEError: CustomStringConvertible {
    /// What was wrong, where, and what to do.
    package var description: String {
        switch self {
        case .malformed(let part, let problem): "\(part): \(problem)"
        case .unsupported(let what): "\(what) is not supported, so nothing can be said about the token"
        case .unacceptableKey(let why): "the key cannot be used: \(why)"
        case .invalidSignature: "the signature does not match the key and the token"
        case .wrongType(let found, let expected):
            "typ is \(found.map(\.debugDescription) ?? "missing") and must be \(expected.joined(separator: " or "))"
        case .expired(let instant): "exp: the token expired at \(instant)"
        case .notYetValid(let instant): "nbf: the token is not valid before \(instant)"
        case .claim(let name, let problem): "the claim \(name) \(problem)"
        case .disclosure(let problem): problem
        case .tooMuch(let what, let limit): "there are more than \(limit) \(what); that is refused"
        }
    }
}

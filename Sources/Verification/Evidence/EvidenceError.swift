import Credentials

/// Why a file is no evidence.
package enum EvidenceError: Error, Hashable, Sendable {
    /// Not JSON, and no token or image either: nobody signed these bytes. The verdict is invalid.
    case damaged(String)
    /// An image that is broken: nobody made these bytes. The verdict is invalid.
    case damagedImage(String)
    /// A token that is none: nobody signed it. The verdict is invalid.
    case damagedToken(String)
    /// An envelope that holds no token. The verdict is invalid.
    case damagedEnvelope(String)
    /// Something else, which may well be good, but this room cannot say so. The verdict is cannot tell.
    case other(String)

    static let expected = """
        Expected was a credential or presentation (JSON with embedded proofs, a token, or a badge in a PNG or SVG), an \
        intake receipt, an audit bundle or a status list.
        """
}

extension EvidenceError: CustomStringConvertible {
    /// What was found, and what was expected.
    package var description: String {
        switch self {
        case .damaged(let problem): "This is not JSON: \(problem). \(Self.expected)"
        case .damagedImage(let problem): "This image cannot be read: \(problem). \(Self.expected)"
        case .damagedToken(let problem): "This is not a signed token: \(problem). \(Self.expected)"
        case .damagedEnvelope(let problem): "This envelope cannot be opened: \(problem). \(Self.expected)"
        case .other(let found): "This is \(found). \(Self.expected)"
        }
    }
}

extension Verdict {
    /// The verdict on a file that is no evidence.
    package init(_ error: EvidenceError) {
        let outcome: Check.Outcome = if case .other = error { .cannotTell } else { .failed }
        self.init(nil, [Check(.form, outcome, "\(error)", problem: .parsing)])
    }
}

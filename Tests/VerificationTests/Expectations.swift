import CanonicalJSON
import Testing
import Verification

/// What a verification must come to, and by which check.
struct Expected: Sendable, CustomTestStringConvertible {
    let conclusion: Conclusion
    /// The first check that was not answered with yes, in the order in which they are put; nil: there is none.
    let name: Check.Name?
    /// A part of its sentence.
    let words: String

    static let valid = Expected(conclusion: .valid, name: nil, words: "")

    static func invalid(_ name: Check.Name, _ words: String = "") -> Expected {
        Expected(conclusion: .invalid, name: name, words: words)
    }

    static func cannotTell(_ name: Check.Name, _ words: String = "") -> Expected {
        Expected(conclusion: .cannotTell, name: name, words: words)
    }

    var testDescription: String { "\(conclusion.rawValue) \(name?.rawValue ?? "")" }

    func check(_ verdict: Verdict, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(verdict.conclusion == conclusion, "\(verdict.lines)", sourceLocation: sourceLocation)
        let decisive = verdict.decisive
        #expect(decisive?.name == name, "\(verdict.lines)", sourceLocation: sourceLocation)
        #expect(
            words.isEmpty || decisive?.sentence.contains(words) == true, "\(verdict.lines)",
            sourceLocation: sourceLocation)
    }
}

extension Verdict {
    /// Every check, those of the parts behind the own.
    var everyCheck: [Check] { checks + parts.flatMap(\.everyCheck) }

    /// The first check that failed; if none did, the first that could not tell.
    var decisive: Check? {
        everyCheck.first { $0.outcome == .failed } ?? everyCheck.first { $0.outcome == .cannotTell }
    }

    func check(_ name: Check.Name) -> Check? { checks.first { $0.name == name } }

    var lines: String {
        "\n" + everyCheck.map { "\($0.outcome.rawValue) \($0.name.rawValue): \($0.sentence)" }.joined(separator: "\n")
    }
}

/// One way in which a document is spoiled, and what must come of it.
struct Tampering: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let change: @Sendable (inout JSONObject) throws -> Void
    let expected: Expected

    init(
        _ name: String, _ expected: Expected, _ change: @escaping @Sendable (inout JSONObject) throws -> Void
    ) {
        testDescription = name
        self.change = change
        self.expected = expected
    }
}

/// A regular expression as ECMA-262 section 22.2.1 parses it, reduced to what decides whether a string matches: groups
/// capture nothing, and lazy is the same as greedy.
indirect enum PatternSyntax: Sendable {
    case scalar(UInt32)
    /// A set, by its place in the table of the pattern.
    case set(Int)
    case assertion(PatternAssertion)
    /// Without parts only by itself: every other node takes an instruction or more, so that counting those is enough.
    case sequence([PatternSyntax])
    case alternatives([PatternSyntax])
    /// `maximum` is nil for no end.
    case repetition(PatternSyntax, minimum: Int, maximum: Int?)
    case lookaround(PatternSyntax, isAhead: Bool, isNegated: Bool)
    case backreference

    var isEmpty: Bool { if case .sequence(let parts) = self { parts.isEmpty } else { false } }
}

/// A condition on a place between two characters.
enum PatternAssertion: Sendable {
    case start
    case end
    case wordBoundary
    case notWordBoundary
}

/// Why a text is not a pattern, or not one we evaluate.
struct PatternError: Error, Hashable, Sendable {
    let problem: String
    /// Unicode scalar values before the place, from 0; nil when it is about the whole.
    let offset: Int?
}

extension PatternError: CustomStringConvertible {
    var description: String { offset.map { "\(problem) (character \($0 + 1) of the pattern)" } ?? problem }
}

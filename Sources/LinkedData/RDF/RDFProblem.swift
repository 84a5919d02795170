/// What is wrong with a dataset or with its N-Quads.
enum RDFProblem: Error {
    /// The N-Quads have more bytes than the limit.
    case tooManyBytes(limit: Int)

    /// There are more statements than the limit.
    case tooManyStatements(limit: Int)

    /// A line, counted from 1, is not a statement of N-Quads.
    case malformed(line: Int, Syntax)

    /// A statement, counted from 0, holds something that N-Quads cannot say.
    case unwritable(statement: Int, Unwritable)

    /// The blank nodes are so alike that telling them apart takes more work than the limit.
    case tooMuchWork(limit: Int)

    /// Where a line leaves the grammar of N-Quads.
    enum Syntax: Error {
        /// The bytes are not UTF-8.
        case invalidUTF8
        /// Something else stands where this is needed.
        case expected(String)
        /// A string or an IRI is not closed on its line.
        case unterminated
        /// A character that must be escaped, or that an IRI may not hold at all.
        case forbiddenCharacter
        /// A backslash is followed by something that is no escape here, or that stands for no character.
        case invalidEscape
        /// The IRI has no scheme: N-Quads has absolute IRIs only.
        case relativeIRI
        /// `_:` is not followed by a label of the grammar.
        case invalidBlankNodeLabel
        /// `@` is not followed by a language tag of the grammar.
        case invalidLanguageTag
    }

    /// What N-Quads cannot say.
    enum Unwritable: Error {
        /// A literal as subject or graph, or something else than an IRI as predicate.
        case misplacedTerm
        /// An IRI with a space, a control or one of ``<>"{}|^`\``.
        case invalidIRI
        /// A blank node whose label is not one of the grammar.
        case invalidBlankNodeLabel
        /// A language tag that is not one of the grammar.
        case invalidLanguageTag
    }
}

extension LinkedDataError.Code {
    /// Bytes that are not N-Quads, or too many.
    package static let invalidNQuads = Self(rawValue: "invalid N-Quads")

    /// A statement that RDF does not allow or that N-Quads cannot say.
    package static let invalidStatement = Self(rawValue: "invalid statement")

    /// Blank nodes that cannot be told apart within the limit of work.
    package static let tooComplex = Self(rawValue: "too complex to canonicalize")
}

extension LinkedDataError {
    /// A problem of RDF, which has no place in a JSON document.
    init(_ problem: RDFProblem) {
        switch problem {
        case .tooManyBytes(let limit):
            self.init(.invalidNQuads, "more than \(limit) bytes; split the dataset")
        case .tooManyStatements(let limit):
            self.init(.invalidNQuads, "more than \(limit) statements; split the dataset")
        case .malformed(let line, let syntax):
            self.init(.invalidNQuads, "line \(line): \(syntax)")
        case .unwritable(let statement, let problem):
            self.init(.invalidStatement, "statement \(statement), counted from 0: \(problem)")
        case .tooMuchWork(let limit):
            self.init(
                .tooComplex, "blank nodes cannot be told apart within \(limit) steps; give some of them an id")
        }
    }
}

extension RDFProblem.Syntax: CustomStringConvertible {
    var description: String {
        switch self {
        case .invalidUTF8: "the bytes are not UTF-8"
        case .expected(let something): "\(something) is needed here"
        case .unterminated: "a string or an IRI is not closed"
        case .forbiddenCharacter: "a character stands where it may not, or must be escaped"
        case .invalidEscape: "a backslash begins no escape, or the escape stands for no character"
        case .relativeIRI: "an IRI has no scheme; write it absolute"
        case .invalidBlankNodeLabel: "_: is not followed by a label"
        case .invalidLanguageTag: "@ is not followed by a language tag"
        }
    }
}

extension RDFProblem.Unwritable: CustomStringConvertible {
    var description: String {
        switch self {
        case .misplacedTerm: "a term stands where RDF does not allow one of its kind"
        case .invalidIRI: "an IRI holds a character that no IRI may hold"
        case .invalidBlankNodeLabel: "a blank node's label cannot be written"
        case .invalidLanguageTag: "a language tag is not well-formed"
        }
    }
}

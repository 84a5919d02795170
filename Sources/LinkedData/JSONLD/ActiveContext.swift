import CanonicalJSON

/// What a term stands for ([JSON-LD 1.1 API, 4.2](https://www.w3.org/TR/json-ld11-api/#create-term-definition)).
struct TermDefinition: Sendable {
    /// What a term, a type or an alias becomes.
    enum Mapping: Sendable {
        /// The term is kept from having a meaning.
        case null
        /// The term is an alias.
        case keyword(Keyword)
        /// An IRI or a blank node's label.
        case iri(String)
    }

    /// How a plain value of the term is read.
    enum TypeMapping: Sendable {
        case id
        case vocab
        case json
        case none
        case datatype(String)
    }

    var mapping = Mapping.null
    var isPrefix = false
    var isProtected = false
    var isReverse = false
    var baseURL: String?
    var context: JSON?
    var container: Container = []
    var direction = Setting<Direction>.unset
    var index: String?
    var language = Setting<String>.unset
    var nest: String?
    var type: TypeMapping?
}

extension TermDefinition {
    /// Whether both mean the same, protection aside.
    func hasSameMeaning(as other: TermDefinition) -> Bool {
        mapping == other.mapping && isPrefix == other.isPrefix && isReverse == other.isReverse
            && context == other.context && container == other.container && direction == other.direction
            && index == other.index && language == other.language && nest == other.nest && type == other.type
    }
}

extension TermDefinition.Mapping: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.keyword(let left), .keyword(let right)): left == right
        case (.iri(let left), .iri(let right)): CodeUnits.areEqual(left, right)
        default: false
        }
    }
}

extension TermDefinition.TypeMapping: Equatable {
    static func == (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.id, .id), (.vocab, .vocab), (.json, .json), (.none, .none): true
        case (.datatype(let left), .datatype(let right)): CodeUnits.areEqual(left, right)
        default: false
        }
    }
}

/// A member of a term definition that may be absent, present as null, or present.
enum Setting<Value: Equatable & Sendable>: Equatable, Sendable {
    case unset
    case null
    case value(Value)

    /// The value, or `fallback` when nothing was said.
    func or(_ fallback: Value?) -> Value? {
        switch self {
        case .unset: fallback
        case .null: nil
        case .value(let value): value
        }
    }
}

/// The base direction of a text.
enum Direction: String, Sendable {
    case leftToRight = "ltr"
    case rightToLeft = "rtl"
}

/// The container mapping of a term: which shape its values have.
struct Container: OptionSet, Hashable, Sendable {
    let rawValue: UInt8

    static let graph = Container(rawValue: 1 << 0)
    static let id = Container(rawValue: 1 << 1)
    static let index = Container(rawValue: 1 << 2)
    static let language = Container(rawValue: 1 << 3)
    static let list = Container(rawValue: 1 << 4)
    static let set = Container(rawValue: 1 << 5)
    static let type = Container(rawValue: 1 << 6)

    /// The container that a keyword names.
    init?(_ keyword: String) {
        switch Keyword(keyword) {
        case .graph: self = .graph
        case .id: self = .id
        case .index: self = .index
        case .language: self = .language
        case .list: self = .list
        case .set: self = .set
        case .type: self = .type
        default: return nil
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// A term with its definition, shared by every context that has it.
final class DefinedTerm: Sendable {
    let definition: TermDefinition
    /// Whether RDF can say the term's IRI: asked once here and not for each use.
    let isWellFormed: Bool
    /// Whether RDF can say the datatype of the term's values, if there is one.
    let hasWellFormedDatatype: Bool

    init(_ definition: TermDefinition) {
        self.definition = definition
        if case .iri(let iri) = definition.mapping {
            isWellFormed = IRI.isWellFormed(iri)
        } else {
            isWellFormed = false
        }
        if case .datatype(let iri)? = definition.type {
            hasWellFormedDatatype = IRI.isWellFormed(iri)
        } else {
            hasWellFormedDatatype = true
        }
    }
}

/// What an active context says, while it is being made
/// ([JSON-LD 1.1 API, 4.1](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm)).
struct ContextState: Sendable {
    private(set) var terms: [CodeUnits: DefinedTerm] = [:]
    /// One bit for each first byte, modulo 64, that a prefix has: most values with a colon are no compact IRIs, and
    /// this says so without a look-up.
    private var prefixes: UInt64 = 0
    var base: String?
    var originalBase: String?
    var vocabulary: String?
    var language: String?
    var direction: Direction?
    var previous: ActiveContext?

    subscript(term: String) -> DefinedTerm? {
        get { terms[CodeUnits(term)] }
        set {
            terms[CodeUnits(term)] = newValue
            if newValue?.definition.isPrefix == true, let first = term.utf8.first { prefixes |= Self.prefixBit(first) }
        }
    }

    /// The IRI of the string's prefix, if it is defined as one.
    func iri(ofPrefix compact: CompactIRI) -> String? {
        guard prefixes & Self.prefixBit(compact.firstByte) != 0, let term = self[compact.prefix],
            term.definition.isPrefix, case .iri(let iri) = term.definition.mapping
        else { return nil }
        return iri
    }

    private static func prefixBit(_ byte: UInt8) -> UInt64 { 1 << UInt64(byte & 63) }
}

/// An active context: immutable, shared by every node that it applies to, and known by its identity.
final class ActiveContext: Sendable {
    let state: ContextState
    /// The bytes of the longest alias of a keyword: a longer text is none.
    let longestAlias: Int
    private let typeNames: [String]
    private let idNames: [String]
    private let valueNames: [String]

    init(_ state: ContextState) {
        self.state = state
        var (types, ids, values) = (["@type"], ["@id"], ["@value"])
        var longest = 0
        for (name, term) in state.terms {
            guard case .keyword(let keyword) = term.definition.mapping else { continue }
            longest = max(longest, name.text.utf8.count)
            switch keyword {
            case .type: types.append(name.text)
            case .id: ids.append(name.text)
            case .value: values.append(name.text)
            default: break
            }
        }
        (typeNames, idNames, valueNames, longestAlias) = (types, ids, values, longest)
    }

    /// The definition of a term.
    func term(_ name: String) -> DefinedTerm? { state[name] }

    /// Whether a member of this name holds an object's types.
    func meansType(_ name: String) -> Bool { means(name, .type, typeNames) }

    /// Whether a member of this name holds an object's id.
    func meansID(_ name: String) -> Bool { means(name, .id, idNames) }

    /// Whether a member of this name makes its object a value.
    func meansValue(_ name: String) -> Bool { means(name, .value, valueNames) }

    private func means(_ name: String, _ keyword: Keyword, _ names: [String]) -> Bool {
        // A keyword has one or two names, which are compared faster than looked up; more are a sign of bad intent.
        if names.count <= 4 {
            let length = name.utf8.count
            return names.contains { $0.utf8.count == length && CodeUnits.areEqual($0, name) }
        }
        if case .keyword(keyword) = state.expandIRI(name, .vocab) { return true }
        return false
    }
}

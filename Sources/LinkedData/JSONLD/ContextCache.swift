import CanonicalJSON

/// Compiled contexts. Two generations: when the young one is full it becomes the old one, and what is asked for again
/// moves back; what nobody asks for is forgotten with the generation.
struct ContextCache {
    /// How much one generation holds: a term weighs one, as do 64 bytes of the context that it comes from. Terms take
    /// up to 300 bytes, so that a generation stays below 20 MiB. The published contexts together weigh about 3,000.
    static let maximumWeight = 1 << 16

    /// What a context was made from. Contexts and terms are meant by identity; an entry keeps its own alive.
    enum Key: Hashable {
        /// A value of `@context`, applied to an active context.
        case local(ObjectIdentifier, JSON)
        /// The context of a term's definition, applied to an active context for a property or for a type.
        case scoped(ObjectIdentifier, ObjectIdentifier, isProperty: Bool)
    }

    /// A compiled context, and what compiling it cost: a document is charged the same whether it hits or misses.
    struct Entry {
        let parent: ActiveContext
        let term: DefinedTerm?
        let context: ActiveContext
        let work: Int
    }

    private var young: [Key: Entry] = [:]
    private var old: [Key: Entry] = [:]
    private var youngWeight = 0

    /// The compiled context, if it is still known.
    mutating func entry(_ key: Key) -> Entry? {
        if let entry = young[key] { return entry }
        guard let entry = old[key] else { return nil }
        insert(entry, key)
        return entry
    }

    /// Keeps a compiled context, unless it is so large that many others would have to go for it.
    mutating func insert(_ entry: Entry, _ key: Key) {
        var weight = 16 + entry.context.state.terms.count
        if case .local(_, let context) = key { weight += context.approximateBytes / 64 }
        guard weight <= Self.maximumWeight / 16 else { return }
        if youngWeight + weight > Self.maximumWeight {
            (old, young, youngWeight) = (young, [:], 0)
        }
        if young.updateValue(entry, forKey: key) == nil { youngWeight += weight }
    }
}

extension JSON {
    /// The memory that the value takes, more or less.
    fileprivate var approximateBytes: Int {
        switch self {
        case .null, .bool, .integer, .number: 16
        case .string(let text): 16 + text.utf8.count
        case .array(let elements): elements.reduce(32) { $0 + $1.approximateBytes }
        case .object(let object): object.reduce(32) { $0 + 16 + $1.key.utf8.count + $1.value.approximateBytes }
        }
    }
}

import CanonicalJSON

/// Compiled contexts. Two generations: when the young one is full it becomes the old one, and what is asked for again
/// moves back; what nobody asks for is forgotten with the generation.
struct ContextCache {
    /// The most terms in the compiled contexts of one generation; a term takes about 300 bytes at most.
    static let maximumTerms = 1 << 16

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
    private var youngTerms = 0

    /// The compiled context, if it is still known.
    mutating func entry(_ key: Key) -> Entry? {
        if let entry = young[key] { return entry }
        guard let entry = old[key] else { return nil }
        insert(entry, key)
        return entry
    }

    /// Keeps a compiled context, unless it is so large that others would have to go for it.
    mutating func insert(_ entry: Entry, _ key: Key) {
        let terms = entry.context.state.terms.count + 16
        guard terms <= Self.maximumTerms / 16 else { return }
        if youngTerms + terms > Self.maximumTerms {
            (old, young, youngTerms) = (young, [:], 0)
        }
        if young.updateValue(entry, forKey: key) == nil { youngTerms += terms }
    }
}

package import CanonicalJSON
import Synchronization

/// The contexts that documents may name by URL. There is no other way to a context: nothing is ever fetched.
///
/// A registry also keeps what it compiled, so that the same contexts cost a look-up the next time. That is the only
/// thing in it that changes; what it answers does not depend on it.
package final class ContextRegistry: Sendable {
    /// The contexts that ship with the room.
    package static let published = ContextRegistry(documents: readPublished())

    /// The document at each URL, as published: an object with the member `@context`.
    private let documents: [CodeUnits: JSON]
    private let cache = Mutex(ContextCache())
    /// The active context of a document that has said nothing yet, without a base.
    let initialContext = ActiveContext(ContextState())

    private init(documents: [CodeUnits: JSON]) { self.documents = documents }

    /// A registry with no contexts at all.
    package static func empty() -> ContextRegistry { ContextRegistry(documents: [:]) }

    /// A registry that also knows the context at this absolute URL; the caller vouches for the document. A URL that is
    /// known already gets this document instead.
    package func adding(url: String, document: JSON) -> ContextRegistry {
        var documents = documents
        documents[CodeUnits(url)] = document
        return ContextRegistry(documents: documents)
    }

    /// The document at an absolute URL, or nil when it is not known.
    package func document(at url: String) -> JSON? { documents[CodeUnits(url)] }

    /// A context that was compiled before, if it is still known.
    func compiled(_ key: ContextCache.Key) -> ContextCache.Entry? { cache.withLock { $0.entry(key) } }

    /// Keeps a compiled context for the next time.
    func keep(_ entry: ContextCache.Entry, _ key: ContextCache.Key) { cache.withLock { $0.insert(entry, key) } }

    private static func readPublished() -> [CodeUnits: JSON] {
        var documents: [CodeUnits: JSON] = [:]
        for context in PublishedContext.all {
            guard let document = try? JSON(parsing: context.bytes) else {
                preconditionFailure("the context \(context.url) is not JSON")
            }
            documents[CodeUnits(context.url)] = document
        }
        return documents
    }
}

/// The JSON-LD contexts that are known, by URL.
package struct ContextRegistry: Sendable {
    /// Those that ship with us.
    package static let published = ContextRegistry()
}

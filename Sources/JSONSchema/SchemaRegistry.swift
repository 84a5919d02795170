package import CanonicalJSON

/// The schemas that others may refer to. Nothing is ever fetched: what is not registered is not there.
///
/// A new registry knows the metaschema of draft 2020-12, and nothing else.
package struct SchemaRegistry: Sendable {
    private(set) var resources: SchemaResources

    /// A registry of the metaschema.
    package init() { resources = Self.metaschema }

    /// Registers a document under an absolute URI, and each schema in it under its own `$id`. A document written for
    /// another metaschema comes after that one.
    ///
    /// References are followed, and keywords checked, when a schema that refers here is compiled.
    package mutating func register(_ document: JSON, at uri: String) throws(SchemaError) {
        let reference = URIReference(uri)
        guard reference.scheme != nil, reference.fragment == nil else {
            throw SchemaError(
                reason: .identifierNotAbsolute(uri), location: SchemaLocation(resource: uri, pointer: JSONPointer()))
        }
        // A copy: a document that is refused leaves nothing behind.
        var changed = resources
        _ = try changed.add(document, at: uri)
        resources = changed
    }

    private static let metaschema: SchemaResources = {
        var resources = SchemaResources()
        do {
            for (uri, document) in Metaschema.documents { _ = try resources.add(document, at: uri) }
        } catch {
            preconditionFailure("the metaschema is our own: \(error)")
        }
        return resources
    }()
}

package import CanonicalJSON
import Credentials
import JSONSchema
package import LinkedData

/// The contexts and schemas that an institution registered, ready for use.
package struct TenantResources: Sendable {
    /// What credentials in use refer to, and room for years of versions.
    static let maximumCount = 64

    /// The contexts that ship with us, and the institution's own.
    package private(set) var contexts = ContextRegistry.published
    private var contextURLs: Set<String> = []
    /// By URL.
    package private(set) var schemas: [String: JSON] = [:]
    /// The same, compiled; a schema may have been spoiled by a new version of another that it refers to.
    private var compiled: [String: Result<JSONSchema, SchemaError>] = [:]

    /// How many are registered.
    var count: Int { contextURLs.count + schemas.count }

    /// Whether a document of that kind and URL is there already.
    func has(_ resource: ResourceRegistered) -> Bool {
        switch resource.kind {
        case .context: contextURLs.contains(resource.url)
        case .schema: schemas[resource.url] != nil
        }
    }

    /// - Throws: `Refusal` when it is not a context, or not a schema.
    mutating func add(_ resource: ResourceRegistered) throws {
        do {
            switch resource.kind {
            case .context:
                let extended = contexts.adding(url: resource.url, document: resource.document)
                // An empty document under it: whatever is wrong with the context is found out now.
                var options = JSONLD.Options()
                options.isSafe = false
                let probe: JSON = ["@context": .string(resource.url)]
                _ = try JSONLD.expand(probe, contexts: extended, options: options)
                contexts = extended
                contextURLs.insert(resource.url)
            case .schema:
                schemas[resource.url] = resource.document
                try compile()
            }
        } catch {
            throw Refusal(.invalidRequest, "It cannot be registered: \(error).", at: "/document")
        }
    }

    /// Refuses a schema that cannot be applied. Apart from ``add(_:)``, because when a service starts, one that another
    /// refers to may come after it.
    func checkUse(of resource: ResourceRegistered) throws(Refusal) {
        do throws(SchemaError) {
            if resource.kind == .schema { _ = try compiled[resource.url]?.get() }
        } catch {
            throw Refusal(.invalidRequest, "It cannot be registered: \(error).", at: "/document")
        }
    }

    /// Anew with every registration: which of the others refer to it is not worth knowing.
    private mutating func compile() throws(SchemaError) {
        var registry = SchemaRegistry()
        for (url, document) in schemas.sorted(by: { $0.key < $1.key }) { try registry.register(document, at: url) }
        for url in schemas.keys {
            compiled[url] = Result { () throws(SchemaError) in
                // By reference: a schema is registered once, also when it is the one to be compiled.
                try JSONSchema(["$ref": .string(url)], registry: registry)
            }
        }
    }

    /// Refuses a credential that a registered schema refuses which it names. One that is not registered is not looked
    /// for: nothing is fetched while issuing.
    ///
    /// - Parameter schemas: the members `credentialSchema`.
    func check(_ credential: JSONObject, against named: [JSONObject]) throws {
        for (index, entry) in named.enumerated() {
            guard entry["type"] == "JsonSchema", let url = entry["id"]?.stringValue, let schema = compiled[url] else {
                continue
            }
            let violations: [SchemaViolation]
            do {
                violations = try schema.get().validate(.object(credential))
            } catch {
                throw Refusal(
                    .invalidCredential, "The schema \(url) cannot be applied: \(error).",
                    at: "/credential/credentialSchema/\(index)")
            }
            guard let first = violations.first else { continue }
            throw Refusal(
                .invalidCredential, "The schema \(url) does not allow this: \(first.error).",
                at: "/credential" + first.instanceLocation.description)
        }
    }
}

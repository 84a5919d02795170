import CanonicalJSON

/// A schema with an identifier of its own, and what can be referred to in it: JSON Schema Core section 4.3.5.
struct SchemaResource: Sendable {
    struct Anchor: Sendable {
        let pointer: JSONPointer
        let isDynamic: Bool
    }

    let uri: String
    let root: JSON
    let vocabularies: Set<Vocabulary>
    fileprivate(set) var anchors: [ExactString: Anchor] = [:]
    /// The resources inside this one, by their places in it.
    fileprivate(set) var embedded: [ExactString: String] = [:]
}

/// The resources that references can reach.
struct SchemaResources: Sendable {
    private var resources: [ExactString: SchemaResource] = [:]

    subscript(uri: String) -> SchemaResource? { resources[ExactString(uri)] }

    /// Takes a document apart into its resources; returns the identifier of the outermost, which is the document's own
    /// `$id` if it has one, resolved against `uri`. Under `uri` it can be found, too.
    mutating func add(_ document: JSON, at uri: String) throws(SchemaError) -> String {
        let location = SchemaLocation(resource: uri, pointer: JSONPointer())
        try checked(at: location) { () throws(JSONShapeError) in
            try KeywordShape.checkSchema(document, at: location.pointer)
        }
        let root = try open(document, base: uri, at: location, outer: Vocabulary.standard)
        var pending = [SchemaPlace(location: SchemaLocation(resource: root, pointer: JSONPointer()), json: document)]
        var count = 0
        while let place = pending.popLast() {
            pending += try subschemas(of: place)
            count += 1
            guard count + pending.count <= SchemaPlace.maximumCount else {
                throw SchemaError(
                    reason: .tooManySubschemas(limit: SchemaPlace.maximumCount), location: place.location)
            }
        }
        if ExactString(root) != ExactString(uri), !uri.isEmpty {
            try claim(uri, for: document, at: location)
            resources[ExactString(uri)] = resources[ExactString(root)]
        }
        return root
    }

    /// Notes the anchors of a schema and steps into the schemas directly inside it. Values of the wrong shape are
    /// passed over: the compiler refuses them when it comes to them.
    private mutating func subschemas(of place: SchemaPlace) throws(SchemaError) -> [SchemaPlace] {
        guard let schema = place.json.objectValue, let resource = self[place.location.resource] else { return [] }
        try addAnchor("$anchor", of: schema, at: place.location, isDynamic: false)
        try addAnchor("$dynamicAnchor", of: schema, at: place.location, isDynamic: true)
        var found: [SchemaPlace] = []
        for (name, value) in schema {
            guard let keyword = Keyword.all[ExactString(name)], keyword.isKnown(to: resource.vocabularies) else {
                continue
            }
            for (_, child) in try place.schemas(in: name, keyword.shape, value) {
                guard child.json["$id"] != nil else {
                    found.append(child)
                    continue
                }
                let uri = try open(
                    child.json, base: resource.uri, at: child.location, outer: resource.vocabularies)
                let pointer = ExactString(child.location.pointer.description)
                resources[ExactString(resource.uri)]?.embedded[pointer] = uri
                let root = SchemaLocation(resource: uri, pointer: JSONPointer())
                found.append(SchemaPlace(location: root, json: child.json))
            }
        }
        return found
    }

    /// Makes a resource of a schema, and returns its identifier.
    private mutating func open(
        _ schema: JSON, base: String, at location: SchemaLocation, outer: Set<Vocabulary>
    ) throws(SchemaError) -> String {
        var uri = base
        if let id = schema["$id"] {
            try checked(at: location) { () throws(JSONShapeError) in
                try KeywordShape.identifier.check(id, at: location.pointer.appending("$id"))
            }
            let reference = URIReference(id.stringValue ?? "")
            uri = reference.resolved(against: URIReference(base)).withoutFragment.description
        }
        try claim(uri, for: schema, at: location)
        let vocabularies = try vocabularies(of: schema, at: location) ?? outer
        resources[ExactString(uri)] = SchemaResource(uri: uri, root: schema, vocabularies: vocabularies)
        return uri
    }

    /// The same schema may be met again; another one of the same name may not.
    private func claim(_ uri: String, for schema: JSON, at location: SchemaLocation) throws(SchemaError) {
        guard let other = self[uri], other.root != schema else { return }
        throw SchemaError(reason: .duplicateIdentifier(uri), location: location)
    }

    private mutating func addAnchor(
        _ keyword: String, of schema: JSONObject, at location: SchemaLocation, isDynamic: Bool
    ) throws(SchemaError) {
        guard let name = schema[keyword]?.stringValue else { return }
        let anchor = SchemaResource.Anchor(pointer: location.pointer, isDynamic: isDynamic)
        let old = resources[ExactString(location.resource)]?.anchors.updateValue(anchor, forKey: ExactString(name))
        if let old, ExactString(old.pointer.description) != ExactString(anchor.pointer.description) {
            throw SchemaError(reason: .duplicateIdentifier("#" + name), location: location.appending(keyword))
        }
    }

    /// What `$schema` says; nil when it says nothing.
    private func vocabularies(
        of schema: JSON, at location: SchemaLocation
    ) throws(SchemaError) -> Set<Vocabulary>? {
        guard let named = schema["$schema"]?.stringValue else { return nil }
        let uri = URIReference(named).withoutFragment.description
        if ExactString(uri) == ExactString(Metaschema.uri) { return Vocabulary.standard }
        let location = location.appending("$schema")
        guard let metaschema = self[uri]?.root else {
            throw SchemaError(reason: .unknownDialect(named), location: location)
        }
        guard let declared = metaschema["$vocabulary"]?.objectValue else { return Vocabulary.standard }
        var vocabularies: Set<Vocabulary> = []
        for (uri, isRequired) in declared {
            if let vocabulary = Vocabulary(uri: uri) {
                vocabularies.insert(vocabulary)
            } else if isRequired == true {
                throw SchemaError(reason: .unknownVocabulary(uri), location: location)
            }
        }
        return vocabularies
    }
}

/// Runs a check of shapes and says where in which resource it failed.
func checked<Value>(
    at location: SchemaLocation, _ check: () throws(JSONShapeError) -> Value
) throws(SchemaError) -> Value {
    do {
        return try check()
    } catch {
        throw SchemaError(
            reason: .notASchema(error.problem),
            location: SchemaLocation(resource: location.resource, pointer: error.pointer))
    }
}

import CanonicalJSON

/// Turns a schema, and those it refers to, into numbered ``Subschema`` values with every reference resolved.
///
/// Schemas are taken from a list of pending places, so compiling needs no recursion, and each place is compiled once.
struct SchemaCompiler {
    /// How many instructions their patterns may have together: 16 bytes each.
    static let maximumPatternInstructions = 1 << 17

    private let resources: SchemaResources
    private let assertsFormats: Bool

    private(set) var subschemas: [Subschema?] = []
    /// The numbers of the schemas with a dynamic anchor, for each resource.
    private(set) var dynamicAnchors: [[ExactString: Int]] = []
    private var numbers: [ExactString: Int] = [:]
    private var resourceNumbers: [ExactString: Int] = [:]
    private var pending: [(number: Int, place: SchemaPlace, appliedBy: String)] = []
    private var patternInstructions = 0

    init(resources: SchemaResources, assertsFormats: Bool) {
        self.resources = resources
        self.assertsFormats = assertsFormats
    }

    /// Compiles the resource and all it refers to; it is number 0.
    mutating func compile(_ uri: String) throws(SchemaError) {
        guard let resource = resources[uri] else { preconditionFailure("the resource was added before") }
        let location = SchemaLocation(resource: uri, pointer: JSONPointer())
        _ = try number(of: SchemaPlace(location: location, json: resource.root), appliedBy: "false")
        while let next = pending.popLast() {
            subschemas[next.number] = try subschema(at: next.place, appliedBy: next.appliedBy)
        }
    }

    /// The number of the schema at a place, which is compiled later if it was not before.
    private mutating func number(of place: SchemaPlace, appliedBy: String) throws(SchemaError) -> Int {
        let key = place.location.key
        if let number = numbers[key] { return number }
        try checked(at: place.location) { () throws(JSONShapeError) in
            try KeywordShape.checkSchema(place.json, at: place.location.pointer)
        }
        let number = subschemas.count
        guard number < SchemaPlace.maximumCount else {
            throw SchemaError(reason: .tooManySubschemas(limit: SchemaPlace.maximumCount), location: place.location)
        }
        subschemas.append(nil)
        numbers[key] = number
        pending.append((number, place, appliedBy))
        return number
    }

    private mutating func subschema(at place: SchemaPlace, appliedBy: String) throws(SchemaError) -> Subschema {
        guard let resource = resources[place.location.resource] else {
            preconditionFailure("places are only found in resources")
        }
        let resourceNumber = try number(of: resource)
        var parts = SchemaParts(isNever: place.json == false)
        for (name, value) in place.json.objectValue ?? [:] {
            guard let keyword = Keyword.all[ExactString(name)], keyword.isKnown(to: resource.vocabularies) else {
                continue
            }
            try add(name, keyword.shape, value, of: place, in: resource, to: &parts)
        }
        return Subschema(
            location: place.location, appliedBy: appliedBy, resource: resourceNumber, rules: parts.rules,
            needsEvaluated: parts.needsEvaluated)
    }

    /// Checks one keyword and compiles what it holds.
    private mutating func add(
        _ name: String, _ shape: KeywordShape, _ value: JSON, of schema: SchemaPlace, in resource: SchemaResource,
        to parts: inout SchemaParts
    ) throws(SchemaError) {
        let location = schema.location.appending(name)
        try checked(at: location) { () throws(JSONShapeError) in try shape.check(value, at: location.pointer) }
        parts.values[name] = value
        for (key, child) in try schema.schemas(in: name, shape, value) {
            let number = try number(of: canonical(child, in: resource), appliedBy: name)
            parts.schemas[name, default: []].append((key, number))
            if case .schemasByPattern = shape {
                parts.patterns[name, default: []].append(try pattern(key, at: child.location))
            }
        }
        switch (name, value) {
        case ("pattern", .string(let source)): parts.patterns[name] = [try pattern(source, at: location)]
        case ("format", .string(let format)): parts.format = try asserted(format, in: resource, at: location)
        case ("$ref", .string(let text)), ("$dynamicRef", .string(let text)):
            parts.references.append(try reference(text, by: name, base: resource.uri, at: location))
        default: break
        }
    }

    /// A schema with an `$id` is the root of its own resource.
    private func canonical(_ place: SchemaPlace, in resource: SchemaResource) -> SchemaPlace {
        guard let uri = resource.embedded[ExactString(place.location.pointer.description)] else { return place }
        return SchemaPlace(location: SchemaLocation(resource: uri, pointer: JSONPointer()), json: place.json)
    }

    /// The number of a resource, met for the first time or again. All its dynamic anchors become reachable with it.
    private mutating func number(of resource: SchemaResource) throws(SchemaError) -> Int {
        let key = ExactString(resource.uri)
        if let number = resourceNumbers[key] { return number }
        let number = dynamicAnchors.count
        resourceNumbers[key] = number
        dynamicAnchors.append([:])
        let anchors = resource.anchors.filter(\.value.isDynamic).keys.sorted { $0.text < $1.text }
        for name in anchors {
            let reference = URIReference("\(resource.uri)#\(name.text)")
            guard let (place, _) = resources.place(of: reference) else { continue }
            dynamicAnchors[number][name] = try self.number(of: place, appliedBy: "$dynamicAnchor")
        }
        return number
    }

    /// Sections 8.2.3.1 and 8.2.3.2 of Core.
    private mutating func reference(
        _ text: String, by keyword: String, base: String, at location: SchemaLocation
    ) throws(SchemaError) -> Rule {
        let reference = URIReference(text).resolved(against: URIReference(base))
        guard let (place, anchor) = resources.place(of: reference) else {
            throw SchemaError(reason: .unknownReference(reference.description), location: location)
        }
        let number = try number(of: place, appliedBy: keyword)
        guard keyword == "$dynamicRef", let anchor, anchor.isDynamic else { return .reference(number) }
        return .dynamicReference(number, anchor: anchor.name)
    }

    /// The format, if this schema asserts formats and there is such a one.
    private func asserted(
        _ name: String, in resource: SchemaResource, at location: SchemaLocation
    ) throws(SchemaError) -> Format? {
        guard assertsFormats || resource.vocabularies.contains(.formatAssertion) else { return nil }
        guard !Format.unchecked.contains(name) else {
            throw SchemaError(reason: .uncheckedFormat(name), location: location)
        }
        return Format.named[name]
    }

    private mutating func pattern(_ source: String, at location: SchemaLocation) throws(SchemaError) -> Pattern {
        let pattern: Pattern
        do {
            pattern = try Pattern(source)
        } catch {
            throw SchemaError(reason: .pattern(error.description), location: location)
        }
        patternInstructions += pattern.instructionCount
        guard patternInstructions <= Self.maximumPatternInstructions else {
            throw SchemaError(reason: .tooManyPatterns(limit: Self.maximumPatternInstructions), location: location)
        }
        return pattern
    }
}

import CanonicalJSON

/// A place in a resource together with the value that stands there.
struct SchemaPlace: Sendable {
    /// How many schemas one document, or one schema with all it refers to, may consist of. Our largest has 150.
    static let maximumCount = 1 << 14

    /// How long the identifier and the pointer of a schema that has others inside may be together, in bytes. Every
    /// place is kept as text, and these are repeated in the places of all schemas inside.
    static let maximumLength = 2_000

    let location: SchemaLocation
    let json: JSON

    /// The schemas directly inside the value of a keyword that has one of these shapes, with their names where they
    /// have some; none when the value is of another shape.
    func schemas(
        in keyword: String, _ shape: KeywordShape, _ value: JSON
    ) throws(SchemaError) -> [(name: String, place: SchemaPlace)] {
        let inside: [(name: String, pointer: JSONPointer, schema: JSON)]
        let pointer = location.pointer.appending(keyword)
        switch shape {
        case .schema:
            try checkSize(1)
            inside = [("", pointer, value)]
        case .schemas:
            let elements = value.arrayValue ?? []
            try checkSize(elements.count)
            inside = elements.enumerated().map { ("", pointer.appending($0.offset), $0.element) }
        case .schemasByName, .schemasByPattern:
            let members = value.objectValue ?? [:]
            try checkSize(members.count)
            inside = members.map { ($0.key, pointer.appending($0.key), $0.value) }
        default: return []
        }
        return inside.map { name, pointer, schema in
            let location = SchemaLocation(resource: location.resource, pointer: pointer)
            return (name, SchemaPlace(location: location, json: schema))
        }
    }

    private func checkSize(_ count: Int) throws(SchemaError) {
        guard count <= Self.maximumCount else {
            throw SchemaError(reason: .tooManySubschemas(limit: Self.maximumCount), location: location)
        }
        guard location.resource.utf8.count + location.pointer.description.utf8.count <= Self.maximumLength else {
            throw SchemaError(reason: .locationTooLong(limit: Self.maximumLength), location: location)
        }
    }
}

/// Header fields in the order they came; repeated fields are kept apart
/// ([RFC 9110, section 5](https://www.rfc-editor.org/rfc/rfc9110#section-5)).
package struct HTTPHeaders: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// One field line.
    package struct Field: Sendable, Hashable {
        /// Compared without regard to ASCII case, kept as it was written.
        package let name: String
        /// Without the white space around it.
        package let value: String
    }

    /// All fields.
    package private(set) var fields: [Field] = []

    /// Fields in the order written; a name may be repeated.
    package init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }

    /// Adds a field after the others, also when one of that name is there.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }

    /// The value of the first field of that name; `nil` when there is none.
    package subscript(name: String) -> String? {
        fields.first { isSameName($0.name, name) }?.value
    }

    /// The values of every field of that name.
    package func values(of name: String) -> [String] {
        fields.lazy.filter { isSameName($0.name, name) }.map(\.value)
    }

    /// Puts one field in place of every field of that name.
    mutating func replace(_ name: String, with value: String) {
        fields.removeAll { isSameName($0.name, name) }
        append(name, value)
    }
}

private func isSameName(_ a: String, _ b: String) -> Bool {
    let (a, b) = (a.utf8, b.utf8)
    return a.count == b.count && zip(a, b).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
}

/// A place in a document: [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901).
package struct JSONPointer: Hashable, Sendable, CustomStringConvertible {
    /// The pointer as RFC 6901 section 3 writes it; the whole document is the empty string.
    package let description: String

    /// The whole document.
    package init() { description = "" }

    private init(description: String) { self.description = description }

    /// The member of that name in the object at this place.
    package func appending(_ key: String) -> JSONPointer {
        var description = self.description + "/"
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": description += "~0"
            case "/": description += "~1"
            default: description.unicodeScalars.append(scalar)
            }
        }
        return JSONPointer(description: description)
    }

    /// The element at that index, from 0, in the array at this place.
    package func appending(_ index: Int) -> JSONPointer {
        JSONPointer(description: description + "/" + String(index))
    }
}

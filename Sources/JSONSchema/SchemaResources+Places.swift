import CanonicalJSON

/// Where references lead: JSON Schema Core section 8.2.3.1, [RFC 6901](https://www.rfc-editor.org/rfc/rfc6901).
extension SchemaResources {
    /// The place that a reference names, seen from a resource; nil when there is none. A pointer that leads into a
    /// resource within the resource ends in that one.
    func place(of reference: URIReference) -> (place: SchemaPlace, anchor: (name: ExactString, isDynamic: Bool)?)? {
        guard let resource = self[reference.withoutFragment.description],
            let fragment = Self.decoded(reference.fragment ?? "")
        else { return nil }
        if fragment.isEmpty || fragment.utf8.first == UInt8(ascii: "/") {
            return follow(fragment, in: resource).map { ($0, nil) }
        }
        let name = ExactString(fragment)
        guard let anchor = resource.anchors[name],
            let place = follow(anchor.pointer.description, in: resource)
        else { return nil }
        return (place, (name, anchor.isDynamic))
    }

    /// Steps along a pointer (RFC 6901 section 4).
    private func follow(_ pointer: String, in start: SchemaResource) -> SchemaPlace? {
        var (resource, json, pointer, walked) = (start, start.root, pointer[...], JSONPointer())
        while !pointer.isEmpty {
            let rest = pointer[pointer.utf8.index(after: pointer.startIndex)...]
            let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            guard let token = Self.unescaped(rest[..<end]) else { return nil }
            pointer = rest[end...]
            switch json {
            case .object(let object):
                guard let value = object[token] else { return nil }
                json = value
            case .array(let elements):
                guard let index = Int(token), elements.indices.contains(index), String(index) == token else {
                    return nil
                }
                json = elements[index]
            default: return nil
            }
            walked = walked.appending(token)
            if let uri = resource.embedded[ExactString(walked.description)], let inner = self[uri] {
                (resource, walked) = (inner, JSONPointer())
            }
        }
        return SchemaPlace(location: SchemaLocation(resource: resource.uri, pointer: walked), json: json)
    }

    private static func unescaped(_ token: Substring) -> String? {
        var text = ""
        var scalars = token.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": text += "~"
            case "1": text += "/"
            default: return nil
            }
        }
        return text
    }

    /// Percent-encoded octets (RFC 3986 section 2.1) as the text they stand for.
    private static func decoded(_ fragment: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = fragment.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let value = UInt8(String(Substring(rest.prefix(2))), radix: 16), rest.count >= 2 else { return nil }
            bytes.append(value)
            rest.removeFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

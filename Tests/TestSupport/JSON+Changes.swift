package import CanonicalJSON

/// Small changes of documents, so that a table of refusals can say what is wrong and nothing else. A pointer is written
/// as in RFC 6901, but for names with `/` or `~`; unlike a ``JSONPlace`` it may name what is not there yet.
extension JSON {
    /// The value at a pointer, or nil when there is none.
    package subscript(pointer pointer: String) -> JSON? {
        pointer.split(separator: "/").reduce(self as JSON?) { json, step in
            switch json {
            case .object(let object): object[String(step)]
            case .array(let elements): Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: nil
            }
        }
    }

    /// The document with another value at a pointer, or with none there. The index after the last adds an element.
    package func replacing(_ pointer: String, by value: JSON?) -> JSON {
        replacing(pointer.split(separator: "/")[...], by: value) ?? .null
    }

    private func replacing(_ steps: ArraySlice<Substring>, by value: JSON?) -> JSON? {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        switch self {
        case .object(var object):
            object[String(step)] = (object[String(step)] ?? .null).replacing(rest, by: value)
            return .object(object)
        case .array(var elements):
            guard let index = Int(step), index <= elements.count else { preconditionFailure("no element \(step)") }
            let old = index < elements.count ? elements[index] : .null
            let new = old.replacing(rest, by: value).map { [$0] } ?? []
            elements.replaceSubrange(index..<min(index + 1, elements.count), with: new)
            return .array(elements)
        default: preconditionFailure("nothing lies below \(canonicalString)")
        }
    }
}

extension JSON {
    /// The document with one to three values changed: a number by a little or to an extreme, the digits of a text, a
    /// value for another value of the same document, or a value removed.
    package func mutated(using random: inout some RandomNumberGenerator) -> JSON {
        var result = self
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            guard let place = JSONPlace.all(in: result).randomElement(using: &random) else { return result }
            result = place.replacing(in: result, with: result.otherValue(at: place, using: &random))
        }
        return result
    }

    private func otherValue(at place: JSONPlace, using random: inout some RandomNumberGenerator) -> JSON? {
        let extremes: [JSON] = [0, -1, 1, .integer(JSON.largestInteger), .integer(-JSON.largestInteger)]
        return switch (Int.random(in: 0..<8, using: &random), place.value(in: self)) {
        case (0, _): nil
        case (1, _): JSONPlace.all(in: self).randomElement(using: &random)?.value(in: self)
        case (2, .integer): extremes.randomElement(using: &random)
        case (_, .integer(let value)): .integer(value + .random(in: -3...3, using: &random))
        case (_, .string(let text)):
            .string(String(text.map { $0.isWholeNumber ? "0123456789".randomElement(using: &random) ?? $0 : $0 }))
        case (_, let value): value
        }
    }
}

package import CanonicalJSON

/// A place in a JSON document, so that a test can change a document everywhere, one place at a time.
package struct JSONPlace: Sendable, CustomStringConvertible {
    private enum Step: Sendable {
        case key(String)
        case index(Int)
    }

    private let steps: [Step]

    /// Every value in the document except the whole, parents before children.
    package static func all(in json: JSON) -> [JSONPlace] {
        let children: [(Step, JSON)] =
            switch json {
            case .object(let object): object.map { (.key($0.key), $0.value) }
            case .array(let elements): elements.enumerated().map { (.index($0.offset), $0.element) }
            default: []
            }
        return children.flatMap { step, child in
            [JSONPlace(steps: [step])] + all(in: child).map { JSONPlace(steps: [step] + $0.steps) }
        }
    }

    /// The value at this place.
    package func value(in json: JSON) -> JSON? {
        steps.reduce(json) { json, step in
            switch step {
            case .key(let key): json?[key]
            case .index(let index): json?.arrayValue?[index]
            }
        }
    }

    /// The document with another value at this place, or with none.
    package func replacing(in json: JSON, with value: JSON?) -> JSON {
        Self.replacing(steps[...], in: json, with: value) ?? nil
    }

    private static func replacing(_ steps: ArraySlice<Step>, in json: JSON, with value: JSON?) -> JSON? {
        guard let step = steps.first else { return value }
        switch (step, json) {
        case (.key(let key), .object(var object)):
            object[key] = object[key].flatMap { replacing(steps.dropFirst(), in: $0, with: value) }
            return .object(object)
        case (.index(let index), .array(var elements)):
            let element = replacing(steps.dropFirst(), in: elements[index], with: value)
            elements.replaceSubrange(index...index, with: element.map { [$0] } ?? [])
            return .array(elements)
        default: return json
        }
    }

    /// As a JSON Pointer.
    package var description: String {
        steps.reduce(JSONPointer()) { pointer, step in
            switch step {
            case .key(let key): pointer.appending(key)
            case .index(let index): pointer.appending(index)
            }
        }.description
    }
}

extension JSON {
    /// Some value, often one that a rule about identifiers, times or proofs looks at twice.
    package static func random(using random: inout some RandomNumberGenerator) -> JSON {
        let values: [JSON] = [
            nil, true, 0, -1, .number(1.5), 9_007_199_254_740_991, "", "x", "z", "u", "did:key:z6Mk",
            "https ://not-a-url", "é\u{301}\0",
            "2023-02-24T23:36:38", "9999-12-31T24:00:00Z", [], [[]], [nil], ["x", "x"], [:], ["id": nil],
            ["type": "T", "id": "a:b"],
            "https://www.w3.org/ns/credentials/v2", "99999999999999999999", "DataIntegrityProof",
            .string(String(repeating: "1", count: 200)),
        ]
        return values.randomElement(using: &random) ?? nil
    }
}

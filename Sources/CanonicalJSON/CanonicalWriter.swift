extension JSON {
    /// The one serialization of this value: [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785), UTF-8.
    package var canonicalBytes: [UInt8] {
        var output: [UInt8] = []
        appendCanonical(to: &output)
        return output
    }

    /// ``canonicalBytes`` as a string.
    package var canonicalString: String { String(decoding: canonicalBytes, as: UTF8.self) }

    /// Appends ``canonicalBytes`` to what is already there.
    package func appendCanonical(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: value ? "true".utf8 : "false".utf8)
        case .integer(let value): CanonicalWriter.append(value, to: &output)
        case .number(let value): ECMAScriptNumber.append(value, to: &output)
        case .string(let value): CanonicalWriter.append(value, to: &output)
        case .array(let elements): CanonicalWriter.append(elements, to: &output)
        case .object(let object): object.appendCanonical(to: &output)
        }
    }
}

extension JSONObject {
    /// Appends the one serialization of this object: [RFC 8785](https://www.rfc-editor.org/rfc/rfc8785), UTF-8.
    package func appendCanonical(to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for (key, value) in members {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            CanonicalWriter.append(key, to: &output)
            output.append(UInt8(ascii: ":"))
            value.appendCanonical(to: &output)
        }
        output.append(UInt8(ascii: "}"))
    }
}

/// The pieces of [RFC 8785 section 3.2](https://www.rfc-editor.org/rfc/rfc8785#section-3.2).
enum CanonicalWriter {
    static func append(_ elements: [JSON], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            element.appendCanonical(to: &output)
        }
        output.append(UInt8(ascii: "]"))
    }

    static func append(_ value: Int64, to output: inout [UInt8]) {
        precondition(
            value.magnitude <= JSON.largestInteger.magnitude, "\(value) is beyond what JSON holds exactly")
        output.append(contentsOf: String(value).utf8)
    }

    /// Section 3.2.2.2: only what must be escaped is, with the short escape where there is one.
    static func append(_ text: String, to output: inout [UInt8]) {
        var text = text
        output.append(UInt8(ascii: "\""))
        // In place: a third faster than through a span of the string, which a short string must first be spilled for.
        text.withUTF8 { bytes in
            if unsafe StringScan.nextSpecial(bytes.span, from: 0) == bytes.count {
                unsafe output.append(contentsOf: bytes)
            } else {
                for index in 0..<bytes.count { appendEscaped(unsafe bytes[index], to: &output) }
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
        case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
        case 0x08: output.append(contentsOf: "\\b".utf8)
        case 0x09: output.append(contentsOf: "\\t".utf8)
        case 0x0A: output.append(contentsOf: "\\n".utf8)
        case 0x0C: output.append(contentsOf: "\\f".utf8)
        case 0x0D: output.append(contentsOf: "\\r".utf8)
        case 0..<0x20:
            output.append(contentsOf: byte < 0x10 ? "\\u000".utf8 : "\\u00".utf8)
            output.append(contentsOf: String(byte, radix: 16).utf8)
        default: output.append(byte)
        }
    }
}

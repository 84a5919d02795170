/// Strings: [RFC 8259 section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7).
extension JSONParser {
    /// Reads a string at `offset`, which stands on its opening quotation mark.
    mutating func string(_ bytes: Span<UInt8>) throws(JSONFailure) -> String {
        offset += 1
        let start = offset
        offset = StringScan.nextSpecial(bytes, from: offset)
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "the end of the string")) }
        guard bytes[offset] == UInt8(ascii: "\"") else { return try stringWithEscapes(from: start, bytes) }
        let text = try decode(bytes.extracting(start..<offset), at: start)
        offset += 1
        return text
    }

    private func decode(_ bytes: Span<UInt8>, at start: Int) throws(JSONFailure) -> String {
        do {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw JSONFailure(reason: .invalidUTF8, offset: start + error.byteOffsets.lowerBound)
        }
    }

    private mutating func stringWithEscapes(from start: Int, _ bytes: Span<UInt8>) throws(JSONFailure) -> String {
        var text = ""
        var runStart = start
        while true {
            text += try decode(bytes.extracting(runStart..<offset), at: runStart)
            guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "the end of the string")) }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                offset += 1
                return text
            case UInt8(ascii: "\\"): text.unicodeScalars.append(try escape(bytes))
            case let byte: throw failure(.controlCharacter(byte))
            }
            runStart = offset
            offset = StringScan.nextSpecial(bytes, from: offset)
        }
    }

    /// Reads an escape at `offset`, which stands on its backslash and stays there when the escape is refused.
    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONFailure) -> Unicode.Scalar {
        guard offset + 1 < bytes.count else {
            throw JSONFailure(reason: .unexpectedEnd(expected: "an escape"), offset: bytes.count)
        }
        let scalar: Unicode.Scalar
        switch bytes[offset + 1] {
        case UInt8(ascii: "\""): scalar = "\""
        case UInt8(ascii: "\\"): scalar = "\\"
        case UInt8(ascii: "/"): scalar = "/"
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(bytes)
        default: throw failure(.invalidEscape)
        }
        offset += 2
        return scalar
    }

    private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONFailure) -> Unicode.Scalar {
        guard let first = codeUnit(at: offset, bytes) else { throw failure(.invalidEscape) }
        if let scalar = Unicode.Scalar(first) {
            offset += 6
            return scalar
        }
        guard UTF16.isLeadSurrogate(first), let second = codeUnit(at: offset + 6, bytes),
            UTF16.isTrailSurrogate(second),
            let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
        else { throw failure(.loneSurrogate) }
        offset += 12
        return scalar
    }

    /// The value of `\u` and four digits standing at an offset, or nil when something else stands there.
    private func codeUnit(at start: Int, _ bytes: Span<UInt8>) -> UInt16? {
        guard bytes.count - start >= 6, bytes[start] == UInt8(ascii: "\\"), bytes[start + 1] == UInt8(ascii: "u")
        else { return nil }
        var unit: UInt16 = 0
        for index in start + 2..<start + 6 {
            guard let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue else { return nil }
            unit = unit << 4 | UInt16(digit)
        }
        return unit
    }
}

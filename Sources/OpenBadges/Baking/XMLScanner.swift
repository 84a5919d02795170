/// Cuts an XML document into its tags and texts ([XML 1.0](https://www.w3.org/TR/xml/)), as far as finding and placing
/// one element in an SVG needs it. Memory and time are bounded by the length of the document.
///
/// Refused are a document type with an internal subset, and every entity that XML itself does not define: what only
/// such a subset could declare. A reference to an external subset is passed over and never followed.
struct XMLScanner {
    /// A tag with more attributes is no drawing.
    static let maximumAttributes = 256

    let bytes: [UInt8]
    private(set) var offset = 0
    private var isBeforeRoot = true

    /// A piece of the document; comments and processing instructions are not among them.
    enum Token {
        case start(XMLTag)
        case end(name: String)
        /// Text with its references resolved, or the inside of a CDATA section.
        case text(String)
    }

    /// A document in UTF-8, with or without a byte order mark.
    init(_ bytes: [UInt8]) throws(BakingError) {
        self.bytes = bytes
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw .malformed("the document is not UTF-8", offset: 0)
        }
        if let control = bytes.firstIndex(where: { $0 < 0x20 && ![0x09, 0x0A, 0x0D].contains($0) }) {
            throw .malformed("a control character, which XML forbids", offset: control)
        }
        if starts("\u{FEFF}") { offset = 3 }
        if starts("<?xml"), offset + 5 < bytes.count, Self.isSpace(bytes[offset + 5]) { try declaration() }
    }

    /// The next piece, or nil at the end of the document.
    mutating func next() throws(BakingError) -> Token? {
        while offset < bytes.count {
            guard bytes[offset] == UInt8(ascii: "<") else { return .text(try text()) }
            if starts("<!--") {
                try comment()
            } else if starts("<?") {
                try instruction()
            } else if starts("<![CDATA[") {
                return .text(try section())
            } else if starts("<!DOCTYPE"), isBeforeRoot {
                try documentType()
            } else if starts("</") {
                return try endTag()
            } else {
                isBeforeRoot = false
                return .start(try startTag())
            }
        }
        return nil
    }

    func malformed(_ problem: String) -> BakingError { .malformed(problem, offset: offset) }

    private func starts(_ text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

extension XMLScanner {
    /// Where a text begins, at or after the offset.
    private func find(_ text: String, _ problem: String) throws(BakingError) -> Int {
        let (wanted, first) = (Array(text.utf8), text.utf8.first!)
        var index = offset
        while let candidate = bytes[index...].firstIndex(of: first) {
            if bytes[candidate...].starts(with: wanted) { return candidate }
            index = candidate + 1
        }
        throw malformed(problem)
    }

    /// `<?xml version="1.0" encoding="UTF-8"?>`: another encoding would give the bytes another meaning.
    private mutating func declaration() throws(BakingError) {
        offset += 5
        let (attributes, _) = try attributes(until: UInt8(ascii: "?"))
        let encoding = attributes.first { $0.name == "encoding" }?.value.lowercased() ?? "utf-8"
        guard ["utf-8", "us-ascii"].contains(encoding) else {
            throw malformed("the document is written in \(encoding); only UTF-8 is read")
        }
    }

    private mutating func comment() throws(BakingError) {
        offset += 4
        let end = try find("--", "a comment does not end")
        guard bytes[end...].starts(with: "-->".utf8) else { throw malformed("a comment has -- inside") }
        offset = end + 3
    }

    private mutating func instruction() throws(BakingError) {
        offset += 2
        guard try name().lowercased() != "xml" else {
            throw malformed("an XML declaration that is not at the beginning")
        }
        offset = try find("?>", "a processing instruction does not end") + 2
    }

    private mutating func section() throws(BakingError) -> String {
        offset += 9
        let end = try find("]]>", "a CDATA section does not end")
        defer { offset = end + 3 }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    private mutating func documentType() throws(BakingError) {
        offset += 9
        var quote: UInt8?
        while offset < bytes.count {
            let byte = bytes[offset]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "<") {
                throw malformed("the document type has declarations of its own, which are not read")
            } else if byte == UInt8(ascii: ">") {
                offset += 1
                return
            }
            offset += 1
        }
        throw malformed("the document type does not end")
    }

    private mutating func text() throws(BakingError) -> String {
        let end = bytes[offset...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count
        let raw = bytes[offset..<end]
        guard let marks = raw.firstIndex(of: UInt8(ascii: "]")) ?? raw.firstIndex(of: UInt8(ascii: "&")) else {
            offset = end
            return String(decoding: raw, as: UTF8.self)
        }
        if bytes[marks..<end].indices.contains(where: { raw[$0...].starts(with: "]]>".utf8) }) {
            throw malformed("]]> outside a CDATA section")
        }
        let text = try resolved(raw)
        offset = end
        return text
    }
}

extension XMLScanner {
    private mutating func startTag() throws(BakingError) -> XMLTag {
        let start = offset
        offset += 1
        let name = try name()
        let (attributes, isEmpty) = try attributes(until: UInt8(ascii: "/"))
        return XMLTag(name: name, attributes: attributes, isEmpty: isEmpty, range: start..<offset)
    }

    private mutating func endTag() throws(BakingError) -> Token {
        offset += 2
        let name = try name()
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: ">") else {
            throw malformed("an end tag does not end")
        }
        offset += 1
        return .end(name: name)
    }

    /// The attributes up to `>`, and whether the mark stood before it.
    private mutating func attributes(
        until mark: UInt8
    ) throws(BakingError) -> (attributes: [XMLTag.Attribute], isMarked: Bool) {
        var attributes: [XMLTag.Attribute] = []
        var names: Set<String> = []
        while true {
            let hasSpace = skipSpace()
            guard offset < bytes.count else { throw malformed("a tag does not end") }
            if bytes[offset] == UInt8(ascii: ">") {
                offset += 1
                return (attributes, false)
            }
            if bytes[offset] == mark, offset + 1 < bytes.count, bytes[offset + 1] == UInt8(ascii: ">") {
                offset += 2
                return (attributes, true)
            }
            guard hasSpace else { throw malformed("something else stands where white space, > or /> should") }
            let attribute = try attribute()
            guard attributes.count < Self.maximumAttributes, names.insert(attribute.name).inserted
            else { throw malformed("a tag with an attribute twice, or with more than \(Self.maximumAttributes)") }
            attributes.append(attribute)
        }
    }

    private mutating func attribute() throws(BakingError) -> XMLTag.Attribute {
        let name = try name()
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "=") else {
            throw malformed("an attribute has no value")
        }
        offset += 1
        skipSpace()
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") || bytes[offset] == UInt8(ascii: "'"),
            let end = bytes[(offset + 1)...].firstIndex(of: bytes[offset])
        else { throw malformed("the value of an attribute is not in quotation marks") }
        let raw = bytes[(offset + 1)..<end]
        guard !raw.contains(UInt8(ascii: "<")) else { throw malformed("the value of an attribute has a < in it") }
        let value = try resolved(raw)
        offset = end + 1
        return XMLTag.Attribute(name: name, value: value)
    }

    /// Whether there was any.
    @discardableResult
    private mutating func skipSpace() -> Bool {
        let end = bytes[offset...].firstIndex { !Self.isSpace($0) } ?? bytes.count
        defer { offset = end }
        return end > offset
    }

    private mutating func name() throws(BakingError) -> String {
        let end = bytes[offset...].firstIndex { !Self.isNameByte($0) } ?? bytes.count
        guard end > offset, ![UInt8(ascii: "-"), UInt8(ascii: ".")].contains(bytes[offset]),
            !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[offset])
        else { throw malformed("a name is missing") }
        defer { offset = end }
        return String(decoding: bytes[offset..<end], as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"),
            UInt8(ascii: "."), 0x80...:
            true
        default: false
        }
    }

    /// Text with its references to characters and to the five entities of XML resolved.
    private func resolved(_ raw: ArraySlice<UInt8>) throws(BakingError) -> String {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var text: [UInt8] = []
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")),
                let scalar = Self.scalar(String(decoding: rest[..<end], as: UTF8.self))
            else { throw malformed("an entity that XML itself does not define") }
            text += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            rest = rest[(end + 1)...]
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func scalar(_ reference: String) -> Unicode.Scalar? {
        switch reference {
        case "amp": "&"
        case "lt": "<"
        case "gt": ">"
        case "quot": "\""
        case "apos": "'"
        case _ where reference.hasPrefix("#x"): number(reference.dropFirst(2), radix: 16)
        case _ where reference.hasPrefix("#"): number(reference.dropFirst(1), radix: 10)
        default: nil
        }
    }

    private static func number(_ digits: Substring, radix: Int) -> Unicode.Scalar? {
        guard digits.first != "+", let value = UInt32(digits, radix: radix), let scalar = Unicode.Scalar(value),
            value >= 0x20 || [0x09, 0x0A, 0x0D].contains(value)
        else { return nil }
        return scalar
    }
}

/// A start tag, or the tag of an empty element.
struct XMLTag {
    struct Attribute {
        let name: String
        let value: String
    }

    /// With its prefix.
    let name: String
    let attributes: [Attribute]
    /// Whether it ends with `/>`.
    let isEmpty: Bool
    let range: Range<Int>

    subscript(attribute: String) -> String? { attributes.first { $0.name == attribute }?.value }
}

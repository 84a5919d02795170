import CanonicalJSON

/// On which line of a JSON text each of its values begins. Reads only text that is JSON; of another, every place is on
/// the line where reading ended.
struct PointerLines {
    private var lines: [String: Int] = [:]
    private let bytes: [UInt8]
    private var position = 0
    private var lineNumber = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        value(at: JSONPointer())
    }

    /// The line of a value, or of the nearest one around it that is there.
    func line(of pointer: JSONPointer) -> Int {
        var text = pointer.description
        while true {
            if let line = lines[text] { return line }
            guard let slash = text.lastIndex(of: "/") else { return lineNumber }
            text = String(text[..<slash])
        }
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func step() {
        if next == UInt8(ascii: "\n") { lineNumber += 1 }
        position += 1
    }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { step() }
    }

    /// Deeper than any policy nests, and not so deep that a hostile file fills the stack.
    private static let maximumDepth = 64

    private mutating func value(at pointer: JSONPointer, depth: Int = 0) {
        skipSpace()
        lines[pointer.description] = lineNumber
        guard depth < Self.maximumDepth else { return }
        switch next {
        case UInt8(ascii: "{"): members(at: pointer, depth: depth)
        case UInt8(ascii: "["): elements(at: pointer, depth: depth)
        case UInt8(ascii: "\""): _ = string()
        default:
            while let byte = next, !",]} \t\r\n".utf8.contains(byte) { step() }
        }
    }

    private mutating func members(at pointer: JSONPointer, depth: Int) {
        step()
        while true {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { break }
            let key = string()
            skipSpace()
            if next == UInt8(ascii: ":") { step() }
            value(at: pointer.appending(key), depth: depth + 1)
            skipSpace()
            guard next == UInt8(ascii: ",") else { break }
            step()
        }
        if next == UInt8(ascii: "}") { step() }
    }

    private mutating func elements(at pointer: JSONPointer, depth: Int) {
        step()
        skipSpace()
        var index = 0
        while let byte = next, byte != UInt8(ascii: "]") {
            value(at: pointer.appending(index), depth: depth + 1)
            index += 1
            skipSpace()
            guard next == UInt8(ascii: ",") else { break }
            step()
        }
        if next == UInt8(ascii: "]") { step() }
    }

    /// The text of a string, escapes read.
    private mutating func string() -> String {
        let start = position
        step()
        while let byte = next, byte != UInt8(ascii: "\"") {
            step()
            if byte == UInt8(ascii: "\\"), next != nil { step() }
        }
        if next != nil { step() }
        let text = Array(bytes[start..<min(position, bytes.count)])
        return (try? JSON(parsing: text))?.stringValue ?? ""
    }
}

/// The part that the paths of tiles and of entry bundles have in common: `<N>[.p/<W>]`.
enum TileNumber {
    /// A log has at most 2^63 - 1 entries (see ``Checkpoint/maximumSize``), so at most 2^55 tiles at a level.
    static let maximumIndex: UInt64 = 1 << 55 - 1

    /// Six groups for the largest index, each with its `x` and slash, and `.p/255`.
    private static let maximumBytes = 36

    static func print(index: UInt64, width: Int) -> String {
        var text = group(index % 1000)
        var rest = index / 1000
        while rest > 0 {
            text = "x" + group(rest % 1000) + "/" + text
            rest /= 1000
        }
        return width < TileCoordinate.fullWidth ? text + ".p/\(width)" : text
    }

    /// Takes what ``print(index:width:)`` makes, and nothing else.
    static func parse(_ text: Substring.UTF8View) throws(TransparencyLogError) -> (index: UInt64, width: Int) {
        var index: UInt64 = 0
        var width = TileCoordinate.fullWidth
        var number = text
        if let dot = text.firstIndex(of: UInt8(ascii: ".")) {
            number = text[..<dot]
            guard let partial = UInt64(strictDecimal: text[dot...].dropFirst(3)), 1..<UInt64(width) ~= partial else {
                throw .malformed(.tilePath, problem: "a partial tile ends in .p/ and a width from 1 to 255")
            }
            width = Int(partial)
        }
        guard text.count <= maximumBytes else { throw .malformed(.tilePath, problem: "it is too long") }
        for digit in number.lazy.compactMap(\.decimalDigit) where index <= maximumIndex {
            index = index * 10 + digit
        }
        guard index <= maximumIndex else { throw .malformed(.tilePath, problem: "no log has so many tiles") }
        // Only the digits were read; that everything between them is in its place shows in printing them again.
        guard print(index: index, width: width).utf8.elementsEqual(text) else {
            throw .malformed(.tilePath, problem: "the index must be groups of 3 digits, all but the last led by x")
        }
        return (index, width)
    }

    private static func group(_ value: UInt64) -> String {
        let digits = String(value)
        return String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}

/// The records of a CSV text, one after another
/// ([RFC 4180, 2](https://www.rfc-editor.org/rfc/rfc4180#section-2)).
struct CSVReader {
    private var rest: Substring.UnicodeScalarView
    private var row = 0

    init(_ text: String) {
        rest = text.unicodeScalars[...]
        if rest.first == "\u{FEFF}" { rest.removeFirst() }
    }

    /// The cells of the next record; nil behind the last.
    mutating func next() throws(CSVError) -> [String]? {
        guard !rest.isEmpty else { return nil }
        row += 1
        var cells: [String] = []
        while true {
            cells.append(rest.first == "\"" ? try quoted() : try plain())
            guard let scalar = rest.popFirst() else { return cells }
            switch scalar {
            case ",": continue
            case "\n": return cells
            case "\r" where rest.popFirst() == "\n": return cells
            case "\r": throw CSVError(row: row, "a carriage return stands alone; lines end with CRLF or LF")
            default: throw CSVError(row: row, "text follows the closing quote of cell \(cells.count)")
            }
        }
    }

    /// Up to what ends a cell.
    private mutating func plain() throws(CSVError) -> String {
        let cell = rest.prefix { $0 != "," && $0 != "\n" && $0 != "\r" }
        guard !cell.contains("\"") else {
            throw CSVError(row: row, "a quote stands inside a cell that is not quoted; quote the cell and double it")
        }
        try check(cell)
        rest = rest[cell.endIndex...]
        return String(cell)
    }

    /// What stands between quotes, where a quote is written twice.
    private mutating func quoted() throws(CSVError) -> String {
        var cell = ""
        while rest.popFirst() == "\"" {
            let piece = rest.prefix { $0 != "\"" }
            try check(piece)
            cell.unicodeScalars.append(contentsOf: piece)
            rest = rest[piece.endIndex...]
            guard rest.popFirst() != nil else { throw CSVError(row: row, "a quote is opened and never closed") }
            guard rest.first == "\"" else { break }
            cell.unicodeScalars.append("\"")
        }
        return cell
    }

    /// Nobody sees control characters in a spreadsheet, nor in a badge.
    private func check(_ text: Substring.UnicodeScalarView) throws(CSVError) {
        let isControl = { (scalar: Unicode.Scalar) in
            scalar.value < 0x20 && scalar != "\t" && scalar != "\n" && scalar != "\r" || scalar.value == 0x7F
        }
        guard let control = text.first(where: isControl) else { return }
        let code = String(control.value, radix: 16, uppercase: true)
        throw CSVError(
            row: row, "a cell has the control character U+" + String(repeating: "0", count: 4 - code.count) + code)
    }
}

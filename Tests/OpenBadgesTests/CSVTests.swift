import OpenBadges
import TestSupport
import Testing

@Suite("CSVTable")
struct CSVTests {
    private static func rows(_ text: String) throws -> [[String: String]] {
        let table = try CSVTable(Array(text.utf8))
        return try table.rows.map { try table.cells(of: $0) }
    }

    @Test(
        "reads what RFC 4180 writes, and lines that end with LF",
        arguments: [
            ("a,b\r\n1,2\r\n", [["a": "1", "b": "2"]]),
            ("a,b\n1,2", [["a": "1", "b": "2"]]),
            ("\u{FEFF}a,b\n1,2\n", [["a": "1", "b": "2"]]),
            ("a,b\n,\n", [["a": "", "b": ""]]),
            ("a\n\n", [["a": ""]]),
            ("a,b\n\"1,\r\n2\",\"\"\n", [["a": "1,\r\n2", "b": ""]]),
            ("\"a\"\"b\",\"c\n\"\n\"\"\"\",\"\"\"x\"\"\"\n", [["a\"b": "\"", "c\n": "\"x\""]]),
            ("a,b\n 1 ,\t2\n", [["a": " 1 ", "b": "\t2"]]),
            ("é,b\nÅngström,😀\n", [["é": "Ångström", "b": "😀"]]),
            ("a,b\n", []), ("a", []),
        ])
    func accepted(text: String, rows: [[String: String]]) throws {
        #expect(try Self.rows(text) == rows)
    }

    @Test(
        "refuses what is not clear, with the row as a spreadsheet counts it",
        arguments: [
            ("", nil, "the file is empty"), ("\u{FEFF}", nil, "the file is empty"),
            ("\n1\n", 1, "column 1 has no name"), ("a,,b\n", 1, "column 2 has no name"),
            ("a,b,a\n", 1, "the column \"a\" is there twice"),
            ("a;b\n1;2\n", 1, "not separated by commas"), ("a\tb\n", 1, "not separated by commas"),
            ("a\n1\n\"2\n", 3, "opened and never closed"), ("a\n\"", 2, "opened and never closed"),
            ("a\n\"1\"\"\n", 2, "opened and never closed"),
            ("a\n\"1\"2\n", 2, "text follows the closing quote of cell 1"),
            ("a,b\n1,\"2\" \n", 2, "text follows the closing quote of cell 2"),
            ("a\n1\"\n", 2, "a quote stands inside a cell"), ("a\n \"1\"\n", 2, "a quote stands inside a cell"),
            ("a\r1\r", 1, "a carriage return stands alone"), ("a\n1\r", 2, "a carriage return stands alone"),
            ("a\n\"1\"\r2\n", 2, "a carriage return stands alone"),
            ("a\n1\u{0}\n", 2, "the control character U+0000"), ("a\n\"\u{1B}\"\n", 2, "the control character U+001B"),
            ("a\u{7F}\n", 1, "the control character U+007F"),
            (Array(repeating: "x", count: 257).joined(separator: ","), 1, "more than 256 columns"),
        ] as [(String, Int?, String)])
    func refused(text: String, row: Int?, problem: String) {
        let error = #expect(throws: CSVError.self) { try CSVTable(Array(text.utf8)) }
        #expect(error?.row == row)
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }

    @Test("refuses a file that is not UTF-8, and one that is too long")
    func bytes() {
        let latin = #expect(throws: CSVError.self) { try CSVTable([0x61, 0x0A, 0xE9, 0x0A]) }
        #expect(latin?.problem.contains("not UTF-8") == true)
        let long = [UInt8](repeating: 0x61, count: CSVTable.maximumBytes + 1)
        #expect(throws: CSVError.self) { try CSVTable(long) }
        let rows = [UInt8](repeating: 0x0A, count: CSVTable.maximumRows + 1)
        #expect(throws: Never.self) { try CSVTable([0x61] + rows) }
        let error = #expect(throws: CSVError.self) { try CSVTable([0x61] + rows + [0x0A]) }
        #expect(error?.problem.contains("more than 100000 rows") == true)
    }

    @Test(
        "A row with another number of cells is refused alone",
        arguments: [("1", "1 cells"), ("1,2,3", "3 cells"), ("", "empty")])
    func cells(row: String, problem: String) throws {
        let table = try CSVTable(Array("a,b\n\(row)\n3,4\n".utf8))
        let error = #expect(throws: CSVError.self) { try table.cells(of: table.rows[0]) }
        #expect(error?.row == 2 && error?.problem.contains(problem) == true)
        #expect(try table.cells(of: table.rows[1]) == ["a": "3", "b": "4"])
        #expect(table.rows.map(\.number) == [2, 3])
    }

    @Test("Whatever is written by the rules is read back", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let alphabet = Array("ab,\"\n\r\t é😀")
        let count = Int.random(in: 2...5, using: &random)
        let columns = (0..<count).map { "c\($0)" }
        let rows = (0..<Int.random(in: 0...6, using: &random)).map { _ in
            columns.map { _ in
                String((0..<Int.random(in: 0...6, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
            }
        }
        let lines = ([columns] + rows).map { cells in
            cells.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\r\n"
        }
        #expect(try Self.rows(lines.joined()) == rows.map { Dictionary(uniqueKeysWithValues: zip(columns, $0)) })
    }
}

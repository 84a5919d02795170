import Multiformats
import TestSupport
import Testing

@Suite("The multibase registry's test tables", .enabled(if: Conformance.isExpected, Conformance.absence))
struct MultibaseTableTests {
    @Test("every row of a table encodes to its text and decodes back", arguments: [
        "basic.csv", "leading_zero.csv", "two_leading_zeros.csv",
    ])
    func encodesAndDecodes(file: String) throws {
        let table = try VectorTable(file: file)
        #expect(Set(table.rows.map(\.base)) == Set(Multibase.Base.allCases))
        for (base, text) in table.rows {
            #expect(Multibase.encode(table.bytes, as: base) == text)
            let decoded = try Multibase.decode(text)
            #expect(decoded.base == base)
            #expect(decoded.bytes == table.bytes, "\(base)")
        }
    }

    @Test("letters of either case are read where one case is enough")
    func readsBothCases() throws {
        let table = try VectorTable(file: "case_insensitivity.csv")
        #expect(table.rows.count == 12)
        for (base, text) in table.rows {
            #expect(try Multibase.decode(text, in: base) == table.bytes, "\(base)")
            #expect(Multibase.encode(table.bytes, as: base) != text, "the table's texts are not canonical")
        }
    }
}

/// One file of the multibase tables: a first line with the bytes, then the text of each base.
private struct VectorTable {
    let bytes: [UInt8]
    let rows: [(base: Multibase.Base, text: String)]

    init(file: String) throws {
        let lines = String(decoding: try Conformance.bytes("multibase/\(file)"), as: UTF8.self)
            .split(separator: "\n").map { $0.split(separator: "\"") }
        var bytes = Array(try #require(lines.first).last.map(String.init)!.utf8)
        while let start = bytes.firstRange(of: "\\x00".utf8) {
            bytes.replaceSubrange(start, with: [0])
        }
        self.bytes = bytes
        rows = try lines.dropFirst().map { fields in
            let name = fields[0].prefix { $0 != "," }
            return (try #require(Multibase.Base(rawValue: String(name))), String(fields[1]))
        }
    }
}

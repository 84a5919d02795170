/// A table of text: comma-separated values as [RFC 4180](https://www.rfc-editor.org/rfc/rfc4180) writes them, in UTF-8,
/// with a header row.
///
/// Read strictly: what a lenient reader would guess at ends up in somebody's badge. Beyond RFC 4180 a line may also end
/// with LF alone, and a byte order mark may stand first, as spreadsheets write it.
package struct CSVTable: Hashable, Sendable {
    /// The names in the header, each there once.
    package let columns: [String]

    /// What follows the header.
    package let rows: [Row]

    /// One row, as it stands in the file.
    package struct Row: Hashable, Sendable {
        /// As a spreadsheet counts: the header is row 1.
        package let number: Int
        /// The cells, one for each column if the row is as the header says.
        let cells: [String]
    }

    /// The longest file, 16 MiB: 100,000 rows of 160 bytes.
    package static let maximumBytes = 16 << 20
    /// The most rows, without the header; ten batches of the service.
    package static let maximumRows = 100_000
    /// The most columns; a template uses a dozen.
    package static let maximumColumns = 256

    /// Reads a file.
    ///
    /// - Throws: ``CSVError`` where the structure of the file is not clear. A row that has too few or too many cells is
    ///   refused by ``cells(of:)`` alone.
    package init(_ bytes: [UInt8]) throws(CSVError) {
        guard bytes.count <= Self.maximumBytes else {
            throw CSVError("the file has more than \(Self.maximumBytes) bytes")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CSVError("the file is not UTF-8; save it as \"CSV UTF-8\"")
        }
        var reader = CSVReader(text)
        guard let header = try reader.next() else {
            throw CSVError("the file is empty; its first row names the columns")
        }
        try Self.check(header)
        var rows: [Row] = []
        while let cells = try reader.next() {
            guard rows.count < Self.maximumRows else {
                throw CSVError(row: rows.count + 2, "there are more than \(Self.maximumRows) rows; split the file")
            }
            rows.append(Row(number: rows.count + 2, cells: cells))
        }
        (columns, self.rows) = (header, rows)
    }

    private static func check(_ header: [String]) throws(CSVError) {
        guard header.count <= maximumColumns else {
            throw CSVError(row: 1, "there are more than \(maximumColumns) columns")
        }
        if header.count == 1, header[0].contains(where: { $0 == ";" || $0 == "\t" }) {
            throw CSVError(row: 1, "the columns are not separated by commas; save the file with commas")
        }
        var known: Set<String> = []
        for (index, name) in header.enumerated() {
            guard !name.isEmpty else { throw CSVError(row: 1, "column \(index + 1) has no name") }
            guard known.insert(name).inserted else {
                throw CSVError(row: 1, "the column \(name.debugDescription) is there twice")
            }
        }
    }

    /// The cells of a row by the names of their columns.
    ///
    /// - Throws: ``CSVError`` when there are not as many as the header has names.
    package func cells(of row: Row) throws(CSVError) -> [String: String] {
        guard row.cells.count == columns.count else {
            let problem =
                row.cells == [""]
                ? "the row is empty"
                : "the row has \(row.cells.count) cells, and the header names \(columns.count) columns"
            throw CSVError(row: row.number, problem)
        }
        return Dictionary(uniqueKeysWithValues: zip(columns, row.cells))
    }
}

/// Why a table cannot be read.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
    /// As a spreadsheet counts; nil when it is about the file.
    package let row: Int?
    /// What is wrong and what to do.
    package let problem: String

    init(row: Int? = nil, _ problem: String) { (self.row, self.problem) = (row, problem) }

    /// The place and the problem.
    package var description: String { row.map { "row \($0): \(problem)" } ?? problem }
}

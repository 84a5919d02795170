package import CanonicalJSON

/// Two records, or two files of them, side by side: ratios only, which no machine changes much.
package struct Comparison: Sendable {
    /// One figure of both, or of one.
    package struct Line: Hashable, Sendable {
        /// The measurement and the row.
        package let name: String
        /// What part of the raw rate it was; nil where the record has no such figure.
        package let old: Double?
        package let new: Double?

        /// What the new one is of the old one: below one is worse. Nil where one is missing.
        package var quotient: Double? {
            guard let old, let new, old > 0 else { return nil }
            return new / old
        }
    }

    /// In the order of the old record, then what only the new one has.
    package let lines: [Line]

    /// - Parameters: what ``Record/json`` or ``Records`` made.
    package init(old: JSON, new: JSON) throws(FiguresError) {
        let (old, new) = (try Self.ratios(old), try Self.ratios(new))
        let olds = Dictionary(old, uniquingKeysWith: { first, _ in first })
        let news = Dictionary(new, uniquingKeysWith: { first, _ in first })
        lines =
            old.map { Line(name: $0.0, old: $0.1, new: news[$0.0]) }
            + new.filter { olds[$0.0] == nil }.map { Line(name: $0.0, old: nil, new: $0.1) }
    }

    /// What is worse than a limit allows, or not there any more.
    ///
    /// - Parameter limit: 0.75 for "no more than a quarter worse".
    package func worse(than limit: Double) -> [Line] {
        lines.filter { line in line.old != nil && line.quotient.map { $0 < limit } ?? true }
    }

    /// A table for people.
    package var text: String {
        let cells =
            [["figure, as a part of its raw rate", "old", "new", "new of old"]]
            + lines.map { line in
                [
                    line.name, line.old.map { fixed($0, 4) } ?? "none", line.new.map { fixed($0, 4) } ?? "none",
                    line.quotient.map { fixed($0, 2) + " x" } ?? "",
                ]
            }
        let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line in
            line.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }

    private static func ratios(_ document: JSON) throws(FiguresError) -> [(String, Double)] {
        if let records = document["records"]?.arrayValue {
            return try records.map { record throws(FiguresError) in try ratios(record) }.flatMap(\.self)
        }
        guard document["format"]?.stringValue == Record.format, let command = document["command"]?.stringValue,
            let rows = document["rows"]?.arrayValue
        else { throw FiguresError("This is no record of measure: format \(Record.format) is expected.") }
        let name = command.split(separator: " ").first.map(String.init) ?? ""
        return try rows.map { row throws(FiguresError) -> (String, Double)? in
            guard let row = row.objectValue, let what = row["name"]?.stringValue else {
                throw FiguresError("A row of \"\(command)\" has no name.")
            }
            guard let ratio = row["ratio"] else { return nil }
            guard let ratio = ratio.doubleValue, ratio >= 0 else {
                throw FiguresError("The ratio of \"\(what)\" is no number from zero up.")
            }
            return ("\(name): \(what)", ratio)
        }.compactMap(\.self)
    }
}

/// Several records of one run.
package enum Records {
    /// One file of them.
    package static func json(_ records: [JSON]) -> JSON {
        ["format": .string(Record.format), "records": .array(records)]
    }
}

/// A file is not what `measure` writes.
package struct FiguresError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

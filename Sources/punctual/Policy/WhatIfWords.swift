import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// A simulation for people, in 80 columns.
extension WhatIf {
    private static let labelWidth = 26
    private static let columnWidth = 17

    /// Every column beside the others, and then each pair.
    var lines: [String] {
        var lines = [reproducedInWords, "", row("", columns.map { Self.short($0.name) })]
        lines.append(row("stands in for requests", [""] + columns.dropFirst().map { "\($0.applied)" }))
        lines.append(row("broken promises", columns.map { "\($0.broken)" }))
        lines.append(row("requests given anything", columns.map { "\($0.given)" }))
        lines.append(row("people given anything", columns.map { "\($0.paidPeople)" }))
        lines.append(row("reached, not posted yet", columns.map { $0.open == 0 ? "" : "\($0.open)" }))
        for unit in units {
            let sums = columns.map { $0.sums[unit] ?? 0 }
            lines.append(row("sum in \(unit.rawValue)", sums.map { "\($0)" }))
            lines.append(row("  more or less", [""] + sums.dropFirst().map { Self.signed($0 - sums[0]) }))
        }
        lines += comparisons.flatMap(inWords)
        lines += units.flatMap(histogramLines) + causeLines + excessLines
        return lines + [""] + Self.leftOut
    }

    /// One line for each model, as they pay in each unit.
    var table: [String] {
        var lines = [reproducedInWords]
        for unit in units {
            lines += [
                "",
                column("in \(unit.rawValue)", 16) + right("paid", 12) + right("people", 9) + right("per breach", 12)
                    + right("most for one", 14) + right("soonest after", 16),
            ]
            for (index, model) in columns.enumerated() {
                let soonest = (model.sums[unit] ?? 0) == 0 ? "-" : model.shortest.map(Self.brief) ?? "-"
                lines.append(
                    column(index == 0 ? "(in force)" : model.name, 16) + right("\(model.sums[unit] ?? 0)", 12)
                        + right("\(model.paidPeople)", 9) + right("\(model.meanPerBreach(unit) ?? 0)", 12)
                        + right("\(model.most[unit] ?? 0)", 14) + right(soonest, 16))
            }
        }
        let broken = Set(columns.map(\.broken))
        lines += [
            "", "Broken promises: \(broken.sorted().map { "\($0)" }.joined(separator: " and ")), of \(requests).",
        ]
        return lines + Self.leftOut
    }

    private var reproducedInWords: String {
        "The policies in force give the ledger again: \(reproduced) awards, to the last unit."
    }

    private var units: [UnitOfAccount] {
        Set(columns.flatMap(\.sums.keys)).sorted { $0.rawValue < $1.rawValue }
    }

    private func inWords(_ pair: Comparison) -> [String] {
        let (before, after) = (columns[pair.before].name, columns[pair.after].name)
        var lines = [
            "", "\(after), compared with \(before == "in force" ? "what is in force" : before):",
            "  \(pair.gainers) requests gain, \(pair.losers) lose, \(pair.mixed) gain in one unit and lose in another",
        ]
        for (unit, losses) in pair.worst.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            lines.append("  lose most in \(unit.rawValue):")
            for loss in losses { lines.append("    \(loss.request)  \(loss.before) to \(loss.after)") }
        }
        return lines
    }

    private func histogramLines(_ unit: UnitOfAccount) -> [String] {
        let steps = Set(columns.flatMap { $0.histogram[unit]?.counts.keys.map(\.self) ?? [] }).sorted()
        return ["", row("requests given, \(unit.rawValue)", columns.map { Self.short($0.name) })]
            + steps.map { step in
                let last = Histogram.last(of: step)
                return row(
                    last == step ? "  \(step)" : "  \(step) to \(last)",
                    columns.map { "\($0.histogram[unit]?.counts[step] ?? 0)" })
            }
    }

    private var causeLines: [String] {
        guard columns.contains(where: \.asksForCause) else {
            return ["", "The cause of an incident makes no difference under any of them."]
        }
        return units.flatMap { unit in
            ["", row("all incidents by, \(unit.rawValue)", columns.map { Self.short($0.name) })]
                + Cause.allCases.map { cause in
                    row("  \(cause.rawValue)", columns.map { "\($0.byCause[cause]?[unit] ?? 0)" })
                }
        }
    }

    private var excessLines: [String] {
        columns.flatMap { column in
            column.exceeded.map { excess in
                "\(column.name), \(excess.limit): \(excess.minor) over \(excess.most), in \(excess.count) cases"
            }
        }.enumerated().flatMap {
            $0.offset == 0 ? ["", "Over published limits:", "  \($0.element)"] : ["  \($0.element)"]
        }
    }

    /// What the figures do not say.
    static let leftOut = [
        "Sums are before caps across requests and budgets, and leave out what people",
        "granted, what late payments and promises beside the credential gave, and what",
        "was taken back. Where a model waits for a person of whom nothing is on record,",
        "every claim is made, and nobody chooses from a menu.",
    ]

    private func row(_ label: String, _ cells: [String]) -> String {
        column(label, Self.labelWidth) + cells.map { right($0, Self.columnWidth) }.joined()
    }

    private func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(1, width - text.count)) + text
    }

    private static func short(_ name: String) -> String { String(name.prefix(columnWidth - 1)) }
    private static func signed(_ minor: Int64) -> String { minor > 0 ? "+\(minor)" : "\(minor)" }

    /// In the greatest unit of which there is one.
    private static func brief(_ length: Milliseconds) -> String {
        let units: [(Int64, String)] = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s")]
        guard let (size, name) = units.first(where: { length.count >= $0.0 }) else { return "\(length.count) ms" }
        return "\(length.count / size) \(name)"
    }
}

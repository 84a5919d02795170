import CanonicalJSON
import Console

/// An incident for people, within 80 columns.
struct IncidentWords {
    private let incident: JSON
    private let terminal: Terminal

    private static let width = 80

    init(_ incident: JSON, _ terminal: Terminal) {
        self.incident = incident
        self.terminal = terminal
    }

    private func text(_ key: String) -> String { incident[key]?.stringValue ?? "" }
    private func number(_ key: String) -> String { incident[key]?.integerValue.map(String.init) ?? "0" }

    /// Two lines of a list.
    var headlines: [String] {
        let state = text("state") == "open" ? terminal.styled("open", .warning) : text("state")
        let cause = text("cause") == "unknown" ? "cause not known" : text("cause")
        return [
            "\(text("id"))  \(state)  \(text("severity"))  \(text("stage"))  since \(Self.short(text("from")))",
            "  \(number("affected")) of \(number("of")) requests affected; \(cause)",
        ]
    }

    /// All of it.
    var lines: [String] {
        var lines = headlines
        if let into = incident["mergedInto"]?.stringValue { lines.append("  merged into \(into)") }
        if let parent = incident["parent"]?.stringValue { lines.append("  split from \(parent)") }
        if let resolved = incident["resolvedAt"]?.stringValue { lines.append("  resolved \(Self.short(resolved))") }
        lines += plot
        lines += ["", "History"] + (incident["history"]?.arrayValue ?? []).flatMap(Self.history)
        let institutions = incident["institutions"]?.arrayValue ?? []
        lines += ["", "Institutions: \(institutions.count)"]
        lines += institutions.prefix(10).map {
            "  \($0["id"]?.stringValue ?? "")  \($0["requests"]?.integerValue ?? 0)"
        }
        if institutions.count > 10 { lines.append("  and \(institutions.count - 10) more") }
        let payments = (incident["payments"]?.objectValue ?? [:]).map { "\($1.integerValue ?? 0) \($0)" }
        lines += ["", "Given to its requests: \(payments.isEmpty ? "nothing" : payments.joined(separator: ", "))"]
        let declared = (incident["declared"]?.objectValue ?? [:]).flatMap { kind, bands in
            (bands.objectValue ?? [:]).map { "\($1.integerValue ?? 0) \(kind) \($0)" }
        }.sorted()
        if !declared.isEmpty { lines += ["Declared by its people: \(declared.joined(separator: ", "))"] }
        let actions = incident["actions"]?.arrayValue ?? []
        if !actions.isEmpty { lines += ["", "To be done"] + actions.map { "  " + Self.line(of: $0) } }
        return lines + open
    }

    private var open: [String] {
        let words = [
            ("waits", "requests of it still wait"), ("joins", "requests are still to be taken in"),
            ("freeze", "who is affected is still to be frozen"),
            ("assessment", "its requests are still to be assessed again"),
        ].filter { incident["open"]?[$0.0] == true }.map(\.1)
        let quarantined = incident["open"]?["quarantined"]?.arrayValue ?? []
        let more = quarantined.isEmpty ? [] : ["\(quarantined.count) requests are quarantined"]
        return (words + more).isEmpty ? ["", "Nothing is open."] : ["", "Open"] + (words + more).map { "  " + $0 }
    }

    /// Affected requests over time: a column of blocks for each point.
    private var plot: [String] {
        let points = incident["plot"]?.arrayValue ?? []
        let values = points.compactMap { $0["affected"]?.integerValue }
        guard let most = values.max(), most > 0, let first = points.first?["at"]?.stringValue,
            let last = points.last?["at"]?.stringValue
        else { return [] }
        let blocks = Array("▁▂▃▄▅▆▇█")
        let line = values.map { String(blocks[Int(min($0 * 8 / (most + 1), 7))]) }.joined()
        let ends = first == last ? Self.short(first) : "\(Self.short(first)) to \(Self.short(last))"
        return ["", "Requests in it, up to \(most)", "  " + line, "  " + ends]
    }

    private static func history(_ event: JSON) -> [String] {
        let type = (event["type"]?.stringValue ?? "").split(separator: ".").last.map(String.init) ?? ""
        var said: [String] = []
        for key in ["stage", "cause", "severity", "other", "parent", "owner"] {
            if let text = event[key]?.stringValue { said.append(text) }
        }
        if let count = event["count"]?.integerValue, let of = event["of"]?.integerValue {
            said.append("\(count) of \(of)")
        }
        if let confidence = event["confidence"]?.integerValue { said.append("\(confidence) % sure") }
        let by = event["by"]?.stringValue.map { "by \($0)" } ?? "by the rules"
        let head = "  \(short(event["at"]?.stringValue ?? ""))  \(type): \((said + [by]).joined(separator: ", "))"
        let notes = ["note", "text"].compactMap { event[$0]?.stringValue }.flatMap { wrapped($0, indent: 6) }
        return [String(head.prefix(width))] + notes
    }

    static func line(of action: JSON) -> String {
        let due = short(action["dueAt"]?.stringValue ?? "")
        let text = action["text"]?.stringValue ?? ""
        let line =
            "\(action["incident"]?.stringValue ?? "") #\(action["action"]?.integerValue ?? 0) "
            + "\(action["state"]?.stringValue ?? "") due \(due) \(action["owner"]?.stringValue ?? ""): \(text)"
        return String(line.prefix(width - 2))
    }

    /// `2026-11-22 08:00`, in UTC.
    static func short(_ rfc3339: String) -> String { String(rfc3339.prefix(16)).replacing("T", with: " ") }

    private static func wrapped(_ text: String, indent: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !line.isEmpty, indent + line.count + 1 + word.count > width {
                lines.append(String(repeating: " ", count: indent) + line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word.prefix(width - indent)
        }
        return line.isEmpty ? lines : lines + [String(repeating: " ", count: indent) + line]
    }
}

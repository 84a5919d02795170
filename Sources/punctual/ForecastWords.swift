import CanonicalJSON
import ServiceLevels
import Temporal

/// The published forecast for a terminal of 80 columns.
struct ForecastWords {
    private let document: JSON

    init(_ document: JSON) { self.document = document }

    var lines: [String] {
        var lines = ["method      \(text("method"))"]
        lines += wrapped(text("reason"), label: "because")
        guard let fit = document["document"], let scores = fit["scores"] else { return lines }
        let (requests, late) = (fit["requests"]?.integerValue ?? 0, fit["late"]?.integerValue ?? 0)
        lines += [
            "history     \(requests) requests before \(day(fit["asOf"])), \(late) of them late",
            "published   entry \(document["entry"]?.integerValue ?? 0) of the log, \(text("hash").prefix(23))…",
            "",
            "A table of the earlier half foretold the later half:",
            "  Brier \(percent(scores["brier"])), skill \(percent(scores["skill"])), calibration error "
                + "\(percent(scores["calibrationError"])), \(scores["moments"]?.integerValue ?? 0) moments",
            "  \(scores["foretold"]?.integerValue ?? 0) of \(scores["late"]?.integerValue ?? 0) late ones were foretold"
                + lead(scores) + "; \(scores["falseAlarms"]?.integerValue ?? 0) false alarms",
            "", "  said        came        times",
        ]
        for bin in scores["reliability"]?.arrayValue ?? [] where bin["count"]?.integerValue ?? 0 > 0 {
            lines.append(
                "  " + column(percent(bin["said"]), 12) + column(percent(bin["came"]), 12)
                    + "\(bin["count"]?.integerValue ?? 0)")
        }
        return lines + table(fit) + times(fit)
    }

    /// For each type, how often a bin of the slack ratio became late; bins that nobody was in are left out.
    private func table(_ fit: JSON) -> [String] {
        let edges = (fit["edges"]?.arrayValue ?? []).compactMap(\.integerValue)
        var lines: [String] = []
        for group in fit["table"]?.arrayValue ?? [] {
            let name = "\(group["type"]?.stringValue ?? ""), \(group["stage"]?.stringValue ?? "")"
            lines += ["", "  \(name.prefix(60)): slack from, late of seen"]
            for (bin, cell) in (group["cells"]?.arrayValue ?? []).enumerated() {
                let seen = cell.arrayValue?.first?.integerValue ?? 0
                guard seen > 0 else { continue }
                let from = bin == 0 ? 0 : edges[bin - 1]
                let late = cell.arrayValue?.last?.integerValue ?? 0
                lines.append("  " + column((from * 1000).asPercent, 12) + "\(late) of \(seen)")
            }
        }
        return lines
    }

    private func times(_ fit: JSON) -> [String] {
        guard let times = fit["times"] else { return [] }
        guard let kept = times["kept"]?.integerValue, let of = times["of"]?.integerValue else {
            return ["", "No expected time is stated yet: too few have come out."]
        }
        return [
            "", "Expected times: \(kept) of the last \(of) were kept; \(percent(times["target"])) are meant to be.",
        ]
    }

    private func lead(_ scores: JSON) -> String {
        guard let lead = scores["medianLead"]?.integerValue else { return "" }
        return ", \(Milliseconds(lead / 60_000 * 60_000).inWords) before the deadline"
    }

    private func text(_ member: String) -> String { document[member]?.stringValue ?? "" }
    private func percent(_ json: JSON?) -> String { json?.integerValue?.asPercent ?? "unknown" }

    private func day(_ json: JSON?) -> String {
        String(Instant(milliseconds: json?.integerValue ?? 0).rfc3339.prefix(10))
    }

    private func column(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }

    private func wrapped(_ text: String, label: String) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if line.count + word.count + 1 > 66 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.enumerated().map { column($0.offset == 0 ? label : "", 12) + $0.element }
    }
}

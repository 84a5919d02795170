import CanonicalJSON
import Console

extension Command {
    static let reportParity = Command(
        syntax: CommandSyntax(
            "report parity", "Whether people are treated alike: claims and offers by group.",
            options: [
                .data, .init("minimum", "N", "The smallest group that is described; 20 if not given, and at least."),
                .passphraseFile, .json,
            ],
            example: "punctual report parity --data ./issuer"),
        run: { arguments, terminal in
            let query = arguments.value("minimum").map { "?minimum=\($0)" } ?? ""
            let report = try operate("/operator/reports/parity" + query, nil, arguments)
            guard !arguments.has("json") else {
                terminal.print(report.canonicalString)
                return .done
            }
            for (member, title) in [("claims", "Claims that were decided"), ("offers", "Offers that were answered")] {
                terminal.print(title)
                guard let all = report[member]?["all"] else {
                    terminal.print("  too few to say anything")
                    continue
                }
                terminal.print("  all: " + words(all))
                for row in report[member]?["groups"]?.arrayValue ?? [] {
                    let name = "\(row["by"]?.stringValue ?? "") \(row["value"]?.stringValue ?? "")"
                    terminal.print("  \(name): \(words(row))")
                }
            }
            terminal.print("Groups of fewer than \(report["minimum"]?.integerValue ?? 0) are not shown.")
            terminal.print("Association, not effect: groups may differ in what was asked of them.")
            return .done
        })

    private static func words(_ row: JSON) -> String {
        func percent(_ name: String) -> String {
            let value = row[name]?.integerValue ?? 0
            return "\(value / 100).\(value % 100 < 10 ? "0" : "")\(value % 100)"
        }
        let means = (row["given"]?.arrayValue ?? []).map { gift in
            let (minor, count) = (gift["minor"]?.integerValue ?? 0, gift["count"]?.integerValue ?? 0)
            return "\(count > 0 ? minor / count : 0) \(gift["unit"]?.stringValue ?? "")"
        }
        let mean = means.isEmpty ? "" : ", on average \(means.joined(separator: " and "))"
        return "\(row["count"]?.integerValue ?? 0), of which \(percent("share")) % "
            + "(\(percent("low")) to \(percent("high")))\(mean)"
    }
}

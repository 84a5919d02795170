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
            for (member, title) in [("claims", "Claims that were decided"), ("offers", "Offers")] {
                terminal.print(title)
                for row in report[member]?.arrayValue ?? [] { terminal.print("  " + words(row)) }
            }
            return .done
        })

    private static func words(_ row: JSON) -> String {
        let name = "\(row["by"]?.stringValue ?? "") \(row["value"]?.stringValue ?? "")"
        let count = row["count"]?.integerValue ?? 0
        guard let share = row["grantedPerMille"]?.integerValue else { return "\(name): \(count), too few to say more" }
        let means = row["meanMinor"]?.objectValue?.map { "\($0.value.integerValue ?? 0) \($0.key)" } ?? []
        let mean = means.isEmpty ? "" : ", on average \(means.joined(separator: " and "))"
        return "\(name): \(count), of which \(share / 10).\(share % 10) %\(mean)"
    }
}

package import CanonicalJSON

/// Whether people are treated alike: what was granted and offered, by who decided, institution, channel and language.
extension Service {
    /// Of smaller groups nothing is said: their numbers would say more of single people than of the group.
    package static let smallestGroup = 20

    /// Claims that were decided, and offers, by group. A share is told in thousandths, an amount as the mean of minor
    /// units of each unit; groups of fewer than the smallest size are counted and not described.
    package func parityReport(minimum: Int) throws -> JSONObject {
        try store.read { reader in
            var claims = ParityTable()
            try reader.forEach(ClaimRecord.self) { record in
                guard let outcome = record.outcome else { return }
                let opened = try storedOpenings(record.seq, in: reader)["claim"]?["locale"]?.stringValue
                claims.add(
                    [
                        "reviewer": record.decidedBy ?? "silence", "tenant": record.tenant,
                        "channel": record.channel.rawValue, "locale": opened ?? "unknown",
                    ],
                    isGranted: outcome == .granted, unit: record.grantedUnit, minor: record.grantedMinor ?? 0)
            }
            var offers = ParityTable()
            try reader.forEach(OfferRecord.self) { record in
                let opened = try storedOpenings(record.seq, in: reader)["offer"]?["locale"]?.stringValue
                offers.add(
                    [
                        "agent": record.by, "tenant": record.tenant, "channel": record.channel,
                        "locale": opened ?? "unknown", "reason": record.reason,
                    ],
                    isGranted: record.state == .accepted, unit: record.unit, minor: record.minor)
            }
            return [
                "minimum": .integer(Int64(minimum)), "claims": .array(claims.rows(minimum: minimum)),
                "offers": .array(offers.rows(minimum: minimum)),
            ]
        }
    }
}

/// Sums by dimension and value.
private struct ParityTable {
    private struct Group {
        var count: Int64 = 0
        var granted: Int64 = 0
        var sums: [String: (count: Int64, minor: Int64)] = [:]
    }

    private var groups: [String: [String: Group]] = [:]

    mutating func add(_ values: [String: String], isGranted: Bool, unit: String?, minor: Int64) {
        for (dimension, value) in values {
            var group = groups[dimension]?[value] ?? Group()
            group.count += 1
            if isGranted { group.granted += 1 }
            if let unit, minor > 0 {
                let (count, sum) = group.sums[unit] ?? (0, 0)
                group.sums[unit] = (count + 1, sum + minor)
            }
            groups[dimension, default: [:]][value] = group
        }
    }

    /// By dimension, then by value.
    func rows(minimum: Int) -> [JSON] {
        groups.sorted { $0.key < $1.key }.flatMap { dimension, values in
            values.sorted { $0.key < $1.key }.map { value, group in
                var row: JSONObject = [
                    "by": .string(dimension), "value": .string(value), "count": .integer(group.count),
                ]
                guard group.count >= Int64(minimum) else {
                    row["tooFew"] = true
                    return .object(row)
                }
                row["grantedPerMille"] = .integer(group.granted * 1000 / group.count)
                var means: JSONObject = [:]
                for (unit, sum) in group.sums { means[unit] = .integer(sum.minor / sum.count) }
                row["meanMinor"] = .object(means)
                return .object(row)
            }
        }
    }
}

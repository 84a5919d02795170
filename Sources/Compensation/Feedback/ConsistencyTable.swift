package import CanonicalJSON

/// Whether people are treated alike: decisions by who made them, by institution, channel or language. Differences are
/// associations: groups may differ in what was asked of them, and nothing here says why.
package struct ConsistencyTable: Hashable, Sendable {
    /// Of smaller groups nothing is shown: their numbers would say more of single people than of the group.
    package static let smallestGroup: Int64 = 20
    /// What has to be said beside every such table.
    package static let note =
        "Association, not effect: groups may differ in what was asked of them. Intervals are Wilson's at z = 1.96."
    /// The most groups that are shown of one dimension, the largest: a review fits into an entry.
    private static let mostGroups = 32

    private struct Group: Hashable {
        var count: Int64 = 0
        var granted: Int64 = 0
        var given: [String: Gift] = [:]
    }

    private struct Gift: Hashable {
        var count: Int64 = 0
        var minor: Int64 = 0
    }

    private var all = Group()
    private var groups: [String: [String: Group]] = [:]

    package init() {}

    /// Counts one decision.
    ///
    /// - Parameters:
    ///   - values: the group it belongs to in each dimension.
    ///   - given: what it gives, by unit.
    package mutating func add(_ values: [String: String], isGranted: Bool, given: (unit: String, minor: Int64)?) {
        Self.count(&all, isGranted, given)
        for (dimension, value) in values {
            Self.count(&groups[dimension, default: [:]][value, default: Group()], isGranted, given)
        }
    }

    private static func count(_ group: inout Group, _ isGranted: Bool, _ given: (unit: String, minor: Int64)?) {
        group.count += 1
        if isGranted { group.granted += 1 }
        guard let given, isGranted else { return }
        group.given[given.unit, default: Gift()].count += 1
        group.given[given.unit, default: Gift()].minor += given.minor
    }

    /// All together, and what of each dimension may be shown; shares in hundredths of a percent with Wilson's interval.
    ///
    /// - Parameter minimum: of fewer nothing is shown.
    package func json(minimum: Int64 = smallestGroup) -> JSONObject {
        guard all.count >= minimum else { return ["groups": []] }
        return [
            "all": .object(Self.row(all)),
            "groups": .array(
                groups.sorted { $0.key < $1.key }.flatMap { dimension, values in
                    shown(values, minimum).sorted { $0.key < $1.key }.map { value, group in
                        var row = Self.row(group)
                        row["by"] = .string(dimension)
                        row["value"] = .string(value)
                        return .object(row)
                    }
                }),
        ]
    }

    /// The groups that are large enough. What is left over must be nobody or large enough too: else who subtracts would
    /// see it, and the smallest that is shown is left out with it.
    private func shown(_ values: [String: Group], _ minimum: Int64) -> [(key: String, value: Group)] {
        var shown = values.filter { $0.value.count >= minimum }
            .sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }
        if shown.count > Self.mostGroups { shown.removeLast(shown.count - Self.mostGroups) }
        while !shown.isEmpty {
            let rest = all.count - shown.reduce(0) { $0 + $1.value.count }
            guard rest > 0, rest < minimum else { break }
            shown.removeLast()
        }
        return shown
    }

    private static func row(_ group: Group) -> JSONObject {
        var row: JSONObject = ["count": .integer(group.count), "granted": .integer(group.granted)]
        if let share = Proportion(halves: 2 * group.granted, of: group.count) {
            row["share"] = .integer(share.share)
            row["low"] = .integer(share.interval.lowerBound)
            row["high"] = .integer(share.interval.upperBound)
        }
        row["given"] = .array(
            group.given.sorted { $0.key < $1.key }.map { unit, gift in
                ["unit": .string(unit), "count": .integer(gift.count), "minor": .integer(gift.minor)]
            })
        return row
    }
}

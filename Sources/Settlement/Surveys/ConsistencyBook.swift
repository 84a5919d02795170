import CanonicalJSON

/// Who decided what for whom, by months: what a review says of whether people are treated alike (rule 87).
struct ConsistencyBook: Sendable {
    /// Fewer are not shown.
    static let minimum: Int64 = 20
    private static let mostGroups = 32

    struct Group: Hashable, Sendable {
        /// Empty for all together.
        let by: String
        let value: String
    }

    struct Counts: Hashable, Sendable {
        var count: Int64 = 0
        var granted: Int64 = 0
        /// By unit: how often, and how much.
        var given: [String: [Int64]] = [:]
    }

    private struct Open: Sendable {
        let groups: [Group]
        let grant: JSON?
    }

    private var open: [String: Open] = [:]
    private var months: [Int64: [String: [Group: Counts]]] = [:]
    /// Whether a review has said it before: then each does that follows.
    var wasSaid = false

    /// - Parameter tenant: of a late request.
    mutating func take(_ type: String, _ facts: JSON, rid: String, tenant: String?, in month: Int64) {
        let kind = type.hasPrefix("claim.") ? "claim" : "offer"
        let key = "\(kind) \(rid) \(facts[kind]?.integerValue ?? 0)"
        func text(_ name: String) -> String? { facts[name]?.stringValue }
        switch type {
        case "claim.filed", "offer.made":
            var groups = [Group(by: "channel", value: text("channel") ?? "")]
            if let tenant { groups.append(Group(by: "tenant", value: tenant)) }
            if kind == "offer" { groups.append(Group(by: "agent", value: text("by") ?? "")) }
            open[key] = Open(groups: groups, grant: facts["grant"])
        case "claim.decided":
            let decider = Group(by: "reviewer", value: text("by") ?? "silence")
            guard let known = open[key] else { return }
            count("claims", known.groups + [decider], text("outcome") == "granted", facts["grant"], month)
        case "offer.accepted", "offer.declined":
            guard let known = open[key] else { return }
            count("offers", known.groups, type == "offer.accepted", known.grant, month)
        default: break
        }
    }

    private mutating func count(_ kind: String, _ groups: [Group], _ isGranted: Bool, _ grant: JSON?, _ month: Int64) {
        for group in groups + [Group(by: "", value: "")] {
            var counts = months[month]?[kind]?[group] ?? Counts()
            counts.count += 1
            if isGranted {
                counts.granted += 1
                if let unit = grant?["unit"]?.stringValue, let minor = grant?["minor"]?.integerValue {
                    let known = counts.given[unit] ?? [0, 0]
                    counts.given[unit] = [known[0] + 1, Int64(clamping: Int128(known[1]) + Int128(minor))]
                }
            }
            months[month, default: [:]][kind, default: [:]][group] = counts
        }
    }

    /// The groups that a review of a month shows, with those of all together under empty names.
    func shown(_ kind: String, in month: Int64) -> [Group: Counts] {
        let groups = months[month]?[kind] ?? [:]
        let everybody = Group(by: "", value: "")
        guard let all = groups[everybody], all.count >= Self.minimum else { return [:] }
        var result = [everybody: all]
        for by in Set(groups.keys.map(\.by)).subtracting([""]) {
            var list = groups.filter { $0.key.by == by && $0.value.count >= Self.minimum }.sorted {
                ($1.value.count, $0.key.value) < ($0.value.count, $1.key.value)
            }
            list = Array(list.prefix(Self.mostGroups))
            while !list.isEmpty {
                let rest = all.count - list.map(\.value.count).reduce(0, +)
                if rest == 0 || rest >= Self.minimum { break }
                list.removeLast()
            }
            for (group, counts) in list { result[group] = counts }
        }
        return result
    }
}

extension Recomputation {
    private static let counted: [StaticString] = [
        "claim.filed", "claim.decided", "offer.made", "offer.accepted", "offer.declined",
    ]

    /// Counts what a review says of claims and offers.
    mutating func noteConsistency(_ event: Event) {
        guard let type = Self.counted.first(where: { event.frame.bytes.holds($0, in: event.frame.type) }),
            let facts = try? JSON(parsing: Array(event.frame.bytes[event.frame.facts]))
        else { return }
        let late = requests.place(of: event.rid).map { requests.records[$0] }
        surveys.consistency.take(
            "\(type)", facts, rid: event.rid, tenant: late.flatMap { $0.hasBreach ? $0.tenant.word : nil },
            in: MonthCounts.month(of: event.t))
    }

    /// Rule 87: the member `consistency` of a review.
    mutating func judgeConsistency(_ document: JSON, of month: Int64, _ event: Event) {
        guard let said = document["consistency"] else {
            if surveys.consistency.wasSaid { report(.wrongReview, event, "it says nothing of consistency any more") }
            return
        }
        surveys.consistency.wasSaid = true
        for kind in ["claims", "offers"] {
            var rows: [ConsistencyBook.Group: ConsistencyBook.Counts] = [:]
            for row in (said[kind]?["groups"]?.arrayValue ?? []) + [said[kind]?["all"]].compactMap(\.self) {
                let group = ConsistencyBook.Group(
                    by: row["by"]?.stringValue ?? "", value: row["value"]?.stringValue ?? "")
                var counts = ConsistencyBook.Counts()
                counts.count = row["count"]?.integerValue ?? 0
                counts.granted = row["granted"]?.integerValue ?? 0
                for gift in row["given"]?.arrayValue ?? [] {
                    counts.given[gift["unit"]?.stringValue ?? ""] = [
                        gift["count"]?.integerValue ?? 0, gift["minor"]?.integerValue ?? 0,
                    ]
                }
                rows[group] = counts
                if let share = row["share"]?.integerValue, counts.count > 0,
                    !Self.isShare(share, counts.granted, of: counts.count)
                {
                    report(.wrongReview, event, "\(group.by) \(group.value): \(share) is not the share of \(kind)")
                }
            }
            let right = surveys.consistency.shown(kind, in: month)
            if rows != right {
                let wrong = Set(rows.keys).union(right.keys).filter { rows[$0] != right[$0] }
                let names = wrong.map { "\($0.by) \($0.value)" }.sorted()
                report(.wrongReview, event, "\(kind) of \(names) are not what the entries say")
            }
        }
    }

    private static func isShare(_ value: Int64, _ part: Int64, of count: Int64) -> Bool {
        let twice = 2 * (Int128(value) * Int128(count) - Int128(part) * 10_000)
        return twice > -Int128(count) && twice <= Int128(count)
    }
}

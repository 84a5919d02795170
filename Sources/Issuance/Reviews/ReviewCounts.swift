import CanonicalJSON

/// What happened in a month, in numbers.
struct ReviewCounts: Sendable {
    var accepted: Int64 = 0
    var issued: Int64 = 0
    var cancelled: Int64 = 0
    var deniedRequests: Int64 = 0
    /// Clocks that stopped in time.
    var kept: Int64 = 0
    /// Breaches by objective.
    var broken: [String: Int64] = [:]
    /// First breaches of requests.
    var affected: Int64 = 0
    var resolved: Int64 = 0
    var spared: Int64 = 0
    private var payments: [Payment: (count: Int64, minor: Int64)] = [:]
    private var waits: [Int64] = []
    private var filed: Int64 = 0
    private var granted: Int64 = 0
    private var denied: Int64 = 0
    private var overturned: Int64 = 0

    private struct Payment: Hashable {
        let model: String
        let unit: String
    }

    /// - Parameter wait: how long after the broken deadline it was paid; nil for what no delay led to.
    mutating func pay(_ unit: String, _ minor: Int64, model: String, after wait: Int64?) {
        let known = payments[Payment(model: model, unit: unit)] ?? (0, 0)
        payments[Payment(model: model, unit: unit)] = (known.count + 1, known.minor + minor)
        if let wait { waits.append(wait) }
    }

    mutating func takeClaim(_ type: String, _ facts: JSONObject) {
        if type == "claim.filed" { filed += 1 }
        guard type == "claim.decided" else { return }
        let isGranted = facts.text("outcome") == "granted"
        if isGranted { granted += 1 } else { denied += 1 }
        if isGranted, facts.text("stage") == "appeal" { overturned += 1 }
    }

    func write(to document: inout JSONObject) {
        var requests: JSONObject = [
            "accepted": .integer(accepted), "issued": .integer(issued), "cancelled": .integer(cancelled),
        ]
        // Reviews of months before anything could be denied stay the same, byte for byte.
        if deniedRequests > 0 { requests["denied"] = .integer(deniedRequests) }
        document["requests"] = .object(requests)
        document["promises"] = .array(promises)
        document["affected"] = .integer(affected)
        document["payments"] = .array(paymentRows)
        document["costPerAffected"] = .array(costs)
        document["timeToPayment"] = .object(timeToPayment)
        document["claims"] = [
            "filed": .integer(filed), "granted": .integer(granted), "denied": .integer(denied),
            "overturned": .integer(overturned),
        ]
    }

    private var promises: [JSON] {
        let objectives = Set(broken.keys).union(["issue"]).sorted()
        return objectives.map { objective in
            var row: JSONObject = ["objective": .string(objective), "broken": .integer(broken[objective] ?? 0)]
            if objective == "issue" { row["kept"] = .integer(kept) }
            return .object(row)
        }
    }

    private var paymentRows: [JSON] {
        payments.sorted { ($0.key.model, $0.key.unit) < ($1.key.model, $1.key.unit) }.map { key, value in
            [
                "model": .string(key.model), "unit": .string(key.unit), "count": .integer(value.count),
                "minor": .integer(value.minor),
            ]
        }
    }

    private var costs: [JSON] {
        var sums: [String: Int64] = [:]
        for (key, value) in payments { sums[key.unit, default: 0] += value.minor }
        return sums.sorted { $0.key < $1.key }.map { unit, minor in
            var row: JSONObject = ["unit": .string(unit), "minor": .integer(minor)]
            if affected > 0 { row["thousandths"] = .integer(Int64(Int128(minor) * 1000 / Int128(affected))) }
            return .object(row)
        }
    }

    private var timeToPayment: JSONObject {
        let sorted = waits.sorted()
        var times: JSONObject = ["count": .integer(Int64(sorted.count))]
        guard let longest = sorted.last else { return times }
        /// The least that so many tenths of all are not above.
        func rank(_ tenths: Int) -> JSON { .integer(sorted[(sorted.count * tenths + 9) / 10 - 1]) }
        times["median"] = rank(5)
        times["ninth"] = rank(9)
        times["longest"] = .integer(longest)
        return times
    }
}

extension ReviewFold {
    /// How far back an incident of the same cause makes one recur, in milliseconds.
    private static let recurrence: Int64 = 90 * 86_400_000

    func incidentCounts(from: Int64, until: Int64) -> JSON {
        let standing = incidents.values.filter { $0.isOpened && $0.mergedInto == nil }
        var causes: [String: (opened: Int64, recurred: Int64)] = [:]
        for incident in standing where incident.at >= from && incident.at < until {
            let hasRecurred = standing.contains { other in
                other.cause == incident.cause && other.at < incident.at && incident.at - other.at <= Self.recurrence
            }
            let known = causes[incident.cause] ?? (0, 0)
            causes[incident.cause] = (known.opened + 1, known.recurred + (hasRecurred ? 1 : 0))
        }
        return [
            "opened": .integer(causes.values.reduce(0) { $0 + $1.opened }), "resolved": .integer(counts.resolved),
            "byCause": .array(
                causes.sorted { $0.key < $1.key }.map { cause, count in
                    [
                        "cause": .string(cause), "opened": .integer(count.opened),
                        "recurred": .integer(count.recurred),
                    ]
                }),
        ]
    }
}

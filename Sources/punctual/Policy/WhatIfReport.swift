import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// A simulation for programs.
extension WhatIf {
    var json: JSON {
        [
            "reproduced": .integer(Int64(reproduced)), "requests": .integer(Int64(requests)),
            "columns": .array(columns.map(\.json)),
            "comparisons": .array(
                comparisons.map { pair in
                    let worst = pair.worst.mapValues { losses in JSON.array(losses.map(\.json)) }
                    return [
                        "before": .string(columns[pair.before].name), "after": .string(columns[pair.after].name),
                        "gainers": .integer(Int64(pair.gainers)), "losers": .integer(Int64(pair.losers)),
                        "mixed": .integer(Int64(pair.mixed)), "worst": named(worst),
                    ]
                }), "leftOut": .array(Self.leftOut.map(JSON.string)),
        ]
    }
}

extension Column {
    fileprivate var json: JSON {
        var json: JSONObject = [
            "name": .string(name), "applied": .integer(Int64(applied)), "broken": .integer(Int64(broken)),
            "given": .integer(Int64(given)), "people": .integer(Int64(paidPeople)), "open": .integer(Int64(open)),
            "sums": amounts(sums), "most": amounts(most), "asksForCause": .bool(asksForCause),
            "histogram": named(
                histogram.mapValues { histogram in
                    JSON.array(
                        histogram.counts.sorted { $0.key < $1.key }.map {
                            ["from": .integer($0.key), "requests": .integer(Int64($0.value))]
                        })
                }),
            "exceeded": .array(
                exceeded.map {
                    [
                        "limit": .string($0.limit), "unit": .string($0.most.unit.rawValue),
                        "most": .integer($0.most.minor), "over": .integer($0.minor), "cases": .integer(Int64($0.count)),
                    ]
                }),
        ]
        json["shortestMilliseconds"] = shortest.map { .integer($0.count) }
        var means: [UnitOfAccount: Int64] = [:]
        for unit in sums.keys { means[unit] = meanPerBreach(unit) }
        json["meanPerBreach"] = amounts(means)
        var causes: JSONObject = [:]
        for (cause, sums) in byCause { causes[cause.rawValue] = amounts(sums) }
        json["byCause"] = .object(causes)
        return .object(json)
    }
}

extension Comparison.Loss {
    fileprivate var json: JSON {
        ["request": .string(request), "before": .integer(before), "after": .integer(after)]
    }
}

extension BacktestDifference {
    /// What differs first.
    var json: JSON {
        var first: JSONObject = ["problem": .string(problem)]
        first["request"] = request.map(JSON.string)
        if let unit {
            first["unit"] = .string(unit)
            first["ledger"] = .integer(ledger)
            first["engine"] = .integer(engine)
        }
        return ["reproduces": false, "first": .object(first)]
    }
}

private func amounts(_ sums: [UnitOfAccount: Int64]) -> JSON { named(sums.mapValues { JSON.integer($0) }) }

private func named(_ values: [UnitOfAccount: JSON]) -> JSON {
    var object: JSONObject = [:]
    for (unit, value) in values { object[unit.rawValue] = value }
    return .object(object)
}

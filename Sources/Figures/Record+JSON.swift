package import CanonicalJSON

/// As programs read it: `schemas/measure.schema.json`.
extension Record {
    /// Which shape the document has.
    package static let format = "punctual-measure/1"

    /// The record alone.
    package var json: JSON { .object(object) }

    private var object: JSONObject {
        let machine = surroundings
        return [
            "format": .string(Self.format), "command": .string(command), "title": .string(report.title),
            "machine": [
                "processor": .string(machine.processor), "cores": .integer(Int64(machine.cores)),
                "optimised": .bool(machine.isOptimised),
                "fdatasyncP50Nanoseconds": .integer(Int64(machine.syncNanoseconds)),
                "signPerSecond": rounded(machine.signPerSecond),
                "verifyPerSecond": rounded(machine.verifyPerSecond),
                "signOnAllCoresPerSecond": rounded(machine.signOnAllCoresPerSecond),
            ],
            "data": ["count": .integer(Int64(report.data.count)), "unit": .string(report.data.unit)],
            "batch": .integer(Int64(report.batch)),
            "conditions": .array(report.conditions.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "peakMemoryBytes": .integer(Int64(peakMemoryBytes)),
            "rows": .array(report.rows.map { .object($0.object) }),
        ]
    }
}

extension Report.Row {
    fileprivate var object: JSONObject {
        var object: JSONObject = ["name": .string(name)]
        if !facts.isEmpty {
            object["facts"] = .object(JSONObject(uniqueMembers: facts.map { ($0.name, $0.value.json) }))
        }
        if let perSecond { object["perSecond"] = rounded(perSecond) }
        if let raw { object["raw"] = rounded(raw) }
        if let ratio { object["ratio"] = JSON((ratio * 1e6).rounded() / 1e6) }
        if let times, times.count > 0 {
            object["nanoseconds"] = [
                "count": .integer(Int64(times.count)), "p50": .integer(Int64(times.p50)),
                "p95": .integer(Int64(times.p95)), "p99": .integer(Int64(times.p99)),
                "longest": .integer(Int64(times.largest)),
            ]
        }
        return object
    }
}

extension Report.Value {
    fileprivate var json: JSON {
        switch self {
        case .text(let text): .string(text)
        case .count(let count): .integer(Int64(count))
        case .rate(let value), .share(let value), .times(let value), .milliseconds(let value): rounded(value)
        }
    }
}

/// To a thousandth: no more is known.
private func rounded(_ value: Double) -> JSON { JSON((value * 1000).rounded() / 1000) ?? .null }

import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What a delay did, as the log shows it and as the person says, apart.
extension Service {
    /// Of one request; nil while its promise is not broken.
    func impact(of promise: Promise, in reader: any StoreReader) throws -> JSON? {
        let record = promise.record
        guard record.breachedAt != nil, let row = try reader.record(AffectedRecord.self, .text(record.id)) else {
            return nil
        }
        var byLog: JSONObject = [
            "lateMilliseconds": .integer(promise.clock.delay(at: now()).count), "stage": .string(row.stage.rawValue),
        ]
        if let incident = row.incident, let group = try IncidentGroup(of: incident, in: reader) {
            byLog["incident"] = .string(group.root.id)
            byLog["cause"] = .string(group.root.cause.rawValue)
            byLog["severity"] = .string(group.root.severity.rawValue)
        }
        var impact: JSONObject = ["byLog": .object(byLog)]
        let declared = try reader.declaredImpacts(of: record.id)
        if !declared.isEmpty { impact["declared"] = .array(declared) }
        return .object(impact)
    }
}

extension StoreReader {
    /// What a person says about a request, by kind.
    func declaredImpacts(of request: String) throws -> [JSON] {
        try impacts(of: request).map { row in
            ["kind": .string(row.kind.rawValue), "band": .string(row.band.rawValue), "entry": .integer(row.seq)]
        }
    }

    /// How many requests of an incident declare what, by kind and band.
    func declaredImpacts(of group: IncidentGroup) throws -> JSONObject {
        var counts: [ImpactKind: [ImpactBand: Int64]] = [:]
        for part in group.parts {
            var scan = Scan(
                ImpactRecord.self, index: "impact_by_incident", equals: [.text(part.id)], limit: IncidentGroup.pageSize)
            while true {
                let page = try records(scan)
                for row in page { counts[row.kind, default: [:]][row.band, default: 0] += 1 }
                guard page.count == IncidentGroup.pageSize, let last = page.last else { break }
                scan.above = [.integer(last.seq)]
            }
        }
        var json: JSONObject = [:]
        for (kind, bands) in counts {
            var object: JSONObject = [:]
            for (band, count) in bands { object[band.rawValue] = .integer(count) }
            json[kind.rawValue] = .object(object)
        }
        return json
    }
}

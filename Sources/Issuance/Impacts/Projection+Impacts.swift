import Compensation

/// What was declared, and in which incident it counts.
extension Projection {
    func apply(_ event: ImpactDeclared, of record: RequestRecord, at place: Place) throws {
        if var row = try writer.record(ImpactRecord.self, .text(record.id), .text(event.kind.rawValue)) {
            (row.band, row.seq, row.times) = (event.band, place.seq, row.times + 1)
            try writer.update(row)
        } else {
            let incident = try writer.record(AffectedRecord.self, .text(record.id))?.incident
            try writer.insert(ImpactRecord(event, of: record.id, seq: place.seq, incident: incident))
        }
        try keep(event.idempotency, of: record, at: place)
    }

    /// Whether anybody has declared anything: else nothing has to be moved.
    var hasImpacts: Bool {
        get throws { try !writer.records(Scan(ImpactRecord.self, limit: 1)).isEmpty }
    }

    /// The request stands in another incident from here on.
    func moveImpacts(of request: String, to incident: IncidentID) throws {
        for var row in try writer.impacts(of: request) {
            row.incident = incident.text
            try writer.update(row)
        }
    }
}

extension StoreReader {
    /// What was declared about a request, each kind once.
    func impacts(of request: String) throws -> [ImpactRecord] {
        try records(Scan(ImpactRecord.self, equals: [.text(request)], limit: ImpactKind.allCases.count))
    }
}

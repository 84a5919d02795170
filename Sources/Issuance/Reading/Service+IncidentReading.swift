package import CanonicalJSON

/// What the running service tells of incidents and of itself.
extension Service {
    /// The newest incidents; for an institution those with requests of its own.
    package func incidentList(for tenant: TenantID? = nil) throws -> JSONObject {
        try reading { try $0.list(for: tenant) }
    }

    /// Everything about one incident; for an institution what is its own and what is public.
    package func incidentDossier(_ id: String, for tenant: TenantID? = nil) throws -> JSONObject {
        let quarantined = quarantined[id] ?? []
        return try reading { try $0.dossier(id, for: tenant, quarantined: quarantined) }
    }

    /// That a request stands in the frozen set of its incident.
    package func membershipProof(of request: RequestID) throws -> JSONObject {
        try reading { try $0.membershipProof(of: request) }
    }

    /// What everybody may know.
    package func publicState() throws -> JSONObject { try reading { try $0.publicState() } }

    /// What is going on, in numbers.
    package func dashboard() throws -> JSONObject {
        var dashboard = try reading { try $0.dashboard() }
        dashboard["quarantined"] = .integer(Int64(quarantined.values.reduce(0) { $0 + $1.count }))
        return dashboard
    }

    /// How often what happened happened again, and which actions are overdue.
    package func recurrenceReport() throws -> JSONObject { try reading { try $0.recurrenceReport() } }

    /// Where requests spend their time.
    package func stageReport() throws -> JSONObject {
        let now = committer.logTime(now())
        return try store.read { try StageReport.document($0, at: now) }
    }

    private func reading<Result>(_ body: (IncidentReading) throws -> Result) throws -> Result {
        let (directory, now) = (directory, committer.logTime(now()))
        return try store.read { reader in
            // The rows may be newer than what is in memory, but never older: the sums are read with the rows.
            var directory = directory
            directory.take(try Tally(reading: reader))
            return try body(IncidentReading(reader, directory, at: now))
        }
    }
}

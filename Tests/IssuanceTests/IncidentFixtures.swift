import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Simulation
import Temporal
import TransparencyLog

extension World {
    /// Time passes, and every ten minutes what is due is assessed, and incidents are tended.
    func tend(after length: Milliseconds = .zero) throws {
        var left = length
        while left > .minutes(10) {
            try tend(after: .minutes(10))
            left = left - .minutes(10)
        }
        try pass(left)
        let failures = try world.service.tendIncidents()
        guard failures.isEmpty else { throw StoreError.corrupt("\(failures)") }
    }

    /// Publishes rules under which so many requests open an incident.
    func openIncidents(at count: Int64, _ change: (inout JSONObject) -> Void = { _ in }) throws {
        var rules = IncidentRules.standard.json.objectValue ?? [:]
        rules["open"] = ["requests": .integer(count), "within": ["elapsed": "PT5M"]]
        change(&rules)
        try act(.rules, on: nil, ["document": .object(rules)])
    }

    /// Does something about incidents.
    @discardableResult
    func act(
        _ verb: IncidentVerb, on incident: String?, _ body: JSONObject = [:], by: String? = "operator",
        tenant: TenantID? = nil, key: String? = nil
    ) throws -> Answer {
        let count = try rows(EntryRecord.self).count
        let idempotency = Idempotency(
            key: key ?? "incident-\(verb)-\(count)", asked: "\(verb) \(incident ?? "")", .object(body))
        let id = incident.flatMap { IncidentID($0) }
        return try world.change(
            IncidentCommand(
                verb, on: id, .object(body), by: IncidentAsker(by: by, tenant: tenant, idempotency: idempotency)))
    }

    /// Requests that wait for review, of that many persons.
    func waiting(_ count: Int, _ prefix: String = "ask", of tenant: TenantID? = nil) throws -> [RequestID] {
        try (0..<count).map { index in
            let body = requestBody(holder: "urn:example:person:\(prefix)\(index)", review: "manual")
            return try id(of: world.request(body, from: tenant ?? self.tenant, key: "\(prefix)-\(index)"))
        }
    }

    func incidents() throws -> [IncidentRecord] { try rows(IncidentRecord.self).sorted { $0.seq < $1.seq } }

    func affected(_ id: RequestID) throws -> AffectedRecord? {
        try world.store.read { try $0.record(AffectedRecord.self, .text(id.text)) }
    }

    /// The entries of a type.
    func entries(_ type: String) throws -> [JSON] {
        try rows(EntryRecord.self).map { try JSON(parsing: $0.body) }.filter { $0["type"]?.stringValue == type }
    }

    /// What a request was given, in minor units of a unit.
    func given(_ id: RequestID, _ unit: String = "PFC") throws -> Int64 {
        try rows(PaymentRecord.self).filter { $0.request == id.text && $0.unit == unit }.reduce(0) { $0 + $1.minor }
    }
}

/// RFC 6962, 2.1, word by word: slow, and right.
func naiveRoot(_ leaves: ArraySlice<String>) -> SHA256Digest {
    if leaves.isEmpty { return SHA256.hash([]) }
    if leaves.count == 1 { return SHA256.hash([0] + Array((leaves.first ?? "").utf8)) }
    var split = 1
    while split * 2 < leaves.count { split *= 2 }
    let middle = leaves.startIndex + split
    return SHA256.hash([1] + naiveRoot(leaves[..<middle]).bytes + naiveRoot(leaves[middle...]).bytes)
}

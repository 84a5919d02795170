package import CanonicalJSON
import Compensation

/// Whether people are treated alike: what was granted and offered, by who decided, institution, channel and language.
extension Service {
    /// Of smaller groups nothing is said.
    package static let smallestGroup = Int(ConsistencyTable.smallestGroup)

    /// Claims that were decided, and offers that were answered, by group. The language stands beside the log, so only
    /// the service can tell it; the rest is in every review, which anybody can count again (rule 87).
    package func parityReport(minimum: Int) throws -> JSONObject {
        try store.read { reader in
            var claims = ConsistencyTable()
            try reader.forEach(ClaimRecord.self) { record in
                guard let outcome = record.outcome else { return }
                let opened = try storedOpenings(record.seq, in: reader)["claim"]?["locale"]?.stringValue
                claims.add(
                    [
                        "reviewer": record.decidedBy ?? "silence", "tenant": record.tenant,
                        "channel": record.channel.rawValue, "locale": opened ?? "unknown",
                    ],
                    isGranted: outcome == .granted,
                    given: record.grantedUnit.map { ($0, record.grantedMinor ?? 0) })
            }
            var offers = ConsistencyTable()
            try reader.forEach(OfferRecord.self) { record in
                guard record.state != .open else { return }
                let opened = try storedOpenings(record.seq, in: reader)["offer"]?["locale"]?.stringValue
                offers.add(
                    [
                        "agent": record.by, "tenant": record.tenant, "channel": record.channel,
                        "locale": opened ?? "unknown", "reason": record.reason,
                    ],
                    isGranted: record.state == .accepted, given: (record.unit, record.minor))
            }
            let least = Int64(minimum)
            return [
                "minimum": .integer(least), "note": .string(ConsistencyTable.note),
                "claims": .object(claims.json(minimum: least)), "offers": .object(offers.json(minimum: least)),
            ]
        }
    }
}

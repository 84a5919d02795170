package import CanonicalJSON
import ServiceLevels
import Temporal

/// What the service publishes.
extension Service {
    /// Every policy that was published, in the order of publication.
    package func policyList() throws -> JSONObject {
        try store.read { reader in
            let records = try reader.records(Scan(PolicyRecord.self, index: "policy_by_seq", limit: Self.maximumRows))
            return [
                "policies": .array(
                    try records.map { record in
                        let document = try PolicyDocument(parsing: record.document)
                        return [
                            "hash": .string(record.hash), "kind": .string(document.kind.rawValue),
                            "tenant": .string(document.metadata.tenant), "id": .string(document.metadata.id),
                            "version": .integer(document.metadata.version),
                            "effectiveAt": .string(Instant(milliseconds: record.effectiveAt).rfc3339),
                            "title": .string(document.metadata.titleInWords), "entry": .integer(record.seq),
                        ]
                    })
            ]
        }
    }

    /// The bytes of a published document.
    ///
    /// - Throws: `Refusal` with `unknownPolicy`.
    package func policyDocument(_ hash: String) throws -> [UInt8] {
        try store.read { reader in
            guard let record = try reader.record(PolicyRecord.self, .text(hash)) else {
                throw Refusal.unknownPolicy
            }
            return record.document
        }
    }
}

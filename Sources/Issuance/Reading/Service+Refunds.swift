package import CanonicalJSON
import Compensation
import Temporal

/// Money that broken promises gave back: what waits for the bank, and what was paid out.
extension Service {
    /// The most refunds that one answer lists.
    static let maximumListedRefunds = 10_000

    /// Every refund that waits, the first ones when there are very many; with the settled ones if they are asked for.
    package func refunds(withSettled: Bool) throws -> JSONObject {
        let rows = try store.read { reader in
            var rows: [RefundRecord] = []
            try reader.forEach(RefundRecord.self) { row in
                let isListed = withSettled || row.settledAt == nil
                if isListed, rows.count < Self.maximumListedRefunds { rows.append(row) }
            }
            return rows
        }
        return [
            "refunds": .array(
                rows.map { row in
                    var refund: JSONObject = [
                        "claimKey": .string(row.claimKey), "request": .string(row.request),
                        "unit": .string(row.unit), "minor": .integer(row.minor),
                    ]
                    refund["settledAt"] = row.settledAt.map { .string(Instant(milliseconds: $0).rfc3339) }
                    return .object(refund)
                })
        ]
    }

    /// Says that the money of a refund has left the bank.
    package func settleRefund(_ text: String, _ reply: @escaping Sequencer.Completion) {
        guard let claimKey = ClaimKey(text) else {
            return reply(.failure(Refusal(.unknownRefund, "A claim key is 64 lower-case hexadecimal digits.")))
        }
        sequencer.submit(.settleRefund(claimKey), reply)
    }
}

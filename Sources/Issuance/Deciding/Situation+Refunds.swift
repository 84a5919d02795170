import Compensation

/// What the operator says of money that was given back.
extension Situation {
    /// The money of a refund has left the bank. Once: a refund that was paid out is not paid out again.
    func settleRefund(_ claimKey: ClaimKey) throws -> Decision {
        guard let row = try state.record(RefundRecord.self, .text(claimKey.text)), let id = RequestID(row.request),
            let unit = UnitOfAccount(rawValue: row.unit)
        else { throw Refusal(.unknownRefund, "There is no refund with this claim key; see `punctual refund list`.") }
        guard row.settledAt == nil else { throw Refusal(.wrongState, "This refund was settled before.") }
        let journal = AwardJournal(claimKey, of: .cashRefund, Amount(row.minor, unit), request: row.request)
        let settled = RefundSettled(
            claimKey: claimKey.text, unit: row.unit, minor: row.minor,
            journal: [CompensationPosted.JournalEntry(journal.settlement)])
        return Decision([LogEvent(.refundSettled(settled), of: id)])
    }

    /// Refuses to erase somebody whose money is on its way.
    func requireSettledRefunds(of records: [RequestRecord]) throws {
        for record in records where record.breachedAt != nil {
            let scan = Scan(RefundRecord.self, index: "refund_by_request", equals: [.text(record.id)], limit: 64)
            guard let waiting = try state.records(scan).first(where: { $0.settledAt == nil }) else { continue }
            throw Refusal(
                .wrongState,
                "The refund \(waiting.claimKey) of request \(waiting.request) is on its way; settle it first.")
        }
    }
}

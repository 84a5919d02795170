import Compensation

/// What has to be paid before nobody knows any more to whom.
extension Situation {
    /// What waits for the minimum is paid, whatever its sum.
    ///
    /// - Throws: `Refusal.openRequests` while something else is owed.
    func settleBeforeErasing(_ requests: [RequestRecord]) throws -> Decision {
        var decision = Decision()
        for request in requests {
            let rows = try owed(for: request)
            guard rows.allSatisfy({ $0.why == Wait.Why.minimum.rawValue }) else {
                throw Refusal(
                    .openRequests,
                    "Something is owed for request \(request.id), and waits for people or for a budget. It will "
                        + "be paid; erase then. See `punctual report owed`.", at: "/holders")
            }
            for row in rows {
                var settler = try settler(of: row, adding: decision)
                guard let award = try settler.award(of: row) else {
                    throw StoreError.corrupt("\(row.claimKey) is owed for a benefit that its policy does not give")
                }
                try settler.pay(award)
                decision = settler.decision
            }
        }
        decision.request = nil
        return decision
    }
}

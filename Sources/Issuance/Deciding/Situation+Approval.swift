import Compensation
import ServiceLevels
import Temporal

/// What somebody who was asked says about everything of one request that waits for an approval.
package struct ApprovalWord: Hashable, Sendable {
    package let request: RequestID
    /// Who says it.
    package let by: String
    /// The roles that they have.
    package let roles: [String]
    /// Whether it is a yes.
    package let isGiven: Bool

    package init(request: RequestID, by: String, roles: [String], isGiven: Bool) {
        self.request = request
        self.by = by
        self.roles = roles
        self.isGiven = isGiven
    }
}

/// Approvals (rule 31).
extension Situation {
    func decide(_ word: ApprovalWord) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(word.request.text)) else {
            throw Refusal.unknownRequest
        }
        let asked = try openApprovals(of: record)
        guard !asked.isEmpty else {
            throw Refusal(.wrongState, "Nothing of this request waits for an approval (any more).")
        }
        let mine = asked.filter { _, approval in !Set(approval.roleNames).isDisjoint(with: word.roles) }
        guard let first = mine.first else {
            let roles = Set(asked.flatMap { $0.1.roleNames }).sorted().joined(separator: ", ")
            throw Refusal(.wrongState, "This is asked of others: a member of staff with one of the roles \(roles).")
        }
        var settler = try settler(of: first.0)
        for (row, approval) in mine {
            if word.isGiven { try give(word, row, approval, &settler) } else { try refuse(word, row, &settler) }
        }
        guard !settler.decision.events.isEmpty else {
            throw Refusal(.wrongState, "\(word.by) has said so before; somebody else is asked too.")
        }
        return settler.decision
    }

    /// What of a request waits for an approval now, with whose.
    func openApprovals(of record: RequestRecord) throws -> [(OwedRecord, ApprovalRecord)] {
        try owed(for: record).compactMap { row in
            guard row.why == Wait.Why.approval.rawValue,
                let approval = try state.record(ApprovalRecord.self, .text(row.claimKey)),
                now.milliseconds < approval.until
            else { return nil }
            return (row, approval)
        }
    }

    private func give(
        _ word: ApprovalWord, _ row: OwedRecord, _ approval: ApprovalRecord, _ settler: inout Settler
    ) throws {
        guard !approval.names.contains(word.by) else { return }
        settler.add(.settling(.approvalGiven(ApprovalGiven(claimKey: row.claimKey, by: word.by))))
        guard approval.names.count + 1 >= Int(approval.approvers) else { return }
        try lookAgain(at: row, hasEnded: true, &settler)
    }

    private func refuse(_ word: ApprovalWord, _ row: OwedRecord, _ settler: inout Settler) throws {
        guard row.rank > 0, let award = try settler.award(of: row) else {
            throw Refusal(
                .wrongState,
                "What a published policy guarantees is a debt: it can wait for an approval until "
                    + "\(Instant(milliseconds: row.until ?? now.milliseconds)), and is then paid. It cannot be refused."
            )
        }
        settler.add(.settling(.approvalRefused(ApprovalRefused(claimKey: row.claimKey, by: word.by))))
        settler.decline(award.claimKey, award.type, award.amount, rule: "approval", by: word.by)
    }
}

extension ApprovalRecord {
    /// The roles of which one is needed.
    var roleNames: [String] { roles.split(separator: ",").map(String.init) }
}

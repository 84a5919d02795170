package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What somebody who was asked says about everything of one request that waits for an approval.
package struct ApprovalWord: Hashable, Sendable {
    package let request: RequestID
    /// Who says it.
    package let by: StaffID
    /// Whether it is a yes.
    package let isGiven: Bool

    package init(request: RequestID, by: StaffID, isGiven: Bool) {
        self.request = request
        self.by = by
        self.isGiven = isGiven
    }

    /// Reads `{"decision": "give" | "refuse"}`.
    package init(_ body: inout ObjectReader, about request: RequestID, by: StaffID) throws {
        self.init(request: request, by: by, isGiven: try body.isGiven())
    }
}

extension ObjectReader {
    /// Reads `decision`, `give` or `refuse`: whether it is a yes.
    mutating func isGiven() throws -> Bool {
        let decision = try string("decision")
        guard ["give", "refuse"].contains(decision) else {
            throw Refusal(.invalidRequest, "Use give or refuse.", at: "/decision")
        }
        return decision == "give"
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
        let member = try requireStaff(word.by, in: Set(asked.flatMap(\.1.staffRoles)).sorted())
        let mine = asked.filter { _, approval in member.roles.include(oneOf: approval.staffRoles) }
        guard let first = mine.first else { return Decision() }
        var settler = try settler(of: first.0)
        for (row, approval) in mine {
            if word.isGiven { try give(word, row, approval, &settler) } else { try refuse(word, row, &settler) }
        }
        guard !settler.decision.events.isEmpty else {
            throw Refusal(.wrongState, "\(word.by) has said so before; somebody else is asked too.")
        }
        return settler.decision
    }

    /// What of a request waits for the word of people now, with whose.
    func openApprovals(of record: RequestRecord) throws -> [(OwedRecord, ApprovalRecord)] {
        try owed(for: record).compactMap { row in
            if row.why == Wait.Why.hold.rawValue { return (row, .review(of: row)) }
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
        guard !approval.names.contains(word.by.text) else { return }
        settler.add(.settling(.approvalGiven(ApprovalGiven(claimKey: row.claimKey, by: word.by.text))))
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
        settler.add(.settling(.approvalRefused(ApprovalRefused(claimKey: row.claimKey, by: word.by.text))))
        settler.decline(award.claimKey, award.type, award.amount, rule: "approval", by: word.by.text)
    }
}

extension ApprovalRecord {
    /// Of what the policy holds for a review: one of those who speak with people ends it.
    fileprivate static func review(of row: OwedRecord) -> ApprovalRecord {
        let roles = [StaffRole.customerExperience, .finance].map(\.rawValue).joined(separator: ",")
        return ApprovalRecord(
            claimKey: row.claimKey, request: row.request, approvers: 1, roles: roles, until: .max, given: "",
            seq: row.seq)
    }

    /// The roles of which one is needed.
    var staffRoles: [StaffRole] { roles.split(separator: ",").compactMap { StaffRole(rawValue: String($0)) } }
}

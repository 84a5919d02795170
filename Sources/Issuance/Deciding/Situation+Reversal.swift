package import CanonicalJSON
package import Compensation
import ServiceLevels
import Temporal

/// What is to be taken back, and why.
package struct Reversal: Hashable, Sendable {
    package let claimKey: ClaimKey
    /// How much; nil for all that is not spent.
    package let minor: Int64?
    package let will: Will

    /// Whose will it is. A policy binds only the service: people may always give back what is theirs.
    package enum Will: Hashable, Sendable {
        case staff(StaffID, ReversalTerms.Reason)
        /// The holder of this request waives what it gave.
        case holder(TenantRequestID)

        /// What the entry says, `by` and `reason`.
        var words: (by: String, reason: String) {
            switch self {
            case .staff(let id, let reason): (id.text, reason.rawValue)
            case .holder: ("holder", "waived")
            }
        }
    }

    package init(claimKey: ClaimKey, reason: ReversalTerms.Reason, minor: Int64?, by: StaffID) {
        self.claimKey = claimKey
        self.minor = minor
        will = .staff(by, reason)
    }

    /// Reads `{"claimKey"}`: the holder gives back all that is not spent.
    package init(waiverOf request: TenantRequestID, _ body: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try body.claimKey()
        minor = nil
        will = .holder(request)
    }

    /// Reads `{"claimKey", "reason", "minor"}`.
    package init(_ body: inout ObjectReader, by: StaffID) throws {
        let claimKey = try body.claimKey()
        guard let reason = ReversalTerms.Reason(rawValue: try body.string("reason")) else {
            throw Refusal(.invalidRequest, Refusal.listing(ReversalTerms.Reason.self), at: "/reason")
        }
        self.init(claimKey: claimKey, reason: reason, minor: try body.optionalInteger("minor"), by: by)
    }
}

extension ObjectReader {
    fileprivate mutating func claimKey() throws(JSONShapeError) -> ClaimKey {
        guard let claimKey = ClaimKey(try string("claimKey")) else {
            throw JSONShapeError(pointer: pointer(to: "claimKey"), problem: "expected 64 hexadecimal digits")
        }
        return claimKey
    }
}

/// A request of an institution.
package struct TenantRequestID: Hashable, Sendable {
    package let id: RequestID
    package let tenant: TenantID

    package init(_ id: RequestID, of tenant: TenantID) {
        self.id = id
        self.tenant = tenant
    }
}

/// Taking back (rule 34).
extension Situation {
    /// Who may take something back.
    static let mayReverse: [StaffRole] = [.operator, .customerExperience, .finance]

    func reverse(_ reversal: Reversal) throws -> Decision {
        if case .staff(let by, _) = reversal.will { try requireStaff(by, in: Self.mayReverse) }
        let key = reversal.claimKey.text
        guard let payment = try state.record(PaymentRecord.self, .text(key)),
            let record = try state.record(RequestRecord.self, .text(payment.request)), let id = RequestID(record.id),
            let type = BenefitType(rawValue: payment.benefitType), let unit = UnitOfAccount(rawValue: payment.unit)
        else { throw Refusal(.wrongState, "Nothing was paid under this claim key.") }
        if case .holder(let own) = reversal.will, own != TenantRequestID(id, of: TenantID(record.tenant) ?? .default) {
            throw Refusal(.wrongState, "Nothing was paid for this request under this claim key.")
        }
        if record.erasedAt != nil { throw Refusal.erased }
        guard try state.record(ReversalRecord.self, .text(key)) == nil else {
            throw Refusal(.wrongState, "This was taken back before; it can be once.")
        }
        let policy = try policy(of: payment)
        if case .staff(_, let reason) = reversal.will { try requireReason(reason, of: policy, paidAt: payment.at) }
        let (unspent, window) = try unspent(of: payment, type)
        let minor = reversal.minor ?? unspent
        guard unspent > 0, (1...unspent).contains(minor) else {
            throw Refusal(
                .wrongState,
                unspent > 0
                    ? "\(unspent) \(unit.rawValue) of it are not spent; no more than that can be taken back."
                    : "Nothing of it is left: it was spent, or used, or has expired.")
        }
        let (by, reason) = reversal.will.words
        var decision = Decision()
        decision.request = record
        var settler = Settler(self, record, id, policy, decision)
        let journal = AwardJournal(reversal.claimKey, of: type, Amount(minor, unit), request: id.text)
        settler.announce(
            .settling(
                .reversed(
                    CompensationReversed(
                        claimKey: key, reason: reason, minor: minor,
                        reversalOf: journal.payment.id, by: by,
                        journal: journal.reversal.map(CompensationPosted.JournalEntry.init),
                        window: window.map { $0.shortened(byDays: minor) }))), by: .reversed)
        return settler.decision
    }

    private func requireReason(
        _ reason: ReversalTerms.Reason, of policy: CompensationPolicy, paidAt: Int64
    ) throws(Refusal) {
        let terms = policy.settling.reversal
        guard terms.reasons.contains(reason) else {
            let known = terms.reasons.map(\.rawValue).joined(separator: ", ")
            throw Refusal(
                .wrongState,
                known.isEmpty
                    ? "The policy says that nothing is taken back." : "The policy takes back only for: \(known).")
        }
        guard let window = terms.window, now > Instant(milliseconds: paidAt) + window.length else { return }
        throw Refusal(.wrongState, "The policy takes back only within \(window) of the payment, which was longer ago.")
    }

    /// What is left of a payment, in its unit; of premium access also the window that it is left of.
    private func unspent(
        of payment: PaymentRecord, _ type: BenefitType
    ) throws -> (minor: Int64, window: CompensationPosted.Window?) {
        if let premium = try state.record(PremiumRecord.self, .text(payment.claimKey)) {
            let ahead = Milliseconds(premium.until - max(premium.from, now.milliseconds))
            let days = max(0, min(payment.minor, ahead.count / Milliseconds.days(1).count))
            let (from, until) = (Instant(milliseconds: premium.from), Instant(milliseconds: premium.until))
            return (days, CompensationPosted.Window(from: from, until: until))
        }
        guard let lot = try state.record(LotRecord.self, .text(payment.claimKey)), now.milliseconds < lot.until else {
            return (0, nil)
        }
        return (lot.left, nil)
    }

    /// The policy that a payment was made by, as its entry says.
    private func policy(of payment: PaymentRecord) throws -> CompensationPolicy {
        let hash: PolicyHash? =
            switch try storedEvent(payment.seq, in: state)?.event {
            case .compensationPosted(let posted): posted.compensation
            case .settling(.paid):
                try state.record(OwedRecord.self, .text(payment.claimKey)).flatMap { PolicyHash($0.policy) }
            default: nil
            }
        guard let hash, let policy = policies.compensation(hash) else {
            throw StoreError.corrupt("payment \(payment.claimKey) points to an entry that is none")
        }
        return policy
    }
}

extension CompensationPosted.Window {
    /// What is left of the access when so many days are taken from its end.
    fileprivate func shortened(byDays days: Int64) -> CompensationPosted.Window {
        CompensationPosted.Window(from: from, until: Instant(milliseconds: until.milliseconds - days * 86_400_000))
    }
}

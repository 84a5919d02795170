package import Compensation
package import ServiceLevels
package import StatusLists
package import Temporal

/// What somebody wants to happen. Everything slow (parsing, signing) is done before; what is left is to decide.
package indirect enum Command: Sendable {
    case openLog(LogOpened)
    /// With 32 random bytes: the key of the institution's own commitments.
    case addInstitution(InstitutionAdded, subjectKey: [UInt8])
    /// Another key signs checkpoints, or one no more.
    case changeLogKey(LogKeyChanged)
    case publishPolicy(PolicyDocument)
    /// A calendar, and the rules of its zone where the log does not have them yet.
    case publishCalendar(PolicyDocument, ZonePinned?)
    /// From an instant on, or from now on, a policy binds nobody who comes.
    case withdrawPolicy(PolicyHash, from: Instant?)
    /// Somebody of the staff agrees to a suspension.
    case approvePolicy(PolicyHash, by: StaffID)
    case addIssuer(IssuerAdded, KeyAdded)
    /// A new key takes the place of the one that signs now.
    case addKey(KeyAdded)
    case revokeKey(KeyRevoked)
    /// With 32 random bytes: the key of the commitments, used if the tenant has none yet.
    case registerResource(ResourceRegistered, subjectKey: [UInt8])
    case indexRequests(RequestsIndexed)
    case stateCoverage(CoverageStated)
    case accept(AcceptedRequest)
    case approve(TenantRequest, note: String?, CredentialIssued)
    /// `from` where the pause began before the command.
    case hold(TenantRequest, reason: String, evidence: String, from: Instant?, note: String?)
    case resume(TenantRequest)
    /// The requester is told how it stands.
    case update(TenantRequest, note: String?)
    case cancel(TenantRequest, note: String?)
    case deny(TenantRequest, for: DenialReason, note: String?)
    case revoke(TenantRequest, note: String?)
    case setStatus(TenantRequest, StatusPurpose, value: Int64, note: String?)
    /// Find out whether a promise was broken or a higher tier reached, and give what the policy gives.
    case assess(RequestID)
    /// Look at what is owed: whether it is late, and whether it can be paid.
    case settle(ClaimKey)
    /// Somebody's word about what waits for an approval.
    case decide(ApprovalWord)
    /// Take back what was paid and not spent.
    case reverse(Reversal)
    /// The money of a refund has left the bank.
    case settleRefund(ClaimKey)
    /// Destroy what is kept of persons.
    case erase(Erasure)
    /// Spend, reserve, or book what happened to a wallet.
    case wallet(WalletCommand)
    /// Mint, send, redeem, revoke, or book what happened to coupons.
    case coupon(CouponCommand)
    /// With 32 random bytes: the key of the commitments about them.
    case addStaff(StaffAdded, subjectKey: [UInt8])
    case changeStaff(StaffRolesChanged)
    case removeStaff(StaffRemoved)
    /// About incidents; with 32 random bytes where somebody writes who may have no commitment key yet.
    case incident(IncidentCommand, subjectKey: [UInt8]?)
    case claim(ClaimCommand)
    case offer(OfferCommand)
    case survey(SurveyCommand)
    case publishReview(MonthlyReview)
    case foresight(ForesightCommand)
    case assurance(AssuranceCommand)
    case question(QuestionCommand)
    /// Tell the person of a request what they are to be told by now, if anything.
    case notify(RequestID)
}

/// A request with its promise, ready to be written down.
package struct AcceptedRequest: Sendable {
    package let id: RequestID
    package let event: RequestAccepted
    /// The signed credential, when no review stands before it.
    package let issued: CredentialIssued?
    /// 32 random bytes: the commitment key of the holder, used if they have none yet.
    package let subjectKey: [UInt8]
    /// Whether it takes a free issuance of the holder, without which it is refused.
    package let isPaidWithIssuance: Bool

    package init(
        id: RequestID, event: RequestAccepted, issued: CredentialIssued?, subjectKey: [UInt8],
        isPaidWithIssuance: Bool = false
    ) {
        self.isPaidWithIssuance = isPaidWithIssuance
        self.id = id
        self.event = event
        self.issued = issued
        self.subjectKey = subjectKey
    }
}

/// A request as an institution names it, and the name of the command itself.
package struct TenantRequest: Sendable {
    package let tenant: TenantID
    package let id: RequestID
    package let idempotency: Idempotency

    package init(tenant: TenantID, id: RequestID, idempotency: Idempotency) {
        self.tenant = tenant
        self.id = id
        self.idempotency = idempotency
    }
}

extension Command {
    /// The commitment key to use for somebody who has none yet.
    var subjectKey: [UInt8]? {
        switch self {
        case .addInstitution(_, let subjectKey), .registerResource(_, let subjectKey), .addStaff(_, let subjectKey):
            subjectKey
        case .accept(let request): request.subjectKey
        case .erase(let erasure): erasure.subjectKey
        case .incident(_, let subjectKey): subjectKey
        case .coupon(let command): command.subjectKey
        default: nil
        }
    }

    /// The idempotency key that the command came under, with the tenant it belongs to.
    var idempotency: (tenant: TenantID, Idempotency)? {
        switch self {
        case .accept(let request): (request.event.tenant, request.event.idempotency)
        case .erase(let erasure): erasure.idempotency.map { (erasure.tenant, $0) }
        case .incident(let command, _): command.author.idempotency.map { (command.answerTenant, $0) }
        case .wallet(let command): command.idempotency
        case .coupon(let command): command.idempotency
        default: target.map { ($0.tenant, $0.idempotency) }
        }
    }

    /// The request that the command is about, where it is about one that an institution has.
    var target: TenantRequest? {
        switch self {
        case .approve(let request, _, _), .hold(let request, _, _, _, _), .resume(let request),
            .cancel(let request, _), .deny(let request, _, _), .revoke(let request, _),
            .setStatus(let request, _, _, _),
            .update(let request, _):
            request
        case .claim(let command): command.target
        case .offer(let command): command.target
        case .survey(let command): command.target
        case .assurance(let command): command.target
        case .openLog, .changeLogKey, .addInstitution, .publishPolicy, .publishCalendar, .withdrawPolicy,
            .approvePolicy, .addIssuer,
            .addKey, .revokeKey, .registerResource, .accept, .indexRequests, .assess, .settle, .decide, .reverse,
            .stateCoverage, .settleRefund, .erase, .addStaff, .changeStaff, .removeStaff, .incident, .wallet, .coupon,
            .publishReview, .foresight, .question, .notify:
            nil
        }
    }

    /// Whether it only looks what a request is owed, and whether that can be paid.
    var isAssessment: Bool {
        switch self {
        case .assess, .settle, .foresight(.look), .notify: true
        default: false
        }
    }

    /// Whether it is done with the last space of the disk too: what does harm while it waits.
    var isUrgent: Bool {
        switch self {
        case .revokeKey, .erase, .removeStaff: true
        default: false
        }
    }
}

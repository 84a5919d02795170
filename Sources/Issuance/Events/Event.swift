package import CanonicalJSON

/// One fact, before it becomes an entry or after it was read from one. The page "What the log says" is its vocabulary.
package indirect enum Event: Hashable, Sendable {
    case logOpened(LogOpened)
    case logKeyChanged(LogKeyChanged)
    case institutionAdded(InstitutionAdded)
    case policyPublished(PolicyPublished)
    case zonePinned(ZonePinned)
    case policy(PolicyEvent)
    case issuerAdded(IssuerAdded)
    case keyAdded(KeyAdded)
    case keyRetired(KeyRetired)
    case keyRevoked(KeyRevoked)
    case resourceRegistered(ResourceRegistered)
    case requestsIndexed(RequestsIndexed)
    case requestAccepted(RequestAccepted)
    case requestApproved(RequestApproved)
    case requestHeld(RequestHeld)
    case requestResumed(RequestResumed)
    case requestCancelled(RequestCancelled)
    case requestDenied(RequestDenied)
    case credentialIssued(CredentialIssued)
    case credentialRevoked(CredentialRevoked)
    case credentialStatusSet(CredentialStatusSet)
    case promiseBroken(PromiseBroken)
    case compensationPosted(CompensationPosted)
    case noticeQueued(NoticeQueued)
    case refundSettled(RefundSettled)
    case subjectErased(SubjectErased)
    case wallet(WalletFact)
    case coupon(CouponFact)
    case staffAdded(StaffAdded)
    case staffRolesChanged(StaffRolesChanged)
    case staffRemoved(StaffRemoved)
    /// The page "Settling".
    case settling(SettlingEvent)
    /// About an incident, or what incidents follow from.
    case incident(IncidentEvent)
    /// The page "Claims".
    case claim(ClaimEvent)
    case offer(OfferEvent)
    /// The page "Objectives".
    case requestUpdated(RequestUpdated)
    /// The page "Surveys and the monthly review".
    case survey(SurveyEvent)
    case reviewPublished(ReviewPublished)
    /// The page "Coverage".
    case coverage(CoverageStated)
    /// The page "Forecast and escalation".
    case foresight(ForesightEvent)
    /// The page "A further check".
    case assurance(AssuranceEvent)
    /// The page "Decisions".
    case decision(DecisionEvent)
    /// The page "Notices".
    case notice(NoticeEvent)

    package var content: any EventContent {
        switch self {
        case .logOpened(let content): content
        case .logKeyChanged(let content): content
        case .institutionAdded(let content): content
        case .policyPublished(let content): content
        case .zonePinned(let content): content
        case .policy(let event): event.content
        case .issuerAdded(let content): content
        case .keyAdded(let content): content
        case .keyRetired(let content): content
        case .keyRevoked(let content): content
        case .resourceRegistered(let content): content
        case .requestsIndexed(let content): content
        case .requestAccepted(let content): content
        case .requestApproved(let content): content
        case .requestHeld(let content): content
        case .requestResumed(let content): content
        case .requestCancelled(let content): content
        case .requestDenied(let content): content
        case .credentialIssued(let content): content
        case .credentialRevoked(let content): content
        case .credentialStatusSet(let content): content
        case .promiseBroken(let content): content
        case .compensationPosted(let content): content
        case .noticeQueued(let content): content
        case .refundSettled(let content): content
        case .subjectErased(let content): content
        case .wallet(let fact): fact.content
        case .coupon(let fact): fact.content
        case .staffAdded(let content): content
        case .staffRolesChanged(let content): content
        case .staffRemoved(let content): content
        case .settling(let event): event.content
        case .incident(let event): event.content
        case .claim(let event): event.content
        case .offer(let event): event.content
        case .requestUpdated(let content): content
        case .survey(let event): event.content
        case .reviewPublished(let content): content
        case .coverage(let content): content
        case .foresight(let event): event.content
        case .assurance(let event): event.content
        case .decision(let event): event.content
        case .notice(let event): event.content
        }
    }

    /// Reads the event of an entry.
    ///
    /// - Parameters:
    ///   - type: the entry's `type`.
    ///   - facts: the entry's `facts`.
    ///   - openings: what its commitments open to, field by field.
    package init(type: String, facts: JSONObject, openings: JSONObject) throws(JSONShapeError) {
        var facts = try ObjectReader(.object(facts), at: JSONPointer().appending("facts"))
        var openings = try ObjectReader(.object(openings), at: JSONPointer().appending("openings"))
        self = try Event(type: type, &facts, &openings)
        try facts.finish()
        try openings.finish()
    }

    private init(type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        self =
            switch type {
            case LogOpened.type: .logOpened(try LogOpened(&facts, &openings))
            case LogKeyChanged.type: .logKeyChanged(try LogKeyChanged(&facts, &openings))
            case InstitutionAdded.type: .institutionAdded(try InstitutionAdded(&facts, &openings))
            case ZonePinned.type: .zonePinned(try ZonePinned(&facts, &openings))
            case PolicyPublished.type: .policyPublished(try PolicyPublished(&facts, &openings))
            case IssuerAdded.type: .issuerAdded(try IssuerAdded(&facts, &openings))
            case KeyAdded.type: .keyAdded(try KeyAdded(&facts, &openings))
            case KeyRetired.type: .keyRetired(try KeyRetired(&facts, &openings))
            case KeyRevoked.type: .keyRevoked(try KeyRevoked(&facts, &openings))
            case ResourceRegistered.type: .resourceRegistered(try ResourceRegistered(&facts, &openings))
            case RequestsIndexed.type: .requestsIndexed(try RequestsIndexed(&facts, &openings))
            case RequestAccepted.type: .requestAccepted(try RequestAccepted(&facts, &openings))
            case RequestApproved.type: .requestApproved(try RequestApproved(&facts, &openings))
            case RequestHeld.type: .requestHeld(try RequestHeld(&facts, &openings))
            case RequestResumed.type: .requestResumed(try RequestResumed(&facts, &openings))
            case RequestCancelled.type: .requestCancelled(try RequestCancelled(&facts, &openings))
            case RequestDenied.type: .requestDenied(try RequestDenied(&facts, &openings))
            case CredentialIssued.type: .credentialIssued(try CredentialIssued(&facts, &openings))
            case CredentialRevoked.type: .credentialRevoked(try CredentialRevoked(&facts, &openings))
            case CredentialStatusSet.type: .credentialStatusSet(try CredentialStatusSet(&facts, &openings))
            case PromiseBroken.type: .promiseBroken(try PromiseBroken(&facts, &openings))
            case CompensationPosted.type: .compensationPosted(try CompensationPosted(&facts, &openings))
            case NoticeQueued.type: .noticeQueued(try NoticeQueued(&facts, &openings))
            case RefundSettled.type: .refundSettled(try RefundSettled(&facts, &openings))
            case SubjectErased.type: .subjectErased(try SubjectErased(&facts, &openings))
            case StaffAdded.type: .staffAdded(try StaffAdded(&facts, &openings))
            case StaffRolesChanged.type: .staffRolesChanged(try StaffRolesChanged(&facts, &openings))
            case StaffRemoved.type: .staffRemoved(try StaffRemoved(&facts, &openings))
            default: try Event(ofPage: type, &facts, &openings)
            }
    }
}

extension Event {
    /// An event whose type stands on a page of its own.
    private init(
        ofPage type: String, _ facts: inout ObjectReader, _ openings: inout ObjectReader
    ) throws(JSONShapeError) {
        if let event = try SettlingEvent(type: type, &facts, &openings) {
            self = .settling(event)
        } else if let event = try IncidentEvent(type: type, &facts, &openings) {
            self = .incident(event)
        } else if let event = try ClaimEvent(type: type, &facts, &openings) {
            self = .claim(event)
        } else if let event = try OfferEvent(type: type, &facts, &openings) {
            self = .offer(event)
        } else if let event = try SurveyEvent(type: type, &facts, &openings) {
            self = .survey(event)
        } else if type == ReviewPublished.type {
            self = .reviewPublished(try ReviewPublished(&facts, &openings))
        } else if let fact = try WalletFact(type: type, &facts, &openings) {
            self = .wallet(fact)
        } else if let fact = try CouponFact(type: type, &facts, &openings) {
            self = .coupon(fact)
        } else if let event = try PolicyEvent(type: type, &facts, &openings) {
            self = .policy(event)
        } else if type == RequestUpdated.type {
            self = .requestUpdated(try RequestUpdated(&facts, &openings))
        } else if type == CoverageStated.type {
            self = .coverage(try CoverageStated(&facts, &openings))
        } else if let event = try ForesightEvent(type: type, &facts, &openings) {
            self = .foresight(event)
        } else if let event = try AssuranceEvent(type: type, &facts, &openings) {
            self = .assurance(event)
        } else if let event = try DecisionEvent(type: type, &facts, &openings) {
            self = .decision(event)
        } else if let event = try NoticeEvent(type: type, &facts, &openings) {
            self = .notice(event)
        } else {
            throw JSONShapeError(
                pointer: JSONPointer().appending("type"), problem: "an entry type we never write: \(type)")
        }
    }
}

/// What a kind of event says: publicly in `facts`, and behind commitments in `openings`.
package protocol EventContent: Hashable, Sendable {
    static var type: String { get }
    var facts: JSONObject { get }
    var openings: JSONObject { get }
    init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError)
}

extension EventContent {
    package var openings: JSONObject { JSONObject() }
}

/// An event and the request it is about, if any.
package struct LogEvent: Hashable, Sendable {
    package let request: RequestID?
    package let event: Event

    package init(_ event: Event, of request: RequestID? = nil) {
        self.request = request
        self.event = event
    }
}

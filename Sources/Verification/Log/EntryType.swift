import CanonicalJSON
import Credentials
import Temporal

/// The types of entries, as the page "What the log says" of the issuing service has them. Written here
/// again, on purpose: a verifier shares nothing with who issues.
enum EntryType: String {
    case requestAccepted = "request.accepted"
    case requestApproved = "request.approved"
    case requestsIndexed = "log.requests"
    case coverageStated = "coverage.stated"
    case requestHeld = "request.held"
    case requestResumed = "request.resumed"
    case requestCancelled = "request.cancelled"
    case requestDenied = "request.denied"
    case requestUpdated = "request.updated"
    case credentialIssued = "credential.issued"
    case credentialRevoked = "credential.revoked"
    case promiseBroken = "sla.breach"
    case compensationPosted = "compensation.post"
    case compensationBetter = "compensation.better"
    case noticeQueued = "notice.queued"
    case noticeSent = "notice.sent"
    case credentialStatus = "credential.status"
    case logOpened = "log.opened"
    case logKeyChanged = "log.key"
    case institutionAdded = "institution.added"
    case issuerAdded = "issuer.added"
    case keyAdded = "key.added"
    case keyRetired = "key.retired"
    case keyRevoked = "key.revoked"
    case resourceRegistered = "resource.registered"
    case zonePinned = "zone.pinned"
    case subjectErased = "subject.erased"
    case refundSettled = "refund.settled"
    case stageReported = "stage.reported"
    case incidentRules = "incident.rules"
    case incidentOpened = "incident.opened"
    case incidentJoined = "incident.joined"
    case incidentFrozen = "incident.frozen"
    case incidentClassified = "incident.classified"
    case incidentMerged = "incident.merged"
    case incidentSplit = "incident.split"
    case incidentResolved = "incident.resolved"
    case incidentAssessed = "incident.assessed"
    case incidentPostmortem = "incident.postmortem"
    case incidentAction = "incident.action"
    case incidentDone = "incident.done"
    case policyWithdrawn = "policy.withdrawn"
    case policyApproved = "policy.approved"
    case staffAdded = "staff.added"
    case staffRolesChanged = "staff.roles"
    case staffRemoved = "staff.removed"
    case claimFiled = "claim.filed"
    case claimEvidenceAsked = "claim.evidence-asked"
    case claimEvidenceGiven = "claim.evidence-given"
    case claimAssigned = "claim.assigned"
    case claimProposed = "claim.proposed"
    case claimDecided = "claim.decided"
    case claimEscalated = "claim.escalated"
    case claimAppealed = "claim.appealed"
    case claimOpinion = "claim.opinion"
    case claimFinal = "claim.final"
    case offerMade = "offer.made"
    case offerAccepted = "offer.accepted"
    case offerDeclined = "offer.declined"
    case surveyAsked = "survey.asked"
    case surveySpared = "survey.spared"
    case surveyAnswered = "survey.answered"
    case reviewPublished = "review.published"
    case forecastFitted = "forecast.fitted"
    case requestAtRisk = "request.at-risk"
    case requestEscalated = "request.escalated"
    case escalationAcknowledged = "escalation.acknowledged"
    case assuranceChecked = "assurance.checked"
    case credentialUpgraded = "credential.upgraded"
    case questionGathered = "question.gathered"
    case questionAsked = "question.asked"
    case questionAnswered = "question.answered"
}

extension EntryType {
    /// What an entry says, as sentences for a person; empty when it is of a sort that is not known here.
    ///
    /// - Parameters:
    ///   - facts: those of the entry; members that no sentence needs are left alone.
    ///   - window: the committed window of premium access, where it is shown.
    func words(_ facts: inout ObjectReader, window: JSON?) throws(JSONShapeError) -> String {
        switch self {
        case .requestAccepted: return try accepted(&facts)
        case .requestApproved: return "The review agreed."
        case .requestsIndexed: return "The first \(try facts.integer("size")) entries of the log were indexed."
        case .coverageStated:
            let size = try facts.integer("size")
            return "What was paid and is owed was stated, for all requests in the first \(size) entries."
        case .requestHeld: return try held(&facts)
        case .requestResumed:
            return "The clock runs again; the promise is now \(try facts.instant("dueAt").dateTimeStamp)."
        case .requestCancelled: return "The institution cancelled the request."
        case .requestDenied: return "The institution denied the request: there will be no credential."
        case .requestUpdated: return "The requester was told how it stands."
        case .credentialIssued: return "The credential was issued."
        case .credentialRevoked: return "The credential was revoked."
        case .credentialStatus:
            let (purpose, value) = (try facts.string("purpose"), try facts.integer("value"))
            return "The status \(purpose) of the credential became \(value)."
        case .logOpened: return "The log was opened."
        case .logKeyChanged:
            let signs = try facts.string("state") == "added" ? "also signs" : "no longer signs"
            return "The key \(try facts.string("key")) \(signs) the log from here on."
        case .institutionAdded: return "The institution \(try facts.string("tenant")) was added."
        case .issuerAdded: return "The issuer \(try facts.string("name")) was added."
        case .keyAdded:
            let (issuer, key) = (try facts.string("issuer"), try facts.string("key"))
            return "The issuer \(issuer) signs with the key \(key) from \(try facts.instant("from").dateTimeStamp) on."
        case .keyRetired:
            return "The key \(try facts.string("key")) was retired at \(try facts.instant("at").dateTimeStamp)."
        case .keyRevoked:
            let (key, since) = (try facts.string("key"), try facts.instant("since"))
            return "The key \(key) counts for nothing since \(since.dateTimeStamp)."
        case .zonePinned:
            let (zone, release) = (try facts.string("zone"), try facts.string("release"))
            return "The clocks of \(zone) are those of release \(release) for whoever counts by them from here on."
        case .resourceRegistered: return "A \(try facts.string("kind")) was registered."
        case .policyWithdrawn:
            let (hash, from) = (try facts.string("hash"), try facts.instant("from").dateTimeStamp)
            return "The policy \(hash) is in force no more from \(from) on."
        case .policyApproved:
            return "\(try facts.string("by")) of the staff approved \(try facts.string("hash"))."
        case .subjectErased:
            return "The person was erased: what the entries before commit to cannot be opened any more."
        case .stageReported, .incidentRules, .incidentOpened, .incidentJoined, .incidentFrozen, .incidentClassified,
            .incidentMerged, .incidentSplit, .incidentResolved, .incidentAssessed, .incidentPostmortem,
            .incidentAction, .incidentDone:
            return try incident(&facts)
        case .staffAdded, .staffRolesChanged:
            let roles = try facts.array("roles").compactMap { $0.0.stringValue }.joined(separator: ", ")
            return "\(try facts.string("id")) acts for the service from here on: \(roles)."
        case .claimFiled, .claimEvidenceAsked, .claimEvidenceGiven, .claimAssigned, .claimProposed, .claimDecided,
            .claimEscalated, .claimAppealed, .claimOpinion, .claimFinal:
            return try claimed(&facts)
        case .offerMade: return "Support offered something for the delay (offer \(try facts.integer("offer")))."
        case .offerAccepted: return "Offer \(try facts.integer("offer")) was accepted."
        case .offerDeclined: return "Offer \(try facts.integer("offer")) was declined."
        case .surveyAsked:
            return "The person was asked how the delay was handled, until \(try facts.instant("until").dateTimeStamp)."
        case .surveySpared: return "The person was not asked again: they were asked about the same disturbance."
        case .surveyAnswered:
            return "They answered: \(try facts.integer("csat")) of 5, and \(try facts.integer("nps")) of 10."
        case .reviewPublished: return "The review of \(try facts.string("month")) was published."
        case .forecastFitted:
            return "A forecast was made of what had happened by \(try facts.instant("asOf").dateTimeStamp)."
        case .requestAtRisk: return "The request may be late (\(try facts.string("cause")))."
        case .requestEscalated:
            let to = try facts.array("to").compactMap { $0.0.stringValue }.joined(separator: ", ")
            let (step, cause) = (try facts.integer("step"), try facts.string("cause"))
            return "Step \(step) of the ladder came (\(cause)): it is for \(to)."
        case .assuranceChecked, .credentialUpgraded: return try assured(&facts)
        case .escalationAcknowledged: return "\(try facts.string("by")) of the staff took the request."
        case .questionGathered, .questionAsked, .questionAnswered: return try questioned(&facts)
        case .staffRemoved: return "\(try facts.string("id")) does not act for the service any more."
        case .refundSettled:
            let (minor, unit) = (try facts.integer("minor"), try facts.string("unit"))
            return "The money of a refund was paid out: \(minor) minor units of \(unit)."
        case .promiseBroken:
            return try broken(&facts)
        case .compensationPosted: return try given(&facts, window: window)
        case .compensationBetter:
            return "A later version of the policy gives more for the delay; it holds from here on: "
                + "\(try facts.string("better"))."
        case .noticeQueued:
            let (notice, about) = (try facts.string("notice"), try facts.integer("about"))
            return "A notice was queued that tells of entry \(about) (\(notice))."
        case .noticeSent:
            let items = try facts.array("items").map { (json, place) throws(JSONShapeError) in
                var item = try ObjectReader(json, at: place)
                return "entry \(try item.integer("about")) (\(try item.string("step")))"
            }
            return "The person was told of \(items.joined(separator: ", "))."
        }
    }

    private func accepted(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let (tenant, tier, review) = (try facts.string("tenant"), try facts.string("tier"), try facts.string("review"))
        let (acceptedAt, dueAt) = (try facts.instant("acceptedAt"), try facts.instant("dueAt"))
        return """
            A request of \(tenant) was accepted \(acceptedAt.dateTimeStamp) (\(tier), review: \(review)). The \
            credential is promised by \(dueAt.dateTimeStamp).
            """
    }

    private func broken(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let due = try facts.instant("dueAt").dateTimeStamp
        let what =
            switch try facts.string("objective") {
            case "acknowledge": "the acknowledgement"
            case "first-update": "the first news"
            case "update-cadence": "news"
            case "claim-decision": "the decision about claim \(try facts.integer("ordinal"))"
            case "appeal-decision": "the decision about the appeal of claim \(try facts.integer("ordinal"))"
            default: "the credential"
            }
        return "The promise was broken: \(what) was due \(due)."
    }

    private func held(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let (reason, evidence) = (try facts.string("reason"), try facts.string("evidence"))
        let until = try facts.optionalInstant("until")
        let end = until.map { "until \($0.dateTimeStamp) at the latest" } ?? "with no latest end"
        return "The clock was paused, \(end): \(reason) (evidence: \(evidence))."
    }

    private func given(_ facts: inout ObjectReader, window: JSON?) throws(JSONShapeError) -> String {
        let (unit, amount) = (try facts.string("unit"), try facts.integer("minor"))
        switch try facts.string("benefitType") {
        case "credit":
            return "Given for the delay: \(amount) \(unit), to be spent \(try facts.window())."
        case "premium-extension":
            guard let window else {
                return "Given for the delay: \(amount) days of premium access (when, is not shown)."
            }
            var reader = try ObjectReader(window, at: JSONPointer().appending("window"))
            return "Given for the delay: \(amount) days of premium access, \(try reader.window())."
        case "apology": return "Given for the delay: an apology."
        case "assurance-upgrade": return "Owed for the delay: a further check of the credential."
        case "free-issuance":
            return "Given for the delay: \(amount) free issuances, to be used \(try facts.window())."
        case "coupon":
            return "Given for the delay: a coupon of \(amount) minor units of \(unit), \(try facts.window())."
        case "cash-refund": return "Given for the delay: \(amount) minor units of \(unit), as money back."
        case "fee-waiver": return "Given for the delay: \(amount) minor units of \(unit), off the price."
        default: return ""
        }
    }
}

extension ObjectReader {
    fileprivate mutating func optionalInstant(_ key: String) throws(JSONShapeError) -> Instant? {
        guard let number = try optionalInteger(key) else { return nil }
        do {
            return try Instant(parsing: number)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }

    mutating func instant(_ key: String) throws(JSONShapeError) -> Instant {
        guard let instant = try optionalInstant(key) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "required member is missing")
        }
        return instant
    }

    fileprivate mutating func window() throws(JSONShapeError) -> String {
        "from \(try instant("from").dateTimeStamp) until \(try instant("until").dateTimeStamp)"
    }
}

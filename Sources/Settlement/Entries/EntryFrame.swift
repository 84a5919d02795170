import Temporal

/// The vocabulary of the log: the page's table.
enum EntryType: CaseIterable {
    case requestAccepted, credentialIssued, notice, post, breach
    case requestApproved, requestHeld, requestResumed, requestCancelled, requestDenied, requestUpdated
    case credentialRevoked, credentialStatus
    case subjectErased, refundSettled
    case better, capped, owed, waiting, paid, declined, late, reversed, approvalAsked, approvalGiven, approvalRefused
    case budgetWarned
    case logOpened, logKeyChanged, institutionAdded, policyPublished, policyWithdrawn, policyApproved
    case issuerAdded, keyAdded, keyRetired, keyRevoked, resourceRegistered, requestsIndexed
    case zonePinned
    case stageReported, incidentRules, incidentOpened, incidentJoined, incidentFrozen, incidentClassified
    case incidentMerged, incidentSplit, incidentResolved, incidentAssessed, incidentPostmortem, incidentAction
    case incidentDone
    case staffAdded, staffRolesChanged, staffRemoved

    var name: StaticString {
        switch self {
        case .logOpened: "log.opened"
        case .logKeyChanged: "log.key"
        case .institutionAdded: "institution.added"
        case .policyPublished: "policy.published"
        case .policyWithdrawn: "policy.withdrawn"
        case .policyApproved: "policy.approved"
        case .issuerAdded: "issuer.added"
        case .keyAdded: "key.added"
        case .keyRetired: "key.retired"
        case .keyRevoked: "key.revoked"
        case .resourceRegistered: "resource.registered"
        case .requestsIndexed: "log.requests"
        case .zonePinned: "zone.pinned"
        case .requestAccepted: "request.accepted"
        case .requestApproved: "request.approved"
        case .requestHeld: "request.held"
        case .requestResumed: "request.resumed"
        case .requestCancelled: "request.cancelled"
        case .requestDenied: "request.denied"
        case .requestUpdated: "request.updated"
        case .credentialIssued: "credential.issued"
        case .credentialRevoked: "credential.revoked"
        case .credentialStatus: "credential.status"
        case .breach: "sla.breach"
        case .post: "compensation.post"
        case .notice: "notice.queued"
        case .subjectErased: "subject.erased"
        case .refundSettled: "refund.settled"
        case .better: "compensation.better"
        case .capped: "compensation.capped"
        case .owed: "compensation.owed"
        case .waiting: "compensation.waiting"
        case .paid: "compensation.paid"
        case .declined: "compensation.declined"
        case .late: "compensation.late"
        case .reversed: "compensation.reversed"
        case .approvalAsked: "approval.asked"
        case .approvalGiven: "approval.given"
        case .approvalRefused: "approval.refused"
        case .budgetWarned: "budget.warned"
        case .stageReported: "stage.reported"
        case .incidentRules: "incident.rules"
        case .incidentOpened: "incident.opened"
        case .incidentJoined: "incident.joined"
        case .incidentFrozen: "incident.frozen"
        case .incidentClassified: "incident.classified"
        case .incidentMerged: "incident.merged"
        case .incidentSplit: "incident.split"
        case .incidentResolved: "incident.resolved"
        case .incidentAssessed: "incident.assessed"
        case .incidentPostmortem: "incident.postmortem"
        case .incidentAction: "incident.action"
        case .incidentDone: "incident.done"
        case .staffAdded: "staff.added"
        case .staffRolesChanged: "staff.roles"
        case .staffRemoved: "staff.removed"
        }
    }

    /// Whether entries of this type are about incidents, or what they follow from.
    var isAboutIncidents: Bool {
        switch self {
        case .stageReported, .incidentRules, .incidentOpened, .incidentJoined, .incidentFrozen, .incidentClassified,
            .incidentMerged, .incidentSplit, .incidentResolved, .incidentAssessed, .incidentPostmortem,
            .incidentAction, .incidentDone:
            true
        default: false
        }
    }

    /// Whether entries of this type are events of a request.
    var isAboutRequest: Bool {
        switch self {
        case .logOpened, .logKeyChanged, .institutionAdded, .policyPublished, .issuerAdded, .keyAdded, .keyRetired,
            .keyRevoked, .resourceRegistered, .requestsIndexed, .zonePinned, .budgetWarned, .staffAdded,
            .staffRolesChanged,
            .staffRemoved, .policyWithdrawn, .policyApproved:
            false
        case _ where isAboutIncidents: false
        default: true
        }
    }
}

/// What all entries have in common, found in one pass. The room `TransparencyLog` describes the members.
///
/// Reads only what is judged here: that the hashes chain, and that the bytes are canonical, is for `LogAudit`.
struct EntryFrame {
    let bytes: [UInt8]
    /// The commitment of the field `window`, a string with its quotation marks.
    let window: Range<Int>?
    /// The same of the field `lots`.
    let lots: Range<Int>?
    let facts: Range<Int>
    /// Without quotation marks.
    let rid: Range<Int>?
    let rn: Int64
    let seq: Int64
    let t: Int64
    /// Without quotation marks.
    let type: Range<Int>

    init(_ bytes: [UInt8]) throws(EntryProblem) {
        var scanner = ByteScanner(bytes)
        try scanner.expect("{")
        (lots, window) = scanner.take("\"cm\":") ? try scanner.commitments() : (nil, nil)
        try scanner.expect("\"facts\":")
        facts = try scanner.value()
        try scanner.expect(",\"origin\":")
        _ = try scanner.string()
        try scanner.expect(",\"prev\":")
        _ = try scanner.string(count: ByteScanner.digestBytes)
        if scanner.take(",\"rid\":") {
            rid = try scanner.name()
            try scanner.expect(",\"rn\":")
            rn = try scanner.count()
            if scanner.take(",\"rprev\":") { _ = try scanner.string(count: ByteScanner.digestBytes) }
        } else {
            rid = nil
            rn = 0
        }
        try scanner.expect(",\"seq\":")
        seq = try scanner.count()
        try scanner.expect(",\"t\":")
        t = try scanner.integer()
        guard 0...Instant.latest.milliseconds ~= t else { throw scanner.failure("a time outside 1970 to 9999") }
        try scanner.expect(",\"type\":")
        type = try scanner.name()
        try scanner.expect(",\"v\":1}")
        guard scanner.isAtEnd else { throw scanner.failure("something follows the object") }
        self.bytes = bytes
    }

    var entryType: EntryType? { EntryType.allCases.first { bytes.holds($0.name, in: type) } }
}

extension ByteScanner {
    /// The length of 32 bytes in base64.
    fileprivate static let digestBytes = 44

    /// A string without its quotation marks.
    fileprivate mutating func name() throws(EntryProblem) -> Range<Int> {
        let string = try string()
        return string.lowerBound + 1..<string.upperBound - 1
    }

    fileprivate mutating func count() throws(EntryProblem) -> Int64 {
        let count = try integer()
        guard count >= 0 else { throw failure("a negative number") }
        return count
    }

    fileprivate mutating func commitments() throws(EntryProblem) -> (lots: Range<Int>?, window: Range<Int>?) {
        var (lots, window): (Range<Int>?, Range<Int>?)
        try expect("{")
        repeat {
            let isLots = has("\"lots\":", at: position)
            let isWindow = has("\"window\":", at: position)
            _ = try string()
            try expect(":")
            let commitment = try string(count: Self.digestBytes)
            if isLots { lots = commitment }
            if isWindow { window = commitment }
        } while take(",")
        try expect("},")
        return (lots, window)
    }
}

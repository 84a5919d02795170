import CanonicalJSON
import Temporal
package import TransparencyLog

/// Computes every deadline, breach and payment again from the entries of a log, and compares.
///
/// Give it the entries 0, 1, 2, … in the order of the log, each after `LogAudit` has accepted it. That the entries are
/// those of a checkpoint, chained, canonical and numbered within their requests is not looked at here.
///
/// Keeps the published policies, one record of about 300 bytes for each request that is open or whose promise was
/// broken, one instant for each holder with premium access, and nothing of a request whose promise was kept.
package struct Recomputation: Sendable {
    /// How many entries have been read.
    package private(set) var entryCount = 0

    /// The sequence number that the next entry must have.
    private var nextSeq: UInt64 = 0
    /// The `t` of the last entry, in milliseconds; it never goes back.
    private(set) var time: Int64 = 0
    var policies = PublishedPolicies()
    /// Whether anybody can rely on what was published.
    var hasInstitution = false
    var requests = RequestTable()
    /// The keys that may sign credentials now, by their URLs.
    var keys: Set<String> = []
    /// Who may act for the service.
    var staff = StaffTable()
    /// What people ask for, and what they were granted.
    var claims = ClaimTable()
    /// What an index of requests must say.
    var chains = Chains()
    /// The promises beside the credential.
    var promises = SidePromises()
    /// What a coverage statement must say.
    var coverage = CoverageBook()
    var windows: PremiumWindows
    /// Who is owed a further check.
    var assurance = AssuranceBook()
    /// Who is told of requests at risk.
    var ladders = LadderBook()
    /// What becomes of awards.
    var settling = SettlingBook()
    /// A name for the holder of a request.
    let openedHolder: (@Sendable (_ rid: String) -> String?)?
    var incidents = Incidents()
    var wallets: WalletLedger
    var coupons = CouponLedger()
    /// Whom to ask, and what a review must count.
    var surveys = SurveyBook()
    /// Who is told what.
    var notices = NoticeBook()
    /// When anything was last said of any incident.
    var incidentsSaidAt: Int64 = 0
    /// Money that was given back, by claim key: of which request, how much, and whether it was paid out.
    var refunds: [CanonicalText: Refund] = [:]
    var findings = FindingList()
    var unknowns = UnknownList()
    var tally = Tally()
    private(set) var kept: KeptCheckpoints

    /// - Parameter window: the opening of the premium window in the entry of that `seq`, nil where the caller has none.
    ///   Windows without an opening are not judged; the report counts them.
    /// - Parameter lots: which lots were spent, and whose they are; what is not shown is counted as not judged.
    /// - Parameter kept: checkpoints that somebody kept, best with the cosignatures of witnesses: the log must begin
    ///   with the entries that they were signed for. Only this tells a log that was written anew as a whole.
    /// - Parameter holder: any name that is the same for all requests of one holder, and for no others; nil where the
    ///   caller cannot tell. What must know it is not judged then, and counted.
    /// - Parameter coverage: the size of the coverage statement whose root is to be judged in the end, by
    ///   `judgeCoverageRoot`; then every request is kept.
    package init(
        window: (@Sendable (_ seq: UInt64) -> WindowOpening?)? = nil, lots: LotOpenings = .none,
        kept: [VerifiedCheckpoint] = [], holder: (@Sendable (_ rid: String) -> String?)? = nil,
        coverage size: UInt64? = nil
    ) {
        coverage.leaves = size.map { CoverageLeaves(size: $0) }
        openedHolder = holder
        wallets = WalletLedger(lots)
        windows = PremiumWindows(opening: window)
        self.kept = KeptCheckpoints(kept)
    }

    /// Reads the next entry.
    package mutating func read(_ entry: LogEntry) { read(entry.bytes) }

    /// Reads the next entry. What is wrong becomes a finding; such an entry is ignored, or counts as far as it can.
    package mutating func read(_ entry: [UInt8]) { read(ScannedEntry(entry)) }

    /// Reads the next entry, of which a part was done elsewhere.
    package mutating func read(_ entry: ScannedEntry) {
        entryCount += 1
        for head in kept.append(entry.leafHash) {
            findings.add(
                .contradictedCheckpoint, seq: head.size - 1, rid: nil,
                "a checkpoint that was kept says that the first \(head.size) entries are others")
        }
        let event: Event
        do {
            event = Event(entry, try entry.frame.get(), notBefore: time)
        } catch {
            // What does not say its number stands where it stands.
            findings.add(.malformedEntry, seq: nextSeq, rid: nil, error.sentence)
            nextSeq += 1
            return
        }
        validatePlace(of: event)
        chains.read(event.frame, hash: entry.leafHash)
        surveys.months.see(Int64(event.seq), at: event.t)
        nextSeq = event.seq + 1
        time = event.t
        noteConsistency(event)
        do {
            try judge(event)
        } catch {
            report(.malformedEntry, event, error.sentence)
        }
        noteForNotices(event)
    }

    private mutating func validatePlace(of event: Event) {
        let (nextSeq, time) = (nextSeq, time)
        if event.seq != nextSeq {
            report(.misplacedEntry, event, "entry \(event.seq) stands where entry \(nextSeq) must")
        }
        if event.frame.t < time {
            report(.misplacedEntry, event, "its t is \(shown(event.frame.t)), before the last, \(shown(time))")
        }
        if (event.seq == 0) != (event.type == .logOpened) {
            report(.misplacedEntry, event, "\(event.typeText); log.opened is the first entry, and only that")
        }
    }

    private mutating func judge(_ event: Event) throws(EntryProblem) {
        guard let type = event.type else {
            if try judgeClaim(event) { return }
            if try judgeOffer(event) { return }
            if try judgeWallet(event) { return }
            if try judgeSurvey(event) { return }
            if try judgeCoverage(event) { return }
            if try judgeLadder(event) { return }
            if try judgeAssurance(event) { return }
            if try judgeQuestion(event) { return }
            if try judgeNotice(event) { return }
            unknowns.add(seq: event.seq, concernsAll: true, "the page of the log does not know \(event.typeText)")
            return
        }
        guard type.isAboutRequest == (event.frame.rid != nil) else {
            throw EntryProblem("\(type.name) \(type.isAboutRequest ? "must name its request" : "names a request")")
        }
        guard type.isAboutRequest else { return try judgeServiceEvent(event, type) }
        guard (type == .requestAccepted) == (event.frame.rn == 0) else {
            report(.misplacedEntry, event, "event \(event.frame.rn) of a request is \(type.name)")
            return
        }
        switch type {
        case .requestAccepted: accept(event, try AcceptanceFacts(event.frame))
        case .requestHeld: hold(event, try PauseFacts(event.frame))
        case .requestResumed: resume(event, try ResumptionFacts(event.frame))
        case .breach: breach(event, try BreachFacts(event.frame))
        case .requestUpdated:
            try event.frame.requireTexts([])
            update(event)
        case .post where try judgeGrant(event): break
        case .post:
            let facts = try PostingFacts(event.frame)
            if let ordinal = facts.ordinal { postPromise(event, facts, ordinal) } else { post(event, facts) }
        case .refundSettled: settleRefund(event, try RefundFacts(event.frame))
        case .notice: notice(event, try NoticeFacts(event.frame))
        case .credentialIssued: judgeIssue(event, try IssueFacts(event.frame))
        case .credentialStatus: try event.frame.requireStatus()
        case .subjectErased:
            try event.frame.requireTexts([])
            erase(event)
        case .better: better(event, try BetterFacts(event.frame))
        case .capped, .owed, .waiting, .paid, .declined, .late, .reversed, .approvalAsked, .approvalGiven,
            .approvalRefused:
            try judgeSettling(event, type)
        default:
            try event.frame.requireTexts([])
            judgeStep(event, type)
        }
    }

    private mutating func judgeServiceEvent(_ event: Event, _ type: EntryType) throws(EntryProblem) {
        switch type {
        case .policyPublished: publish(event, try PublicationFacts(event.frame))
        case .policyWithdrawn: withdraw(event, try WithdrawalFacts(event.frame))
        case .policyApproved: approve(event, try ApprovalFacts(event.frame))
        case .logOpened: try event.frame.requireTexts(["issuer", "logKey", "url"])
        // Who signs checkpoints is for those to judge who verify them.
        case .logKeyChanged: try event.frame.requireLogKey()
        case .institutionAdded:
            try event.frame.requireTexts(["tenant"])
            hasInstitution = true
        case .keyAdded: keys.insert(event.frame.bytes.text(try event.frame.keyAdded().key))
        case .keyRetired: keys.remove(event.frame.bytes.text(try event.frame.keyRetired()))
        case .keyRevoked: keys.remove(event.frame.bytes.text(try event.frame.keyRevoked()))
        case .zonePinned: try pin(event)
        case .resourceRegistered: try event.frame.requireTexts(["hash", "kind", "tenant"])
        case .staffAdded, .staffRolesChanged, .staffRemoved: try judgeStaff(event, type)
        case .budgetWarned: warn(event, try WarningFacts(event.frame))
        case .requestsIndexed: judgeIndex(event, try IndexFacts(event.frame))
        case _ where type.isAboutIncidents:
            incidentsSaidAt = event.t
            try judgeIncident(event, type)
        // Who an issuer is, is for those to judge who verify credentials.
        default: break
        }
    }
}

extension Recomputation {
    /// Notes a finding about an entry.
    mutating func report(_ kind: Finding.Kind, _ event: Event, _ sentence: @autoclosure () -> String) {
        findings.add(kind, seq: event.seq, rid: event.frame.rid.map { event.frame.bytes.text($0) }, sentence())
    }
}

/// An entry as the rules see it.
struct Event {
    let frame: EntryFrame
    let type: EntryType?
    let seq: UInt64
    /// Milliseconds.
    let t: Int64
    /// Empty if the entry is not about a request.
    let rid: String

    init(_ entry: ScannedEntry, _ frame: EntryFrame, notBefore time: Int64) {
        self.frame = frame
        type = entry.type
        seq = UInt64(frame.seq)
        t = max(frame.t, time)
        rid = entry.rid
    }

    var typeText: String { frame.bytes.text(frame.type) }
}

/// An instant for people.
func shown(_ milliseconds: Int64) -> String {
    (try? Instant(parsing: milliseconds))?.rfc3339 ?? "\(milliseconds) ms"
}

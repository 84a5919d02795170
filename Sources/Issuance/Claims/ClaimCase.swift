import Compensation
import ServiceLevels
import Temporal

/// One claim with everything that a decision about it needs: its row as it is after the events so far, and the policy
/// that it is heard by.
struct ClaimCase {
    private(set) var record: ClaimRecord
    let id: ClaimID
    let policy: ClaimsPolicy
    /// By what the times of the claim are counted: the calendar of its request.
    let calendar: WorkingCalendar
    /// What is to be written.
    private(set) var events: [ClaimEvent] = []

    init(_ record: ClaimRecord, _ policy: ClaimsPolicy, _ calendar: WorkingCalendar) throws(StoreError) {
        guard let id = ClaimID(record.id) else { throw .corrupt("\(record.id) is not the identifier of a claim") }
        self.record = record
        self.id = id
        self.policy = policy
        self.calendar = calendar
    }

    /// What is asked for; nil when no amount is.
    var requested: GivenAmount? {
        GivenAmount(type: record.requestedType, unit: record.requestedUnit, minor: record.requestedMinor)
    }

    /// What the first of two would grant.
    var proposed: GivenAmount? {
        GivenAmount(type: record.proposedType, unit: record.proposedUnit, minor: record.proposedMinor)
    }

    /// Within what time the running stage is decided.
    var within: TimeSpan { record.stage == .decision ? policy.decideWithin : policy.appealDecideWithin }

    /// Whether somebody from outside is heard before an appeal is decided.
    var needsOpinion: Bool {
        policy.independentAssessor?.when.holds(category: record.category, requested: record.requestedMinor) ?? false
    }

    /// Writes an event down, and goes on from the row as it is then.
    mutating func append(_ event: ClaimEvent, at now: Instant) {
        events.append(event)
        record.apply(event, at: now, policy, calendar)
    }
}

extension GivenAmount {
    /// As a row keeps it; nil when it has none.
    init?(type: String?, unit: String?, minor: Int64?) {
        guard let type = type.flatMap({ BenefitType(rawValue: $0) }), let minor,
            let unit = unit.flatMap({ UnitOfAccount(rawValue: $0) })
        else { return nil }
        self.init(type, Amount(minor, unit))
    }
}

/// What an event does to the row of its claim; the same in a decision, in the projection, and in a replay.
extension ClaimRecord {
    mutating func apply(
        _ event: ClaimEvent, at now: Instant, _ policy: ClaimsPolicy, _ calendar: WorkingCalendar
    ) {
        switch event {
        case .filed: break
        case .evidenceAsked(let event):
            state = .evidenceAsked
            (askedAt, askedUntil) = (now.milliseconds, event.until.milliseconds)
            asked += 1
            assessAt = event.until.milliseconds
        case .evidenceGiven(let event):
            state = stage == .decision ? .review : .appealed
            (askedAt, askedUntil) = (nil, nil)
            expectDecision(by: event.dueAt)
        case .assigned(let event):
            (assignee, task) = (event.to.text, event.task)
            draws += 1
            if state == .filed { state = .review }
        case .proposed(let event):
            let (type, amount) = (event.grant.type.rawValue, event.grant.amount)
            (proposedType, proposedUnit, proposedMinor) = (type, amount.unit.rawValue, amount.minor)
            proposedBy = event.by.text
            (assignee, task) = (nil, .second)
        case .decided(let event): decide(event, at: now, appealUntil: calendar.end(of: policy.appealWithin, from: now))
        case .escalated(let event):
            if state == .assessor {
                (state, opinionBy, task) = (.appealed, nil, .review)
            } else {
                startedAt = now.milliseconds
                escalations += 1
            }
            assignee = nil
            expectDecision(by: event.dueAt)
        case .appealed(let event):
            stage = .appeal
            state = event.opinionBy == nil ? .appealed : .assessor
            (startedAt, asked, assignee) = (now.milliseconds, 0, nil)
            task = event.opinionBy == nil ? .review : .opinion
            opinionBy = event.opinionBy?.milliseconds
            expectDecision(by: event.dueAt)
            if let opinionBy { assessAt = opinionBy + 1 }
        case .opinion(let event):
            (state, opinionBy, assignee, task) = (.appealed, nil, nil, .review)
            startedAt = now.milliseconds
            expectDecision(by: event.dueAt)
        case .final:
            state = .final
            (assessAt, assignee, task) = (nil, nil, nil)
        }
    }

    private mutating func decide(_ event: ClaimDecided, at now: Instant, appealUntil: Instant) {
        state = .decided
        outcome = event.outcome
        (grantedType, grantedUnit) = (event.grant?.type.rawValue, event.grant?.amount.unit.rawValue)
        grantedMinor = event.grant?.amount.minor
        (decidedBy, decidedAt) = (event.decider?.by.text, now.milliseconds)
        (assignee, task) = (nil, nil)
        (proposedType, proposedUnit, proposedMinor, proposedBy) = (nil, nil, nil, nil)
        assessAt = appealUntil.milliseconds + 1
    }

    private mutating func expectDecision(by due: Instant) {
        dueAt = due.milliseconds
        assessAt = due.milliseconds + 1
    }
}

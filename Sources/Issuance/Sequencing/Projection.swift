import CanonicalJSON
import Compensation
import Cryptography
import ServiceLevels
import StatusLists
import Temporal
import TransparencyLog

/// What follows from one event in the tables. The only lines that write projections, live and in a replay alike; so
/// whatever stands in these tables can be made again from the log and its openings.
struct Projection {
    let writer: any StoreWriter
    let directory: Directory

    /// Where the event's entry stands.
    struct Place: Sendable {
        let seq: Int64
        let at: Instant
        let leafHash: SHA256Digest
    }

    /// - Parameter directory: as it is after the event.
    init(_ writer: any StoreWriter, _ directory: Directory) {
        self.writer = writer
        self.directory = directory
    }

    /// - Parameter known: the row of the request that the event is about, before the event.
    /// - Returns: that row as it is now; nil when the event is about no request.
    @discardableResult
    func apply(_ event: LogEvent, at place: Place, to known: RequestRecord?) throws -> RequestRecord? {
        try book(event.event.journal, at: place)
        switch event.event {
        case .logOpened: break
        case .institutionAdded(let added):
            try writer.insert(
                InstitutionRecord(
                    tenant: added.tenant.text, name: added.name, keyDigest: added.keyDigest, seq: place.seq))
        case .issuerAdded, .keyAdded, .keyRetired, .keyRevoked, .logKeyChanged:
            try writer.insert(IssuerEntryRecord(seq: place.seq))
        case .resourceRegistered(let resource): try register(resource, at: place)
        case .requestsIndexed(let indexed):
            try writer.insert(IndexRecord(seq: place.seq, size: Int64(indexed.index.size)))
        case .coverage(let stated):
            try writer.insert(CoverageRecord(size: Int64(stated.size), seq: place.seq))
        case .staffAdded, .staffRolesChanged, .staffRemoved: try applyStaff(event.event, at: place)
        case .zonePinned(let pinned):
            try writer.insert(
                ZoneRecord(
                    pin: pinned.rules.pin, zone: pinned.zone.text, release: pinned.release,
                    rules: pinned.rules.json.canonicalBytes, seq: place.seq))
        case .policyPublished(let published):
            try writer.insert(
                PolicyRecord(
                    hash: published.hash.text, effectiveAt: published.effectiveAt.milliseconds,
                    document: published.document.canonicalBytes, seq: place.seq))
            try keepSeed(of: published, at: place)
        case .wallet(let fact): try apply(fact, at: place)
        case .coupon(let fact): try apply(fact, at: place)
        case .policy: try writer.insert(PolicyEntryRecord(seq: place.seq))
        case .settling(.budgetWarned(let warned)): try writer.insert(BudgetWarningRecord(warned, seq: place.seq))
        case .incident(let incident): try apply(incident, at: place)
        case .decision(let decision): try apply(decision, at: place)
        case .reviewPublished(let review): try writer.insert(ReviewRecord(review, seq: place.seq))
        case .foresight(.fitted(let fitted)): try insert(fitted, at: place)
        case .requestAccepted(let accepted):
            guard let id = event.request else { throw StoreError.corrupt("an acceptance of no request") }
            var record = RequestRecord(accepted, id: id, seq: place.seq)
            record.continues(with: place)
            try writer.insert(record)
            if let calendar = accepted.calendar {
                try writer.insert(RequestCalendarRecord(request: record.id, calendar: calendar.document.text))
            }
            if let terms = RequestTermsRecord(accepted, of: id) { try writer.insert(terms) }
            try promise(accepted, of: record, at: place)
            try keep(accepted.idempotency, of: record, at: place)
            try climb(event.event, record, at: place)
            try track(event.event, of: record, at: place)
            return record
        default:
            guard let known else { throw StoreError.corrupt("entry \(place.seq) is about an unknown request") }
            var record = known
            try apply(event.event, at: place, to: &record)
            record.continues(with: place)
            try writer.update(record, from: known)
            try climb(event.event, record, at: place)
            try track(event.event, of: record, at: place)
            return record
        }
        return nil
    }

    private func apply(_ event: Event, at place: Place, to record: inout RequestRecord) throws {
        switch event {
        case .requestApproved(let event): try keep(event.idempotency, of: record, at: place)
        case .requestHeld(let event): try hold(event, at: place, &record)
        case .requestResumed(let event): try resume(event, at: place, &record)
        case .requestCancelled(let event):
            try stop(&record, .cancelled, at: place)
            try close(.void, "cancelled", of: record, at: place)
            try keep(event.idempotency, of: record, at: place)
        case .requestDenied(let event):
            try stop(&record, .denied, at: place)
            try close(.void, "denied", of: record, at: place)
            try keep(event.idempotency, of: record, at: place)
        case .credentialIssued(let event): try issue(event, at: place, &record)
        case .credentialRevoked(let event):
            try setStatus(.revocation, 1, of: record, at: place)
            record.state = .revoked
            try close(.void, "revoked", of: record, at: place)
            try keep(event.idempotency, of: record, at: place)
        case .credentialStatusSet(let event):
            try setStatus(event.purpose, event.value, of: record, at: place)
            try keep(event.idempotency, of: record, at: place)
        case .promiseBroken(let event) where event.isBesideIssue: try breakPromise(event, of: record, at: place)
        case .promiseBroken:
            record.breachedAt = place.at.milliseconds
            try note(lateness: record, at: place)
            try expectSurvey(record)
            try expectNextTier(&record, at: place)
        case .compensationPosted(let event):
            try post(event, at: place, record)
            try settled(event, at: place, record)
            try oweUpgrade(event, of: record, at: place)
            if let ordinal = event.ordinalSaid { return try award(AwardFacts(event, ordinal), of: record, at: place) }
            // What was granted on a claim before anything was due leaves the first instant to look at as it is.
            if record.breachedAt != nil { try expectNextTier(&record, at: place) }
        case .refundSettled(let event): try settleRefund(event, at: place)
        case .noticeQueued(let event):
            try writer.insert(
                NoticeRecord(
                    seq: place.seq, tenant: record.tenant, holder: record.holder, request: record.id,
                    notice: event.notice.rawValue, about: event.about, at: place.at.milliseconds))
        case .subjectErased(let event):
            try close(.void, "erased", of: record, at: place)
            try erase(event, at: place, &record)
            try endPromises(of: record)
            if record.breachedAt != nil { try forget(record) }
        case .settling(.better(let event)): record.compensation = event.better.text
        case .settling(let event): try settle(event, at: place, record)
        case .claim(let event):
            try apply(event, of: record, at: place)
            try promise(event, of: record, at: place)
            if event.grantsRefund { try expectByFacts(&record, at: place) }
        case .offer(let event): try apply(event, of: &record, at: place)
        case .requestUpdated(let event): try update(event, of: record, at: place)
        case .survey(let event): try apply(event, of: record, at: place)
        case .assurance(let event): try apply(event, of: &record, at: place)
        case .logOpened, .logKeyChanged, .institutionAdded, .issuerAdded, .keyAdded, .keyRetired, .keyRevoked,
            .resourceRegistered, .requestsIndexed, .policyPublished, .zonePinned, .requestAccepted, .staffAdded,
            .staffRolesChanged,
            .staffRemoved, .incident, .wallet, .coupon, .policy, .reviewPublished, .coverage, .foresight, .decision,
            .notice:
            break
        }
    }

    private func hold(_ event: RequestHeld, at place: Place, _ record: inout RequestRecord) throws {
        let ordinal = try openPause(of: record).map { $0.ordinal + 1 } ?? 0
        let (from, limit) = (event.from ?? place.at, event.until)
        try writer.insert(
            PauseRecord(
                request: record.id, ordinal: ordinal, reason: event.reason, from: from.milliseconds,
                limit: limit?.milliseconds, until: nil))
        try holdPromises(of: record, from: from, until: limit, at: place)
        record.state = .paused
        // An open pause counts as lasting until its limit; without one, nothing is due.
        record.dueAt = try limit.flatMap { try dueAt(of: record, movedBy: from..<$0) }
        record.assessAt = limit?.milliseconds
        try keep(event.idempotency, of: record, at: place)
    }

    private func dueAt(of record: RequestRecord, movedBy pause: Range<Instant>) throws -> Int64? {
        guard let due = record.dueAt else { return nil }
        guard let hash = PolicyHash(record.serviceLevel), let level = directory.policies.serviceLevel(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        let calendar = try writer.calendar(of: record, under: level, directory.policies)
        let moved = try? calendar.moving(Instant(milliseconds: due), of: level.objective.target, by: pause)
        return moved?.milliseconds
    }

    private func resume(_ event: RequestResumed, at place: Place, _ record: inout RequestRecord) throws {
        try resumePromises(of: record, limit: openPause(of: record)?.limit, at: place)
        try endPause(of: record, at: place)
        record.state = .processing
        record.dueAt = event.dueAt.milliseconds
        record.assessAt = event.dueAt.milliseconds + 1
        if let idempotency = event.idempotency { try keep(idempotency, of: record, at: place) }
    }

    private func issue(_ event: CredentialIssued, at place: Place, _ record: inout RequestRecord) throws {
        try openList(event.place.list, of: event.key, at: place)
        try writer.insert(
            StatusRecord(list: event.place.list, index: event.place.index, request: record.id))
        try stop(&record, .available, at: place)
        record.issuedAt = place.at.milliseconds
        record.issuedSeq = place.seq
        record.issuedKey = event.key
    }

    /// The clock stops, of a request that is not paused (any more): nothing more can become due.
    private func stop(_ record: inout RequestRecord, _ state: RequestState, at place: Place) throws {
        record.state = state
        record.stoppedAt = place.at.milliseconds
        record.assessAt = nil
        try stopPromises(of: record, at: place)
        if record.breachedAt != nil {
            try note(stop: record, at: place)
            try timeSurvey(record)
            if try isMore(record) { try expectByFacts(&record, at: place) }
        }
    }

    /// The first credential with a place in a list makes the list its issuer's.
    func openList(_ list: Int64, of key: String, at place: Place) throws {
        guard let added = directory.issuers.keys[key]?.added else {
            throw StoreError.corrupt("entry \(place.seq) names a key that is not in the log")
        }
        guard let known = try writer.record(StatusListRecord.self, .integer(list)) else {
            return try writer.insert(
                StatusListRecord(list: list, issuer: added.issuer.text, did: added.did, seq: place.seq))
        }
        guard known.did == added.did else { throw StoreError.corrupt("status list \(list) is another issuer's") }
    }

    func setStatus(
        _ purpose: StatusPurpose, _ value: Int64, of record: RequestRecord, at place: Place
    ) throws {
        guard let status = try writer.place(of: record) else {
            throw StoreError.corrupt("request \(record.id) has a credential without a place in a status list")
        }
        try writer.insert(
            StatusChangeRecord(
                list: status.list, purpose: purpose.rawValue, seq: place.seq, index: status.index, value: value,
                at: place.at.milliseconds, request: record.id))
    }

    private func register(_ resource: ResourceRegistered, at place: Place) throws {
        let row = ResourceRecord(
            tenant: resource.tenant.text, kind: resource.kind, url: resource.url, hash: resource.hash, seq: place.seq)
        if try writer.record(ResourceRecord.self, key: row.key) == nil {
            try writer.insert(row)
        } else {
            try writer.update(row)
        }
    }

    private func post(_ event: CompensationPosted, at place: Place, _ record: RequestRecord) throws {
        try writer.insert(PaymentRecord(event, of: record, at: place.at.milliseconds, seq: place.seq))
        try give(
            event.claimKey, event.benefitType, unit: event.unit, minor: event.minor, event.window, to: record)
    }

    /// Transactions of the ledger.
    private func book(_ journal: [CompensationPosted.JournalEntry], at place: Place) throws {
        for entry in journal {
            for (line, posting) in entry.lines.enumerated() {
                try writer.insert(
                    JournalLineRecord(
                        transaction: entry.id, line: Int64(line), account: posting.account, unit: posting.unit,
                        minor: posting.minor, seq: place.seq))
            }
        }
    }

    /// What a payment puts into the holder's hands.
    func give(
        _ claimKey: String, _ benefitType: String, unit: String, minor: Int64, _ window: CompensationPosted.Window?,
        to record: RequestRecord
    ) throws {
        guard let type = BenefitType(rawValue: benefitType) else {
            throw StoreError.corrupt("\(claimKey) gives \(benefitType)")
        }
        if type == .cashRefund { return try oweRefund(claimKey, unit: unit, minor: minor, of: record) }
        guard let window else { return }
        let (from, until) = (window.from.milliseconds, window.until.milliseconds)
        if type == .credit || type == .freeIssuance {
            try writer.insert(
                LotRecord(
                    claimKey: claimKey, tenant: record.tenant, holder: record.holder, unit: unit, granted: minor,
                    left: minor, from: from, until: until))
        } else if type == .premiumExtension {
            try writer.insert(
                PremiumRecord(
                    claimKey: claimKey, tenant: record.tenant, holder: record.holder, from: from, until: until))
        }
    }

    /// After what was assessed until now, the next tier is what is left to wait for.
    func expectNextTier(_ record: inout RequestRecord, at place: Place) throws {
        if try isMore(record) { return try expectByFacts(&record, at: place) }
        guard record.stoppedAt == nil, let dueAt = record.dueAt else { return }
        guard let hash = PolicyHash(record.compensation), let policy = directory.policies.compensation(hash) else {
            throw StoreError.corrupt("request \(record.id) is bound to a policy that is not in the log")
        }
        guard directory.policies.suspension(of: policy, brokenAt: Instant(milliseconds: dueAt)) == nil else {
            record.assessAt = nil
            return
        }
        let calendar = try writer.calendar(of: record, directory.policies)
        let next = policy.nextTier(due: Instant(milliseconds: dueAt), after: place.at, calendar)
        record.assessAt = next?.milliseconds
    }

    func openPause(of record: RequestRecord) throws -> PauseRecord? {
        // Before its second entry a request was never held.
        if record.entryCount <= 1 { return nil }
        return try writer.records(
            Scan(PauseRecord.self, equals: [.text(record.id)], isDescending: true, limit: 1)
        ).first
    }

    private func endPause(of record: RequestRecord, at place: Place) throws {
        guard var pause = try openPause(of: record) else {
            throw StoreError.corrupt("request \(record.id) was resumed without a pause")
        }
        // A pause that ran to its limit ended there, whenever it is noted.
        guard pause.limit.map({ place.at.milliseconds < $0 }) ?? true else { return }
        pause.until = place.at.milliseconds
        try writer.update(pause)
    }

    func keep(_ idempotency: Idempotency, of record: RequestRecord, at place: Place) throws {
        // In a replay, one that was erased since: its place is with those of the erasure.
        guard !idempotency.key.isEmpty else { return }
        try writer.insert(
            AnswerRecord(
                tenant: record.tenant, key: idempotency.key, digest: idempotency.digest, seq: place.seq, refusal: nil))
    }
}

extension RequestRecord {
    /// The request's next entry will follow this one.
    fileprivate mutating func continues(with place: Projection.Place) {
        entryCount += 1
        lastLeafHash = place.leafHash.bytes
    }
}

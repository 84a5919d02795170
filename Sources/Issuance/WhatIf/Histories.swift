package import Compensation
import Cryptography
import ServiceLevels
package import Temporal
import TransparencyLog

/// The histories of all requests of a store, one after the other, with what the ledger says of each. Reads one snapshot
/// and keeps no request, so that a million need no more memory than a thousand.
package struct Histories {
    /// What was published.
    package let policies: PolicyBook
    /// The `t` of the last entry: until then everything is known.
    package let end: Instant
    private let reader: any StoreReader
    private let incidents: IncidentTimeline

    /// Reads what all requests share.
    package init(_ reader: any StoreReader) throws {
        self.reader = reader
        policies = try Directory(reading: reader).policies
        end = Instant(milliseconds: try reader.record(HeadRecord.self, .integer(1))?.lastTime ?? 0)
        incidents = try IncidentTimeline(reader)
    }

    /// Calls `body` with every history, in the order of the requests' ids, and then compares the ledger as a whole.
    ///
    /// - Throws: ``BacktestDifference`` where the ledger contradicts itself, and what `body` throws.
    package func forEach(_ body: (RequestHistory) throws -> Void) throws {
        var books = LedgerBooks(reader)
        try reader.forEach(RequestRecord.self) { record in
            let lines = try LedgerLines(of: record, in: reader)
            // The engine first, so that a difference is told as one from what the policies give.
            try body(history(of: record, lines))
            try books.add(lines, of: record)
        }
        try books.finish()
    }

    private func history(of record: RequestRecord, _ lines: LedgerLines) throws -> RequestHistory {
        guard let levelHash = PolicyHash(record.serviceLevel), let hash = PolicyHash(record.compensation),
            let level = policies.serviceLevel(levelHash), let policy = policies.compensation(hash)
        else { throw BacktestDifference(record.id, "it is bound to policies that are not in the log") }
        let terms = try reader.record(RequestTermsRecord.self, .text(record.id))
        let subject = AssessmentFacts.Subject(
            id: record.id, tenant: record.tenant, tier: record.tier.rawValue, type: terms?.credentialType,
            price: terms?.price)
        let calendar = try reader.calendar(of: record, under: level, policies)
        var history = RequestHistory(
            of: subject, under: .init(level, calendar: calendar, policy),
            from: Instant(milliseconds: record.acceptedAt),
            until: record.erasedAt.map { Instant(milliseconds: $0) } ?? end)
        history.person = Self.person(record)
        history.pauses = try Promise.pauses(of: record, in: reader)
        history.stop = record.stop
        history.brokenAt = record.breachedAt.map { Instant(milliseconds: $0) }
        let places = try places(of: lines)
        if record.breachedAt != nil, let row = try reader.record(AffectedRecord.self, .text(record.id)) {
            history.incident = row.incident
            history.incidents = incidents.changes(for: row)
        }
        let instants = places.values.map(\.at) + history.incidents.map(\.place.at)
        history.stopSeq = try stopSeq(of: record, instants)
        try add(lines, places, to: &history)
        try lines.checkLate(under: policy, of: record, in: reader)
        return history
    }

    private func add(
        _ lines: LedgerLines, _ places: [Int64: RequestHistory.Place], to history: inout RequestHistory
    ) throws {
        guard !lines.isEmpty else { return }
        let record = lines.record
        let policy = history.terms.compensation
        let late = policy.lateClaimKeys(tenant: record.tenant, request: record.id)
        let granted = try Promise.grantKeys(of: record, in: reader)
        let chosen = try choices(of: record, policy)
        // What the promises beside the credential give (rules 55 to 59) is given whatever the candidates say.
        let beside = Set(
            try reader.records(
                Scan(
                    PromiseAwardRecord.self, index: "promise_award_by_request", equals: [.text(record.id)],
                    limit: Promise.maximumPayments)
            ).map(\.claimKey))
        for line in lines.sorted {
            guard let place = places[line.seq] else {
                throw BacktestDifference(record.id, "entry \(line.seq) about \(line.claimKey) is gone")
            }
            let award = RequestHistory.Award(line.claimKey, line.type, line.amount, at: place)
            if granted.contains(line.claimKey) {
                history.grants.append(.init(award, isChoice: chosen.contains(line.claimKey)))
            } else if !late.contains(line.claimKey), !beside.contains(line.claimKey.text) {
                history.awards.append(award)
            }
        }
        if policy.model == .flatRefund(.onClaim) {
            let claims = try reader.records(
                Scan(
                    ClaimRecord.self, index: "claim_by_request", equals: [.text(record.id)],
                    limit: Int(ClaimID.maximumNumber)))
            history.claimVerifiedAt = claims.filter { $0.category == .refund && $0.outcome == .granted }
                .compactMap(\.decidedAt).min().map { Instant(milliseconds: $0) }
        }
    }

    /// What the holder took of the menu, unless there was no room for it.
    private func choices(of record: RequestRecord, _ policy: CompensationPolicy) throws -> Set<ClaimKey> {
        guard case .personalised = policy.model else { return [] }
        let offers = try reader.records(
            Scan(
                OfferRecord.self, index: "offer_by_request", equals: [.text(record.id)],
                limit: Int(Situation.maximumOffers)))
        let keys = offers.filter { $0.state == .accepted }.map {
            ClaimKey.offer(
                $0.number, at: Int($0.benefit), of: record.id, tenant: record.tenant, policy: policy.hash)
        }
        return Set(try keys.filter { try reader.record(OwedRecord.self, .text($0.text))?.state != .declined })
    }

    /// Where the entries stand that the lines of a request follow from.
    private func places(of lines: LedgerLines) throws -> [Int64: RequestHistory.Place] {
        var places: [Int64: RequestHistory.Place] = [:]
        for line in lines.sorted where places[line.seq] == nil {
            guard let entry = try reader.record(EntryRecord.self, .integer(line.seq)) else { continue }
            places[line.seq] = RequestHistory.Place(at: try LogEntry(parsing: entry.body).t, seq: line.seq)
        }
        return places
    }

    /// The entry that stopped the clock. Only where something else happened in the same millisecond does its number
    /// matter.
    private func stopSeq(of record: RequestRecord, _ instants: [Instant]) throws -> Int64 {
        guard let stoppedAt = record.stoppedAt else { return 0 }
        if let seq = record.issuedSeq { return seq }
        guard instants.contains(where: { $0.milliseconds == stoppedAt }) else { return 0 }
        let story = try reader.records(
            Scan(
                EntryRecord.self, index: "entry_by_request", equals: [.text(record.id)],
                limit: Int(record.entryCount)))
        for row in story {
            let entry = try LogEntry(parsing: row.body)
            if [RequestCancelled.type, RequestDenied.type].contains(entry.type) { return row.seq }
        }
        return 0
    }

    private static func person(_ record: RequestRecord) -> UInt64? {
        guard !record.holder.isEmpty else { return nil }
        return SHA256.hash(Array(UsageKey.user(record).utf8)).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

import CanonicalJSON
import Compensation
import Forecast
import ServiceLevels
import Synchronization
import Temporal

/// What the service holds of forecasts: all of it follows from the log, and is made again after a restart.
struct Foresight: Sendable {
    /// The newest table, and its entry.
    var fit: Fit?
    var entry: Int64 = 0
    /// Why the newest table of the log is not there; nil where it is, or there is none.
    var problem: String?
    /// The entry of the newest table that was made again, or could not be.
    var lookedAt: Int64 = -1
    /// The lines, by tenant.
    var lines: [String: StandingLine] = [:]
}

/// Forecasts by themselves. Whoever calls has a thread for it; nothing is lost when nobody does for a while.
extension Service {
    /// How long after midnight the history before it is closed: an entry of an acceptance may come so much later.
    static let closedAfter = Receipt.loggedWithin

    /// Lets come what comes by the clock alone: requests at risk, steps of ladders. An indexed question that costs
    /// microseconds when nothing is due.
    ///
    /// - Returns: what failed.
    package func climbLadders() throws -> [Postponed] {
        try sweep("ladder_by_next", of: LadderRecord.self, upTo: committer.logTime(now()).milliseconds) { rows in
            look(rows.compactMap { row in RequestID(row.request).map { ($0, nil) } })
        }
    }

    private func look(_ looks: [(RequestID, Foreseen?)]) -> [Postponed] {
        perform(looks.map { ($0.0.text, .foresight(.look($0.0, $0.1))) })
    }

    /// Makes the table of the last midnight, once, and writes that it was made. After a restart, makes the newest one
    /// of the log again.
    package func refitForecast() throws {
        let now = committer.logTime(now())
        let newest = try remakeForecast()
        guard let policy = directory.policies.forecast(at: now) else { return }
        let day = Milliseconds.days(1).count
        let midnight = Instant(milliseconds: (now - Self.closedAfter).milliseconds / day * day)
        guard newest.map({ $0.asOf < midnight.milliseconds }) ?? true else { return }
        let fit = try makeFit(under: policy, asOf: midnight)
        let result = sequencer.performAll([.foresight(.fitted(ForecastFitted(fit)))]).first
        do {
            _ = try result?.get()
        } catch let refusal as Refusal where refusal.code == .busy {
            return
        }
        guard let written = try store.read({ try ForecastRecord.newest(in: $0) }) else { return }
        foresight.withLock { ($0.fit, $0.entry, $0.problem, $0.lookedAt) = (fit, written.seq, nil, written.seq) }
    }

    /// Makes the newest table of the log again, where this process has not: after a restart, and when another node made
    /// it.
    @discardableResult
    package func remakeForecast() throws -> ForecastRecord? {
        let newest = try store.read { try ForecastRecord.newest(in: $0) }
        if let newest, foresight.withLock({ $0.lookedAt < newest.seq }) { try remake(newest) }
        return newest
    }

    private func remake(_ newest: ForecastRecord) throws {
        let directory = directory
        let written = try store.read { try storedEvent(newest.seq, in: $0) }
        guard case .foresight(.fitted(let fitted))? = written?.event,
            case .forecast(let policy)? = directory.policies.policy(fitted.policy)
        else { throw StoreError.corrupt("entry \(newest.seq) is no forecast") }
        let fit = try makeFit(under: policy, asOf: fitted.asOf)
        foresight.withLock { state in
            state.lookedAt = newest.seq
            guard fit.hash == fitted.document else {
                state.fit = nil
                state.problem =
                    "the table of entry \(newest.seq) cannot be made again: a pause was entered for a time before it"
                return
            }
            (state.fit, state.entry, state.problem) = (fit, newest.seq, nil)
        }
    }

    private func makeFit(under policy: ForecastPolicy, asOf: Instant) throws -> Fit {
        let policies = directory.policies
        let journeys = try store.read { try History(reader: $0, policies: policies).journeys(asOf: asOf) }
        return Fit(journeys, order: History.stages, under: policy, asOf: asOf)
    }

    /// Looks at every line, and lets come what is foreseen.
    ///
    /// - Returns: as ``climbLadders()``.
    package func foresee() throws -> [Postponed] {
        let (directory, now) = (directory, committer.logTime(now()))
        guard directory.policies.forecast(at: now) != nil else { return [] }
        var postponed: [Postponed] = []
        for tenant in directory.tenants.values.map(\.text).sorted() {
            let seen = try store.read { reader -> [(RequestID, Foreseen?)] in
                let history = History(reader: reader, policies: directory.policies)
                let line = try StandingLine(of: tenant, asOf: now, in: history)
                foresight.withLock { $0.lines[tenant] = line }
                return try looks(at: line, now, history)
            }
            postponed += look(seen)
        }
        return postponed
    }

    /// Those of a line of whom something is foreseen that is to be said.
    private func looks(at line: StandingLine, _ now: Instant, _ history: History) throws -> [(RequestID, Foreseen?)] {
        let (fit, entry) = foresight.withLock { ($0.fit, $0.entry) }
        guard let fit, fit.method == .landmarkSlack else { return [] }
        return try line.ids.compactMap { id -> (RequestID, Foreseen?)? in
            guard let row = try history.reader.record(LadderRecord.self, .text(id)),
                let record = try history.reader.record(RequestRecord.self, .text(id)),
                let journey = try history.journey(record, asOf: now + Milliseconds(1)),
                let hash = PolicyHash(record.serviceLevel),
                let ladder = history.policies.serviceLevel(hash)?.ladder,
                let outlook = line.outlook(of: journey, at: now),
                let chance = fit.table.chance(of: journey.group, slack: outlook.slack), let request = RequestID(id)
            else { return nil }
            let foreseen = Foreseen(chance: chance, fit: entry)
            let place = LadderPlace(row, ladder, journey.clock)
            guard place.risk(at: now, foreseen) != nil || place.nextStep(at: now, foreseen) != nil else { return nil }
            return (request, foreseen)
        }
    }
}

extension Journey {
    /// With whom its chances are counted while it waits for a review.
    var group: SlackTable.Group { SlackTable.Group(type: type, stage: History.stages[0]) }
}

extension ForecastFitted {
    fileprivate init(_ fit: Fit) {
        self.init(
            asOf: fit.asOf, policy: fit.policy, document: fit.hash, method: fit.method.rawValue,
            requests: fit.requests, late: fit.late, brier: fit.scores.brier, skill: fit.scores.skill,
            calibrationError: fit.scores.calibrationError)
    }
}

package import CanonicalJSON
import Compensation
import Forecast
import ServiceLevels
import Synchronization
import Temporal

/// What is published of forecasts, and what the staff sees of ladders.
extension Service {
    /// The table in use with its calibration, which method counts, and why. Nothing in it is about persons.
    package func forecastDocument() -> JSONObject {
        let now = committer.logTime(now())
        let state = foresight.withLock { $0 }
        let (method, reason) = method(at: now, state)
        var document: JSONObject = [
            "asOf": .string(now.rfc3339), "method": .string(method.rawValue), "reason": .string(reason),
        ]
        document["policy"] = directory.policies.forecast(at: now).map { .string($0.hash.text) }
        if let fit = state.fit {
            document["entry"] = .integer(state.entry)
            document["hash"] = .string(fit.hash)
            document["document"] = fit.json
        }
        return document
    }

    private func method(at now: Instant, _ state: Foresight) -> (Fit.Method, String) {
        guard directory.policies.forecast(at: now) != nil else {
            return (.consumedFraction, "no forecast policy is in force")
        }
        guard let fit = state.fit else { return (.consumedFraction, state.problem ?? "no table was made yet") }
        return (fit.method, fit.reason)
    }

    /// What is foreseen of a waiting request; nil where no policy says that anything is.
    func outlook(of record: RequestRecord, in reader: any StoreReader) throws -> JSONObject? {
        let now = committer.logTime(now())
        guard record.stoppedAt == nil, let policy = directory.policies.forecast(at: now) else { return nil }
        let state = foresight.withLock { $0 }
        let (method, reason) = method(at: now, state)
        var outlook: JSONObject = ["method": .string(method.rawValue), "reason": .string(reason)]
        if let row = try reader.record(LadderRecord.self, .text(record.id)) {
            outlook["atRiskSince"] = row.atRiskAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        }
        let history = History(reader: reader, policies: directory.policies)
        guard let fit = state.fit, let line = state.lines[record.tenant],
            let journey = try history.journey(record, asOf: now + Milliseconds(1)),
            let seen = line.outlook(of: journey, at: now)
        else { return outlook }
        if method == .landmarkSlack {
            outlook["chance"] = fit.table.chance(of: journey.group, slack: seen.slack).map(JSON.integer)
        }
        if let eta = policy.eta,
            let time = fit.expectedTime(journey, rest: seen.rest, at: now, roundedUpTo: eta.roundUpTo)
        {
            outlook["expectedAt"] = .string(time.at.rfc3339)
            outlook["share"] = .integer(eta.quantile.millionths)
            outlook["kept"] = .integer(time.kept)
            outlook["of"] = .integer(time.of)
        }
        return outlook
    }

    /// The most requests that one look lists.
    static let listedEscalations = 500

    /// What waits for somebody of the staff to take it, the oldest first.
    ///
    /// - Parameter staff: for whom; nil for everybody's.
    package func escalations(for staff: StaffMember?) throws -> JSONObject {
        let directory = directory
        return try store.read { reader in
            let rows = try reader.records(
                Scan(
                    LadderRecord.self, index: "ladder_by_open", above: [.integer(.min)], limit: Self.listedEscalations))
            return [
                "escalations": .array(
                    try rows.compactMap { row in
                        guard let record = try reader.record(RequestRecord.self, .text(row.request)),
                            let hash = PolicyHash(record.serviceLevel),
                            let ladder = directory.policies.serviceLevel(hash)?.ladder
                        else { return nil }
                        let step = ladder.steps[Int(row.step)]
                        let roles = step.to.compactMap { StaffRole(rawValue: $0.rawValue) }
                        guard staff.map({ $0.roles.include(oneOf: roles + [.auditor]) }) ?? true else { return nil }
                        return .object(row.json(of: record, step))
                    })
            ]
        }
    }

    /// Somebody of the staff takes a request: no step of its ladder comes after that.
    package func takeEscalation(_ id: RequestID, by staff: StaffID, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.foresight(.take(id, staff)), reply)
    }
}

extension Fit {
    /// When a request is expected, and how many of the last such words were kept; nil with too little history.
    fileprivate func expectedTime(
        _ journey: Journey, rest: Int64, at now: Instant, roundedUpTo grid: Milliseconds
    ) -> (at: Instant, kept: Int64, of: Int64)? {
        guard let times, let ratio = times.ratio, let (kept, of) = times.kept else { return nil }
        let length = Milliseconds(Fit.span(rest, ratio: ratio))
        let span: TimeSpan = journey.clock.objective.target.isOfWorkingTime ? .business(length) : .elapsed(length)
        guard let at = try? journey.clock.calendar.instant(after: span, from: now) else { return nil }
        let rounded = (at.milliseconds + grid.count - 1) / grid.count * grid.count
        return rounded > Instant.latest.milliseconds ? nil : (Instant(milliseconds: rounded), kept, of)
    }
}

extension LadderRecord {
    fileprivate func json(of record: RequestRecord, _ step: Ladder.Step) -> JSONObject {
        var json: JSONObject = [
            "request": .string(request), "tenant": .string(tenant), "step": .integer(self.step),
            "to": .array(step.names.map(JSON.string)),
        ]
        json["since"] = stepAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        json["dueAt"] = record.dueAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        if let stepAt, let within = step.ackWithin {
            json["takeBy"] = .string((Instant(milliseconds: stepAt) + within).rfc3339)
        }
        return json
    }
}

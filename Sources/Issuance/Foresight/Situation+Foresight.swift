import Compensation
import ServiceLevels
import Temporal

/// The only place that says that a request is at risk and lets a step of a ladder come. Rules 64 to 67.
extension Situation {
    func decide(_ command: ForesightCommand) throws -> Decision {
        switch command {
        case .look(let id, let foreseen): try climb(id, foreseen)
        case .fitted(let fitted): try fit(fitted)
        case .take(let id, let staff): try take(id, by: staff)
        }
    }

    /// Once for each midnight, under the policy in force.
    private func fit(_ fitted: ForecastFitted) throws -> Decision {
        guard fitted.asOf <= now, forecastPolicy?.hash == fitted.policy else {
            throw Refusal(.busy, "The policy of the forecast changed meanwhile.")
        }
        if let newest = try ForecastRecord.newest(in: state), newest.asOf >= fitted.asOf.milliseconds {
            throw Refusal(.busy, "A forecast of that night was made already.")
        }
        return Decision([LogEvent(.foresight(.fitted(fitted)))])
    }

    /// The forecast policy in force; nil when there is none.
    var forecastPolicy: ForecastPolicy? { policies.forecast(at: now) }

    private func climb(_ id: RequestID, _ foreseen: Foreseen?) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(id.text)),
            let row = try state.record(LadderRecord.self, .text(id.text))
        else { return Decision() }
        var promise = try Promise(record, in: state, policies)
        guard promise.isWaiting, let ladder = promise.serviceLevel.ladder else { return Decision() }
        // What the clock says comes first: that a pause ran out, or that the promise is broken.
        var decision = try assessment(of: &promise)
        let objective = promise.serviceLevel.objective.metric.rawValue
        var place = LadderPlace(row, ladder, promise.clock)
        if let cause = place.risk(at: now, foreseen) {
            let said = RequestAtRisk(
                objective: objective, cause: cause, foreseen: cause == .forecast ? foreseen : nil)
            decision.events.append(LogEvent(.foresight(.atRisk(said)), of: id))
            place.row.atRiskAt = now.milliseconds
        }
        while let (step, cause) = place.nextStep(at: now, foreseen) {
            let said = RequestEscalated(
                objective: objective, step: place.row.step + 1, cause: cause,
                foreseen: cause == .forecast ? foreseen : nil, to: step.names)
            let about = nextSeq + Int64(decision.events.count)
            decision.events.append(LogEvent(.foresight(.escalated(said)), of: id))
            if step.tellsRequester {
                decision.events.append(LogEvent(.noticeQueued(NoticeQueued(.atRisk, about: about)), of: id))
            }
            (place.row.step, place.row.stepAt) = (place.row.step + 1, now.milliseconds)
        }
        return decision
    }

    private func take(_ id: RequestID, by staff: StaffID) throws -> Decision {
        guard let record = try state.record(RequestRecord.self, .text(id.text)) else { throw Refusal.unknownRequest }
        guard let row = try state.record(LadderRecord.self, .text(id.text)), row.step >= 0 else {
            throw Refusal(.wrongState, "Nothing of this request was escalated.")
        }
        let promise = try Promise(record, in: state, policies)
        guard let step = promise.serviceLevel.ladder?.steps[Int(row.step)] else {
            throw StoreError.corrupt("request \(record.id) stands on a step that its ladder does not have")
        }
        try requireStaff(staff, in: step.to.compactMap { StaffRole(rawValue: $0.rawValue) })
        guard row.takenBy == nil else { throw Refusal(.wrongState, "Somebody took this request before.") }
        guard promise.isWaiting else { throw promise.refusal("taken") }
        let objective = promise.serviceLevel.objective.metric.rawValue
        return Decision([
            LogEvent(
                .foresight(.acknowledged(EscalationAcknowledged(objective: objective, step: row.step, by: staff))),
                of: id)
        ])
    }
}

/// Where a request stands on its ladder, and what comes next.
struct LadderPlace {
    var row: LadderRecord
    private let ladder: Ladder
    private let clock: PromiseClock

    init(_ row: LadderRecord, _ ladder: Ladder, _ clock: PromiseClock) {
        self.row = row
        self.ladder = ladder
        self.clock = clock
    }

    /// Why the request is at risk from now on; nil when it is not, or was before.
    func risk(at now: Instant, _ foreseen: Foreseen?) -> EscalationCause? {
        guard row.atRiskAt == nil else { return nil }
        if clock.instant(consuming: ladder.atRisk.consumed).map({ $0 <= now }) ?? false { return .consumed }
        guard let foreseen, let share = ladder.atRisk.forecast else { return nil }
        return foreseen.chance >= share.millionths && !clock.isPaused(at: now) ? .forecast : nil
    }

    /// The step that comes now, and why; nil when none does.
    func nextStep(at now: Instant, _ foreseen: Foreseen?) -> (Ladder.Step, EscalationCause)? {
        guard row.takenBy == nil, let step = following else { return nil }
        if ladder.instant(of: step, by: clock).map({ $0 <= now }) ?? false { return (step, step.at.cause) }
        if let silentAt, silentAt <= now { return (step, .silence) }
        guard case .forecast(let share) = step.at, let foreseen, foreseen.chance >= share.millionths,
            !clock.isPaused(at: now)
        else { return nil }
        return (step, .forecast)
    }

    /// The first instant at which something comes by itself.
    var nextAt: Instant? {
        guard clock.stop == nil else { return nil }
        var instants: [Instant?] = []
        if row.atRiskAt == nil { instants.append(clock.instant(consuming: ladder.atRisk.consumed)) }
        if row.takenBy == nil, let following {
            instants += [ladder.instant(of: following, by: clock), silentAt]
        }
        return instants.compactMap(\.self).min()
    }

    /// Whether a step waits for somebody to take it.
    var isOpen: Bool { row.step >= 0 && row.takenBy == nil && clock.stop == nil }

    private var following: Ladder.Step? {
        let next = Int(row.step) + 1
        return next < ladder.steps.count ? ladder.steps[next] : nil
    }

    /// When nobody will have taken the last step in time.
    private var silentAt: Instant? {
        guard row.step >= 0, let at = row.stepAt, let within = ladder.steps[Int(row.step)].ackWithin else { return nil }
        return Instant(milliseconds: at) + within
    }
}

extension Ladder.Step {
    /// As entries name those whose it is.
    var names: [String] { to.map(\.rawValue) + (tellsRequester ? ["requester"] : []) }
}

extension Ladder.Trigger {
    fileprivate var cause: EscalationCause {
        switch self {
        case .forecast, .consumed: .consumed
        case .afterBreach: .breach
        }
    }
}

extension PolicyBook {
    /// The forecast policy in force for the whole service; nil when there is none.
    func forecast(at instant: Instant) -> ForecastPolicy? {
        for case .forecast(let policy) in inForce(.forecast, of: Self.defaultTenant, at: instant) { return policy }
        return nil
    }
}

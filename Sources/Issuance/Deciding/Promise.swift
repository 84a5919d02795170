import Compensation
import ServiceLevels
import Temporal

/// One request with everything that its promise depends on: the row, the clock made from the rows, the policies bound
/// to it, and what was posted before.
struct Promise {
    let record: RequestRecord
    let id: RequestID
    let serviceLevel: ServiceLevel
    private(set) var compensation: CompensationPolicy
    private(set) var clock: PromiseClock
    let posted: Posted

    /// The most postings of one request: each benefit of each tier once, and policies have few of both.
    static let maximumPayments = 1024

    /// - Throws: `StoreError.corrupt` when the rows contradict the policies.
    init(_ record: RequestRecord, in state: any StoreReader, _ policies: PolicyBook) throws {
        guard let id = RequestID(record.id), let levelHash = PolicyHash(record.serviceLevel),
            let compensationHash = PolicyHash(record.compensation),
            let serviceLevel = policies.serviceLevel(levelHash),
            let compensation = policies.compensation(compensationHash)
        else { throw StoreError.corrupt("request \(record.id) is bound to policies that are not in the log") }
        self.record = record
        self.id = id
        self.serviceLevel = serviceLevel
        self.compensation = compensation
        let pauses = try Self.pauses(of: record, in: state)
        let calendar = try state.calendar(of: record, under: serviceLevel, policies)
        posted = try Self.posted(for: record, under: compensation, in: state)
        do throws(PromiseClockRefusal) {
            clock = try PromiseClock(
                serviceLevel, calendar: calendar, start: Instant(milliseconds: record.acceptedAt), pauses: pauses,
                stop: record.stop)
        } catch {
            throw StoreError.corrupt("request \(record.id): \(error)")
        }
    }

    /// A later version of the policy binds it from here on (rule 79).
    mutating func rebind(to better: CompensationPolicy) { compensation = better }

    /// Whether its clock has not stopped yet.
    var isWaiting: Bool { clock.stop == nil }

    /// Why something that needs a waiting request is refused.
    func refusal(_ what: String) -> Refusal {
        if record.erasedAt != nil { return .erased }
        return Refusal(.wrongState, "The request is \(record.state.rawValue) and cannot be \(what).")
    }

    /// Changes the clock; what the clock refuses becomes a refusal of the command.
    mutating func refusing<Result>(
        _ change: (inout PromiseClock) throws(PromiseClockRefusal) -> Result
    ) throws -> Result {
        do throws(PromiseClockRefusal) {
            return try change(&clock)
        } catch {
            switch error {
            case .unknownReason: throw Refusal(.invalidRequest, "\(error).", at: "/reason")
            case .wrongEvidence: throw Refusal(.invalidRequest, "\(error).", at: "/evidence")
            case .contradiction, .backwards: throw StoreError.corrupt("request \(record.id): \(error)")
            default: throw Refusal(.wrongState, "This is refused: \(error).")
            }
        }
    }

    static func pauses(
        of record: RequestRecord, in state: any StoreReader
    ) throws -> [PromiseClock.Pause] {
        // A request that was never held has only the entry of its acceptance, so far.
        if record.entryCount <= 1 { return [] }
        let rows = try state.records(
            Scan(PauseRecord.self, equals: [.text(record.id)], limit: PromiseClock.maximumPauses))
        return try rows.map { row in
            guard let reason = PauseReason(rawValue: row.reason) else {
                throw StoreError.corrupt("request \(record.id) was paused for an unknown reason")
            }
            return PromiseClock.Pause(
                reason: reason, from: Instant(milliseconds: row.from),
                until: row.limit.map { Instant(milliseconds: $0) }, end: row.until.map { Instant(milliseconds: $0) })
        }
    }
}

extension RequestRecord {
    /// What stopped the request's clock.
    var stop: PromiseClock.Stop? {
        stoppedAt.map { PromiseClock.Stop(at: Instant(milliseconds: $0), reason: state.stopReason) }
    }
}

extension RequestState {
    /// What stopped the clock of a request that ended in this state.
    var stopReason: PromiseClock.StopReason {
        switch self {
        case .cancelled: .cancelled
        case .denied: .denied
        case .processing, .paused, .available, .revoked: .issued
        }
    }
}

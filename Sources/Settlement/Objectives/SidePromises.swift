/// The promises beside the credential of all requests that have any (rules 55 to 59).
struct SidePromises: Sendable {
    /// One promise.
    struct Promise: Sendable {
        let objective: String
        let ordinal: Int64
        /// The terms with the policy that pays, by index; nil where none does.
        let terms: Int?
        let target: Span?
        var start: Int64
        /// The deadline without the pause that runs.
        var base: Int64?
        /// The deadline; nil while nothing is due.
        var due: Int64?
        var pausedFrom: Int64?
        var stop: Int64?
        var isWritten = false
        /// One bit for each slot of the policy that was posted.
        var posted: UInt128 = 0
        /// What was posted, by type and unit.
        var given: [ClaimTable.Kind: Int64] = [:]

        var isOfUpdates: Bool { objective == "first-update" || objective == "update-cadence" }

        /// How late it is, or was when it stopped; zero or less where it is not.
        func delay(at instant: Int64) -> Int64 { due.map { min(instant, stop ?? instant) - $0 } ?? 0 }

        /// Whether a pause of something else that begins now counts for it.
        func isOpen(at instant: Int64) -> Bool {
            stop == nil && !isWritten && due.map { instant <= $0 } ?? true
        }
    }

    /// The promises of one request.
    struct Case: Sendable {
        let seq: UInt64
        let tenant: CanonicalText
        /// The terms that the request itself is bound to.
        let bound: Int
        let counting: Counting
        /// Those of the service level, with what pays for each.
        let terms: [(terms: SideTerms, paying: Int?)]
        var promises: [Promise] = []
        var pause: (from: Int64, until: Int64?)?
        var unannounced: [(seq: UInt64, kind: NoticeKind)] = []
        var isErased = false

        func place(_ objective: String, _ ordinal: Int64) -> Int? {
            promises.firstIndex { $0.objective == objective && $0.ordinal == ordinal }
        }
    }

    /// How often one promise of a request is broken at most.
    static let mostBreaches: Int64 = 24

    /// By request.
    var cases: [String: Case] = [:]
}

extension SidePromises.Case {
    /// Adds a promise whose time begins now.
    mutating func begin(_ objective: String, ordinal: Int64 = 0, from start: Int64, due: Int64? = nil) {
        guard let (terms, paying) = terms.first(where: { $0.terms.objective == objective }) else { return }
        var promise = SidePromises.Promise(
            objective: objective, ordinal: ordinal, terms: paying, target: terms.target, start: start)
        restart(&promise, from: start, due: due)
        promises.append(promise)
    }

    /// Begins the time of a promise anew.
    private func restart(_ promise: inout SidePromises.Promise, from start: Int64, due: Int64? = nil) {
        promise.start = start
        promise.base = due ?? promise.target.flatMap { counting.end(of: $0, from: start) }
        promise.due = promise.base
        promise.pausedFrom = nil
        if let pause, promise.isOfUpdates { hold(&promise, from: pause.from, until: pause.until) }
    }

    private func hold(_ promise: inout SidePromises.Promise, from: Int64, until: Int64?) {
        let from = max(from, promise.start)
        guard let base = promise.base, let target = promise.target, until.map({ from < $0 }) ?? true else { return }
        promise.pausedFrom = from
        promise.due = until.flatMap { counting.moving(base, of: target, from: from, to: $0) }
    }

    /// The request was paused.
    mutating func hold(at t: Int64, from: Int64, until: Int64?) {
        pause = (from, until)
        for place in promises.indices where promises[place].isOfUpdates && promises[place].isOpen(at: t) {
            hold(&promises[place], from: from, until: until)
        }
    }

    /// The pause ended, at its limit at the latest.
    mutating func resume(at t: Int64) {
        let end = min(t, pause?.until ?? t)
        pause = nil
        for place in promises.indices {
            guard let from = promises[place].pausedFrom, let base = promises[place].base,
                let target = promises[place].target
            else { continue }
            promises[place].base = end > from ? counting.moving(base, of: target, from: from, to: end) : base
            promises[place].due = promises[place].base
            promises[place].pausedFrom = nil
        }
    }

    /// News: what was missed ends, and the next period begins.
    mutating func update(at t: Int64) {
        for place in promises.indices where promises[place].isOfUpdates {
            if promises[place].objective == "update-cadence", !promises[place].isWritten {
                var promise = promises[place]
                restart(&promise, from: t)
                promises[place] = promise
            } else if promises[place].stop == nil {
                promises[place].stop = t
            }
        }
    }

    /// The request ended.
    mutating func stop(at t: Int64) {
        for place in promises.indices where promises[place].isOfUpdates && promises[place].stop == nil {
            promises[place].stop = t
            promises[place].pausedFrom = nil
        }
    }

    /// A breach was written, or had to be: a missed update begins the next period.
    mutating func write(_ place: Int) {
        promises[place].isWritten = true
        promises[place].pausedFrom = nil
        let broken = promises[place]
        guard broken.objective == "update-cadence", broken.ordinal + 1 < SidePromises.mostBreaches, let due = broken.due
        else { return }
        begin("update-cadence", ordinal: broken.ordinal + 1, from: due)
        promises[promises.count - 1].stop = broken.stop
    }

    /// What happened to a claim.
    mutating func claim(_ name: String, _ number: Int64, due: Int64, at t: Int64) {
        switch name {
        case "claim.filed": begin("claim-decision", ordinal: number, from: t, due: due)
        case "claim.appealed": begin("appeal-decision", ordinal: number, from: t, due: due)
        default:
            for place in promises.indices
            where promises[place].objective.hasSuffix("-decision") && promises[place].ordinal == number
                && promises[place].stop == nil
            {
                change(&promises[place], name, due: due, at: t)
            }
        }
    }

    private func change(_ promise: inout SidePromises.Promise, _ name: String, due: Int64, at t: Int64) {
        switch name {
        case "claim.evidence-asked" where promise.isOpen(at: t): (promise.pausedFrom, promise.due) = (t, nil)
        case "claim.evidence-given" where promise.pausedFrom != nil:
            (promise.pausedFrom, promise.base, promise.due) = (nil, due, due)
        case "claim.opinion" where promise.isOpen(at: t): (promise.base, promise.due) = (due, due)
        case "claim.decided": promise.stop = t
        default: break
        }
    }
}

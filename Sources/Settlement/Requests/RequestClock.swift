import CanonicalJSON

/// The clock of one request: rules 3 to 5 and 23. All numbers are milliseconds; an instant given is never before one
/// given earlier.
struct RequestClock: Sendable {
    /// What the pauses for one reason have used, and the pause that runs.
    private struct Account {
        /// The first of the service level's pauses that has this reason.
        let reason: Int
        /// What the ended pauses lasted, and how much of that was working time.
        var used: Int64 = 0
        var usedWorking: Int64 = 0
        var running: Pause?
    }

    private struct Pause {
        let start: Int64
        /// Nil without a maximum.
        let until: Int64?
    }

    /// Why a pause may not begin.
    struct Refusal: Error {
        let sentence: String
    }

    /// The instant of the first issue or cancellation.
    private(set) var stop: Int64?

    /// The deadline as the pauses that have ended moved it; nil where it lies beyond what can be counted.
    private var settled: Int64?
    /// Where the last pause ended; the acceptance before there was one.
    private(set) var lastEnd: Int64
    private let target: Span
    private let counting: Counting
    /// One for each reason that has paused this clock; the last may have a pause that runs.
    private var accounts: [Account] = []
    /// A pause has ended by itself, and no `request.resumed` has noted it.
    private(set) var hasUnnotedEnd = false
    /// The last pause ended by itself: what was it for.
    private var expired: Int?

    /// - Parameter target: what is promised; the deadline is its end, counted from `start`.
    init(start: Int64, due: Int64?, target: Span, by counting: Counting) {
        settled = due
        lastEnd = start
        self.target = target
        self.counting = counting
    }

    /// Whether a pause runs, or ran until it ended by itself after the last event.
    var isPaused: Bool { accounts.last?.running != nil }

    /// The deadline, a running pause taken to last as long as it may; nil if that has no end, and nothing is due.
    var due: Int64? {
        guard let pause = accounts.last?.running else { return settled }
        guard let settled, let until = pause.until else { return nil }
        return counting.moving(settled, of: target, from: pause.start, to: until)
    }

    /// By how much the deadline is missed at `instant`; 0 or less while the promise is kept, nil while nothing is due.
    func delay(at instant: Int64) -> Int64? {
        due.map { min(instant, stop ?? instant) - $0 }
    }

    /// The reason of the last pause, if that ended by itself.
    func expiredReason(_ terms: ServiceLevelTerms) -> String? {
        guard let expired else { return nil }
        return (try? JSON(parsing: terms.pauses[expired].reason.bytes))?.stringValue
    }

    /// Begins a pause.
    /// - Parameter from: when it began, where the entry says that this was before its `t`.
    /// - Returns: its latest end, nil if it has none.
    mutating func pause(
        _ reason: CanonicalText, _ evidence: CanonicalText, from: Int64?, at instant: Int64, by terms: ServiceLevelTerms
    ) throws(Refusal) -> Int64? {
        settle(at: instant)
        let start = from ?? instant
        guard let rule = terms.pauses.first(where: { $0.reason == reason && $0.evidence == evidence }),
            let index = terms.pauses.firstIndex(where: { $0.reason == reason })
        else { throw Refusal(sentence: "the service level lists no pause for \(reason) with \(evidence)") }
        guard accounts.last?.running == nil else { throw Refusal(sentence: "another pause runs") }
        guard let settled, instant <= settled else {
            let due = settled.map(shown) ?? "none"
            throw Refusal(sentence: "it begins at \(shown(instant)), after the deadline, \(due)")
        }
        guard 0...rule.backdateLimit ~= instant - start, start >= lastEnd || from == nil else {
            throw Refusal(sentence: "it may not begin at \(shown(start)), before the entry that says so")
        }
        expired = nil
        var account = Account(reason: index)
        if let place = accounts.firstIndex(where: { $0.reason == index }) { account = accounts.remove(at: place) }
        defer { accounts.append(account) }
        guard let total = rule.maxTotal else {
            account.running = Pause(start: start, until: nil)
            return nil
        }
        guard let until = latestEnd(of: total, from: start, after: account) else {
            throw Refusal(sentence: "the most for \(reason) is used: nothing is left")
        }
        account.running = Pause(start: start, until: until)
        return until
    }

    /// The end of a maximum counted from the start of a pause, less what the earlier ones took; nil when nothing is
    /// left.
    private func latestEnd(of total: Span, from start: Int64, after account: Account) -> Int64? {
        guard let whole = counting.end(of: total, from: start) else { return nil }
        let used = total.isWorking ? account.usedWorking : account.used
        guard used > 0 else { return whole }
        let left = counting.taken(of: total, from: start, to: whole) - used
        guard left > 0 else { return nil }
        return counting.end(of: total.isWorking ? .business(left) : .elapsed(left), from: start)
    }

    /// Ends the running pause, or notes that it has ended by itself.
    /// - Returns: false if there is neither.
    mutating func resume(at instant: Int64) -> Bool {
        settle(at: instant)
        if end(at: instant) { return true }
        defer { hasUnnotedEnd = false }
        return hasUnnotedEnd
    }

    /// Stops the clock; a second stop changes nothing.
    /// - Returns: whether a pause was running.
    mutating func stop(at instant: Int64) -> Bool {
        guard stop == nil else { return false }
        settle(at: instant)
        stop = instant
        return end(at: instant)
    }

    /// Ends a pause that has reached its end by itself.
    private mutating func settle(at instant: Int64) {
        guard let until = accounts.last?.running?.until, until <= instant else { return }
        let reason = accounts.last?.reason
        hasUnnotedEnd = end(at: until)
        expired = reason
    }

    private mutating func end(at instant: Int64) -> Bool {
        guard let pause = accounts.last?.running else { return false }
        settled = settled.flatMap { counting.moving($0, of: target, from: pause.start, to: instant) }
        lastEnd = instant
        accounts[accounts.count - 1].used += instant - pause.start
        if counting.hours != nil {
            accounts[accounts.count - 1].usedWorking += counting.taken(of: .business(0), from: pause.start, to: instant)
        }
        accounts[accounts.count - 1].running = nil
        return true
    }
}

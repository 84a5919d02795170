import Dispatch
package import Issuance
import Synchronization
package import Temporal

/// Asks for timestamps while a service runs, on a thread of its own: no answer, slow or wrong, keeps the service from
/// issuing.
package final class TimestampJob: Sendable {
    /// A second: what is urgent is asked for within it, and a look that finds nothing due costs one indexed read.
    private static let tickMilliseconds = 1_000

    /// Hears what the sequencer wrote, from before the job itself exists. Any thread may call it.
    package final class Bell: Sendable {
        private let urgentSeq = Mutex<Int64>(-1)

        /// Has heard nothing.
        package init() {}

        /// An event that is durable, with the sequence number of its entry.
        package func hear(_ event: LogEvent, _ seq: Int64) {
            switch event.event {
            case .promiseBroken, .compensationPosted: urgentSeq.withLock { $0 = max($0, seq) }
            default: break
            }
        }

        fileprivate var seq: Int64 { urgentSeq.withLock { $0 } }
    }

    private let store: any Store
    private let settings: TimestampSettings
    private let keeper: TimestampKeeper
    private let bell: Bell
    private let now: @Sendable () -> Instant
    private let report: @Sendable (String) -> Void
    private let halt: @Sendable (String) -> Void
    /// Changed by `tick` alone, which runs on one thread at a time; the lock lets it be told so.
    private let agenda: Mutex<TimestampAgenda>
    /// Held while a row is written, so that after the stop none is.
    private let isStopped = Mutex(false)
    private let timer = Mutex<(any DispatchSourceTimer)?>(nil)

    /// - Parameters:
    ///   - report: hears what an operator should know.
    ///   - halt: stops the process, for a commit of which nobody can say whether it happened.
    package init(
        store: any Store, settings: TimestampSettings, bell: Bell, now: @escaping @Sendable () -> Instant,
        randomBytes: @escaping @Sendable (Int) -> [UInt8], report: @escaping @Sendable (String) -> Void,
        halt: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.settings = settings
        self.bell = bell
        self.now = now
        self.report = report
        self.halt = halt
        keeper = TimestampKeeper(store: store, settings: settings, now: now, randomBytes: randomBytes)
        agenda = Mutex(TimestampAgenda(settings))
    }

    /// Looks every second what is due, from now on.
    package func start() {
        timer.withLock { $0 = Self.startTimer { [weak self] in self?.tick() } }
    }

    private static func startTimer(_ tick: @escaping @Sendable () -> Void) -> sending any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.timestamps"))
        timer.schedule(
            deadline: .now(), repeating: .milliseconds(tickMilliseconds), leeway: .milliseconds(100))
        timer.setEventHandler(handler: tick)
        timer.activate()
        return timer
    }

    /// Asks no more, and writes nothing after this returns. A question that is on its way is not waited for.
    package func stop() {
        timer.withLock { $0.take()?.cancel() }
        isStopped.withLock { $0 = true }
    }

    /// Does what is due now; one thread at a time.
    package func tick() {
        do {
            let size = try keeper.newestSize()
            let tasks = agenda.withLock { agenda in
                agenda.hear(urgent: bell.seq)
                return agenda.due(at: now(), size: size)
            }
            for task in tasks where !isStopped.withLock({ $0 }) { try perform(task) }
        } catch StoreError.outcomeUnknown(let why) {
            halt("a timestamp was being kept: \(why)")
        } catch {
            // After the stop the store is closed, which is no news.
            guard !isStopped.withLock({ $0 }) else { return }
            report("timestamps: what is due could not be done and will be tried again: \(error)")
        }
    }

    private func perform(_ task: TimestampAgenda.Task) throws {
        switch task {
        case .survey: try survey()
        case .stamp(let url): try stamp(url)
        case .upgrade(let place): try upgrade(place)
        case .renew(let place, let authority): try renew(place, authority)
        }
    }
}

// MARK: - Each task

extension TimestampJob {
    private func survey() throws {
        let survey = try keeper.survey()
        agenda.withLock { agenda in
            for (source, newest) in survey.newest {
                // A row with another number is none of ours; it counts for nothing.
                guard let instant = try? Instant(parsing: newest.keptAt) else { continue }
                agenda.found(size: newest.size, source: source, at: instant)
            }
            agenda.surveyed(pending: survey.pending, renewals: survey.renewals, at: now())
        }
        if let first = survey.lost.first {
            report(
                """
                timestamps: \(survey.lost.count) kept tokens cannot be renewed, because their certificates have ended \
                or lead to none of the roots; the first is that of \(first.source) over size \(first.size)
                """)
        }
    }

    private func stamp(_ url: String) throws {
        guard let source = settings.sources.first(where: { $0.url == url }) else { return }
        try asking(url) {
            guard let record = try keeper.stamp(source) else { return }
            try keep { try $0.insert(record) }
            let place = TokenPlace(size: record.size, source: url, number: 0)
            agenda.withLock { $0.stamped(place, isPromise: KeptTimestamp(record).isPromise, at: now()) }
        }
    }

    private func upgrade(_ place: TokenPlace) throws {
        // Counted before the answer, so that a calendar that breaks on one promise is asked about the others.
        agenda.withLock { $0.postponed(place, at: now()) }
        try asking(place.source) {
            guard let (record, isPromise) = try keeper.upgrade(place) else { return }
            try keep { try $0.update(record) }
            if !isPromise { agenda.withLock { $0.settled(place) } }
        }
    }

    private func renew(_ place: TokenPlace, _ authority: String) throws {
        try asking(authority) {
            if let record = try keeper.renew(place, by: authority) { try keep { try $0.insert(record) } }
            agenda.withLock { $0.renewed(place) }
        }
    }

    /// Runs one exchange, and notes how it went. What a source does wrong ends here.
    private func asking(_ url: String, _ body: () throws -> Void) throws {
        do {
            try body()
            agenda.withLock { $0.answered(url, at: now()) }
        } catch let error as StoreError {
            agenda.withLock { $0.failed(url, at: now()) }
            throw error
        } catch {
            agenda.withLock { $0.failed(url, at: now()) }
            report("timestamps: \(error)")
        }
    }

    private func keep(_ body: (any StoreWriter) throws -> Void) throws {
        try isStopped.withLock { isStopped in
            if !isStopped { try store.write(body) }
        }
    }
}

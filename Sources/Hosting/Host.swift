package import API
import Dispatch
package import HTTPServer
import Issuance
import SQLiteStorage
import Synchronization
import Temporal
package import Timestamping
import Witnessing

/// A running service.
package final class Host: Sendable {
    /// How often what is due is looked for: an indexed question that costs microseconds when nothing is due, so that
    /// nobody is compensated later than a quarter of a second after their deadline.
    static let assessmentMilliseconds = 250

    package let address: HTTPServer.Address
    private let network: HTTPServer
    private let control: HTTPServer
    /// Nil where the metrics are served over the operator's socket alone.
    private let operations: HTTPServer?
    /// Where the metrics are served.
    package var metricsAddress: HTTPServer.Address? { operations?.address }
    /// Nil without witnesses.
    private let cosigning: CosigningJob?
    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>
    private let chores: Chores
    private let timestamps: TimestampJob?
    private let service: Service
    private let store: any HostedStore
    private let keeper: SpaceKeeper
    private let scrubber: Scrubber
    private let report: @Sendable (String) -> Void
    private let timerQueue = DispatchQueue(label: "punctual.scheduler")

    /// Where to listen, and who hears of it.
    package struct Configuration: Sendable {
        package var address: HTTPServer.Address
        package var tls: HTTPServer.TLS?
        /// How the VC API is served.
        package var vcapi: VCAPI.Settings
        /// The policy file of the log's witnesses; nil for the one in the data directory, if it is there.
        package var witnessPolicy: String?
        /// Hears what the operator should know; no personal data, no secrets.
        package var report: @Sendable (String) -> Void
        /// Where metrics are served beside the operator's socket, in plain HTTP; nil for nowhere.
        package var metricsAddress: HTTPServer.Address?
        /// Whom to ask for timestamps; nil for nobody.
        package var timestamps: TimestampSettings?

        package init(
            address: HTTPServer.Address, tls: HTTPServer.TLS? = nil, vcapi: VCAPI.Settings = VCAPI.Settings(),
            witnessPolicy: String? = nil, report: @escaping @Sendable (String) -> Void
        ) {
            self.address = address
            self.tls = tls
            self.vcapi = vcapi
            self.witnessPolicy = witnessPolicy
            self.report = report
        }
    }

    /// Opens the service of a data directory, assesses what came due while it was down, and listens.
    package init(_ directory: DataDirectory, on machine: DataDirectory.Machine, _ configuration: Configuration) throws {
        let report = configuration.report
        self.report = report
        keeper = SpaceKeeper(HeadRoom(directory.headRoom), report: report)
        let (bell, events) = (TimestampJob.Bell(), EventMeters())
        (service, store) = try Host.open(directory, on: machine.heard(by: bell, events), keeper)
        cosigning = try directory.cosigning(
            service, store, policy: configuration.witnessPolicy, on: machine, report: report)
        keeper.begin()
        Host.notes(directory).forEach(report)
        let router = Router(service, vcapi: configuration.vcapi, report: report)
        Host.assess(service, store, keeper, report)
        let listeners = Listeners()
        let watching = OperationsServer(
            page: MetricsPage(
                service: service, routes: router.meters, events: events,
                machine: MachineState(directory: directory, startedAt: machine.now().milliseconds),
                connections: { listeners.connections }), router: router, report: report)
        control = try HTTPServer(Host.settings(.unix(path: directory.socket), router)) { request, responder in
            if let metrics = watching.metrics(request) {
                responder.answer(metrics)
            } else {
                router.handle(request, over: .dataDirectory, responder)
            }
        }
        operations = try configuration.metricsAddress.map {
            try HTTPServer(Host.settings($0, router), handler: watching.handle)
        }
        var settings = Host.settings(configuration.address, router)
        settings.tls = configuration.tls
        // Not for the socket, where libmicrohttpd complains that it has none of TCP's options.
        settings.log = report
        network = try HTTPServer(settings) { router.handle($0, over: .network, $1) }
        address = network.address
        listeners.add("network", network)
        listeners.add("control", control)
        if let operations { listeners.add("metrics", operations) }
        timer = Mutex(Host.startTimer(timerQueue, service, store, keeper, now: machine.now, report))
        cosigning?.start()
        chores = Chores(service, report)
        timestamps = configuration.timestamps.map { [store] settings in
            TimestampJob(
                store: store, settings: settings, bell: bell, now: machine.now, randomBytes: machine.randomBytes,
                report: report, halt: machine.halt)
        }
        timestamps?.start()
        scrubber = Scrubber(store, keeper.readiness, directory, now: machine.now, report: report)
    }

    /// What runs in the background has so long to end, when everybody has been answered: longer than one slice of
    /// any of it, shorter than a proof of coverage over a million requests, which is begun again some other day.
    static let backgroundMilliseconds = 10_000

    /// Takes no new requests, answers what was accepted, and stops: everything is in the database file then.
    ///
    /// - Parameter graceMilliseconds: how long to wait for what was accepted, on each listener.
    /// - Returns: false when something in the background did not end; nothing acknowledged is lost, and the process
    ///   should end without waiting for it.
    @discardableResult
    package func stop(graceMilliseconds: Int) -> Bool {
        keeper.readiness.raise(.stopping)
        network.stop(graceMilliseconds: graceMilliseconds)
        control.stop(graceMilliseconds: graceMilliseconds)
        operations?.stop(graceMilliseconds: 0)
        timer.withLock { $0.cancel() }
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue(label: "punctual.stop").async { [self] in
            cosigning?.stop()
            chores.stop()
            timestamps?.stop()
            // The last look may be under way.
            timerQueue.sync {}
            scrubber.stop()
            service.finish()
            ended.signal()
        }
        guard ended.wait(timeout: .now() + .milliseconds(Self.backgroundMilliseconds)) == .success else {
            report("Something in the background does not end, and is cut off. Nothing that was acknowledged is lost.")
            return false
        }
        if keeper.readiness.has(.noSpace) { keeper.releaseHeadRoom() }
        do {
            guard try !store.close() else { return true }
            report("Somebody reads the database: its write-ahead log is not empty. Nothing is lost.")
        } catch {
            report("The write-ahead log could not be moved into the database: \(error). Nothing is lost.")
        }
        return true
    }

    /// Opens the directory; where the disk is too full even for that, with the help of the head-room.
    private static func open(
        _ directory: DataDirectory, on machine: DataDirectory.Machine, _ keeper: SpaceKeeper
    ) throws -> (Service, any HostedStore) {
        do {
            return try directory.open(on: machine, keeper)
        } catch StoreError.full {
            keeper.releaseHeadRoom()
            return try directory.open(on: machine, keeper)
        }
    }

    /// What is worth knowing of this machine, and does not keep the service from starting.
    private static func notes(_ directory: DataDirectory) -> [String] {
        var notes: [String] = []
        if SQLiteLibrary.mayResetLogWrongly, (try? directory.storeAddress()) == .file {
            notes.append(
                "SQLite \(SQLiteLibrary.version) may damage a database that two connections write at once. Here only "
                    + "one does; write to the file with nothing else.")
        }
        if (try? AnchorFile.read(directory.anchor).isTorn) ?? false {
            notes.append(
                "One slot of the anchor is damaged, as a loss of power may leave it. The log continues the head in the "
                    + "other one.")
        }
        return notes
    }

    private static func settings(
        _ address: HTTPServer.Address, _ router: Router
    ) -> HTTPServer.Configuration {
        var settings = HTTPServer.Configuration(address: address)
        settings.bodyLimit = { router.bodyLimit($0) }
        return settings
    }

    private static func startTimer(
        _ queue: DispatchQueue, _ service: Service, _ store: any HostedStore, _ keeper: SpaceKeeper,
        now: @escaping @Sendable () -> Instant, _ report: @escaping @Sendable (String) -> Void
    ) -> sending any DispatchSourceTimer {
        let schedule = Mutex(PurgeSchedule())
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = DispatchTimeInterval.milliseconds(assessmentMilliseconds)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(20))
        timer.setEventHandler {
            assess(service, store, keeper, report)
            guard keeper.readiness.obstacles.isEmpty else { return }
            schedule.withLock { purge(service, &$0, now: now, report) }
        }
        timer.activate()
        return timer
    }

    private static func assess(
        _ service: Service, _ store: any HostedStore, _ keeper: SpaceKeeper, _ report: @Sendable (String) -> Void
    ) {
        keeper.look(store)
        // What is due stays due until something can be written.
        guard keeper.readiness.obstacles.isEmpty else { return }
        do {
            guard try service.takesTurn() else { return }
            for failure in try service.assessDue() {
                report("request \(failure.request) could not be assessed and will be tried again: \(failure.error)")
            }
            for failure in try service.climbLadders() {
                report("whether request \(failure.request) is at risk could not be said: \(failure.error)")
            }
            for failure in try service.tendIncidents() {
                report("request \(failure.request) is quarantined in its incident: \(failure.error)")
            }
            for failure in try service.sendNotices() {
                report("nobody was told of request \(failure.request), and will be: \(failure.error)")
            }
            try service.bookBreakage()
            for failure in try service.askSurveys() {
                report("nobody was asked about request \(failure.request), and will be: \(failure.error)")
            }
            try store.checkpointIfDue()
        } catch {
            report("what is due could not be looked for and will be again: \(error)")
        }
    }

    /// Finishes what an erasure, or an earlier process, left to do.
    private static func purge(
        _ service: Service, _ schedule: inout PurgeSchedule, now: () -> Instant, _ report: @Sendable (String) -> Void
    ) {
        let start = now()
        do {
            guard schedule.isDue(at: start), try service.isPurgeDue() else { return }
            defer { schedule.took(from: start, to: now()) }
            _ = try service.purge()
        } catch {
            report("what erased persons left in the files could not be removed and will be later: \(error)")
        }
    }
}

extension DataDirectory.Machine {
    /// The same machine, whose events the bell and the meters hear too.
    fileprivate func heard(by bell: TimestampJob.Bell, _ meters: EventMeters) -> DataDirectory.Machine {
        var machine = self
        machine.observe = { [observe] event, seq in
            bell.hear(event, seq)
            meters.hear(event)
            observe(event, seq)
        }
        return machine
    }
}

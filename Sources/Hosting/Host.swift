package import API
import Dispatch
package import HTTPServer
import Issuance
import SQLiteStorage
import Synchronization
import Temporal
import Witnessing

/// A running service.
package final class Host: Sendable {
    /// How often what is due is looked for: an indexed question that costs microseconds when nothing is due, so that
    /// nobody is compensated later than a quarter of a second after their deadline.
    static let assessmentMilliseconds = 250

    package let address: HTTPServer.Address
    private let network: HTTPServer
    private let control: HTTPServer
    /// Nil without witnesses.
    private let cosigning: CosigningJob?
    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>

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
        let (service, store) = try directory.open(on: machine)
        cosigning = try directory.cosigning(
            service, store, policy: configuration.witnessPolicy, on: machine, report: configuration.report)
        let router = Router(service, vcapi: configuration.vcapi, report: configuration.report)
        Host.assess(service, store, configuration.report)
        control = try HTTPServer(Host.settings(.unix(path: directory.socket), router)) {
            router.handle($0, over: .dataDirectory, $1)
        }
        var settings = Host.settings(configuration.address, router)
        settings.tls = configuration.tls
        // Not for the socket, where libmicrohttpd complains that it has none of TCP's options.
        settings.log = configuration.report
        network = try HTTPServer(settings) { router.handle($0, over: .network, $1) }
        address = network.address
        timer = Mutex(Host.startTimer(service, store, now: machine.now, configuration.report))
        cosigning?.start()
    }

    /// Takes no new requests, answers what was accepted, and stops.
    package func stop(graceMilliseconds: Int) {
        network.stop(graceMilliseconds: graceMilliseconds)
        control.stop(graceMilliseconds: graceMilliseconds)
        timer.withLock { $0.cancel() }
        cosigning?.stop()
    }

    private static func settings(
        _ address: HTTPServer.Address, _ router: Router
    ) -> HTTPServer.Configuration {
        var settings = HTTPServer.Configuration(address: address)
        settings.bodyLimit = { router.bodyLimit($0) }
        return settings
    }

    private static func startTimer(
        _ service: Service, _ store: SQLiteStore, now: @escaping @Sendable () -> Instant,
        _ report: @escaping @Sendable (String) -> Void
    ) -> sending any DispatchSourceTimer {
        let schedule = Mutex(PurgeSchedule())
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.scheduler"))
        let interval = DispatchTimeInterval.milliseconds(assessmentMilliseconds)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(20))
        timer.setEventHandler {
            assess(service, store, report)
            schedule.withLock { purge(service, &$0, now: now, report) }
        }
        timer.activate()
        return timer
    }

    private static func assess(
        _ service: Service, _ store: SQLiteStore, _ report: @Sendable (String) -> Void
    ) {
        do {
            for failure in try service.assessDue() {
                report("request \(failure.request) could not be assessed and will be tried again: \(failure.error)")
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

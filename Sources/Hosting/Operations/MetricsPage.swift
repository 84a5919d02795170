import API
import CanonicalJSON
import Issuance
import Metrics

/// The page that Prometheus reads: what the service did, what waits, what is owed, and what the machine has left. No
/// name of a person, an institution or a request is in it, and no number of series that strangers could raise.
struct MetricsPage: Sendable {
    let service: Service
    let routes: RouteMeters
    let events: EventMeters
    let machine: MachineState
    /// Each listener with its open connections.
    let connections: @Sendable () -> [(listener: String, open: Int)]

    /// The whole page, of this moment.
    ///
    /// - Throws: what reading the store throws.
    func text() throws -> String {
        var page = Exposition()
        readiness(&page)
        traffic(&page)
        sequencer(&page)
        try promises(&page)
        machine.write(to: &page)
        return page.text
    }

    private func readiness(_ page: inout Exposition) {
        let obstacles = service.obstacles
        page.gauge(
            "punctual_ready", "Whether new requests are taken: 1 or 0.", [.init(obstacles.isEmpty ? 1 : 0)])
        let known = Readiness.Obstacle.allCases.map(\.rawValue) + ["queue-full"]
        page.gauge(
            "punctual_obstacle", "What stands in the way of new requests: 1 where it does.",
            known.map { .init(obstacles.contains($0) ? 1 : 0, ("reason", $0)) })
    }

    private func traffic(_ page: inout Exposition) {
        page.counter(
            "punctual_http_requests_total", "Requests answered, by route and class of status.",
            routes.occurred.map {
                .init($0.count, ("method", $0.method), ("route", $0.pattern), ("status", $0.status))
            })
        page.histogram(
            "punctual_http_request_duration_seconds",
            "Time from when a request was complete until its answer was; of those that read, or change something.",
            .seconds, bounds: Histogram.times,
            [([("kind", "read")], routes.readTimes.snapshot), ([("kind", "write")], routes.writeTimes.snapshot)])
        page.gauge(
            "punctual_http_connections", "Open connections.",
            connections().map { .init(Int64($0.open), ("listener", $0.listener)) })
    }

    private func sequencer(_ page: inout Exposition) {
        let (depths, meters) = (service.sequencer.depths, service.meters)
        page.gauge(
            "punctual_queue_commands", "Commands that wait to be written, by whose they are.",
            [
                .init(Int64(depths.institutions), ("party", "institutions")),
                .init(Int64(depths.chores), ("party", "chores")), .init(Int64(depths.urgent), ("party", "urgent")),
            ])
        page.gauge(
            "punctual_queue_parties", "Institutions, and peoples of institutions, that have commands waiting.",
            [.init(Int64(depths.parties))])
        page.gauge(
            "punctual_queue_capacity_commands", "The most commands of institutions that may wait.",
            [.init(Int64(Sequencer.maximumQueue))])
        page.counter(
            "punctual_refused_commands_total",
            "Commands refused for too much in flight: of one institution, or of all.",
            [.init(meters.refused.overShare, ("bound", "share")), .init(meters.refused.busy, ("bound", "capacity"))])
        page.histogram(
            "punctual_queue_wait_seconds", "Time that commands waited until they were taken.", .seconds,
            bounds: Histogram.times, [([], meters.queueTimes.snapshot)])
        page.histogram(
            "punctual_batch_commands", "Commands in one transaction.", .count, bounds: meters.batchSizes.bounds,
            [([], meters.batchSizes.snapshot)])
        page.histogram(
            "punctual_transaction_duration_seconds", "Time of one transaction, with its syncs.", .seconds,
            bounds: Histogram.times, [([], meters.transactionTimes.snapshot)])
        page.histogram(
            "punctual_anchor_sync_seconds", "Time to write the anchor, a few bytes, and to sync it to the disk.",
            .seconds, bounds: Histogram.times, [([], meters.anchorTimes.snapshot)])
    }

    private func promises(_ page: inout Exposition) throws {
        let dashboard = try service.dashboard()
        func number(_ name: String) -> Int64 { dashboard[name]?.integerValue ?? 0 }
        func sums(_ name: String) -> [Exposition.Sample] {
            (dashboard[name]?.objectValue ?? [:]).sorted { $0.key < $1.key }.compactMap { unit, minor in
                minor.integerValue.map { .init($0, ("unit", unit)) }
            }
        }
        page.counter("punctual_log_entries_total", "Entries of the log.", [.init(number("logSize"))])
        page.counter("punctual_requests_accepted_total", "Requests that the log accepted.", [.init(number("accepted"))])
        page.counter(
            "punctual_requests_ended_total", "Requests that were issued, cancelled or denied.",
            [.init(number("stopped"))])
        page.gauge("punctual_requests_in_flight", "Requests that run.", [.init(number("inFlight"))])
        page.counter(
            "punctual_requests_at_risk_total", "Requests that came to be at risk since the start of this process.",
            [.init(events.atRisk)])
        page.counter(
            "punctual_promises_broken_total", "Promises to issue that were broken.", [.init(number("breached"))])
        page.counter("punctual_benefits_posted_total", "Benefits that were posted.", [.init(number("posted"))])
        page.gauge(
            "punctual_due_requests",
            "Requests of which something is due and not assessed: counted up to 1000.", [.init(number("open"))])
        page.gauge(
            "punctual_missed_requests", "Those of them whose time to pay has passed too. Must be 0.",
            [.init(number("missed"))])
        page.gauge("punctual_incidents_open", "Incidents that are open.", [.init(number("incidents"))])
        page.gauge(
            "punctual_quarantined_requests", "Requests that are quarantined in an incident.",
            [.init(number("quarantined"))])
        page.gauge("punctual_owed_minor_units", "What is owed and not paid, by unit.", sums("owed"))
        page.gauge("punctual_given_minor_units", "What was given, by unit.", sums("paid"))
    }
}

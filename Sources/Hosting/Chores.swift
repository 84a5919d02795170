import Dispatch
import Issuance
import Synchronization

/// What may take seconds, and so must not hold up payments: looked for each minute, one after the other, on a thread of
/// its own. What fails is tried again.
final class Chores: Sendable {
    /// How often it is asked what is due.
    private static let seconds = 60

    private let queue = DispatchQueue(label: "punctual.chores")
    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>

    init(_ service: Service, _ report: @escaping @Sendable (String) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = DispatchTimeInterval.seconds(Self.seconds)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .seconds(1))
        timer.setEventHandler { Self.run(service, report) }
        timer.activate()
        self.timer = Mutex(timer)
    }

    private static func run(_ service: Service, _ report: @escaping @Sendable (String) -> Void) {
        @Sendable func attempt(_ what: String, _ chore: () throws -> Void) {
            do { try chore() } catch { report("\(what) failed and will be tried again: \(error)") }
        }
        var isOurTurn = false
        attempt("finding out whose turn it is") { isOurTurn = try service.takesTurn() }
        attempt("the forecast") { try service.remakeForecast() }
        guard isOurTurn else { return }
        attempt("the forecast") {
            try service.refitForecast()
            for failure in try service.foresee() {
                report("what is foreseen of request \(failure.request) could not be said: \(failure.error)")
            }
        }
        attempt("the review of the month") { try service.publishReviews() }
        attempt("the index of the requests") {
            guard try service.isIndexDue() else { return }
            service.indexRequests { result in attempt("the index of the requests") { _ = try result.get() } }
        }
        attempt("the coverage statement") {
            guard try service.isCoverageDue() else { return }
            service.stateCoverage { result in attempt("the coverage statement") { _ = try result.get() } }
        }
    }

    /// Begins nothing more, and waits for what is under way.
    func stop() {
        timer.withLock { $0.cancel() }
        queue.sync {}
    }
}

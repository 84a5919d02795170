import Dispatch
import Issuance
import Synchronization

/// Has the index of requests made anew each hour in which the log grew, and forecasts each minute, on a thread of its
/// own: it may take seconds.
final class IndexTimer: Sendable {
    /// How often it is asked whether an index is due.
    private static let seconds = 60

    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>

    init(_ service: Service, _ report: @escaping @Sendable (String) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.index"))
        let interval = DispatchTimeInterval.seconds(Self.seconds)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .seconds(1))
        timer.setEventHandler {
            Self.foresee(service, report)
            do {
                guard try service.isIndexDue() else { return }
            } catch {
                return report("whether an index of the requests is due could not be found out: \(error)")
            }
            service.indexRequests { result in
                guard case .failure(let error) = result else { return }
                report("the index of the requests could not be made and will be tried again: \(error)")
            }
        }
        timer.activate()
        self.timer = Mutex(timer)
    }

    /// The table of the night, and what it says of the lines as they stand.
    private static func foresee(_ service: Service, _ report: @Sendable (String) -> Void) {
        do {
            try service.refitForecast()
            for failure in try service.foresee() {
                report("what is foreseen of request \(failure.request) could not be said: \(failure.error)")
            }
        } catch {
            report("nothing could be foreseen, and will be tried again: \(error)")
        }
    }

    func stop() { timer.withLock { $0.cancel() } }
}

import Dispatch
import Issuance
import Synchronization

/// Has the index of requests made anew each hour in which the log grew, on a thread of its own: it may take seconds.
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

    func stop() { timer.withLock { $0.cancel() } }
}

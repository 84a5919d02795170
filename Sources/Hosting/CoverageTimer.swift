import Dispatch
import Issuance
import Synchronization

/// Has a coverage statement made each hour in which the log grew, on a thread of its own: it may take seconds.
final class CoverageTimer: Sendable {
    /// How often it is asked whether a statement is due.
    private static let seconds = 60

    /// Cancelled once, at the stop.
    private let timer: Mutex<any DispatchSourceTimer>

    init(_ service: Service, _ report: @escaping @Sendable (String) -> Void) {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "punctual.coverage"))
        let interval = DispatchTimeInterval.seconds(Self.seconds)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .seconds(1))
        timer.setEventHandler {
            do {
                guard try service.isCoverageDue() else { return }
            } catch {
                return report("whether a coverage statement is due could not be found out: \(error)")
            }
            service.stateCoverage { result in
                guard case .failure(let error) = result else { return }
                report("the coverage statement could not be made and will be tried again: \(error)")
            }
        }
        timer.activate()
        self.timer = Mutex(timer)
    }

    func stop() { timer.withLock { $0.cancel() } }
}

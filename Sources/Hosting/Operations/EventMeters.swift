import Issuance
import Synchronization

/// Events that the log has no sum of, counted since the start.
final class EventMeters: Sendable {
    private let atRiskCount = Atomic(0)

    /// Requests that came to be at risk.
    var atRisk: Int64 { Int64(atRiskCount.load(ordering: .relaxed)) }

    func hear(_ event: LogEvent) {
        if case .foresight(.atRisk) = event.event { atRiskCount.add(1, ordering: .relaxed) }
    }
}

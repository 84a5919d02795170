import Compensation
import ServiceLevels
import Temporal

/// Posting what a person granted, by the same way as what came by itself.
extension Situation {
    func post(_ award: Award, of promise: Promise, in decision: inout Decision) throws {
        var settler = Settler(self, promise.record, promise.id, promise.compensation, decision)
        try settler.settle(award, dueAt: now, payBy: promise.compensation.payBy(from: now, promise.clock.calendar))
        decision = settler.decision
    }
}

import Compensation
import ServiceLevels

/// What an assessment may know of a request.
extension Situation {
    /// The facts of a promise; nil while it is not broken.
    func assessmentFacts(of promise: Promise) throws -> AssessmentFacts? {
        let record = promise.record
        let subject = AssessmentFacts.Subject(
            id: record.id, tenant: record.tenant, tier: record.tier.rawValue, type: nil, price: nil)
        return AssessmentFacts(
            promise.clock, at: now, of: subject, incident: try incidentFacts(of: record), posted: promise.posted)
    }

}

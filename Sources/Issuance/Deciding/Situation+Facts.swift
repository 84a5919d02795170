import Compensation
import ServiceLevels

/// What an assessment may know of a request.
extension Situation {
    /// The facts of a promise; nil while it is not broken.
    func assessmentFacts(of promise: Promise) throws -> AssessmentFacts? {
        let record = promise.record
        // A plain policy asks for neither, and a breach of very many requests is found in a hurry.
        let terms =
            promise.compensation.asksForTerms
            ? try state.record(RequestTermsRecord.self, .text(record.id)) : nil
        let subject = AssessmentFacts.Subject(
            id: record.id, tenant: record.tenant, tier: record.tier.rawValue, type: terms?.credentialType,
            price: terms?.price)
        return AssessmentFacts(
            promise.clock, at: now, of: subject, incident: try incidentFacts(of: record), posted: promise.posted,
            human: try humanFacts(of: promise))
    }

}

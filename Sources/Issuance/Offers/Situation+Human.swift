import Compensation
import ServiceLevels

/// What people decided, for the models that wait for that.
extension Situation {
    /// Asks only where the model does.
    func humanFacts(of promise: Promise) throws -> AssessmentFacts.Human {
        switch promise.compensation.model {
        case .flatRefund(.onClaim):
            let isRight = try claims(of: promise.id).contains { $0.category == .refund && $0.outcome == .granted }
            return AssessmentFacts.Human(hasVerifiedClaim: isRight)
        case .personalised:
            let isChosen = try offers(of: promise.id).contains { try $0.state == .accepted && !isDeclined($0, promise) }
            return AssessmentFacts.Human(hasDecidedOffer: isChosen)
        default: return AssessmentFacts.Human()
        }
    }

    /// Whether the budget had no room for what was accepted: then what silence gives is owed after all.
    private func isDeclined(_ offer: OfferRecord, _ promise: Promise) throws -> Bool {
        let key = ClaimKey.offer(
            offer.number, at: Int(offer.benefit), of: promise.record.id, tenant: promise.record.tenant,
            policy: promise.compensation.hash)
        return try state.record(OwedRecord.self, .text(key.text))?.state == .declined
    }
}

import Compensation
import ServiceLevels

/// What was given by people, apart from what the policy gave by itself.
extension Promise {
    /// The identities of what was granted on the claims of a request.
    static func grantKeys(of record: RequestRecord, in state: any StoreReader) throws -> Set<ClaimKey> {
        let claims = try state.records(
            Scan(
                ClaimRecord.self, index: "claim_by_request", equals: [.text(record.id)],
                limit: Int(ClaimID.maximumNumber)))
        let offers = try state.records(
            Scan(
                OfferRecord.self, index: "offer_by_request", equals: [.text(record.id)],
                limit: Int(Situation.maximumOffers)))
        let accepted = offers.compactMap { offer in
            PolicyHash(record.compensation).map {
                ClaimKey.offer(
                    offer.number, at: Int(offer.benefit), of: record.id, tenant: record.tenant, policy: $0)
            }
        }
        return Set(
            accepted
                + claims.flatMap { claim -> [ClaimKey] in
                    guard let policy = PolicyHash(claim.policy) else { return [] }
                    return [false, true].map {
                        .claim(claim.number, isAppeal: $0, of: record.id, tenant: record.tenant, policy: policy)
                    }
                })
    }
}

import Compensation
import ServiceLevels

/// What counts as posted in rule 6: what was posted or is owed, and what caps took.
extension Promise {
    /// What a request was given so far by the tiers of its policy, before caps.
    static func posted(
        for record: RequestRecord, under policy: CompensationPolicy, in state: any StoreReader
    ) throws -> Posted {
        var posted = Posted()
        // What was granted on a claim stands behind at least two entries of the claim.
        if record.breachedAt == nil, record.entryCount < 4 { return posted }
        let granted = try grantKeys(of: record, in: state)
        var sums: [String: (type: String, unit: String, minor: Int64)] = [:]
        func add(_ claimKey: String, _ type: String, _ unit: String, _ minor: Int64) {
            sums[claimKey] = (type, unit, minor + (sums[claimKey]?.minor ?? 0))
        }
        for row in try rows(PaymentRecord.self, "payment_by_request", of: record, in: state) {
            add(row.claimKey, row.benefitType, row.unit, row.minor)
        }
        for row in try rows(OwedRecord.self, "owed_by_request", of: record, in: state) where row.state != .paid {
            add(row.claimKey, row.benefitType, row.unit, row.minor)
        }
        for row in try rows(CappedRecord.self, "capped_by_request", of: record, in: state) {
            add(row.claimKey, row.benefitType, row.unit, row.minor)
        }
        // What other promises of the request were given is theirs.
        if !sums.isEmpty { for award in try state.sideAwards(of: record.id) { sums[award.claimKey] = nil } }
        let late = policy.lateClaimKeys(tenant: record.tenant, request: record.id)
        for (claimKey, sum) in sums {
            guard let key = ClaimKey(claimKey), let type = BenefitType(rawValue: sum.type),
                let unit = UnitOfAccount(rawValue: sum.unit), type.isCounted(in: unit)
            else { throw StoreError.corrupt("payment \(claimKey) is not one that a policy gives") }
            let amount = Amount(sum.minor, unit)
            if granted.contains(key) {
                posted.addGranted(type, amount)
            } else if !late.contains(key) {
                posted.add(key, type, amount)
            }
        }
        return posted
    }

    private static func rows<R: Record>(
        _ type: R.Type, _ index: String, of record: RequestRecord, in state: any StoreReader
    ) throws -> [R] {
        try state.records(Scan(type, index: index, equals: [.text(record.id)], limit: maximumPayments))
    }
}

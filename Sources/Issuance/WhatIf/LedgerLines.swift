import Compensation
import ServiceLevels
import Temporal

/// What the ledger says that one request was given: of each identity all that was posted, is owed or was taken by caps.
struct LedgerLines {
    let record: RequestRecord
    /// By the first entry about each.
    let sorted: [Line]

    struct Line {
        let claimKey: ClaimKey
        let type: BenefitType
        /// With what caps took.
        var amount: Amount
        /// What was accrued in the journal; nil when caps took everything.
        var accrued: Int64?
        var seq: Int64
    }

    var isEmpty: Bool { sorted.isEmpty }
    /// How many rows say so, of payments and of what is or was owed.
    let rows: (payments: Int, owed: Int, capped: Int)

    /// Reads no row of a request of which there can be none.
    init(of record: RequestRecord, in reader: any StoreReader) throws {
        self.record = record
        // What was granted on a claim stands behind at least two entries of the claim.
        guard record.breachedAt != nil || record.entryCount >= 4 else {
            (sorted, rows) = ([], (0, 0, 0))
            return
        }
        var lines: [String: Line] = [:]
        let payments = try Self.rows(PaymentRecord.self, "payment_by_request", of: record, in: reader)
        let owed = try Self.rows(OwedRecord.self, "owed_by_request", of: record, in: reader)
        let capped = try Self.rows(CappedRecord.self, "capped_by_request", of: record, in: reader)
        for row in owed {
            lines[row.claimKey] = try Self.line(
                row.claimKey, row.benefitType, row.unit, row.minor, accrued: row.minor, row.seq, of: record)
        }
        for row in payments {
            let line = try Self.line(
                row.claimKey, row.benefitType, row.unit, row.minor, accrued: row.minor, row.seq, of: record)
            if let before = lines[row.claimKey], before.amount != line.amount || before.type != line.type {
                throw BacktestDifference(
                    record.id, "\(row.claimKey) was not paid as it was owed", unit: row.unit, ledger: row.minor,
                    engine: before.amount.minor)
            }
            if lines[row.claimKey] == nil { lines[row.claimKey] = line }
        }
        for row in capped {
            let line = try Self.line(
                row.claimKey, row.benefitType, row.unit, row.minor, accrued: nil, row.seq, of: record)
            guard var before = lines[row.claimKey] else {
                lines[row.claimKey] = line
                continue
            }
            before.amount = Amount(before.amount.minor + row.minor, before.amount.unit)
            before.seq = min(before.seq, row.seq)
            lines[row.claimKey] = before
        }
        sorted = lines.values.sorted { $0.seq < $1.seq }
        rows = (payments.count, owed.count, capped.count)
    }

    private static func line(
        _ claimKey: String, _ type: String, _ unit: String, _ minor: Int64, accrued: Int64?, _ seq: Int64,
        of record: RequestRecord
    ) throws -> Line {
        guard let key = ClaimKey(claimKey), let type = BenefitType(rawValue: type),
            let unit = UnitOfAccount(rawValue: unit), type.isCounted(in: unit)
        else { throw BacktestDifference(record.id, "payment \(claimKey) is not one that a policy gives") }
        return Line(claimKey: key, type: type, amount: Amount(minor, unit), accrued: accrued, seq: seq)
    }

    private static func rows<R: Record>(
        _ type: R.Type, _ index: String, of record: RequestRecord, in reader: any StoreReader
    ) throws -> [R] {
        try reader.records(
            Scan(type, index: index, equals: [.text(record.id)], limit: Promise.maximumPayments))
    }

    /// What a late payment gives does not depend on the delay, and is compared here.
    func checkLate(under policy: CompensationPolicy, of record: RequestRecord, in reader: any StoreReader) throws {
        guard !policy.settling.payout.ifLate.isEmpty, !isEmpty else { return }
        let told = try reader.record(LateRecord.self, .text(record.id), .text(policy.hash.text))
        let given = Dictionary(uniqueKeysWithValues: sorted.map { ($0.claimKey, $0.amount) })
        for award in policy.lateAwards(tenant: record.tenant, request: record.id, dueAt: .earliest) {
            let ledger = given[award.claimKey]?.minor ?? 0
            let owed = told == nil ? 0 : award.amount.minor
            guard ledger == owed else {
                throw BacktestDifference(
                    record.id, "\(award.type.rawValue) for a late payment", unit: award.amount.unit.rawValue,
                    ledger: ledger, engine: owed)
            }
        }
    }
}

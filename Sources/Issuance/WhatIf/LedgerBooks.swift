import Compensation
import ServiceLevels

/// The journal beside the awards: each award has its accrual, and the provisions hold nothing else.
struct LedgerBooks {
    private let reader: any StoreReader
    private var payments = 0
    private var owed = 0
    private var capped = 0
    /// What was credited to provisions, by unit.
    private var accrued: [String: Int64] = [:]

    init(_ reader: any StoreReader) { self.reader = reader }

    /// Compares the lines of one request with their accruals.
    mutating func add(_ lines: LedgerLines, of record: RequestRecord) throws {
        payments += lines.rows.payments
        owed += lines.rows.owed
        capped += lines.rows.capped
        for line in lines.sorted where !line.type.isUncounted {
            guard let minor = line.accrued else { continue }
            accrued[line.amount.unit.rawValue, default: 0] += minor
            let amount = Amount(minor, line.amount.unit)
            let journal = AwardJournal(line.claimKey, of: line.type, amount, request: record.id).accrual
            for (index, expected) in journal.lines.enumerated() {
                let found = try reader.record(JournalLineRecord.self, .text(journal.id), .integer(Int64(index)))
                guard let found, found.account == expected.account.description,
                    found.unit == expected.amount.unit.rawValue, found.minor == expected.amount.minor
                else {
                    throw BacktestDifference(
                        record.id, "the journal of its \(line.type.rawValue)", unit: line.amount.unit.rawValue,
                        ledger: abs(found?.minor ?? 0), engine: minor)
                }
            }
        }
    }

    /// Compares what is in the tables with what belongs to requests.
    func finish() throws {
        try require(payments, PaymentRecord.self)
        try require(owed, OwedRecord.self)
        try require(capped, CappedRecord.self)
        var credited: [String: Int64] = [:]
        try reader.forEach(JournalLineRecord.self, batch: 1024) { line in
            guard line.minor < 0, line.account.hasPrefix("provision:") else { return }
            credited[line.unit, default: 0] -= line.minor
        }
        // What is taken back goes through the provision of its request once more.
        var expected = accrued
        try reader.forEach(ReversalRecord.self) { row in
            guard let payment = try reader.record(PaymentRecord.self, .text(row.claimKey)) else { return }
            expected[payment.unit, default: 0] += row.minor
        }
        for unit in Set(credited.keys).union(expected.keys).sorted()
        where credited[unit, default: 0] != expected[unit, default: 0] {
            throw BacktestDifference(
                nil, "the journal of all provisions", unit: unit, ledger: credited[unit, default: 0],
                engine: expected[unit, default: 0])
        }
    }

    private func require<R: Record>(_ count: Int, _ type: R.Type) throws {
        var rows = 0
        try reader.forEach(type, batch: 1024) { _ in rows += 1 }
        guard rows == count else {
            throw BacktestDifference(
                nil,
                "table \(R.table.name) has \(rows) rows, \(count) of them of requests to which anything can be owed")
        }
    }
}

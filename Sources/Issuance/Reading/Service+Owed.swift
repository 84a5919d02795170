package import CanonicalJSON
import Compensation
import Temporal

/// What is owed and to be decided, for the staff.
extension Service {
    /// The provision: by unit and by reason how much is owed, in how many awards, since when, and the oldest of them.
    package func owedReport() throws -> JSONObject {
        let now = committer.logTime(now())
        return try store.read { reader in
            var sums: [OwedGroup] = []
            var oldest: [JSON] = []
            var scan = Scan(OwedRecord.self, index: "owed_by_state", equals: [.text("owed")], limit: Self.maximumRows)
            while true {
                let page = try reader.records(scan)
                for row in page {
                    if sums.last.map({ ($0.unit, $0.why) == (row.unit, row.why) }) ?? false {
                        sums[sums.count - 1].add(row)
                    } else {
                        sums.append(OwedGroup(row))
                    }
                    if sums[sums.count - 1].count <= Self.listedOwed { oldest.append(row.json) }
                }
                guard page.count == scan.limit, let last = page.last else { break }
                scan.above = [.text(last.unit), .text(last.why), .integer(last.since), .text(last.claimKey)]
            }
            return [
                "asOf": .string(now.rfc3339), "owed": .array(sums.map(\.json)), "oldest": .array(oldest),
                "provision": .object(try provision(in: reader)),
            ]
        }
    }

    /// How many awards of one unit and reason the report lists.
    private static let listedOwed = 20

    /// What the accounts of the ledger say, which must be the same: the balance of all provisions, by unit.
    private func provision(in reader: any StoreReader) throws -> JSONObject {
        var balances: [String: Int64] = [:]
        var scan = Scan(
            JournalLineRecord.self, index: "journal_by_account", above: [.text("provision:")],
            below: [.text("provision;")], limit: Self.maximumRows)
        while true {
            let page = try reader.records(scan)
            for line in page { balances[line.unit, default: 0] -= line.minor }
            guard page.count == scan.limit, let last = page.last else { break }
            scan.above = [.text(last.account), .integer(last.seq), .text(last.transaction), .integer(last.line)]
        }
        var provision: JSONObject = [:]
        for (unit, balance) in balances where balance != 0 { provision[unit] = .integer(balance) }
        return provision
    }

    /// Everything that waits for the word of people, soonest end first: incidents as a whole, and what stands in none.
    package func approvals() throws -> JSONObject {
        let now = committer.logTime(now())
        return try store.read { reader in
            var open: [(until: Int64, json: JSON)] = []
            try reader.forEachOwed { row in
                guard let kind = Wait.Why(rawValue: row.why), kind == .approval || kind == .hold else { return }
                if kind == .approval, try reader.isInQuestion(row.claimKey) { return }
                let approval = try reader.record(ApprovalRecord.self, .text(row.claimKey))
                if kind == .approval, (approval?.until ?? 0) <= now.milliseconds { return }
                var json = row.members
                json["approvers"] = .integer(kind == .hold ? 1 : approval?.approvers ?? 1)
                json["given"] = .array((approval?.names ?? []).map(JSON.string))
                json["roles"] = .array(
                    kind == .hold
                        ? ["customer-experience", "finance"]
                        : (approval?.staffRoles ?? []).map { .string($0.rawValue) })
                open.append((row.until ?? .max, .object(json)))
            }
            return [
                "questions": .array(
                    try reader.openQuestions(at: now, limit: Self.maximumRows).map { .object($0.members) }),
                "approvals": .array(open.sorted { $0.until < $1.until }.prefix(Self.maximumRows).map(\.json)),
            ]
        }
    }
}

extension StoreReader {
    /// Calls `body` with everything that is owed, by unit and reason, oldest first.
    fileprivate func forEachOwed(_ body: (OwedRecord) throws -> Void) throws {
        var scan = Scan(OwedRecord.self, index: "owed_by_state", equals: [.text("owed")], limit: 1000)
        while true {
            let page = try records(scan)
            for row in page { try body(row) }
            guard page.count == scan.limit, let last = page.last else { return }
            scan.above = [.text(last.unit), .text(last.why), .integer(last.since), .text(last.claimKey)]
        }
    }
}

/// What is owed in one unit for one reason.
private struct OwedGroup {
    let unit: String
    let why: String
    private let oldest: Int64
    private(set) var count = 1
    private var minor: Int64

    init(_ row: OwedRecord) { (unit, why, oldest, minor) = (row.unit, row.why, row.since, row.minor) }

    mutating func add(_ row: OwedRecord) { (count, minor) = (count + 1, minor + row.minor) }

    var json: JSON {
        [
            "unit": .string(unit), "why": .string(why), "minor": .integer(minor), "awards": .integer(Int64(count)),
            "oldest": .string(Instant(milliseconds: oldest).rfc3339),
        ]
    }
}

extension OwedRecord {
    fileprivate var json: JSON { .object(members) }

    /// The award for staff: nothing in it says whose it is.
    fileprivate var members: JSONObject {
        var members: JSONObject = [
            "claimKey": .string(claimKey), "request": .string(request), "unit": .string(unit),
            "minor": .integer(minor), "why": .string(why), "since": .string(Instant(milliseconds: since).rfc3339),
            "type": .string(benefitType), "guaranteed": .bool(rank == 0),
        ]
        members["until"] = until.map { .string(Instant(milliseconds: $0).rfc3339) }
        members["payBy"] = deadline.map { .string(Instant(milliseconds: $0).rfc3339) }
        return members
    }
}

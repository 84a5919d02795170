import Compensation

/// What the log adds up to, entry by entry: the numbers of the dashboard, and the denominator of a share. A fold over
/// events and nothing else, so that whoever has the entries has the same numbers.
package struct Tally: Hashable, Sendable {
    /// How many requests were accepted.
    package internal(set) var accepted: Int64 = 0
    /// How many have ended: issued, cancelled or denied.
    package internal(set) var stopped: Int64 = 0
    /// How many promises to issue were broken.
    package internal(set) var breached: Int64 = 0
    /// How many benefits were posted.
    package internal(set) var posted: Int64 = 0
    /// What became of further checks: `owed`, `done`, `waived`; only those that occurred.
    package private(set) var upgrades: [String: Int64] = [:]
    /// The balances of the ledger by kind of account and unit, such as `provision PFC`: debits less credits.
    package private(set) var ledger: [String: Int64] = [:]

    package init() {}

    /// How many requests run.
    package var inFlight: Int64 { accepted - stopped }

    /// Takes the next event.
    package mutating func count(_ event: Event) {
        switch event {
        case .requestAccepted: accepted += 1
        case .credentialIssued, .requestCancelled, .requestDenied: stopped += 1
        case .promiseBroken(let broken): breached += broken.isBesideIssue ? 0 : 1
        case .compensationPosted(let event):
            posted += 1
            if event.benefitType == BenefitType.assuranceUpgrade.rawValue { upgrades["owed", default: 0] += 1 }
        case .settling(.paid): posted += 1
        case .assurance(.upgraded): upgrades["done", default: 0] += 1
        case .assurance(.checked(let event)) where event.outcome != .passed: upgrades["waived", default: 0] += 1
        default: break
        }
        for entry in event.journal {
            for line in entry.lines { book(line.account, line.unit, line.minor) }
        }
    }

    /// What is owed and not paid by unit: the balance of the provisions.
    package var owed: [String: Int64] { balances { $0 == "provision" } }

    /// What was given by unit, whatever became of it after: all that is neither a cost nor a provision.
    package var paid: [String: Int64] { balances { !["expense", "provision"].contains($0) } }

    private func balances(_ isWanted: (Substring) -> Bool) -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for (name, balance) in ledger {
            let words = name.split(separator: " ")
            if words.count == 2, isWanted(words[0]) { sums[String(words[1]), default: 0] -= balance }
        }
        return sums
    }

    /// Adds one line of a journal. Each amount is less than 2^53, so that it takes more than a thousand of the
    /// greatest to leave 64 bits; then the counter is wrong rather than the service down.
    mutating func book(_ account: String, _ unit: String, _ minor: Int64) {
        let kind = account.utf8.firstIndex(of: UInt8(ascii: ":")).map { account[..<$0] } ?? account[...]
        var name = String(kind)
        name += " "
        name += unit
        ledger[name, default: 0] &+= minor
    }

    private static let ledgerPrefix = "ledger "
    private static let upgradePrefix = "upgrade "

    /// As rows, by name.
    private var rows: [String: Int64] {
        var rows = ["accepted": accepted, "stopped": stopped, "breached": breached, "posted": posted]
        for (name, balance) in ledger { rows[Self.ledgerPrefix + name] = balance }
        for (name, count) in upgrades { rows[Self.upgradePrefix + name] = count }
        return rows
    }

    /// From the rows of a store; of a store without any the empty one.
    init(reading reader: any StoreReader) throws {
        try reader.forEach(TallyRecord.self) { row in
            switch row.name {
            case "accepted": accepted = row.value
            case "stopped": stopped = row.value
            case "breached": breached = row.value
            case "posted": posted = row.value
            case let name where name.hasPrefix(Self.upgradePrefix):
                upgrades[String(name.dropFirst(Self.upgradePrefix.count))] = row.value
            default:
                guard row.name.hasPrefix(Self.ledgerPrefix) else {
                    throw StoreError.corrupt("table tally counts \(row.name), which nothing adds up to")
                }
                ledger[String(row.name.dropFirst(Self.ledgerPrefix.count))] = row.value
            }
        }
    }

    /// Writes what differs from what was stored before: once for a whole batch.
    func store(from before: Tally, in writer: any StoreWriter) throws {
        let old = before.rows
        for (name, value) in rows.sorted(by: { $0.key < $1.key }) {
            guard old[name] != value || before == Tally() else { continue }
            let row = TallyRecord(name: name, value: value)
            if try writer.record(TallyRecord.self, .text(name)) == nil {
                try writer.insert(row)
            } else {
                try writer.update(row)
            }
        }
    }
}

/// What the log adds up to, entry by entry: the numbers of the dashboard, and the denominator of a share. A fold over
/// events and nothing else, so that whoever has the entries has the same numbers.
package struct Tally: Hashable, Sendable {
    /// How many requests were accepted.
    package private(set) var accepted: Int64 = 0
    /// How many have ended: issued or cancelled.
    package private(set) var stopped: Int64 = 0
    /// How many promises to issue were broken.
    package private(set) var breached: Int64 = 0
    /// How many benefits were posted.
    package private(set) var posted: Int64 = 0
    /// What was given by unit, in minor units.
    package private(set) var granted: [String: Int64] = [:]

    package init() {}

    /// How many requests run.
    package var inFlight: Int64 { accepted - stopped }

    /// Takes the next event.
    package mutating func count(_ event: Event) {
        switch event {
        case .requestAccepted: accepted += 1
        case .credentialIssued, .requestCancelled: stopped += 1
        case .promiseBroken: breached += 1
        case .compensationPosted(let posting):
            posted += 1
            // The sum of amounts that are each less than 2^53: it takes more than a thousand of the greatest to leave
            // 64 bits, and then the counter stands rather than the service.
            granted[posting.unit] = granted[posting.unit, default: 0].addingReportingOverflow(posting.minor).partialValue
        default: break
        }
    }

    private static let grantedPrefix = "granted:"

    /// As rows, by name.
    private var rows: [String: Int64] {
        var rows = ["accepted": accepted, "stopped": stopped, "breached": breached, "posted": posted]
        for (unit, minor) in granted { rows[Self.grantedPrefix + unit] = minor }
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
            default:
                guard row.name.hasPrefix(Self.grantedPrefix) else {
                    throw StoreError.corrupt("table tally counts \(row.name), which nothing adds up to")
                }
                granted[String(row.name.dropFirst(Self.grantedPrefix.count))] = row.value
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

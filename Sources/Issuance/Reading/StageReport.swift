package import CanonicalJSON
import Compensation
import ServiceLevels
package import Temporal

/// Where requests spend their time: one walk over all of them, in bounded memory.
package struct StageReport {
    /// What is known of one stage.
    private struct Stay {
        var count: Int64 = 0
        var sum: Int64 = 0
        var longest: Int64 = 0
        /// How many took at most so long, by the bounds of ``StageReport/bounds``, and more than the one before.
        var histogram = [Int64](repeating: 0, count: StageReport.bounds.count + 1)
        /// Who is there now, and since when the one who is there longest.
        var present: Int64 = 0
        var oldest: (request: String, since: Int64)?

        mutating func add(_ length: Int64) {
            count += 1
            sum += length
            longest = max(longest, length)
            histogram[StageReport.bounds.firstIndex { length <= $0.count } ?? StageReport.bounds.count] += 1
        }

        mutating func stay(_ request: String, since: Int64) {
            present += 1
            if oldest.map({ since < $0.since }) ?? true { oldest = (request, since) }
        }
    }

    /// From a minute to a month.
    static let bounds: [Milliseconds] = [
        .minutes(1), .minutes(15), .hours(1), .hours(4), .hours(24), .hours(72), .days(7), .days(30),
    ]

    private var stays: [Stage: Stay] = [:]
    private let now: Int64

    private init(at now: Instant) { self.now = now.milliseconds }

    /// `{"asOf", "stages": [{"stage", "ended", "meanMilliseconds", "longestMilliseconds", "histogram", "present",
    /// "oldest"}]}`: time under review or in signing is what no pause takes; a pause is a stage of its own.
    package static func document(_ reader: any StoreReader, at now: Instant) throws -> JSONObject {
        var report = StageReport(at: now)
        try reader.forEach(RequestRecord.self) { try report.add($0, reader) }
        return [
            "asOf": .string(now.rfc3339), "bounds": .array(bounds.map { .integer($0.count) }),
            "stages": .array(Stage.allCases.compactMap { report.json($0) }),
        ]
    }

    private mutating func add(_ record: RequestRecord, _ reader: any StoreReader) throws {
        // A request that was never held has only the entry of its acceptance, so far.
        let pauses =
            record.entryCount <= 1
            ? []
            : try reader.records(
                Scan(PauseRecord.self, equals: [.text(record.id)], limit: PromiseClock.maximumPauses))
        let end = record.stoppedAt ?? now
        var paused: Int64 = 0
        var isPaused = false
        for pause in pauses {
            let until = min(pause.until ?? pause.limit ?? end, end)
            guard let stage = Stage(rawValue: pause.reason), until >= pause.from else { continue }
            paused += until - pause.from
            let isOpen = record.stoppedAt == nil && pause.until == nil && pause.limit.map { $0 > now } ?? true
            if isOpen {
                isPaused = true
                stays[stage, default: Stay()].stay(record.id, since: pause.from)
            } else {
                stays[stage, default: Stay()].add(until - pause.from)
            }
        }
        let stage: Stage = record.review == .manual ? .review : .signing
        if record.stoppedAt != nil {
            stays[stage, default: Stay()].add(end - record.acceptedAt - paused)
        } else if !isPaused {
            stays[stage, default: Stay()].stay(record.id, since: record.acceptedAt)
        }
    }

    private func json(_ stage: Stage) -> JSON? {
        guard let stay = stays[stage] else { return nil }
        var json: JSONObject = [
            "stage": .string(stage.rawValue), "ended": .integer(stay.count), "present": .integer(stay.present),
            "histogram": .array(stay.histogram.map(JSON.integer)),
        ]
        if stay.count > 0 {
            json["meanMilliseconds"] = .integer(stay.sum / stay.count)
            json["longestMilliseconds"] = .integer(stay.longest)
        }
        if let oldest = stay.oldest {
            json["oldest"] = [
                "request": .string(oldest.request),
                "since": .string(Instant(milliseconds: oldest.since).rfc3339),
            ]
        }
        return .object(json)
    }
}

/// How often what happened happened again.
extension IncidentReading {
    /// Within what time an incident of the same cause is a recurrence.
    static let recurrence = Milliseconds.days(90)

    /// `{"asOf", "withinDays", "causes": [{"cause", "incidents", "recurred"}], "overdue"}`: of how many incidents the
    /// cause came back within that time, by when they were opened; what was merged into another is none of its own.
    package func recurrenceReport() throws -> JSONObject {
        var opened: [Cause: [Int64]] = [:]
        var scan = Scan(
            IncidentRecord.self, index: "incident_by_seq", above: [.integer(-1)], limit: IncidentGroup.pageSize)
        while true {
            let page = try reader.records(scan)
            for record in page where record.mergedInto == nil {
                opened[record.cause, default: []].append(record.openedAt)
            }
            guard page.count == IncidentGroup.pageSize, let last = page.last else { break }
            scan.above = [.integer(last.seq)]
        }
        let causes = Cause.allCases.compactMap { cause -> JSON? in
            guard let instants = opened[cause] else { return nil }
            let recurred = zip(instants, instants.dropFirst()).count { $1 - $0 <= Self.recurrence.count }
            return [
                "cause": .string(cause.rawValue), "incidents": .integer(Int64(instants.count)),
                "recurred": .integer(Int64(recurred)),
            ]
        }
        return [
            "asOf": .string(now.rfc3339), "withinDays": .integer(Self.recurrence.count / Milliseconds.days(1).count),
            "causes": .array(causes), "overdue": .array(try overdueActions()),
        ]
    }
}

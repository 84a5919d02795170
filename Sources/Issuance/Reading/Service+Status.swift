package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal
import TransparencyLog

/// Where one request stands, as anybody may know who has its identifier: instants, the promise, what was given. Nothing
/// here says who or what the credential is about; all of it follows from the public log.
extension Service {
    /// How many recently issued requests are asked how long they took.
    static let comparedRequests = 500

    /// - Parameter locale: of notices, as in `Accept-Language`.
    /// - Throws: `Refusal.unknownRequest`.
    package func statusDocument(_ id: RequestID, in locale: String? = nil) throws -> JSONObject {
        try store.read { reader in
            guard let record = try reader.record(RequestRecord.self, .text(id.text)) else {
                throw Refusal.unknownRequest
            }
            let promise = try Promise(record, in: reader, directory.policies)
            var document = statusFacts(promise)
            let others = try promises(of: promise, in: reader, at: now())
            if !others.isEmpty { document["promises"] = .array(others) }
            document["given"] = .array(try given(for: record, in: reader))
            document["upgrade"] = try upgrade(of: record, in: reader)
            let notices = try notices(of: record, in: locale, reader)
            if !notices.isEmpty { document["notices"] = .array(notices) }
            if let outlook = try outlook(of: record, in: reader) {
                document["expectedAt"] = outlook["expectedAt"]
                document["forecast"] = .object(outlook)
            } else {
                document["expectedAt"] = try expected(promise, in: reader).map { .string($0.rfc3339) }
            }
            document["reason"] = try denial(of: promise.record, in: reader)
            return document
        }
    }

    /// Why there will be no credential; nil where there is or may be one, and where nobody may know any more.
    private func denial(of record: RequestRecord, in reader: any StoreReader) throws -> JSON? {
        guard record.state == .denied, record.erasedAt == nil else { return nil }
        var reason: JSON?
        try reader.forEachEntry(of: record.id) { seq in
            guard reason == nil, let entry = try reader.record(EntryRecord.self, .integer(seq)),
                try LogEntry(parsing: entry.body).type == RequestDenied.type
            else { return }
            reason = try storedOpenings(seq, in: reader)["reason"]
        }
        return reason
    }

    private func statusFacts(_ promise: Promise) -> JSONObject {
        let record = promise.record
        let now = now()
        var facts: JSONObject = [
            "id": .string(record.id), "state": .string(record.state.rawValue), "asOf": .string(now.rfc3339),
            "acceptedAt": .string(Instant(milliseconds: record.acceptedAt).rfc3339),
            "promise": .array(promise.plainWords.map(JSON.string)),
        ]
        facts["dueAt"] = promise.clock.due.map { .string($0.rfc3339) }
        if let erasedAt = record.erasedAt {
            facts["erased"] = true
            facts["erasedAt"] = .string(Instant(milliseconds: erasedAt).rfc3339)
        }
        facts["stoppedAt"] = record.stoppedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        let delay = promise.clock.delay(at: now)
        if delay > .zero { facts["lateMilliseconds"] = .integer(delay.count) }
        facts["waitingFor"] = promise.waitingFor(at: now).map(JSON.string)
        if let pause = promise.clock.pauses.last, promise.clock.isPaused(at: now) {
            facts["pausedUntilAtMost"] = pause.until.map { .string($0.rfc3339) }
        }
        return facts
    }

    /// What was given for a request, oldest first.
    func given(for record: RequestRecord, in reader: any StoreReader) throws -> [JSON] {
        let payments = try reader.records(
            Scan(
                PaymentRecord.self, index: "payment_by_request", equals: [.text(record.id)],
                limit: Promise.maximumPayments))
        return payments.map { payment in
            [
                "type": .string(payment.benefitType), "unit": .string(payment.unit),
                "minor": .integer(payment.minor), "at": .string(Instant(milliseconds: payment.at).rfc3339),
                "entry": .integer(payment.seq),
            ]
        }
    }

    /// When a waiting request can be expected, told from those like it that were issued last.
    private func expected(_ promise: Promise, in reader: any StoreReader) throws -> Instant? {
        let record = promise.record
        guard record.stoppedAt == nil else { return nil }
        let recent = try reader.records(
            Scan(
                RequestRecord.self, index: "request_by_issue",
                equals: [.text(record.tenant), .text(record.review.rawValue)], isDescending: true,
                limit: Self.comparedRequests))
        let durations = recent.compactMap { other in
            other.issuedAt.map { Milliseconds($0 - other.acceptedAt) }
        }.sorted()
        let start = promise.clock.start
        return Expectation.duration(amongCompleted: durations, waited: now() - start).map { start + $0 }
    }
}

extension Promise {
    /// What the request waits for, as a short stable word; nil when it does not wait.
    func waitingFor(at now: Instant) -> String? {
        guard clock.stop == nil else { return nil }
        if clock.isPaused(at: now), let pause = clock.pauses.last { return pause.reason.rawValue }
        return record.review == .manual ? "review" : "service"
    }

    /// The promise and what it pays when it is broken, in sentences.
    var plainWords: [String] { serviceLevel.plainWords + compensation.plainWords }
}

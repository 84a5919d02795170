package import CanonicalJSON
import Compensation
import Multiformats
import Temporal
import TransparencyLog

/// What everybody may know of incidents: numbers, causes and instants; nothing of persons or institutions.
extension IncidentReading {
    /// How many incidents the public list has: those that are open, and the newest others.
    static let publicLength = 50

    /// How long one that is over stays on the page.
    static let publicDays = Milliseconds.days(30)

    /// The public state: `{"asOf", "lastUpdate", "state", "incidents"}`.
    package func publicState() throws -> JSONObject {
        let newest = try reader.records(
            Scan(IncidentRecord.self, index: "incident_by_seq", isDescending: true, limit: Self.publicLength))
        let shown = newest.filter { record in
            guard record.mergedInto == nil else { return false }
            return record.resolvedAt.map { now - Instant(milliseconds: $0) <= Self.publicDays } ?? true
        }
        let stories = try shown.map { try story(of: $0) }
        let worst = shown.filter { $0.resolvedAt == nil }.map(\.severity).max()
        var state: JSONObject = [
            "asOf": .string(now.rfc3339), "state": .string(worst?.rawValue ?? "operational"),
            "logSize": .integer(try reader.record(HeadRecord.self, .integer(1))?.size ?? 0),
            "incidents": .array(stories.map { .object($0.json) }),
        ]
        state["lastUpdate"] = stories.map(\.updated).max().map { .string($0.rfc3339) }
        return state
    }

    private func story(of record: IncidentRecord) throws -> (json: JSONObject, updated: Instant) {
        let events = try history(of: record.id).events
        var json: JSONObject = [
            "id": .string(record.id), "stage": .string(record.stage.rawValue), "state": .string(record.stateWord),
            "severity": .string(record.severity.rawValue), "cause": .string(record.cause.rawValue),
            "affected": .integer(record.count), "of": .integer(record.total),
            "from": .string(Instant(milliseconds: record.from).rfc3339),
        ]
        json["resolvedAt"] = record.resolvedAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        var updates: [JSON] = []
        var last: String?
        for event in events {
            // An institution's own words and the machinery's steps are nothing to tell.
            guard let text = event.event.publicWords, text != last else { continue }
            last = text
            updates.append(["entry": .integer(event.seq), "at": .string(event.at.rfc3339), "text": .string(text)])
        }
        json["updates"] = .array(updates)
        if let lesson = events.last(where: { $0.event.publicLesson != nil }), let text = lesson.event.publicLesson {
            json["postmortem"] = .object(try opened(text, in: lesson))
        }
        return (json, events.last?.at ?? Instant(milliseconds: record.openedAt))
    }

    /// The public part of a postmortem with what opens its commitment.
    private func opened(_ text: String, in stored: Stored) throws -> JSONObject {
        var json: JSONObject = ["entry": .integer(stored.seq), "text": .string(text)]
        guard let opening = try reader.record(OpeningRecord.self, .integer(stored.seq)),
            let subject = try reader.record(SubjectRecord.self, .text(opening.tenant), .text(opening.holder))
        else { return json }
        let opened = try SubjectKey(subject.key32).opening(
            field: "public", value: JSON.string(text).canonicalBytes, seq: UInt64(stored.seq))
        json["salt"] = .string(Base64.encode(opened.salt))
        return json
    }
}

extension IncidentEvent {
    /// What everybody is told of it; nil where nothing is.
    fileprivate var publicWords: String? {
        switch self {
        case .opened(let event): "Requests are late: \(event.stage.words)."
        case .split(let event): "A part of \(event.parent) is looked at by itself."
        case .frozen(let event):
            "\(event.count) of \(event.total) requests are affected; the incident is \(event.severity.rawValue)."
        case .classified(let event): "The cause is \(event.cause.words) (\(event.confidence) % sure)."
        case .merged(let event): "\(event.other) is a part of \(event.incident)."
        case .resolved: "Resolved."
        case .postmortem(let event): event.publicText == nil ? nil : "What was learnt is published."
        case .stageReported, .rulesPublished, .joined, .assessed, .action, .actionDone: nil
        }
    }

    fileprivate var publicLesson: String? {
        guard case .postmortem(let event) = self else { return nil }
        return event.publicText
    }
}

extension Stage {
    /// What a person reads of it.
    fileprivate var words: String {
        switch self {
        case .review: "they wait for approval"
        case .signing: "they wait to be signed"
        case .ledger: "a ledger is slow"
        case .platform: "the service is disturbed"
        case .awaitingRequester: "a pause for the requester ran out"
        case .awaitingHolderWallet: "a pause for the holder's wallet ran out"
        case .awaitingExternalVerifier: "an outside verifier did not answer in time"
        case .legalHold: "a legal hold ran out"
        case .scheduledMaintenance: "maintenance took longer than planned"
        case .requesterReschedule: "an appointment that was moved has passed"
        }
    }
}

extension Cause {
    /// What a person reads of it.
    fileprivate var words: String {
        switch self {
        case .platformOutage: "an outage of the service"
        case .capacity: "more demand than the service could meet"
        case .deploy: "a change of the service"
        case .thirdPartyVerifier: "an outside verifier"
        case .ledgerAnchor: "a slow ledger"
        case .manualReview: "reviews that took too long"
        case .requesterFault: "something that requesters had to do"
        case .fraudHold: "a suspicion of fraud"
        case .forceMajeure: "something nobody could prevent"
        case .unknown: "not known yet"
        }
    }
}

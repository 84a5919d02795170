package import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What people do about incidents, each with a body of its own.
package enum IncidentVerb: String, Hashable, Sendable, CaseIterable {
    case report, rules, open, classify, merge, split, resolve, postmortem, plan, done
}

/// Who asks for something about incidents, and under which name.
package struct IncidentAsker: Hashable, Sendable {
    /// Somebody of the staff, or ``IncidentAuthor/machine``; nil for an institution.
    package let by: String?
    /// The institution that speaks for itself.
    package let tenant: TenantID?
    package let idempotency: Idempotency

    package init(by: String?, tenant: TenantID? = nil, idempotency: Idempotency) {
        self.by = by
        self.tenant = tenant
        self.idempotency = idempotency
    }
}

extension IncidentCommand {
    /// Reads what is asked, strictly.
    ///
    /// - Parameter incident: the one that the address names; nil for verbs that name none.
    /// - Throws: `JSONShapeError`, `PolicyError` as `Refusal`.
    package init(_ verb: IncidentVerb, on incident: IncidentID?, _ body: JSON, by asker: IncidentAsker) throws {
        var reader = try ObjectReader(body)
        let note = try reader.text("note", atMost: IncidentAuthor.maximumNoteBytes)
        let author = IncidentAuthor(by: asker.by, note: note, idempotency: asker.idempotency)
        func named() throws -> IncidentID {
            guard let incident else { throw Refusal.unknownIncident }
            return incident
        }
        switch verb {
        case .report:
            let isFailing = try reader.parsed("state") { ["failing": true, "working": false][$0] }
            let tenant = asker.by == nil ? asker.tenant : try reader.optionallyParsed("tenant") { TenantID($0) }
            self = .report(try reader.stage(), isFailing: isFailing, tenant, author)
        case .rules:
            do throws(PolicyError) {
                self = .publishRules(try IncidentRules(try reader.document()), author)
            } catch {
                throw Refusal(.invalidPolicy, error.problem, at: "/document" + error.pointer.description)
            }
        case .open: self = .open(try reader.stage(), from: try reader.optionalTime("from"), author)
        case .classify:
            let cause = try reader.parsed("cause") { Cause(rawValue: $0) }
            self = .classify(try named(), cause, confidence: try reader.integer("confidence"), author)
        case .merge:
            self = .merge(try named(), other: try reader.parsed("other") { IncidentID($0) }, author)
        case .split: self = .split(try named(), tenants: try reader.tenants(), author)
        case .resolve: self = .resolve(try named(), author)
        case .postmortem:
            let text = try reader.requiredText("text", atMost: IncidentPostmortem.maximumTextBytes)
            let publicText = try reader.text("public", atMost: IncidentPostmortem.maximumTextBytes)
            self = .conclude(try named(), text: text, publicText: publicText, author)
        case .plan:
            let text = try reader.requiredText("text", atMost: IncidentAuthor.maximumNoteBytes)
            let owner = try reader.requiredText("owner", atMost: 16)
            guard let dueAt = try reader.optionalTime("dueAt") else {
                throw Refusal(.invalidRequest, "Say until when.", at: "/dueAt")
            }
            self = .plan(try named(), owner: owner, dueAt: dueAt, text: text, author)
        case .done: self = .finish(try named(), action: try reader.integer("action"), author)
        }
        try reader.finish()
    }
}

extension ObjectReader {
    fileprivate mutating func stage() throws(JSONShapeError) -> Stage {
        let place = pointer(to: "stage")
        guard let stage = Stage(rawValue: try string("stage")) else {
            throw JSONShapeError(pointer: place, problem: Refusal.listing(Stage.self))
        }
        return stage
    }

    fileprivate mutating func document() throws(PolicyError) -> JSON {
        do throws(JSONShapeError) {
            return try value("document")
        } catch {
            throw PolicyError(error)
        }
    }

    fileprivate mutating func tenants() throws(JSONShapeError) -> [TenantID] {
        try array("tenants").map { (json, place) throws(JSONShapeError) in
            guard let tenant = json.stringValue.flatMap({ TenantID($0) }) else {
                throw JSONShapeError(pointer: place, problem: "expected the id of an institution")
            }
            return tenant
        }
    }

    /// An instant as people write it.
    fileprivate mutating func optionalTime(_ key: String) throws(JSONShapeError) -> Instant? {
        guard let text = try optionalString(key) else { return nil }
        do throws(TemporalError) {
            return try Instant(rfc3339: text)
        } catch {
            throw JSONShapeError(pointer: pointer(to: key), problem: "\(error)")
        }
    }

    fileprivate mutating func text(_ key: String, atMost limit: Int) throws(JSONShapeError) -> String? {
        guard let text = try optionalString(key) else { return nil }
        guard (1...limit).contains(text.utf8.count) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "expected a text of 1 to \(limit) bytes")
        }
        return text
    }

    fileprivate mutating func requiredText(_ key: String, atMost limit: Int) throws(JSONShapeError) -> String {
        guard let text = try text(key, atMost: limit) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "required member is missing")
        }
        return text
    }
}

extension Service {
    /// Does something about incidents.
    package func change(_ command: IncidentCommand, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.incident(command, subjectKey: randomBytes(32)), reply)
    }
}

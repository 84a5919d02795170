package import CanonicalJSON
import Multiformats
package import ServiceLevels
package import Temporal

/// The first entry of every log: who issues, who signs checkpoints, where the service is found.
package struct LogOpened: EventContent {
    package static let type = "log.opened"
    package let issuer: String
    package let logKey: String
    package let url: String

    package init(issuer: String, logKey: String, url: String) {
        self.issuer = issuer
        self.logKey = logKey
        self.url = url
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        issuer = try facts.string("issuer")
        logKey = try facts.string("logKey")
        url = try facts.string("url")
    }

    package var facts: JSONObject {
        ["issuer": .string(issuer), "logKey": .string(logKey), "url": .string(url)]
    }
}

/// An institution may request credentials from now on.
package struct InstitutionAdded: EventContent {
    package static let type = "institution.added"
    package let tenant: TenantID
    package let name: String
    package let keyDigest: [UInt8]

    package init(tenant: TenantID, name: String, keyDigest: [UInt8]) {
        self.tenant = tenant
        self.name = name
        self.keyDigest = keyDigest
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        var institution = try openings.object("institution")
        name = try institution.string("name")
        keyDigest = try institution.parsed("keyDigest") { try? Hex.decode($0) }
        try institution.finish()
    }

    package var facts: JSONObject { ["tenant": .string(tenant.text)] }

    package var openings: JSONObject {
        ["institution": ["name": .string(name), "keyDigest": .string(Hex.encode(keyDigest))]]
    }
}

/// A policy document is public, and in force from an instant on.
package struct PolicyPublished: EventContent {
    package static let type = "policy.published"
    package let hash: PolicyHash
    package let document: JSON
    package let effectiveAt: Instant

    package init(hash: PolicyHash, document: JSON, effectiveAt: Instant) {
        self.hash = hash
        self.document = document
        self.effectiveAt = effectiveAt
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        hash = try facts.parsed("hash") { PolicyHash($0) }
        document = try facts.value("document")
        effectiveAt = try facts.instant("effectiveAt")
    }

    package var facts: JSONObject {
        ["hash": .string(hash.text), "document": document, "effectiveAt": .integer(effectiveAt.milliseconds)]
    }
}

/// A promise to a person was broken: the deadline passed.
package struct PromiseBroken: EventContent {
    package static let type = "sla.breach"
    package let objective: String
    /// Which promise of its kind, where a request can have several; else 0. Not said of `issue`.
    package let ordinal: Int64
    package let dueAt: Instant
    package let serviceLevel: PolicyHash
    /// Why nothing is given for it, where something suspends that.
    package let suspension: PolicyHash?

    package init(
        objective: String, ordinal: Int64 = 0, dueAt: Instant, serviceLevel: PolicyHash, suspension: PolicyHash? = nil
    ) {
        self.objective = objective
        self.ordinal = ordinal
        self.dueAt = dueAt
        self.serviceLevel = serviceLevel
        self.suspension = suspension
    }

    /// Whether it is about another promise than that of the credential.
    package var isBesideIssue: Bool { objective != Objective.Metric.issue.rawValue }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        objective = try facts.string("objective")
        ordinal = objective == Objective.Metric.issue.rawValue ? 0 : try facts.integer("ordinal")
        dueAt = try facts.instant("dueAt")
        serviceLevel = try facts.parsed("serviceLevel") { PolicyHash($0) }
        suspension = try facts.optionalPolicyHash("suspension")
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "objective": .string(objective), "dueAt": .integer(dueAt.milliseconds),
            "serviceLevel": .string(serviceLevel.text),
        ]
        if isBesideIssue { facts["ordinal"] = .integer(ordinal) }
        facts["suspension"] = suspension.map { .string($0.text) }
        return facts
    }
}

/// Somebody is to be told of an earlier entry of their request.
package struct NoticeQueued: EventContent {
    package static let type = "notice.queued"
    package let notice: Notice
    /// The sequence number of the entry it tells of.
    package let about: Int64

    /// What is told.
    package enum Notice: String, Hashable, Sendable {
        case breach, compensated, owed, declined, late, reversed, survey
        case atRisk = "at-risk"
        case upgraded
        case checkFailed = "check-failed"
    }

    package init(_ notice: Notice, about: Int64) {
        self.notice = notice
        self.about = about
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        notice = try facts.parsed("notice") { Notice(rawValue: $0) }
        about = try facts.integer("about")
    }

    package var facts: JSONObject { ["notice": .string(notice.rawValue), "about": .integer(about)] }
}

extension ObjectReader {
    /// Reads a text that must be of a known form.
    mutating func parsed<Value>(_ key: String, _ parse: (String) -> Value?) throws(JSONShapeError) -> Value {
        let text = try string(key)
        guard let value = parse(text) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "not a value that may stand here: \(text)")
        }
        return value
    }

    mutating func instant(_ key: String) throws(JSONShapeError) -> Instant {
        Instant(milliseconds: try integer(key))
    }
}

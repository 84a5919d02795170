package import CanonicalJSON
package import Compensation
package import Cryptography
import Multiformats
package import ServiceLevels
package import Temporal
import TransparencyLog

/// A stage fails, or works again, as an institution or the operator says.
package struct StageReported: EventContent {
    package static let type = "stage.reported"
    package let stage: Stage
    package let isFailing: Bool
    /// Whose requests; nil for everybody's.
    package let tenant: TenantID?
    package let author: IncidentAuthor

    package init(stage: Stage, isFailing: Bool, tenant: TenantID?, author: IncidentAuthor) {
        self.stage = stage
        self.isFailing = isFailing
        self.tenant = tenant
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        stage = try facts.parsed("stage") { Stage(rawValue: $0) }
        isFailing = try facts.parsed("state") { ["failing": true, "working": false][$0] }
        tenant = try facts.optionallyParsed("tenant") { TenantID($0) }
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["stage": .string(stage.rawValue), "state": isFailing ? "failing" : "working"]
        facts["tenant"] = tenant.map { .string($0.text) }
        return author.signing(facts)
    }

    package var openings: JSONObject { author.openings }
}

/// By which rules incidents open from here on, and how bad they are.
package struct IncidentRulesPublished: EventContent {
    package static let type = "incident.rules"
    package let rules: IncidentRules
    package let author: IncidentAuthor

    package init(rules: IncidentRules, author: IncidentAuthor) {
        self.rules = rules
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        let place = facts.pointer(to: "document")
        let document = try facts.value("document")
        do throws(PolicyError) {
            rules = try IncidentRules(document)
        } catch {
            throw JSONShapeError(pointer: place, problem: error.problem)
        }
        let hash = rules.hash
        _ = try facts.parsed("hash") { PolicyHash($0) == hash ? hash : nil }
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject { author.signing(["document": rules.json, "hash": .string(rules.hash.text)]) }
    package var openings: JSONObject { author.openings }
}

/// Requests of one stage are late together.
package struct IncidentOpened: EventContent {
    package static let type = "incident.opened"
    package let incident: IncidentID
    package let stage: Stage
    /// When the first promise was broken.
    package let from: Instant
    /// What binds it; nil for the rules of the page.
    package let rules: PolicyHash?
    /// The `sla.breach` at which the alert sounded that opens it (rule 88); nil where enough requests wait together.
    package let alert: Int64?
    package let author: IncidentAuthor

    package init(
        incident: IncidentID, stage: Stage, from: Instant, rules: PolicyHash?, alert: Int64? = nil,
        author: IncidentAuthor
    ) {
        self.alert = alert
        self.incident = incident
        self.stage = stage
        self.from = from
        self.rules = rules
        self.author = author
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        stage = try facts.parsed("stage") { Stage(rawValue: $0) }
        from = try facts.instant("from")
        rules = try facts.optionallyParsed("rules") { PolicyHash($0) }
        alert = try facts.optionalInteger("alert")
        author = try IncidentAuthor(&facts, &openings)
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "incident": .string(incident.text), "stage": .string(stage.rawValue), "from": .integer(from.milliseconds),
        ]
        facts["rules"] = rules.map { .string($0.text) }
        facts["alert"] = alert.map(JSON.integer)
        return author.signing(facts)
    }

    package var openings: JSONObject { author.openings }
}

/// Requests stand in an incident from here on, wherever they stood before.
package struct IncidentJoined: EventContent {
    package static let type = "incident.joined"
    /// As many as fit into an entry with room to spare: 256 names of 39 bytes are 10 KB.
    package static let maximumRequests = 256
    package let incident: IncidentID
    /// In ascending order, each once.
    package let requests: [RequestID]

    package init(incident: IncidentID, requests: [RequestID]) {
        self.incident = incident
        self.requests = requests.sorted()
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        requests = try facts.requests()
    }

    package var facts: JSONObject {
        ["incident": .string(incident.text), "requests": .array(requests.map { .string($0.text) })]
    }
}

/// Who is affected, how many that is of how many, and so how bad it is.
package struct IncidentFrozen: EventContent {
    package static let type = "incident.frozen"
    package let incident: IncidentID
    package let count: Int64
    package let total: Int64
    package let severity: Severity
    /// The Merkle tree hash over the requests.
    package let root: SHA256Digest

    package init(incident: IncidentID, count: Int64, total: Int64, severity: Severity, root: SHA256Digest) {
        self.incident = incident
        self.count = count
        self.total = total
        self.severity = severity
        self.root = root
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        count = try facts.integer("count")
        total = try facts.integer("of")
        severity = try facts.parsed("severity") { Severity(rawValue: $0) }
        root = try facts.parsed("root") { text in
            (try? Base64.decode(text)).flatMap { SHA256Digest($0) }
        }
    }

    package var facts: JSONObject {
        [
            "incident": .string(incident.text), "count": .integer(count), "of": .integer(total),
            "severity": .string(severity.rawValue), "root": .string(root.base64),
        ]
    }
}

/// Requests of the incident were assessed by what it said at an entry: those that are named, or by now all.
package struct IncidentAssessed: EventContent {
    package static let type = "incident.assessed"
    package let incident: IncidentID
    package let asOf: Int64
    /// In ascending order; empty for all.
    package let requests: [RequestID]

    package init(incident: IncidentID, asOf: Int64, requests: [RequestID] = []) {
        self.incident = incident
        self.asOf = asOf
        self.requests = requests.sorted()
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        incident = try facts.parsed("incident") { IncidentID($0) }
        asOf = try facts.integer("asOf")
        requests = try facts.optionalArray("requests") == nil ? [] : facts.requests()
    }

    package var facts: JSONObject {
        var facts: JSONObject = ["incident": .string(incident.text), "asOf": .integer(asOf)]
        if !requests.isEmpty { facts["requests"] = .array(requests.map { .string($0.text) }) }
        return facts
    }
}

extension ObjectReader {
    /// Reads the member `requests`: as many as one entry names, in ascending order.
    fileprivate mutating func requests() throws(JSONShapeError) -> [RequestID] {
        let place = pointer(to: "requests")
        let requests = try array("requests").map { (json, place) throws(JSONShapeError) in
            guard let id = json.stringValue.flatMap({ RequestID($0) }) else {
                throw JSONShapeError(pointer: place, problem: "expected the identifier of a request")
            }
            return id
        }
        let most = IncidentJoined.maximumRequests
        guard (1...most).contains(requests.count), zip(requests, requests.dropFirst()).allSatisfy(<) else {
            throw JSONShapeError(pointer: place, problem: "expected 1 to \(most) requests in ascending order")
        }
        return requests
    }
}

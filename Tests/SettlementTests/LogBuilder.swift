import CanonicalJSON
import Cryptography
import Settlement
import Temporal
import TransparencyLog

/// Writes logs as the page of the log says, and numbers them last: so an operator who drops or adds entries and signs
/// everything anew is one change to ``drafts``.
struct LogBuilder {
    /// An entry without its place.
    struct Draft {
        /// What ``about`` of another draft refers to.
        let id: Int
        var t: Int64
        var type: String
        var rid: String?
        var facts: JSONObject
        var cm: [String: Commitment] = [:]
        /// The draft whose `seq` becomes the fact `about`.
        var about: Int?
    }

    /// 2026-01-01T00:00:00Z.
    static let start: Int64 = 1_767_225_600_000
    static let second: Int64 = 1000
    static let hour: Int64 = 3_600_000
    static let day: Int64 = 86_400_000

    var drafts: [Draft] = []
    /// The openings of premium windows, by the id of their draft.
    var openings: [Int: WindowOpening] = [:]
    /// The tenant and the hashes that ``accept`` writes, of the documents published last.
    var serviceLevel = ""
    var compensation = ""

    private var nextID = 0

    init() {
        add(
            "log.opened", at: Self.start,
            ["issuer": "did:web:example.org", "logKey": "key", "url": "https://example.org"])
        addKey()
    }

    @discardableResult
    mutating func add(
        _ type: String, _ rid: String? = nil, at t: Int64, _ facts: JSONObject = [:], cm: [String: Commitment] = [:],
        about: Int? = nil
    ) -> Int {
        drafts.append(Draft(id: nextID, t: t, type: type, rid: rid, facts: facts, cm: cm, about: about))
        nextID += 1
        return nextID - 1
    }

    /// The entries, numbered and chained, and the openings by their numbers.
    func entries() throws -> [LogEntry] {
        var entries: [LogEntry] = []
        var last: [String: LogEntry] = [:]
        let seqs = self.seqs
        var previous = LogEntry.genesisPrevious(origin: Self.origin)
        for (seq, draft) in drafts.enumerated() {
            var facts = draft.facts
            if let about = draft.about { facts["about"] = .integer(Int64(seqs[about] ?? 999_999)) }
            let request = draft.rid.map { rid in
                last[rid].map { LogEntry.Request(rid: rid, rn: ($0.request?.rn ?? 0) + 1, rprev: $0.leafHash) }
                    ?? LogEntry.Request(first: rid)
            }
            let entry = try LogEntry(
                origin: Self.origin, seq: UInt64(seq), prev: previous, t: Instant(milliseconds: draft.t),
                type: draft.type,
                request: request, cm: draft.cm, facts: facts)
            entries.append(entry)
            previous = entry.leafHash
            if let rid = draft.rid { last[rid] = entry }
        }
        return entries
    }

    static let origin = "log.example.org"

    /// By the id of its draft, the number of an entry.
    var seqs: [Int: Int] {
        Dictionary(uniqueKeysWithValues: drafts.enumerated().map { ($1.id, $0) })
    }

    /// What a stranger says of this log at `now`, premium windows opened.
    ///
    /// - Parameter kept: checkpoints that the stranger kept.
    func report(at now: Int64, kept: [VerifiedCheckpoint] = []) throws -> SettlementReport {
        let seqs = seqs
        let openings = Dictionary(
            uniqueKeysWithValues: openings.compactMap { id, opening in seqs[id].map { (UInt64($0), opening) } })
        var recomputation = Recomputation(window: { openings[$0] }, kept: kept)
        for entry in try entries() { recomputation.read(entry) }
        return recomputation.finish(at: Instant(milliseconds: now))
    }
}

/// One call for each row of the page's table. What the rules compute is given by the caller, in words of the test.
extension LogBuilder {
    @discardableResult
    mutating func publish(_ document: JSON, at t: Int64 = start) -> Int {
        let hash = "sha256:\(SHA256.hash(document.canonicalBytes))"
        switch document["kind"] {
        case "ServiceLevel": serviceLevel = hash
        case "Compensation": compensation = hash
        default: break
        }
        let from = document["metadata"]?["effectiveFrom"]?.stringValue.flatMap { try? Instant(rfc3339: $0) }
        let effectiveAt = max(from?.milliseconds ?? 0, t)
        return add(
            "policy.published", at: t,
            ["document": document, "effectiveAt": .integer(effectiveAt), "hash": .string(hash)])
    }

    mutating func accept(
        _ rid: String, at acceptedAt: Int64, due: Int64, tenant: String = "default", tier: String = "standard",
        type: String? = nil, loggedAt: Int64? = nil
    ) {
        var facts: JSONObject = [
            "tenant": .string(tenant), "tier": .string(tier), "review": "none", "objective": "issue",
            "acceptedAt": .integer(acceptedAt), "dueAt": .integer(due), "serviceLevel": .string(serviceLevel),
            "compensation": .string(compensation),
        ]
        facts["credentialType"] = type.map { .string($0) }
        add("request.accepted", rid, at: loggedAt ?? acceptedAt, facts, cm: Self.commitments)
    }

    static let commitments = [
        "holder": Commitment(digest: SHA256.hash(Array("holder".utf8))),
        "credential": Commitment(digest: SHA256.hash(Array("credential".utf8))),
    ]

    mutating func hold(
        _ rid: String, at t: Int64, until: Int64?, reason: String = "awaiting-requester",
        evidence: String = "notice-delivered"
    ) {
        var facts: JSONObject = ["reason": .string(reason), "evidence": .string(evidence)]
        facts["until"] = until.map { .integer($0) }
        add("request.held", rid, at: t, facts)
    }

    mutating func resume(_ rid: String, at t: Int64, due: Int64) {
        add("request.resumed", rid, at: t, ["dueAt": .integer(due)])
    }

    /// The key that signs in these histories.
    static let key = "did:web:log.example.org#1"

    mutating func addKey(_ key: String = Self.key, at t: Int64 = start) {
        add(
            "key.added", at: t,
            [
                "did": "did:web:log.example.org", "from": .integer(t), "issuer": "default", "key": .string(key),
                "publicKeyJwk": [:],
            ])
    }

    mutating func issue(_ rid: String, at t: Int64, key: String = Self.key) {
        add(
            "credential.issued", rid, at: t, ["key": .string(key), "securing": "eddsa-jcs-2022"],
            cm: Self.commitments)
    }

    mutating func cancel(_ rid: String, at t: Int64) { add("request.cancelled", rid, at: t) }

    mutating func deny(_ rid: String, at t: Int64) { add("request.denied", rid, at: t) }

    mutating func erase(_ rid: String, at t: Int64) { add("subject.erased", rid, at: t, cm: Self.commitments) }

    /// A breach and its notice.
    @discardableResult
    mutating func breach(_ rid: String, at t: Int64, due: Int64) -> Int {
        let id = add(
            "sla.breach", rid, at: t,
            ["objective": "issue", "dueAt": .integer(due), "serviceLevel": .string(serviceLevel)])
        add("notice.queued", rid, at: t, ["notice": "breach"], about: id)
        return id
    }
}

/// A posting as its facts say it.
struct Posting {
    var rid: String
    var t: Int64
    var tier = 0
    var benefit = 0
    var minor: Int64
    var unit = "PFC"
    var type = "credit"
    var tenant = "default"
    /// How long a credit is valid.
    var expires = 365 * LogBuilder.day
    /// Of a premium extension.
    var window: (from: Int64, until: Int64)?
    var holder = "alice"
}

extension LogBuilder {
    /// A posting and its notice.
    @discardableResult
    mutating func post(_ posting: Posting) -> Int {
        let id = add("compensation.post", posting.rid, at: posting.t, facts(of: posting))
        if posting.type == "premium-extension" { commit(posting, id) }
        add("notice.queued", posting.rid, at: posting.t, ["notice": "compensated"], about: id)
        return id
    }

    private mutating func commit(_ posting: Posting, _ id: Int) {
        let window = posting.window ?? (posting.t, posting.t + posting.minor * Self.day)
        let value: JSON = ["from": .integer(window.from), "until": .integer(window.until)]
        let salt = [UInt8](repeating: UInt8(truncatingIfNeeded: id), count: Opening.saltByteCount)
        guard let opening = try? Opening(field: "window", salt: salt, value: value.canonicalBytes) else { return }
        openings[id] = WindowOpening(opening, holder: posting.holder)
        drafts[drafts.count - 1].cm["window"] = opening.commitment
    }

    func facts(of posting: Posting) -> JSONObject {
        let key = Self.claimKey(posting, policy: compensation)
        var facts: JSONObject = [
            "claimKey": .string(key), "objective": "issue", "compensation": .string(compensation),
            "tier": .integer(Int64(posting.tier)), "benefit": .integer(Int64(posting.benefit)),
            "benefitType": .string(posting.type), "unit": .string(posting.unit), "minor": .integer(posting.minor),
            "journal": Self.journal(posting, key), "trail": ["highest tier", "top-up"],
        ]
        if posting.type == "credit" {
            facts["from"] = .integer(posting.t)
            facts["until"] = .integer(posting.t + posting.expires)
        }
        return facts
    }

    static func claimKey(_ posting: Posting, policy: String) -> String {
        let claim: JSON = [
            "benefit": .integer(Int64(posting.benefit)), "objective": "issue", "policy": .string(policy),
            "request": .string(posting.rid), "tenant": .string(posting.tenant), "tier": .integer(Int64(posting.tier)),
        ]
        return "\(SHA256.hash(claim.canonicalBytes))"
    }

    static func journal(_ posting: Posting, _ key: String) -> JSON {
        func line(_ account: String, _ minor: Int64) -> JSON {
            ["account": .string(account), "unit": .string(posting.unit), "minor": .integer(minor)]
        }
        func id(_ step: String) -> JSON {
            .string(String("\(SHA256.hash(Array("journal v1\n\(key)\n\(step)".utf8)))".prefix(32)))
        }
        let pocket = posting.type == "credit" ? "wallet:\(key)" : "premium:\(key)"
        return [
            [
                "id": id("accrue"),
                "lines": [
                    line("expense:compensation", posting.minor), line("provision:\(posting.rid)", -posting.minor),
                ],
            ],
            [
                "id": id("pay"),
                "lines": [line("provision:\(posting.rid)", posting.minor), line(pocket, -posting.minor)],
            ],
        ]
    }
}

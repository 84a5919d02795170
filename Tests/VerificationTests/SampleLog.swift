import CanonicalJSON
import Cryptography
import Multiformats
import Temporal
import TransparencyLog

/// A log of two requests whose entries stand between each other, as the page "What the log says" describes them.
struct SampleLog {
    static let origin = "issuer.example/log"
    static let rid = "0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f"
    static let otherRid = "0190d6a0-7b2e-7cc3-98c4-dc0c0c073990"
    static let serviceLevel = "sha256:" + String(repeating: "a", count: 64)
    static let compensation = "sha256:" + String(repeating: "b", count: 64)
    static let draft: JSON = ["credentialSubject": ["id": "did:example:ada"]]
    static let draftDigest = "sha256:\(SHA256.hash(draft.canonicalBytes))"

    private(set) var entries: [LogEntry] = []
    private(set) var openings: [(seq: UInt64, opening: Opening, value: JSON)] = []
    var signer: NoteSigner

    init(key seed: UInt8 = 9) throws {
        signer = NoteSigner(name: try KeyName(Self.origin), privateKey: try sampleKey(seed))
    }

    var logKey: VerifierKey { signer.verifierKey }

    /// - Parameter private: what the entry commits to, by field.
    mutating func append(
        _ type: String, of rid: String? = nil, at t: Instant, _ facts: JSONObject = [:], private: JSONObject = [:],
        origin: String = SampleLog.origin
    ) throws {
        let seq = UInt64(entries.count)
        let key = try SubjectKey((0..<32).map { UInt8(seq) &+ $0 })
        var cm: [String: Commitment] = [:]
        for (field, value) in `private` {
            let opening = try key.opening(field: field, value: value.canonicalBytes, seq: seq)
            cm[field] = opening.commitment
            openings.append((seq, opening, value))
        }
        entries.append(
            try LogEntry(
                origin: origin, seq: seq, prev: entries.last?.leafHash ?? LogEntry.genesisPrevious(origin: origin),
                t: t,
                type: type, request: rid.map(place), cm: cm, facts: facts))
    }

    private func place(of rid: String) -> LogEntry.Request {
        guard let last = entries.last(where: { $0.request?.rid == rid }), let rn = last.request?.rn else {
            return LogEntry.Request(first: rid)
        }
        return LogEntry.Request(rid: rid, rn: rn + 1, rprev: last.leafHash)
    }
}

extension SampleLog {
    /// What `request.accepted` says of the sample request.
    static func acceptedFacts(_ change: (inout JSONObject) -> Void = { _ in }) -> JSONObject {
        var facts: JSONObject = [
            "tenant": "university", "tier": "standard", "review": "manual", "objective": "issue",
            "acceptedAt": .integer(Instant.accepted.milliseconds), "dueAt": .integer(Instant.due.milliseconds),
            "serviceLevel": .string(serviceLevel), "compensation": .string(compensation),
        ]
        change(&facts)
        return facts
    }

    /// The log up to the acceptance of both requests.
    static func accepted(
        receipt: JSONObject, facts: JSONObject = acceptedFacts(), loggedAfter delay: Milliseconds = .seconds(1)
    ) throws -> SampleLog {
        var log = try SampleLog()
        try log.append("log.opened", at: .accepted - .days(1), ["url": "https://issuer.example"])
        try log.append(
            "request.accepted", of: rid, at: .accepted + delay, facts,
            private: [
                "holder": ["id": "ada", "email": "ada@example.org"], "credential": draft, "receipt": .object(receipt),
                "idempotency": ["key": "k1", "digest": "00"],
            ])
        try log.append("request.accepted", of: otherRid, at: .accepted + .minutes(2), facts)
        return log
    }

    /// The whole story of the sample request: paused, late, compensated, issued.
    static func complete(receipt: JSONObject, credential: JSONObject) throws -> SampleLog {
        var log = try accepted(receipt: receipt)
        let pause = Instant.accepted + .hours(1)
        try log.append(
            "request.held", of: rid, at: pause,
            [
                "reason": "holder-evidence-missing", "evidence": "message-to-holder",
                "until": .integer((pause + .days(1)).milliseconds),
            ], private: ["note": "the photograph is unreadable"])
        let due = JSON.integer((Instant.due + .minutes(5)).milliseconds)
        try log.append("request.resumed", of: rid, at: pause + .minutes(5), ["dueAt": due])
        let late = Instant.due + .minutes(6)
        try log.append(
            "sla.breach", of: rid, at: late,
            ["objective": "issue", "dueAt": due, "serviceLevel": .string(serviceLevel)])
        try log.append("notice.queued", of: rid, at: late, ["notice": "breach", "about": 5])
        try log.append("compensation.post", of: rid, at: late, credits(from: late))
        try log.append("notice.queued", of: rid, at: late, ["notice": "compensated", "about": 7])
        let window: JSONObject = [
            "from": .integer(late.milliseconds), "until": .integer((late + .days(3)).milliseconds),
        ]
        try log.append(
            "compensation.post", of: rid, at: late, ["benefitType": "premium-extension", "unit": "day", "minor": 3],
            private: ["window": .object(window)])
        try log.append("request.approved", of: rid, at: .issued, private: ["note": "agreed"])
        try log.append(
            "credential.issued", of: rid, at: .issued,
            private: ["credential": .object(credential), "status": ["list": 0, "index": 4711]])
        try log.append("request.approved", of: otherRid, at: .issued + .minutes(1))
        return log
    }

    private static func credits(from start: Instant) -> JSONObject {
        [
            "benefitType": "credit", "unit": "PFC", "minor": 50, "from": .integer(start.milliseconds),
            "until": .integer((start + .days(365)).milliseconds),
        ]
    }

    /// The same log with the credential revoked at its end.
    func revoking(at t: Instant) throws -> SampleLog {
        var log = self
        try log.append("credential.revoked", of: Self.rid, at: t)
        return log
    }
}

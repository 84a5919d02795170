import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import StatusLists
import Temporal
import TransparencyLog

/// What the log is proven to say about one request, with those committed values that are shown and match.
struct ProvenRequest {
    let timeline: RequestTimeline
    /// By `seq` of the entry, the shown values by field.
    let openings: [UInt64: JSONObject]

    /// The first entry, in which the request was accepted.
    var accepted: LogEntry { timeline.events[0] }

    /// The identifier of the request.
    var rid: String { accepted.request?.rid ?? "" }

    func entries(ofType type: EntryType) -> [LogEntry] { timeline.events.filter { $0.type == type.rawValue } }

    func value(of field: String, in entry: LogEntry) -> JSON? { openings[entry.seq]?[field] }

    /// The entries that commit to credentials, the one that counts last.
    var credentials: [LogEntry] { entries(ofType: .credentialIssued) + entries(ofType: .credentialUpgraded) }
}

/// What the audit bundles that were handed in prove together: the measure for the documents beside or inside them.
struct LogKnowledge {
    /// The requests of the bundles that hold.
    let requests: [ProvenRequest]
    /// Whether there is a bundle that does not hold, or is not known to.
    let hasUnproven: Bool

    /// The keys that the bundles speak of.
    let keys: KeyHistory

    init(requests: [ProvenRequest]) {
        self.requests = requests
        hasUnproven = false
        keys = KeyHistory([])
    }

    /// - Returns: nil when there are no bundles, and so no questions about the log.
    init?(from bundles: [BundleProof]) {
        guard !bundles.isEmpty else { return nil }
        let believed = bundles.filter(\.isBelieved)
        requests = believed.compactMap(\.request)
        hasUnproven = requests.count < bundles.count
        keys = believed.map(\.keys).reduce(KeyHistory([])) { $0.merging($1) }
    }
}

extension LogKnowledge {
    /// Where the log commits to a credential.
    typealias Issued = (request: ProvenRequest, entry: LogEntry)

    private var allIssued: [Issued] { requests.flatMap { request in request.credentials.map { (request, $0) } } }

    /// The entry that commits to this very credential; nil when none does that is shown.
    func issued(_ content: Evidence.Content) -> Issued? {
        allIssued.first { issued in
            issued.request.value(of: "credential", in: issued.entry).map(content.isCommitted) ?? false
        }
    }

    /// Whether this is the very credential that the log commits to, and whether the log says that it was withdrawn.
    func check(credential content: Evidence.Content, _ issued: Issued?, at instant: Instant) -> Check {
        if let issued {
            // Another bundle of the same request may go further.
            let sameRequest = requests.filter { $0.rid == issued.request.rid }
            return Self.check(issued, withdrawals: Withdrawals(sameRequest), at: instant)
        }
        if allIssued.contains(where: { $0.request.value(of: "credential", in: $0.entry) == nil }) {
            return Check(
                .log, .cannotTell,
                "The bundle does not show the credential that the log commits to; ask for one that does.")
        }
        if hasUnproven { return .skipped(.log, because: "the bundle is not proven") }
        guard allIssued.isEmpty else {
            return content.isDerived
                ? Check(
                    .log, .cannotTell,
                    "The log commits to a whole credential, and this is a part that its holder made of one.")
                : Check(.log, .failed, "It is not the credential that the log commits to.")
        }
        return Check(.log, .cannotTell, "As far as the bundle goes no credential was issued; ask for a newer one.")
    }

    private static func check(_ issued: Issued, withdrawals: Withdrawals, at instant: Instant) -> Check {
        let entry = issued.entry
        var facts: JSONObject = [
            "request": .string(issued.request.rid), "entry": .integer(Int64(entry.seq)),
            "at": .string(entry.t.rfc3339),
        ]
        let steps = [
            Check.Step("entry", String(entry.seq)), Check.Step("its hash in the log", "\(entry.leafHash)"),
            Check.Step("logged at", entry.t.rfc3339),
        ]
        func check(_ outcome: Check.Outcome, _ sentence: String) -> Check {
            Check(.log, outcome, sentence, facts: facts, problem: .statusVerification, steps: steps)
        }
        if let successor = withdrawals.successor(of: entry) {
            facts["supersededAt"] = .string(successor.t.rfc3339)
            facts["supersededBy"] = .integer(Int64(successor.seq))
            let when = "entry \(successor.seq) of the log signed a new one \(successor.t.dateTimeStamp)"
            return successor.t <= instant
                ? check(.failed, "It was superseded, after a further check: \(when). Ask for that one.")
                : check(.passed, "Entry \(entry.seq) of the log commits to it; later, \(when).")
        }
        if let revocation = withdrawals.revocation {
            facts["revokedAt"] = .string(revocation.t.rfc3339)
            let when = "entry \(revocation.seq) of the log revoked it \(revocation.t.dateTimeStamp)"
            return revocation.t <= instant
                ? check(.failed, "It was withdrawn: \(when).")
                : check(.passed, "Entry \(entry.seq) of the log commits to it; later, \(when).")
        }
        if let suspension = withdrawals.suspension(at: instant) {
            facts["suspendedAt"] = .string(suspension.t.rfc3339)
            return check(
                .failed, "It is suspended: entry \(suspension.seq) of the log says so \(suspension.t.dateTimeStamp).")
        }
        return check(.passed, "Entry \(entry.seq) of the log commits to this very credential.")
    }
}

/// What the log says about taking a credential back.
private struct Withdrawals {
    let revocation: LogEntry?
    private let upgrades: [LogEntry]
    /// Each with whether it suspends, in the order of the log.
    private let suspensions: [(entry: LogEntry, isSet: Bool)]

    init(_ requests: [ProvenRequest]) {
        revocation = requests.flatMap { $0.entries(ofType: .credentialRevoked) }.first
        upgrades = requests.flatMap { $0.entries(ofType: .credentialUpgraded) }
        let changes = requests.flatMap { $0.entries(ofType: .credentialStatus) }
            .filter { $0.facts["purpose"] == .string(StatusPurpose.suspension.rawValue) }
        suspensions = changes.sorted { $0.seq < $1.seq }.map { ($0, $0.facts["value"] != .integer(0)) }
    }

    /// The entry of the credential that took its place; nil while none did.
    func successor(of entry: LogEntry) -> LogEntry? {
        upgrades.first { $0.facts["former"]?.integerValue == Int64(entry.seq) }
    }

    /// The entry that suspends it as of an instant; nil when the last one lifts it, or there is none.
    func suspension(at instant: Instant) -> LogEntry? {
        guard let last = suspensions.last(where: { $0.entry.t <= instant }), last.isSet else { return nil }
        return last.entry
    }
}

extension Evidence.Content {
    /// Whether a committed value is this; a token of which not all is shown is known by what its issuer signed.
    fileprivate func isCommitted(_ value: JSON) -> Bool {
        switch self {
        case .json(let json): return value == .object(json)
        case .token(let token):
            // The same token may be committed to in its envelope.
            guard case .token(let committed)? = (try? Evidence(value))?.content else { return false }
            return committed.signed == token.signed
        }
    }

    /// Whether a holder may have made it out of another.
    fileprivate var isDerived: Bool {
        guard case .json(let json) = self, let proof = json["proof"] else { return false }
        return (proof.arrayValue ?? [proof]).contains { $0["cryptosuite"] == "ecdsa-sd-2023" }
    }
}

extension LogKnowledge {
    /// When the log took the very receipt; nil when it is not shown to.
    func logged(_ receipt: JSONObject) -> Instant? {
        requests.first { $0.value(of: "receipt", in: $0.accepted) == .object(receipt) }?.accepted.t
    }

    /// Whether the log says the same as this receipt, and whether what was asked for is what the receipt confirms.
    func checks(receipt: IntakeReceipt, _ json: JSONObject) -> [Check] {
        guard let request = requests.first(where: { .string($0.rid) == JSON.string(receipt.request) }) else {
            let log =
                hasUnproven
                ? Check.skipped(.log, because: "the bundle is not proven")
                : Check(.log, .failed, "The bundle is about request \(requests.map(\.rid).joined(separator: ", ")).")
            return [log, .skipped(.request, because: "the log is not known to have this request")]
        }
        return [Self.check(receipt, json, in: request), Self.requestCheck(receipt, in: request)]
    }

    private static func check(_ receipt: IntakeReceipt, _ json: JSONObject, in request: ProvenRequest) -> Check {
        let entry = request.accepted
        let facts: JSONObject = [
            "entry": .integer(Int64(entry.seq)), "loggedAt": .string(entry.t.rfc3339),
            "loggedWithin": .string((entry.t - receipt.acceptedAt).iso8601),
        ]
        let differences = receipt.differences(from: entry)
        guard differences.isEmpty else {
            return Check(
                .log, .failed, "The log promises otherwise: \(differences.joined(separator: "; ")).", facts: facts)
        }
        guard receipt.acceptedAt <= entry.t, entry.t - receipt.acceptedAt <= receipt.loggedWithin else {
            return Check(
                .log, .failed,
                "It was logged \(entry.t.dateTimeStamp), and not within \(receipt.loggedWithin) of its acceptance.",
                facts: facts)
        }
        if let committed = request.value(of: "receipt", in: entry), committed != .object(json) {
            return Check(.log, .failed, "It is not the receipt that the log commits to.", facts: facts)
        }
        return Check(.log, .passed, "Entry \(entry.seq) of the log makes the same promise.", facts: facts)
    }

    private static func requestCheck(_ receipt: IntakeReceipt, in request: ProvenRequest) -> Check {
        guard let asked = request.value(of: "credential", in: request.accepted) else {
            return Check(.request, .notApplicable, "The log does not show the credential as it was asked for.")
        }
        let digest = "sha256:\(SHA256.hash(asked.canonicalBytes))"
        return digest == receipt.credentialDigest
            ? Check(.request, .passed, "It confirms the credential that was asked for.")
            : Check(
                .request, .failed, "It confirms another credential than the one that the log says was asked for.",
                facts: ["found": .string(digest), "receipt": .string(receipt.credentialDigest)])
    }
}

extension IntakeReceipt {
    /// What the entry `request.accepted` says differently, as half sentences.
    fileprivate func differences(from entry: LogEntry) -> [String] {
        let said: [(member: String, receipt: JSON?, log: JSON?)] = [
            ("log", .string(log), .string(entry.origin)),
            ("tenant", .string(tenant), entry.facts["tenant"]),
            ("objective", .string(objective), entry.facts["objective"]),
            ("acceptedAt", .string(acceptedAt.rfc3339), entry.facts.instantText("acceptedAt")),
            ("dueAt", .string(dueAt.rfc3339), entry.facts.instantText("dueAt")),
            ("serviceLevel", .string(serviceLevel), entry.facts["serviceLevel"]),
            ("compensation", .string(compensation), entry.facts["compensation"]),
            ("calendar", calendar.map { .string($0) }, entry.facts["calendar"]),
            ("zone", zone.map { .string($0) }, entry.facts["zone"]),
        ]
        return said.filter { $0.receipt != $0.log }.map { member, receipt, log in
            "\(member) is \(log?.canonicalString ?? "missing") in the log and "
                + "\(receipt?.canonicalString ?? "missing") in the receipt"
        }
    }
}

extension JSONObject {
    /// An instant in milliseconds, as the text that documents have.
    fileprivate func instantText(_ key: String) -> JSON? {
        guard let number = self[key]?.integerValue, let instant = try? Instant(parsing: number) else {
            return self[key]
        }
        return .string(instant.rfc3339)
    }
}

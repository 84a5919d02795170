import CanonicalJSON
import Console
import HTTPClient
import Hosting
import Issuance
import Proofs
import Settlement
import Temporal
import TransparencyLog
import Verification

/// The end of the demo: one user's view, every credential verified offline, the audit, the recomputation, the figures.
struct DemoSummary {
    let exampleID: String
    private let head: TreeHead
    private let settlement: SettlementReport
    private let verified: Int

    init(_ service: DemoService, _ outcomes: [DemoRun.Outcome], _ show: DemoShow) throws {
        let late = service.counts.values.late
        guard let example = outcomes.first(where: { RequestID($0.id).map(late.contains) ?? false }) else {
            throw Failure("Nobody was late: the demo shows nothing.")
        }
        exampleID = example.id
        let client = HTTPClient()
        show.line("")
        show.stage("what \(example.person.name) sees: punctual status \(example.id)")
        let status = try JSON(parsing: service.fetch("\(service.url)/v1/requests/\(example.id)/status", client))
        for line in StatusWords(status, show.terminal).lines { show.line("  " + line) }
        show.stage("every credential is verified offline: proof, issuer, validity, status list")
        verified = try Self.verify(outcomes, service, client)
        show.line("  \(verified) of \(outcomes.count) are valid")
        show.stage("the log is hashed again, every table made again from it, and every payment computed again")
        let (source, anchored) = try service.directory.openReader()
        let keys = try LogTrust.keys(service.directory.verifierKey)
        (head, settlement) = try source.read { reader in
            let checked = try Command.checkLog(reader, keys: keys, anchored: anchored, show.terminal)
            return (checked.head, try Command.recompute(reader, at: Machine.now(), show.terminal))
        }
        show.terminal.endProgress()
    }

    /// Whether the demo kept its promise.
    var isGood: Bool { settlement.verdict == .settled && settlement.missed == 0 && settlement.double == 0 }

    var json: JSON {
        [
            "requests": .integer(Int64(settlement.requests)), "issued": .integer(Int64(settlement.issued)),
            "breached": .integer(Int64(settlement.breached)),
            "compensated": .integer(Int64(settlement.compensated)), "missed": .integer(Int64(settlement.missed)),
            "double": .integer(Int64(settlement.double)),
            "creditsGranted": .integer(settlement.granted["PFC"] ?? 0),
            "premiumDaysGranted": .integer(settlement.granted["DAYS"] ?? 0),
            "verifiedOffline": .integer(Int64(verified)), "logSize": .integer(Int64(head.size)),
            "logRoot": .string(head.root.base64),
        ]
    }

    func words(_ terminal: Terminal) -> [String] {
        settlement.words(terminal).map { "  " + $0 } + [
            "    log          \(head.size) entries, root \(head.root.base64)"
        ]
    }

    /// How many of the issued credentials a stranger finds valid who knows the issuer's identifier and has the status
    /// lists.
    private static func verify(
        _ outcomes: [DemoRun.Outcome], _ service: DemoService, _ client: HTTPClient
    ) throws -> Int {
        let credentials = outcomes.compactMap(\.credential)
        let addresses = Set(credentials.compactMap { $0["credentialStatus"]?["statusListCredential"]?.stringValue })
        let lists = try addresses.sorted().map { try Evidence(parsing: service.fetch($0, client)) }
        guard let issuer = credentials.first?["issuer"]?.stringValue else { return 0 }
        var trust = Trust(at: Machine.now())
        trust.issuers = [try DIDKey(issuer).uri]
        let verdicts = Verifier(trust: trust, statusLists: lists).verify(try credentials.map { try Evidence($0) })
        return verdicts.count { $0.conclusion == .valid }
    }
}

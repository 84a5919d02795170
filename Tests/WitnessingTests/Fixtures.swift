import Cryptography
import HTTPServer
import Issuance
import Simulation
import Synchronization
import Temporal
import TransparencyLog
import Witnessing

/// A log with leaves of any text, kept as the service keeps its own, that can be copied and continued in two ways.
final class TestLog {
    static let origin = "log.example"

    let store: MemoryStore
    let signer: NoteSigner
    private(set) var appender: TileAppender

    private init(store: MemoryStore, signer: NoteSigner, appender: TileAppender) {
        self.store = store
        self.signer = signer
        self.appender = appender
    }

    convenience init(_ leaves: [String] = [], key first: UInt8 = 1) throws {
        let signer = NoteSigner(name: try KeyName(Self.origin), privateKey: try privateKey(first))
        self.init(store: MemoryStore(Tables.all), signer: signer, appender: TileAppender())
        if !leaves.isEmpty { try append(leaves) }
    }

    /// A copy of everything, key and all, as of a machine that was cloned or restored.
    func copy() -> TestLog { TestLog(store: store.restarted(), signer: signer, appender: appender) }

    var head: TreeHead { appender.head }
    var key: VerifierKey { signer.verifierKey }

    /// Appends leaves and signs one checkpoint.
    func append(_ leaves: [String]) throws {
        for leaf in leaves { appender.append(MerkleTree.leafHash(Array(leaf.utf8))) }
        let tiles = appender.takeChangedTiles()
        let note = try self.note(head)
        try store.write { writer in
            for tile in tiles {
                let record = TileRecord(
                    level: Int64(tile.coordinate.level), index: Int64(tile.coordinate.index), hashes: tile.bytes)
                let isNew = try writer.record(TileRecord.self, key: record.key) == nil
                if isNew { try writer.insert(record) } else { try writer.update(record) }
            }
            try writer.insert(
                CheckpointRecord(size: Int64(head.size), note: String(decoding: note.bytes, as: UTF8.self)))
        }
    }

    func append(_ count: Int) throws { try append((0..<count).map { "leaf \(head.size + UInt64($0))" }) }

    /// Signs whatever head it is told to.
    func note(_ head: TreeHead, origin: String = TestLog.origin) throws -> SignedNote {
        try SignedNote(signing: try Checkpoint(origin: origin, head: head).text, by: signer)
    }

    var note: SignedNote { get throws { try note(head) } }

    func head(at size: UInt64) throws -> TreeHead {
        TreeHead(size: size, root: try store.read { try $0.root(size: size) })
    }

    /// The request that takes a witness from one size to another.
    func request(from old: UInt64, to new: UInt64? = nil) throws -> AddCheckpointRequest {
        let new = new ?? head.size
        let proof = try store.read { try $0.consistencyProof(from: min(old, new), to: new) }
        return AddCheckpointRequest(oldSize: old, proof: proof, note: try note(head(at: new)))
    }

    var asOurs: OurLog { OurLog(store: store, origin: Self.origin) { [key] in [key] } }

    func cosignatures() throws -> [CosignatureRecord] {
        try store.read { try $0.records(Scan(CosignatureRecord.self, limit: 100)) }
    }
}

func privateKey(_ first: UInt8) throws -> Ed25519PrivateKey {
    try Ed25519PrivateKey(seed: [UInt8](repeating: first, count: 32))
}

/// A witness with a memory store and a clock that stands until it is moved.
final class TestWitness: Sendable {
    static let time = Instant(milliseconds: 1_700_000_000_000)

    let clock = ManualClock(time)
    let cosigner: Cosigner
    let store: MemoryStore
    let witness: Witness
    let reports = Mutex<[String]>([])
    let halted = Mutex<String?>(nil)

    init(
        _ name: String = "witness.example/w1", key first: UInt8 = 0x70, logs: [VerifierKey], store: MemoryStore? = nil
    ) throws {
        cosigner = Cosigner(name: try KeyName(name), privateKey: try privateKey(first))
        self.store = store ?? MemoryStore(Witness.tables)
        witness = Witness(cosigner, logs: LogPolicy(trusting: logs), store: self.store, now: { [clock] in clock.now })
    }

    var key: VerifierKey { cosigner.verifierKey }

    var handler: WitnessHandler {
        WitnessHandler(
            witness, report: { line in self.reports.withLock { $0.append(line) } },
            halt: { why in self.halted.withLock { $0 = why } })
    }

    /// Asks without a network.
    func send(_ method: HTTPMethod, _ target: String, _ body: [UInt8] = []) throws -> HTTPResponse {
        let answer = Mutex<HTTPResponse?>(nil)
        handler.handle(
            try HTTPRequest(method, target, body: body), HTTPResponder { got in answer.withLock { $0 = got } })
        return answer.withLock { $0 } ?? HTTPResponse(.internalServerError)
    }

    func add(_ request: AddCheckpointRequest) throws -> HTTPResponse { try add(request.bytes) }
    func add(_ body: [UInt8]) throws -> HTTPResponse { try send(.post, "/add-checkpoint", body) }

    /// What monitors see of the test log.
    func monitored(origin: String = TestLog.origin) throws -> HTTPResponse {
        try send(.get, "/\(Witness.monitorName(origin: origin))/checkpoint")
    }

    /// Listens on a free port.
    func listen() throws -> HTTPServer {
        var configuration = HTTPServer.Configuration(address: .tcp(host: "127.0.0.1", port: 0))
        configuration.bodyLimit = WitnessHandler.bodyLimit
        let handler = handler
        return try HTTPServer(configuration) { handler.handle($0, $1) }
    }
}

/// A policy of witnesses by name, key and address, with a quorum.
func policy(_ witnesses: [(VerifierKey, url: String?)], quorum: String) throws -> LogPolicy {
    let lines = witnesses.enumerated().map { index, witness in
        "witness w\(index) \(witness.0.vkey) \(witness.url ?? "")\n"
    }
    let names = witnesses.indices.map { "w\($0)" }.joined(separator: " ")
    let group = witnesses.isEmpty ? "" : "group \(quorum) \(names)\nquorum q\n"
    return try LogPolicy(
        parsing: Array((lines.joined() + (quorum == "none" ? "quorum none\n" : group)).utf8))
}

/// Everything around one cosigning job, and what became of it.
final class JobWorld: Sendable {
    struct Seen {
        var evidence: [ForkEvidence] = []
        var halts: [String] = []
        var reports: [String] = []
        var witnessed: [UInt64] = []
    }

    let clock = ManualClock(TestWitness.time)
    let seen = Mutex(Seen())

    var evidence: [ForkEvidence] { seen.withLock(\.evidence) }
    var halts: [String] { seen.withLock(\.halts) }
    var reports: [String] { seen.withLock(\.reports) }
    var witnessed: [UInt64] { seen.withLock(\.witnessed) }

    func job(_ log: OurLog, _ policy: LogPolicy, timeoutMilliseconds: Int = 2_000) throws -> CosigningJob {
        try CosigningJob(
            log, policy: policy, timeoutMilliseconds: timeoutMilliseconds,
            CosigningSurroundings(
                now: { [clock] in clock.now }, randomBytes: { [UInt8](repeating: 0xFF, count: $0) },
                saveEvidence: { evidence in self.seen.withLock { $0.evidence.append(evidence) } },
                halt: { why in self.seen.withLock { $0.halts.append(why) } },
                report: { line in self.seen.withLock { $0.reports.append(line) } },
                witnessed: { size in self.seen.withLock { $0.witnessed.append(size) } }))
    }
}

extension CosigningJob {
    /// One round to its end.
    func roundToEnd() {
        round()
        waitUntilIdle()
    }
}

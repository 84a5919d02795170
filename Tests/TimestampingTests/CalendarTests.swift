import Cryptography
import HTTPServer
import Issuance
import OpenTimestamps
import Simulation
import Synchronization
import Temporal
import Testing
import Timestamping

@Suite("Timestamps of calendars (OpenTimestamps)")
struct CalendarTests {
    /// A calendar that appends two bytes to a digest and hashes that, and after a while puts it into block 7.
    final class Calendar: Sendable {
        private let isDone = Mutex(false)
        private let answer = Mutex<HTTPResponse?>(nil)
        func finish() { isDone.withLock { $0 = true } }
        /// Another answer than the right one.
        func spoil(_ response: HTTPResponse) { answer.withLock { $0 = response } }

        func stand() throws -> StandIn {
            try StandIn { [self] request in
                if let response = answer.withLock({ $0 }) { return response }
                if request.path == "/digest", request.body.count == 32 {
                    return HTTPResponse(
                        .ok, body: [0xF0, 2, 0xAB, 0xCD, 0x08] + Self.pending("https://elsewhere.example"))
                }
                guard request.path.hasPrefix("/timestamp/"), isDone.withLock({ $0 }) else {
                    return HTTPResponse(.notFound)
                }
                return HTTPResponse(.ok, body: [0xF1, 1, 0x01, 0x08] + Self.block)
            }
        }

        static let block: [UInt8] = [0x00, 0x05, 0x88, 0x96, 0x0D, 0x73, 0xD7, 0x19, 0x01, 0x01, 0x07]

        static func pending(_ uri: String) -> [UInt8] {
            [0x00, 0x83, 0xDF, 0xE3, 0x0D, 0x2E, 0xF9, 0x0C, 0x8E, UInt8(uri.utf8.count + 1), UInt8(uri.utf8.count)]
                + Array(uri.utf8)
        }
    }

    @Test("a promise is kept at once, and later upgraded in its place, at the address that the operator gave")
    func upgraded() throws {
        let (scene, calendar) = (try Scene(), Calendar())
        let server = try calendar.stand()
        let job = try scene.job(calendars: [server.url])
        job.tick()
        job.tick()
        let newest = try #require(try scene.newest())
        let digest = SHA256.hash(Array(newest.note.utf8))
        let promise = try #require(try scene.rows().first)
        #expect(promise.kind == .openTimestamps && promise.size == newest.size)
        #expect(KeptTimestamp(promise).statement == .promised)
        let commitment = SHA256.hash(digest.bytes + [0xAB, 0xCD])
        scene.clock.advance(by: Milliseconds(600_000))
        job.tick()
        #expect(try scene.rows() == [promise])
        calendar.finish()
        scene.clock.advance(by: Milliseconds(1_200_000))
        job.tick()
        let complete = try #require(try scene.rows().first)
        #expect(KeptTimestamp(complete).statement == .block(height: 7))
        #expect(try scene.rows().count == 1 && complete.keptAt == promise.keptAt)
        let file = try OTSFile(parsing: complete.token)
        #expect(file.digest == digest)
        #expect(file.attestations.last?.message == SHA256.hash([0x01] + commitment.bytes).bytes)
        // Never asked again.
        scene.clock.advance(by: Milliseconds(50_000_000))
        for _ in 0..<3 { job.tick() }
        #expect(
            server.requests.lines == [
                "POST /digest", "GET /timestamp/\(commitment)", "GET /timestamp/\(commitment)",
            ])
        #expect(scene.reports.lines == [])
    }

    @Test("a promise from before a restart is looked after")
    func restarted() throws {
        let (scene, calendar) = (try Scene(), Calendar())
        let server = try calendar.stand()
        let first = try scene.job(calendars: [server.url])
        first.tick()
        first.tick()
        calendar.finish()
        let second = try scene.job(calendars: [server.url])
        second.tick()
        second.tick()
        #expect(try scene.rows().map { KeptTimestamp($0).statement } == [.block(height: 7)])
    }

    static let unknown: [UInt8] = [0x00, 1, 2, 3, 4, 5, 6, 7, 8, 0]

    @Test(
        "what is no promise about our digest is not kept",
        arguments: [
            HTTPResponse(.ok), HTTPResponse(.ok, body: [1, 2, 3]),
            HTTPResponse(.internalServerError, body: Calendar.block),
            HTTPResponse(.ok, body: Calendar.block + [0]), HTTPResponse(.ok, body: unknown),
            HTTPResponse(.ok, body: [UInt8](repeating: 0xFF, count: 10_001)),
            HTTPResponse(.ok, body: [UInt8](repeating: 0x08, count: 9_000) + Calendar.block),
        ])
    func refused(answer: HTTPResponse) throws {
        let (scene, calendar) = (try Scene(), Calendar())
        calendar.spoil(answer)
        let server = try calendar.stand()
        let job = try scene.job(calendars: [server.url])
        for _ in 0..<3 { job.tick() }
        #expect(try scene.rows() == [])
        #expect(scene.reports.lines.count == 1)
    }

    @Test("a broken answer to the question about a promise leaves the promise as it is")
    func brokenUpgrade() throws {
        let (scene, calendar) = (try Scene(), Calendar())
        let server = try calendar.stand()
        let job = try scene.job(calendars: [server.url])
        job.tick()
        job.tick()
        let kept = try scene.rows()
        calendar.spoil(HTTPResponse(.ok, body: Self.unknown + [9]))
        scene.clock.advance(by: Milliseconds(600_000))
        job.tick()
        #expect(try scene.rows() == kept)
        #expect(scene.reports.lines.count == 1)
    }

    @Test("the earliest stamped checkpoint that covers an entry, of any kind or of one")
    func stampedCheckpoint() throws {
        let scene = try Scene()
        for name in ["one", "two", "three"] { try scene.grow(name) }
        let sizes = try scene.world.store.read { reader in
            var sizes: [Int64] = []
            try reader.forEach(CheckpointRecord.self) { sizes.append($0.size) }
            return sizes
        }
        let (early, late) = (sizes[sizes.count - 3], sizes[sizes.count - 1])
        func row(_ size: Int64, _ source: String, _ number: Int64, _ kind: TimestampRecord.Kind) -> TimestampRecord {
            TimestampRecord(size: size, source: source, number: number, kind: kind, keptAt: 1, token: [1])
        }
        let rows = [
            row(early, "a", 0, .openTimestamps), row(late, "a", 0, .openTimestamps), row(late, "b", 0, .rfc3161),
            row(late, "b", 1, .rfc3161),
        ]
        try scene.world.store.write { writer in for row in rows { try writer.insert(row) } }
        let found = try scene.world.store.read { reader in
            [
                try reader.stampedCheckpoint(covering: early - 1), try reader.stampedCheckpoint(covering: early),
                try reader.stampedCheckpoint(covering: 0, kind: .rfc3161), try reader.stampedCheckpoint(covering: late),
            ]
        }
        #expect(found.map { $0?.checkpoint.size } == [early, late, late, nil])
        #expect(found[0]?.tokens == [rows[0]])
        #expect(found[2]?.tokens == Array(rows[1...]))
    }
}

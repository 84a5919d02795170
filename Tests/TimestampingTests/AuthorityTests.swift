import Cryptography
import Dispatch
import Foundation
import HTTPServer
import Issuance
import Simulation
import Synchronization
import Temporal
import TestSupport
import Testing
import Timestamping

@Suite("Timestamps of authorities (RFC 3161)")
struct AuthorityTests {
    @Test("the newest checkpoint is stamped and kept, as openssl says too")
    func stamped() throws {
        try TemporaryFolder.with { folder in
            let authority = try TimestampAuthority(in: folder)
            let (scene, server) = (try Scene(), try StandIn(authority))
            let roots = try TrustedRoots(pem: authority.root)
            let job = try scene.job(authorities: [server.url + "/"], roots: roots)
            try scene.grow("one")
            job.tick()
            job.tick()
            let row = try #require(try scene.rows().first)
            let newest = try #require(try scene.newest())
            #expect(row.size == newest.size && row.number == 0 && row.source == server.url && row.kind == .rfc3161)
            #expect(row.keptAt == scene.clock.now.milliseconds)
            let digest = SHA256.hash(Array(newest.note.utf8)).description
            #expect(try authority.accepts(row.token, digest: digest, atSeconds: row.keptAt / 1000))
            #expect(
                try !authority.accepts(row.token, digest: SHA256.hash([]).description, atSeconds: row.keptAt / 1000))
            let said = try TimestampLine.verify(
                tokens: [row.token], note: Array(newest.note.utf8), roots: roots, atMilliseconds: row.keptAt)
            #expect(said.count == 1 && said[0].policy == "1.2.3.4.1")
            #expect(KeptTimestamp(row).statement == .at(Instant(milliseconds: said[0].genTimeMilliseconds)))
            // Nothing new, nothing asked; and what is kept is known after a start.
            scene.clock.advance(by: Milliseconds(7_200_000))
            job.tick()
            let restarted = try scene.job(authorities: [server.url], roots: roots)
            for _ in 0..<3 { restarted.tick() }
            #expect(server.requests.lines == ["POST /"])
            #expect(scene.reports.lines == [])
        }
    }

    @Test("a breach is stamped without waiting for the hour, many of them together")
    func breach() throws {
        try TemporaryFolder.with { folder in
            let authority = try TimestampAuthority(in: folder)
            let (scene, server) = (try Scene(), try StandIn(authority))
            let job = try scene.job(authorities: [server.url], roots: try TrustedRoots(pem: authority.root))
            for name in ["one", "two", "three"] { try scene.grow(name) }
            job.tick()
            job.tick()
            try scene.grow("four")
            scene.clock.advance(by: Milliseconds(60_000))
            job.tick()
            #expect(try scene.rows().count == 1)
            scene.world.clock.advance(by: .days(30))
            var surroundings = scene.world.surroundings.surroundings(scene.world.store)
            surroundings.observe = { [bell = scene.bell] in bell.hear($0, $1) }
            #expect(try Service(surroundings).assessDue().isEmpty)
            for _ in 0..<60 {
                job.tick()
                scene.clock.advance(by: Milliseconds(1_000))
            }
            let sizes = try scene.rows().map(\.size)
            #expect(sizes.count == 2)
            #expect(try sizes.last == scene.newest()?.size)
            #expect(server.requests.lines.count == 2)
        }
    }

    @Test(
        "whatever else is answered is not kept, and does not keep the service from issuing",
        arguments: ["status", "garbage", "empty", "refusal", "other imprint", "replay", "stranger", "huge", "nothing"])
    func refused(kind: String) throws {
        try TemporaryFolder.with { folder in
            let names = ["own", "stranger"].map { folder.appending(path: $0) }
            for name in names { try FileManager.default.createDirectory(at: name, withIntermediateDirectories: false) }
            let authority = try TimestampAuthority(in: names[0])
            let stranger = try TimestampAuthority(in: names[1])
            let scene = try Scene()
            try scene.grow("one")
            // The same imprint under another nonce: what was answered to somebody else.
            let note = Array(try #require(try scene.newest()).note.utf8)
            let query = try TimestampQuery(imprint: SHA256.hash(note), nonce: [7]).der
            let replayed = try authority.answer(query)
            let foreign = try authority.answer(try TimestampQuery(imprint: SHA256.hash([]), nonce: [7]).der)
            let server = try StandIn { request in
                switch kind {
                case "status": HTTPResponse(.serviceUnavailable, body: replayed)
                case "garbage": HTTPResponse(.ok, body: [UInt8](repeating: 0x30, count: 500))
                case "empty": HTTPResponse(.ok)
                case "refusal": HTTPResponse(.ok, body: (try? authority.answer([0x30, 0x00])) ?? [])
                case "other imprint": HTTPResponse(.ok, body: foreign)
                case "replay": HTTPResponse(.ok, body: replayed)
                case "stranger": HTTPResponse(.ok, body: (try? stranger.answer(request.body)) ?? [])
                default: HTTPResponse(.ok, body: [UInt8](repeating: 0x30, count: 10 << 20))
                }
            }
            let url = kind == "nothing" ? "http://127.0.0.1:1" : server.url
            let job = try scene.job(authorities: [url], roots: try TrustedRoots(pem: authority.root))
            for _ in 0..<4 { job.tick() }
            #expect(try scene.rows() == [])
            #expect(scene.reports.lines.count == 1)
            #expect(scene.reports.lines.first?.hasPrefix("timestamps: \(url) ") == true)
            try scene.grow("two")
            // Asked again after two minutes, not before.
            scene.clock.advance(by: Milliseconds(119_000))
            job.tick()
            #expect(scene.reports.lines.count == 1)
            scene.clock.advance(by: Milliseconds(1_000))
            job.tick()
            #expect(scene.reports.lines.count == 2)
        }
    }

    @Test("an authority that does not answer holds up nobody who issues, and nothing is written after the stop")
    func slow() throws {
        try TemporaryFolder.with { folder in
            let authority = try TimestampAuthority(in: folder)
            let (asked, go, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup())
            let server = try StandIn { request in
                asked.signal()
                go.wait()
                return HTTPResponse(.ok, body: (try? authority.answer(request.body)) ?? [])
            }
            let scene = try Scene()
            let job = try scene.job(authorities: [server.url], roots: try TrustedRoots(pem: authority.root))
            job.tick()
            DispatchQueue.global().async(group: done) { job.tick() }
            asked.wait()
            try scene.grow("one")
            job.stop()
            go.signal()
            done.wait()
            #expect(try scene.rows() == [])
        }
    }

    @Test("a token is renewed before its certificates end, by another authority if its own is gone")
    func renewal() throws {
        try TemporaryFolder.with { folder in
            let names = ["old", "new"].map { folder.appending(path: $0) }
            for name in names { try FileManager.default.createDirectory(at: name, withIntermediateDirectories: false) }
            let old = try TimestampAuthority(in: names[0], days: 20)
            let new = try TimestampAuthority(in: names[1])
            let roots = try TrustedRoots(pem: try old.root + new.root)
            let scene = try Scene()
            let (oldServer, newServer) = (try StandIn(old), try StandIn(new))
            let first = try scene.job(authorities: [oldServer.url], roots: roots)
            first.tick()
            first.tick()
            let size = try #require(try scene.newest()).size
            // The next service asks the new authority only: it stamps what is new, then renews.
            let second = try scene.job(authorities: [newServer.url], roots: roots)
            for _ in 0..<4 {
                second.tick()
                scene.clock.advance(by: Milliseconds(60_000))
            }
            let line = try scene.rows().filter { $0.source == oldServer.url }
            #expect(line.map(\.number) == [0, 1])
            #expect(line.map(\.size) == [size, size])
            #expect(scene.reports.lines == [])
            let note = try scene.note(size)
            let imprint = TimestampLine.imprint(renewing: line[0].token, note: note).description
            #expect(try new.accepts(line[1].token, digest: imprint, atSeconds: line[1].keptAt / 1000))
            try judge(line.map(\.token), note, roots, at: scene.clock.now)
            // Nothing more to renew.
            let third = try scene.job(authorities: [newServer.url], roots: roots)
            for _ in 0..<4 { third.tick() }
            #expect(try scene.rows().count == 3)
        }
    }

    /// In a hundred days the first certificate has ended: the renewed line holds, the token alone does not.
    private func judge(_ tokens: [[UInt8]], _ note: [UInt8], _ roots: TrustedRoots, at now: Instant) throws {
        let later = (now + .days(100)).milliseconds
        let said = try TimestampLine.verify(tokens: tokens, note: note, roots: roots, atMilliseconds: later)
        #expect(said.count == 2)
        #expect(said[0].chainExpiresMilliseconds < later && later < said[1].chainExpiresMilliseconds)
        #expect(throws: TimestampError.self) {
            try TimestampLine.verify(tokens: [tokens[0]], note: note, roots: roots, atMilliseconds: later)
        }
        // A renewal over something else, in another order, twice, or none.
        for wrong in [
            [tokens[1]], [tokens[1], tokens[0]], [tokens[0], tokens[0]], [tokens[0], tokens[1], tokens[1]], [],
        ] {
            #expect(throws: TimestampError.self) {
                try TimestampLine.verify(tokens: wrong, note: note, roots: roots, atMilliseconds: now.milliseconds)
            }
        }
        #expect(throws: TimestampError.wrongImprint) {
            try TimestampLine.verify(tokens: tokens, note: note + [0x0A], roots: roots, atMilliseconds: later)
        }
    }

    @Test("tokens whose certificates have ended are reported, not renewed")
    func lost() throws {
        try TemporaryFolder.with { folder in
            let authority = try TimestampAuthority(in: folder, days: 20)
            let (scene, server) = (try Scene(), try StandIn(authority))
            let roots = try TrustedRoots(pem: authority.root)
            let job = try scene.job(authorities: [server.url], roots: roots)
            job.tick()
            job.tick()
            scene.clock.advance(by: .days(21))
            job.tick()
            job.tick()
            #expect(try scene.rows().count == 1)
            #expect(scene.reports.lines.count == 1)
            #expect(scene.reports.lines[0].hasPrefix("timestamps: 1 kept tokens cannot be renewed"))
        }
    }

    @Test("the renewal's bytes are the documented ones")
    func renewalBytes() {
        let (token, note): ([UInt8], [UInt8]) = ([1, 2, 3], Array("note\n".utf8))
        let bytes = Array("punctual timestamp renewal v1\n".utf8) + [0, 0, 0, 3] + token + [0, 0, 0, 5] + note
        #expect(TimestampLine.imprint(renewing: token, note: note) == SHA256.hash(bytes))
    }
}

import CanonicalJSON
import Cryptography
import Foundation
import Multiformats
import OpenTimestamps
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

/// What timestamps in a bundle show about when its entries existed.
@Suite("Bundles and timestamps")
struct StampedTests {
    private let log: SampleLog
    private let indexed: SampleLog

    init() throws {
        let issuer = try SampleIssuer()
        log = try SampleLog.complete(receipt: issuer.receipt(), credential: issuer.credential())
        indexed = try log.indexed()
    }

    private func stamped(_ size: Int, _ tokens: [JSON], of log: SampleLog? = nil) throws -> JSON {
        [
            "checkpoint": .string(try (log ?? indexed).note(size: size)), "tokens": .array(tokens),
            "consistency": .array(indexed.consistency(size, indexed.entries.count).map { .string($0.base64) }),
        ]
    }

    private func bundle(_ stamped: [JSON]) throws -> JSONObject {
        var bundle = try log.bundle(showing: [])
        bundle["timestamps"] = .array(stamped)
        return bundle
    }

    private func token(_ kind: String, _ bytes: [UInt8], number: Int64 = 0, source: String = "https://tsa.test") -> JSON
    {
        [
            "kind": .string(kind), "source": .string(source), "number": .integer(number),
            "token": .string(Base64.encode(bytes)),
        ]
    }

    private func check(
        _ bundle: JSONObject, at instant: Instant = .judged, _ trusting: (inout Trust) throws -> Void = { _ in }
    ) throws -> Check? {
        var trust = Trust(at: instant)
        trust.logKeys = [log.logKey]
        try trusting(&trust)
        return Verifier(trust: trust).verify([try Evidence(bundle)])[0].check(.when)
    }

    /// A proof that says: the digest is the Merkle root of that block.
    private func proof(of note: String, height: UInt8) -> [UInt8] {
        let digest = SHA256.hash(Array(note.utf8)).bytes
        let magic = Array("\0OpenTimestamps\0\0Proof\0".utf8) + [0xBF, 0x89, 0xE2, 0xE8, 0x84, 0xE8, 0x92, 0x94]
        let tag: [UInt8] = [0x05, 0x88, 0x96, 0x0D, 0x73, 0xD7, 0x19, 0x01]
        return magic + [1, 8] + digest + [0] + tag + [1, height]
    }

    /// A header with that Merkle root, and the little work that the test asks for.
    private func headers(of note: String, height: UInt64, at instant: Instant) throws -> BlockHeaders {
        let root = SHA256.hash(Array(note.utf8)).bytes
        func little(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        for nonce in 0..<UInt32(1000) {
            let start = little(1) + [UInt8](repeating: 0, count: 32) + root
            let header = try BlockHeader(
                start + little(UInt32(instant.milliseconds / 1000)) + little(0x207F_FFFF) + little(nonce))
            if header.provesWork(limit: Self.easy) { return BlockHeaders([height: header]) }
        }
        throw CancellationError()
    }

    private static let easy = Target(compact: 0x207F_FFFF) ?? .bitcoinLimit

    @Test("without anybody to believe the times are the log's own word, and that is said")
    func unasked() throws {
        let none = try check(bundle([]))
        #expect(none?.outcome == .notApplicable && none?.sentence.contains("no timestamp is in it") == true)
        let unread = try check(bundle([stamped(14, [token("rfc3161", [1])])]))
        #expect(unread?.outcome == .notApplicable && unread?.sentence.contains("were not read") == true)
    }

    @Test("a block that covers all entries bounds their times")
    func block() throws {
        let note = try indexed.note(size: 13)
        let stamp = try stamped(13, [token("openTimestamps", proof(of: note, height: 7))])
        let check = try check(bundle([stamp])) {
            $0.blockHeaders = try headers(of: note, height: 7, at: .issued + .hours(1))
            $0.blockLimit = Self.easy
        }
        #expect(check?.outcome == .passed)
        #expect(
            check?.sentence
                == "Each existed at the latest PT32H59M59S after the time that it has, the last by "
                + "2026-03-03T18:00:00Z; so say others than the log.")
        #expect(check?.facts["entries"]?.arrayValue?.count == 10)
        #expect(check?.facts["sources"]?.arrayValue?.first?.stringValue?.hasPrefix("block 7, ") == true)
    }

    @Test("a block that covers the beginning only leaves the rest open; one before the entries convicts the log")
    func coverage() throws {
        let note = try indexed.note(size: 5)
        let stamp = try stamped(5, [token("openTimestamps", proof(of: note, height: 7))])
        func check(_ instant: Instant) throws -> Check? {
            try self.check(bundle([stamp])) {
                $0.blockHeaders = try headers(of: note, height: 7, at: instant)
                $0.blockLimit = Self.easy
            }
        }
        let part = try check(.issued + .hours(1))
        #expect(part?.outcome == .cannotTell && part?.need == .newerBundle)
        #expect(part?.sentence.contains("the entries 5, 6, 7, 8, 9, 10, 11;") == true)
        let lie = try check(.accepted - .hours(3))
        #expect(lie?.outcome == .failed && lie?.sentence.contains("Entry 1 says that it is of") == true)
    }

    @Test(
        "what waits for a block, or is of an unknown kind, says nothing; a proof of something else is wrong"
    )
    func unread() throws {
        let note = try indexed.note(size: 14)
        let file = proof(of: note, height: 7)
        func check(_ tokens: [JSON], _ headers: BlockHeaders) throws -> Check? {
            try self.check(bundle([stamped(14, tokens)])) {
                $0.blockHeaders = headers
                $0.blockLimit = Self.easy
            }
        }
        let none = BlockHeaders([:])
        #expect(try check([token("openTimestamps", file)], none)?.outcome == .cannotTell)
        #expect(try check([token("sundial", [1])], none)?.outcome == .cannotTell)
        #expect(try check([token("openTimestamps", [1])], none)?.outcome == .failed)
        let other = proof(of: "another note", height: 7)
        #expect(try check([token("openTimestamps", other)], none)?.sentence.contains("about something else") == true)
        let wrong = try headers(of: "another note", height: 7, at: .issued)
        #expect(try check([token("openTimestamps", file)], wrong)?.outcome == .cannotTell)
    }

    @Test("a stamped checkpoint must be one of this log, and go together with the bundle's")
    func place() throws {
        let other = try SampleLog(key: 8).withEntries(of: 14)
        let sameKey = try SampleLog().withEntries(of: 14)
        for spoiled in [
            try stamped(5, [], of: other), try stamped(5, [], of: sameKey), try stamped(14, [], of: sameKey),
        ] {
            let check = try check(bundle([spoiled]))
            #expect(check?.outcome == .failed && check?.sentence.contains("does not hold") == true)
        }
        var cut = try stamped(5, []).objectValue ?? [:]
        cut.edit("consistency") { $0.removeLast() }
        #expect(try check(bundle([.object(cut)]))?.outcome == .failed)
        // A larger one that the bundle's grew into is as good.
        var longer = indexed
        try longer.append("request.approved", of: SampleLog.otherRid, at: .judged)
        let later: JSON = [
            "checkpoint": .string(try longer.note()), "tokens": [],
            "consistency": .array(longer.consistency(14, 15).map { .string($0.base64) }),
        ]
        #expect(try check(bundle([later]))?.outcome == .notApplicable)
    }

    @Test("timestamps of authorities count under the roots that were given, with their renewals")
    func authority() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stamped-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let authority = try TimestampAuthority(in: folder)
        let note = Array(try indexed.note(size: 14).utf8)
        let nonce: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        func answer(_ imprint: SHA256Digest) throws -> [UInt8] {
            try authority.answer(TimestampQuery(imprint: imprint, nonce: nonce).der)
        }
        let first = try answer(TimestampLine.imprint(note: note))
        let renewal = try answer(TimestampLine.imprint(renewing: first, note: note))
        let roots = try TrustedRoots(pem: authority.root)
        let now = Instant(milliseconds: try #require(try TimestampResponse(renewal).statedMilliseconds) + 60_000)
        func check(_ tokens: [JSON]) throws -> Check? {
            try self.check(bundle([stamped(14, tokens)]), at: now) { $0.timestampRoots = roots }
        }
        let good = try check([token("rfc3161", first)])
        #expect(good?.outcome == .passed, "\(good?.sentence ?? "")")
        #expect(good?.facts["sources"] == ["CN=Authority of a test,O=Loopback"])
        #expect(try check([token("rfc3161", renewal, number: 1), token("rfc3161", first)])?.outcome == .passed)
        // A renewal is over the token before it; alone it is over something else.
        #expect(try check([token("rfc3161", renewal)])?.outcome == .failed)
        #expect(try check([token("rfc3161", first), token("rfc3161", first, number: 1)])?.outcome == .failed)
        #expect(try check([token("rfc3161", first, number: 1)])?.sentence.contains("not numbered") == true)
        #expect(try check([token("rfc3161", Array(first.dropLast()))])?.outcome == .failed)
        let otherSize = try self.check(bundle([stamped(13, [token("rfc3161", first)])]), at: now) {
            $0.timestampRoots = roots
        }
        #expect(otherSize?.outcome == .failed && otherSize?.sentence.contains("over something else") == true)
        #expect(try check([])?.outcome == .cannotTell)
    }
}

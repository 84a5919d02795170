import Cryptography
import Multiformats
import OpenTimestamps
import Temporal
import TestSupport
import Testing

@Suite("Verification with block headers")
struct VerificationTests {
    static func headers(_ header: [UInt8], at height: UInt64 = 0) throws -> BlockHeaders {
        BlockHeaders([height: try BlockHeader(header)])
    }

    @Test("the header of block 0 says what everybody knows of it")
    func genesis() throws {
        let header = try BlockHeader(Published.genesisHeader)
        #expect(header.hashText == Published.genesisHash)
        #expect(header.time.rfc3339 == "2009-01-03T18:15:05.000Z")
        #expect(header.bits == 0x1D00_FFFF)
        #expect(header.merkleRoot == SHA256.hash(SHA256.hash(Published.genesisTransaction).bytes).bytes)
        #expect(header.provesWork(limit: .bitcoinLimit))
    }

    @Test("a file about the first transaction is attested by block 0, at the real limit of work")
    func attested() throws {
        let file = try OTSFile(parsing: Published.genesisFile)
        let findings = file.verify(headers: try Self.headers(Published.genesisHeader))
        let time = Instant(milliseconds: 1_231_006_505_000)
        #expect(findings == [.attested(height: 0, time: time, blockHash: Published.genesisHash)])
        #expect(file.earliestBlock(headers: try Self.headers(Published.genesisHeader))?.time == time)
        let words = findings[0].description
        for part in ["before block 0", "2009-01-03T18:15:05.000Z", "two hours", "not prove", Published.genesisHash] {
            #expect(words.contains(part), "\(part)")
        }
    }

    @Test("no changed bit of the header attests anything")
    func changedHeader() throws {
        let file = try OTSFile(parsing: Published.genesisFile)
        for index in 0..<80 {
            for bit in 0..<8 {
                var header = Published.genesisHeader
                header[index] ^= 1 << UInt8(bit)
                let findings = file.verify(headers: try Self.headers(header))
                #expect(findings == [(36..<68).contains(index) ? .otherRoot(height: 0) : .noWork(height: 0)])
            }
        }
    }

    @Test("without the header, with another height, with a promise, nothing is proven")
    func nothing() throws {
        let file = try OTSFile(parsing: Published.genesisFile)
        #expect(file.verify(headers: BlockHeaders([:])) == [.headerMissing(height: 0)])
        #expect(file.verify(headers: try Self.headers(Published.genesisHeader, at: 1)) == [.headerMissing(height: 0)])
        #expect(file.earliestBlock(headers: BlockHeaders([:])) == nil)
        let other = try OTSFile(
            parsing: Published.file(
                digest: [UInt8](repeating: 0, count: 32),
                Published.bytes(
                    "ff" + Published.pending("https://a.example") + "ff" + "00" + "0102030405060708" + "00" + "08"
                        + Published.bitcoin(height: "00"))))
        #expect(
            other.verify(headers: try Self.headers(Published.genesisHeader)) == [
                .pending(uri: "https://a.example"), .unknown(tag: [1, 2, 3, 4, 5, 6, 7, 8]), .otherRoot(height: 0),
            ])
    }

    /// A block mined here, in a few hundred attempts: work that counts only where a verifier asks for as little.
    @Test("a header with little work counts only where little is asked for")
    func mined() throws {
        let digest = SHA256.hash(Array("a checkpoint".utf8)).bytes
        let file = try OTSFile(
            parsing: Published.file(
                digest: digest, Published.bytes("f00401020304" + "08" + Published.bitcoin(height: "07"))))
        let easy = try #require(Target(compact: 0x2000_FFFF))
        var header = Published.genesisHeader
        header.replaceSubrange(36..<68, with: SHA256.hash(digest + [1, 2, 3, 4]).bytes)
        header.replaceSubrange(72..<76, with: [0xFF, 0xFF, 0x00, 0x20])
        var attempts: UInt32 = 0
        while !(try BlockHeader(header).provesWork(limit: easy)) {
            attempts += 1
            header.replaceSubrange(76..<80, with: (0..<4).map { UInt8(truncatingIfNeeded: attempts >> (8 * $0)) })
        }
        #expect(attempts > 0)
        let headers = try Self.headers(header, at: 7)
        #expect(file.verify(headers: headers) == [.noWork(height: 7)])
        #expect(file.earliestBlock(headers: headers, limit: easy)?.height == 7)
        #expect(
            file.verify(headers: headers, limit: try #require(Target(compact: 0x1F00_FFFF))) == [.noWork(height: 7)])
    }

    @Test(
        "the compact form of a target",
        arguments: [
            (0x1D00_FFFF, true), (0x2100_FFFF, true), (0x207F_FFFF, true), (0x0112_0000, true), (0x217F_FFFF, false),
            (0x2300_00FF, false), (0x2200_00FF, true), (0x1D80_FFFF, false), (0x1D00_0000, false), (0x0000_1234, false),
            (0x0100_1234, false), (0xFF00_0001, false),
        ] as [(UInt32, Bool)])
    func compact(bits: UInt32, isTarget: Bool) {
        #expect((Target(compact: bits) != nil) == isTarget)
    }

    @Test("targets are ordered as numbers")
    func order() throws {
        let targets = try [0x0112_0000, 0x0200_1200, 0x1C7F_FFFF, 0x1D00_FFFF, 0x2000_FFFF].map {
            try #require(Target(compact: $0))
        }
        #expect(zip(targets, targets.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(targets[3] == .bitcoinLimit)
        #expect(try #require(Target(compact: 0x0112_0000)) == #require(Target(compact: 0x0300_0012)))
    }

    @Test("a file of headers: height, space, 160 digits")
    func headerFile() throws {
        let line = "0 " + Hex.encode(Published.genesisHeader)
        let headers = try BlockHeaders(parsing: Array("# two blocks\n\n\(line)\n1\(line)\n".utf8))
        #expect(headers.headers.keys.sorted() == [0, 10])
        for wrong in [
            "0", "0 ", line + "0", "00 " + line.dropFirst(2), "-1 " + line.dropFirst(2), " " + line, line + " ",
        ] {
            #expect(throws: OpenTimestampsError.self, "\(wrong)") { try BlockHeaders(parsing: Array(wrong.utf8)) }
        }
        #expect(throws: OpenTimestampsError.unusableHeader("line 2 gives the height 0 for the second time")) {
            try BlockHeaders(parsing: Array("\(line)\n\(line)\n".utf8))
        }
    }
}

import CanonicalJSON
import Cryptography
import Foundation
import Multiformats
import OpenTimestamps
import Temporal
import TestSupport
import Testing

/// OpenTimestamps, by ours and by the reference implementation.
@Suite(
    "OpenTimestamps, by the reference implementation and by ours",
    .enabled(if: SecondImplementation.isExpected, SecondImplementation.absence))
struct TimestampInteropTests {
    /// Attestations as both sides describe them: as they are written, and the message, in no order and once each.
    static func described(_ file: OTSFile) -> Set<[String]> {
        Set(
            file.attestations.map { attestation, message in
                // A file about the message with nothing but that attestation ends with how it is written.
                [written(attestation), Hex.encode(message)]
            })
    }

    /// Tag and payload, put together here from the values that were read.
    private static func written(_ attestation: Attestation) -> String {
        switch attestation {
        case .pending(let uri):
            let text = [UInt8](uri.utf8)
            return "83dfe30d2ef90c8e" + counted(counted(text))
        case .bitcoin(let height):
            var (rest, payload) = (height, [UInt8]())
            repeat {
                payload.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
                rest >>= 7
            } while rest > 0
            return "0588960d73d71901" + counted(payload)
        case .unknown(let tag, let payload): return Hex.encode(tag) + counted(payload)
        }
    }

    private static func counted(_ bytes: [UInt8]) -> String {
        let count = bytes.count
        return Hex.encode((count < 0x80 ? [UInt8(count)] : [UInt8(count & 0x7F) | 0x80, UInt8(count >> 7)]) + bytes)
    }

    private static func counted(_ text: String) -> String {
        guard let bytes = try? Hex.decode(text) else { return "" }
        return counted(bytes)
    }

    private static func described(_ json: JSON?) -> Set<[String]> {
        Set((json?.arrayValue ?? []).map { ($0.arrayValue ?? []).compactMap(\.stringValue) })
    }

    private static func judge(_ files: [[UInt8]]) throws -> [JSON] {
        let path = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: path) }
        try Data(JSON.array(files.map { .string(Hex.encode($0)) }).canonicalBytes).write(to: path)
        return try SecondImplementation.run("timestamps.py", ["judge", path.path]).arrayValue ?? []
    }

    private static func made(seed: Int, count: Int) throws -> [(file: [UInt8], attestations: Set<[String]>)] {
        let answer = try SecondImplementation.run("timestamps.py", ["make", "\(seed)", "\(count)"])
        return try (answer.arrayValue ?? []).map {
            (try Hex.decode($0["file"]?.stringValue ?? ""), described($0["attestations"]))
        }
    }

    @Test("300 files that it makes are read, mean the same, and are printed as the same bytes")
    func reading() throws {
        let made = try Self.made(seed: 1, count: 300)
        #expect(made.count == 300)
        for (bytes, attestations) in made {
            let file = try OTSFile(parsing: bytes)
            #expect(file.bytes == bytes)
            #expect(Self.described(file) == attestations)
        }
    }

    @Test("what we upgrade it reads, with the same meaning")
    func upgrading() throws {
        let made = try Self.made(seed: 2, count: 100)
        var upgraded: [OTSFile] = []
        for (bytes, _) in made {
            let file = try OTSFile(parsing: bytes)
            let pending = file.attestations.first { if case .pending = $0.attestation { true } else { false } }
            guard let pending else { continue }
            let answer: [UInt8] = [
                0xF0, 0x02, 0xAB, 0xCD, 0x08, 0x00, 0x05, 0x88, 0x96, 0x0D, 0x73, 0xD7, 0x19, 0x01, 1, 9,
            ]
            upgraded.append(try file.upgraded(commitment: pending.message, answer: answer))
        }
        #expect(upgraded.count > 40)
        let verdicts = try Self.judge(upgraded.map(\.bytes))
        #expect(verdicts.count == upgraded.count)
        for (file, verdict) in zip(upgraded, verdicts) {
            #expect(Self.described(verdict["attestations"]) == Self.described(file))
        }
    }

    @Test("of 3,000 damaged files, none is read by us and refused by it, or means something else")
    func damaged() throws {
        var random = SeededRandom(seed: 3)
        var damaged: [[UInt8]] = []
        for (bytes, _) in try Self.made(seed: 3, count: 100) {
            for _ in 0..<30 {
                var bytes = bytes
                let place = Int.random(in: 65..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes[place] = [0x00, 0x08, 0xF0, 0xF2, 0xF3, 0xFF].randomElement(using: &random) ?? 0
                case 2: bytes.insert([0x00, 0x08, 0xF2, 0xFF].randomElement(using: &random) ?? 0, at: place)
                default: bytes.remove(at: place)
                }
                damaged.append(bytes)
            }
        }
        let ours = damaged.map { try? OTSFile(parsing: $0) }
        let read = zip(damaged, ours).filter { $0.1 != nil }
        #expect(read.count > 300 && read.count < 2_900)
        for (file, verdict) in zip(read.compactMap(\.1), try Self.judge(read.map(\.0))) {
            #expect(Self.described(verdict["attestations"]) == Self.described(file), "\(Hex.encode(file.bytes))")
        }
    }

    @Test("block 0 attests its first transaction at the same time by both")
    func block() throws {
        let transaction = try Hex.decode(
            """
            01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d010445546865\
            2054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c\
            6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a6\
            7962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000
            """)
        let header =
            "01000000" + String(repeating: "0", count: 64)
            + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a29ab5f49ffff001d1dac2b7c"
        let head = "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e892940108"
        let file = try OTSFile(
            parsing: Hex.decode(head + SHA256.hash(transaction).description + "08000588960d73d719010100"))
        let verdict = try SecondImplementation.run("timestamps.py", ["block", Hex.encode(file.bytes), header])
        #expect(verdict == [["time": 1_231_006_505]])
        let headers = BlockHeaders([0: try BlockHeader(Hex.decode(header))])
        #expect(file.earliestBlock(headers: headers)?.time.seconds == 1_231_006_505)
    }
}

import Compression
import TestSupport
import Testing

@Suite("zlib")
struct ZLIBTests {
    static let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * $0) }

    @Test("what is packed comes back, and no more than the limit")
    func roundTrip() throws {
        let packed = ZLIB.compress(Self.bytes)
        #expect(try ZLIB.expand(packed, limit: Self.bytes.count) == Self.bytes)
        #expect(throws: GZIP.Failure.tooLarge) { try ZLIB.expand(packed, limit: Self.bytes.count - 1) }
        #expect(throws: GZIP.Failure.trailingData) { try ZLIB.expand(packed + [0], limit: Self.bytes.count) }
        #expect(try ZLIB.expand(ZLIB.compress([]), limit: 0) == [])
    }

    @Test("packing is at the highest level, and always the same")
    func header() {
        #expect(ZLIB.compress(Self.bytes).prefix(2) == [0x78, 0xDA])
        #expect(ZLIB.compress(Self.bytes) == ZLIB.compress(Self.bytes))
    }

    @Test("another format, a preset dictionary, and bytes cut off or changed are refused")
    func damaged() {
        let packed = ZLIB.compress(Self.bytes)
        var withDictionary = packed
        (withDictionary[0], withDictionary[1]) = (0x78, 0xBB)
        for bytes in [[], [0x78], GZIP.compress(Self.bytes), withDictionary, Array(packed.dropLast())] {
            #expect(throws: GZIP.Failure.damaged) { try ZLIB.expand(bytes, limit: 20_000) }
        }
        #expect(throws: GZIP.Failure.damaged) { try GZIP.expand(packed, limit: 20_000) }
        var random = SeededRandom(seed: 1)
        for _ in 0..<500 {
            var changed = packed
            changed[Int.random(in: changed.indices, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            // Bits that fill the last byte of the packed data have no meaning.
            #expect([nil, Self.bytes].contains(try? ZLIB.expand(changed, limit: 20_000)))
        }
    }

    @Test("a small text that would unpack to much is stopped at the limit")
    func bomb() {
        let packed = ZLIB.compress([UInt8](repeating: 0, count: 1 << 22))
        #expect(packed.count < 5000)
        #expect(throws: GZIP.Failure.tooLarge) { try ZLIB.expand(packed, limit: 1 << 20) }
    }
}

import Compression
import Testing

@Suite("gzip")
struct GZIPTests {
    @Test("what is packed comes back, and no more than the limit")
    func roundTrip() throws {
        let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * $0) }
        let packed = GZIP.compress(bytes)
        #expect(try GZIP.expand(packed, limit: bytes.count) == bytes)
        #expect(throws: GZIP.Failure.tooLarge) { try GZIP.expand(packed, limit: bytes.count - 1) }
        #expect(throws: GZIP.Failure.trailingData) { try GZIP.expand(packed + [0], limit: bytes.count) }
        #expect(throws: GZIP.Failure.damaged) { try GZIP.expand(Array(packed.dropLast()), limit: bytes.count) }
    }
}

import CanonicalJSON
import TestSupport
import Testing

@Suite("RFC 8785, published triples", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedCanonicalFormTests {
    @Test(
        "each input becomes its output, to the byte",
        arguments: ["arrays", "french", "structures", "unicode", "values", "weird"])
    func triple(name: String) throws {
        let output = try Conformance.bytes("jcs/output/\(name).json")
        let canonical = try JSON(parsing: Conformance.bytes("jcs/input/\(name).json")).canonicalBytes
        #expect(canonical == output)
        #expect(try JSON(parsing: output).canonicalBytes == output)
        let hex = String(decoding: try Conformance.bytes("jcs/outhex/\(name).txt"), as: UTF8.self)
        #expect(canonical == hex.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) })
    }
}

import CanonicalJSON
import TestSupport
import Testing

@Suite("RFC 8785, published triples", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedCanonicalFormTests {
    @Test("each input becomes its output, to the byte",
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

@Suite("RFC 8259, published parsing cases", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedParsingTests {
    static let folder = "json/test_parsing"

    static func names(_ prefix: String) -> [String] {
        ((try? Conformance.files(in: folder)) ?? []).filter { $0.hasPrefix(prefix) }
    }

    @Test("the folder has all its cases")
    func complete() {
        #expect(Self.names("y_").count == 95)
        #expect(Self.names("n_").count == 188)
        #expect(Self.names("i_").count == 35)
    }

    @Test("what RFC 8259 allows is read, duplicate names aside (RFC 7493 section 2.3)", arguments: names("y_"))
    func accepted(name: String) throws {
        let bytes = try Conformance.bytes("\(Self.folder)/\(name)")
        if name.hasPrefix("y_object_duplicated_key") {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
            #expect(error?.reason == .duplicateName("a"))
        } else {
            let json = try JSON(parsing: bytes)
            #expect(try JSON(parsing: json.canonicalBytes) == json)
        }
    }

    @Test("what RFC 8259 forbids is refused", arguments: names("n_"))
    func refused(name: String) throws {
        let bytes = try Conformance.bytes("\(Self.folder)/\(name)")
        #expect(throws: JSONError.self) { try JSON(parsing: bytes) }
    }
}

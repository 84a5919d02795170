import CanonicalJSON
import TestSupport
import Testing

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

    @Test("what RFC 8259 leaves open is decided, each case by name", arguments: names("i_"))
    func decided(name: String) throws {
        let bytes = try Conformance.bytes("\(Self.folder)/\(name)")
        #expect(try Outcome(of: bytes) == #require(Self.decisions[name]))
    }

    /// The outcome of each open case: its canonical form, or the reason of the refusal.
    static let decisions: [String: Outcome] = [
        "i_number_double_huge_neg_exp.json": .value("[0]"),
        "i_number_huge_exp.json": .refused(.numberTooLarge),
        "i_number_neg_int_huge_exp.json": .refused(.numberTooLarge),
        "i_number_pos_double_huge_exp.json": .refused(.numberTooLarge),
        "i_number_real_neg_overflow.json": .refused(.numberTooLarge),
        "i_number_real_pos_overflow.json": .refused(.numberTooLarge),
        "i_number_real_underflow.json": .value("[0]"),
        "i_number_too_big_neg_int.json": .value("[-1.2312312312312312e+29]"),
        "i_number_too_big_pos_int.json": .value("[100000000000000000000]"),
        "i_number_very_big_negative_int.json": .value("[-2.374623746732769e+47]"),
        "i_object_key_lone_2nd_surrogate.json": .refused(.loneSurrogate),
        "i_string_1st_surrogate_but_2nd_missing.json": .refused(.loneSurrogate),
        "i_string_1st_valid_surrogate_2nd_invalid.json": .refused(.loneSurrogate),
        "i_string_UTF-16LE_with_BOM.json": .refused(.unexpected(0xFF, expected: "a value")),
        "i_string_UTF-8_invalid_sequence.json": .refused(.invalidUTF8),
        "i_string_UTF8_surrogate_U+D800.json": .refused(.invalidUTF8),
        "i_string_incomplete_surrogate_and_escape_valid.json": .refused(.loneSurrogate),
        "i_string_incomplete_surrogate_pair.json": .refused(.loneSurrogate),
        "i_string_incomplete_surrogates_escape_valid.json": .refused(.loneSurrogate),
        "i_string_invalid_lonely_surrogate.json": .refused(.loneSurrogate),
        "i_string_invalid_surrogate.json": .refused(.loneSurrogate),
        "i_string_invalid_utf-8.json": .refused(.invalidUTF8),
        "i_string_inverted_surrogates_U+1D11E.json": .refused(.loneSurrogate),
        "i_string_iso_latin_1.json": .refused(.invalidUTF8),
        "i_string_lone_second_surrogate.json": .refused(.loneSurrogate),
        "i_string_lone_utf8_continuation_byte.json": .refused(.invalidUTF8),
        "i_string_not_in_unicode_range.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_2_bytes.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_6_bytes.json": .refused(.invalidUTF8),
        "i_string_overlong_sequence_6_bytes_null.json": .refused(.invalidUTF8),
        "i_string_truncated-utf-8.json": .refused(.invalidUTF8),
        "i_string_utf16BE_no_BOM.json": .refused(.unexpected(0x00, expected: "a value")),
        "i_string_utf16LE_no_BOM.json": .refused(.unexpected(0x00, expected: "a value")),
        "i_structure_500_nested_arrays.json": .refused(.tooDeep(limit: 64)),
        "i_structure_UTF-8_BOM_empty_object.json": .refused(.byteOrderMark),
    ]
}

@Suite("RFC 8259, published transformations", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedTransformationTests {
    static let folder = "json/test_transform"

    @Test("the folder holds exactly the cases below")
    func complete() throws {
        #expect(try Set(Conformance.files(in: Self.folder)) == Set(Self.decisions.keys))
    }

    @Test("where parsers differ, ours does what its page says", arguments: decisions.keys.sorted())
    func decided(name: String) throws {
        let bytes = try Conformance.bytes("\(Self.folder)/\(name)")
        #expect(try Outcome(of: bytes) == #require(Self.decisions[name]))
    }

    static let decisions: [String: Outcome] = [
        "number_-9223372036854775808.json": .value("[-9223372036854776000]"),
        "number_-9223372036854775809.json": .value("[-9223372036854776000]"),
        "number_1.0.json": .value("[1]"),
        "number_1.000000000000000005.json": .value("[1]"),
        "number_1000000000000000.json": .value("[1000000000000000]"),
        "number_10000000000000000999.json": .value("[10000000000000000000]"),
        "number_1e-999.json": .value("[0]"),
        "number_1e6.json": .value("[1000000]"),
        "number_9223372036854775807.json": .value("[9223372036854776000]"),
        "number_9223372036854775808.json": .value("[9223372036854776000]"),
        "object_key_nfc_nfd.json": .value("{\"e\u{301}\":\"NFD\",\"\u{E9}\":\"NFC\"}"),
        "object_key_nfd_nfc.json": .value("{\"e\u{301}\":\"NFD\",\"\u{E9}\":\"NFC\"}"),
        "object_same_key_different_values.json": .refused(.duplicateName("a")),
        "object_same_key_same_value.json": .refused(.duplicateName("a")),
        "object_same_key_unclear_values.json": .refused(.duplicateName("a")),
        "string_1_escaped_invalid_codepoint.json": .refused(.loneSurrogate),
        "string_1_invalid_codepoint.json": .refused(.invalidUTF8),
        "string_2_escaped_invalid_codepoints.json": .refused(.loneSurrogate),
        "string_2_invalid_codepoints.json": .refused(.invalidUTF8),
        "string_3_escaped_invalid_codepoints.json": .refused(.loneSurrogate),
        "string_3_invalid_codepoints.json": .refused(.invalidUTF8),
        "string_with_escaped_NULL.json": .value(#"["A\u0000B"]"#),
    ]
}

/// What our parser makes of a document: its canonical bytes, or why it is refused.
enum Outcome: Equatable, Sendable {
    case bytes([UInt8])
    case refused(JSONError.Reason)

    static func value(_ canonical: String) -> Outcome { .bytes(Array(canonical.utf8)) }

    init(of document: [UInt8]) {
        do throws(JSONError) {
            self = .bytes(try JSON(parsing: document).canonicalBytes)
        } catch {
            self = .refused(error.reason)
        }
    }
}

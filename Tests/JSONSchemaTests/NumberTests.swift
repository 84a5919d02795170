import CanonicalJSON
import JSONSchema
import TestSupport
import Testing

@Suite("Numbers: Validation section 6.2")
struct NumberTests {
    private func isValid(_ schema: String, _ instance: String) throws -> Bool {
        try JSONSchema(JSON(parsing: schema.utf8)).validate(JSON(parsing: instance.utf8)).isEmpty
    }

    @Test(
        "a multiple is one of the numbers as they are written",
        arguments: [
            ("0.0075", "0.0001", true), ("0.00751", "0.0001", false), ("0.3", "0.1", true), ("-0.3", "0.1", true),
            ("19.99", "0.01", true), ("1.1", "0.1", true), ("4.35", "0.01", true), ("4.355", "0.01", false),
            ("0", "0.1", true), ("-0.0", "7", true), ("1e308", "0.5", true), ("1e308", "0.123456789", false),
            ("1e308", "3", false), ("3e307", "3", true), ("5e-324", "5e-324", true), ("1e308", "5e-324", true),
            ("1e-323", "5e-324", true), ("1.5e-323", "1e-323", false),
            ("9007199254740991", "0.1", true), ("9007199254740991", "3", false),
            ("9007199254740990", "3", true), ("123456789012345680000", "10", true), ("1e22", "7", false),
            ("7e22", "7", true), ("0.1", "1e-17", true), ("1", "0.3", false), ("1", "2", false), ("10", "2.5", true),
            ("1e-7", "1e-8", true), ("1e-8", "1e-7", false),
        ])
    func multiples(number: String, divisor: String, isMultiple: Bool) throws {
        #expect(try isValid(#"{"multipleOf": \#(divisor)}"#, number) == isMultiple)
    }

    @Test("products of decimals are multiples of their factors, and products and a bit are not", arguments: 1...10)
    func products(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for _ in 0..<50 {
            let factor = Int64.random(in: 1...9999, using: &random)
            let count = Int64.random(in: -99_999...99_999, using: &random)
            let exponent = Int.random(in: -30...30, using: &random)
            let schema = try JSONSchema(JSON(parsing: "{\"multipleOf\": \(factor)e\(exponent)}".utf8))
            #expect(try schema.validate(JSON(parsing: "\(factor * count)e\(exponent)".utf8)).isEmpty)
            guard factor > 1 else { continue }
            #expect(try !schema.validate(JSON(parsing: "\(factor * count + 1)e\(exponent)".utf8)).isEmpty)
        }
    }

    @Test(
        "an integer is a number without a fraction, however it is spelled",
        arguments: [
            ("1", true), ("1.0", true), ("-0.0", true), ("1e300", true), ("1.5", false), ("1e-1", false),
            ("10e-1", true), ("\"1\"", false), ("null", false),
        ])
    func integers(number: String, isInteger: Bool) throws {
        #expect(try isValid(#"{"type": "integer"}"#, number) == isInteger)
    }

    @Test(
        "beyond 2^53 numbers are the nearest Double, so these cannot be told apart",
        arguments: [
            // Equal after rounding.
            (#"{"const": 9007199254740993}"#, "9007199254740992"),
            (#"{"enum": [1e400]}"#.replacing("1e400", with: "18446744073709551615"), "18446744073709551616"),
            (#"{"exclusiveMinimum": 9007199254740991, "maximum": 9007199254740992}"#, "9007199254740993"),
            // A fraction that a Double of this size cannot have.
            (#"{"type": "integer"}"#, "12345678901234567.5"),
            // Multiples of the canonical spelling, whose last digits are zeros.
            (#"{"multipleOf": 10}"#, "12345678901234567891"),
            // Too small for a Double: zero.
            (#"{"const": 0}"#, "1e-400"),
        ])
    func undecidable(schema: String, instance: String) throws { #expect(try isValid(schema, instance)) }

    @Test(
        "bounds are exact",
        arguments: [
            (#"{"maximum": 9007199254740991}"#, "9007199254740992", false),
            (#"{"minimum": -1.5}"#, "-1.5", true), (#"{"exclusiveMinimum": -1.5}"#, "-1.5", false),
            (#"{"exclusiveMaximum": 0}"#, "-5e-324", true), (#"{"minimum": 0}"#, "-5e-324", false),
            (#"{"maxLength": 1e300}"#, "\"a\"", true), (#"{"minLength": 1e300}"#, "\"a\"", false),
            (#"{"minItems": 2.0}"#, "[1]", false), (#"{"maxItems": 0.0}"#, "[]", true),
        ])
    func bounds(schema: String, instance: String, isValid: Bool) throws {
        #expect(try self.isValid(schema, instance) == isValid)
    }
}

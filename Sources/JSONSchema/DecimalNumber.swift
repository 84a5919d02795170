import CanonicalJSON

/// A number as its canonical form spells it (RFC 8785): `significand` × 10^`exponent`, the significand below 10^17 and
/// not ending in a zero.
///
/// `multipleOf` is decided on these, because it is about the numbers that people write: 0.0075 is a multiple of 0.0001,
/// though no two Doubles near them divide evenly.
struct DecimalNumber: Sendable {
    private let significand: UInt64
    private let exponent: Int

    /// The magnitude of a number; nil when the value is none.
    init?(_ json: JSON) {
        switch json {
        case .integer(let value): self.init(digits: value.magnitude, exponent: 0)
        case .number: self.init(canonical: json.canonicalString)
        default: return nil
        }
    }

    private init(canonical: String) {
        var (digits, exponent): (UInt64, Int) = (0, 0)
        let parts = canonical.utf8.split(separator: UInt8(ascii: "e"))
        var isFraction = false
        // At most 17 digits count, but a whole number may end in up to five zeros more.
        for byte in parts[0] {
            if byte == UInt8(ascii: ".") { isFraction = true }
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { continue }
            if digits >= 100_000_000_000_000_000 {
                exponent += 1
            } else {
                digits = digits * 10 + UInt64(byte - UInt8(ascii: "0"))
                if isFraction { exponent -= 1 }
            }
        }
        if parts.count > 1 { exponent += Int(Substring(parts[1])) ?? 0 }
        self.init(digits: digits, exponent: exponent)
    }

    private init(digits: UInt64, exponent: Int) {
        var (digits, exponent) = (digits, exponent)
        while digits != 0, digits.isMultiple(of: 10) { (digits, exponent) = (digits / 10, exponent + 1) }
        (significand, self.exponent) = (digits, exponent)
    }

    /// Whether this is an integer times the divisor, which is not zero. Exact for every pair.
    func isMultiple(of divisor: DecimalNumber) -> Bool {
        if significand == 0 { return true }
        // A significand that does not end in a zero has no factor of ten to spare.
        guard exponent >= divisor.exponent else { return false }
        var remainder = significand % divisor.significand
        for _ in 0..<(exponent - divisor.exponent) where remainder != 0 {
            remainder = remainder * 10 % divisor.significand
        }
        return remainder == 0
    }
}

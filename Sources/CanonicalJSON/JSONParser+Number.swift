/// Numbers: [RFC 8259 section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6), with the meaning of
/// [RFC 7493 section 2.2](https://www.rfc-editor.org/rfc/rfc7493#section-2.2): IEEE 754 double precision.
extension JSONParser {
    /// Reads a number at `offset`, which stands on its sign or first digit.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONFailure) -> JSON {
        let start = offset
        var decimal = Decimal()
        if bytes[offset] == UInt8(ascii: "-") {
            decimal.isNegative = true
            offset += 1
        }
        try wholePart(&decimal, bytes)
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            try digits(bytes) { decimal.appendFraction($0) }
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") { try exponent(&decimal, bytes) }
        if let exact = decimal.json { return exact }
        guard let json = JSON(nearestDouble(bytes.extracting(start..<offset))) else {
            throw JSONFailure(reason: .numberTooLarge, offset: start)
        }
        return json
    }

    private mutating func wholePart(_ decimal: inout Decimal, _ bytes: Span<UInt8>) throws(JSONFailure) {
        let first = offset
        try digits(bytes) { decimal.append($0) }
        if bytes[first] == UInt8(ascii: "0"), offset > first + 1 {
            throw JSONFailure(reason: .leadingZero, offset: first)
        }
    }

    private mutating func exponent(_ decimal: inout Decimal, _ bytes: Span<UInt8>) throws(JSONFailure) {
        offset += 1
        var isNegative = false
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "-") || bytes[offset] == UInt8(ascii: "+") {
            isNegative = bytes[offset] == UInt8(ascii: "-")
            offset += 1
        }
        var exponent = 0
        // A greater exponent changes nothing: the digits of the largest document cannot outweigh it.
        try digits(bytes) { exponent = min(exponent * 10 + Int($0), 1 << 40) }
        decimal.exponent += isNegative ? -exponent : exponent
    }

    /// Reads one digit or more.
    @inline(__always)
    private mutating func digits(_ bytes: Span<UInt8>, _ each: (UInt8) -> Void) throws(JSONFailure) {
        let start = offset
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            each(digit)
            offset += 1
        }
        if offset > start { return }
        guard offset < bytes.count else { throw failure(.unexpectedEnd(expected: "a digit")) }
        throw failure(.unexpected(bytes[offset], expected: "a digit"))
    }

    /// The Double nearest to a number known to be well formed, infinite when it is beyond the range.
    private func nearestDouble(_ text: Span<UInt8>) -> Double {
        var copy = ""
        for index in text.indices { copy.unicodeScalars.append(Unicode.Scalar(text[index])) }
        return Double(copy) ?? .infinity
    }
}

/// A number as it was spelled: `significand` × 10^`exponent`.
private struct Decimal {
    var isNegative = false
    var exponent = 0
    private var significand: UInt64 = 0

    mutating func append(_ digit: UInt8) {
        // Another digit could overflow from here on, and `json` has given up far below.
        if significand < 1_000_000_000_000_000_000 { significand = significand * 10 + UInt64(digit) }
    }

    mutating func appendFraction(_ digit: UInt8) {
        append(digit)
        exponent -= 1
    }

    /// The value, when one exactly rounded operation gives it: both operands are then exact Doubles (the significand
    /// at most 2^53, and every power of ten up to 10^22), so the result is the nearest Double.
    var json: JSON? {
        guard significand <= 1 << 53, (-22...22).contains(exponent) else { return nil }
        if exponent == 0, significand <= JSON.largestInteger {
            return .integer(isNegative ? -Int64(significand) : Int64(significand))
        }
        let magnitude =
            exponent < 0
            ? Double(significand) / Decimal.powersOfTen[-exponent]
            : Double(significand) * Decimal.powersOfTen[exponent]
        return JSON(isNegative ? -magnitude : magnitude)
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ]
}

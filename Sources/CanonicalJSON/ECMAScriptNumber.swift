/// `Number::toString` of [ECMA-262](https://tc39.es/ecma262/#sec-numeric-types-number-tostring), which
/// [RFC 8785 section 3.2.2.3](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.2.3) requires.
///
/// Swift's description already has the shortest digits that read back as the same Double, the closest of several;
/// only their layout differs.
enum ECMAScriptNumber {
    static func append(_ value: Double, to output: inout [UInt8]) {
        precondition(value.isFinite, "JSON has no number \(value)")
        if value == 0 { return output.append(UInt8(ascii: "0")) }
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let (digits, point) = shortestDigits(value.magnitude)
        layOut(digits, point: point, to: &output)
    }

    /// The digits s of the specification, without zeros at either end, and its n: the value is 0.s × 10^n.
    private static func shortestDigits(_ value: Double) -> (digits: [UInt8], point: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var exponent = 0
        let text = Array(value.description.utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else if byte == UInt8(ascii: "e") {
                exponent = Int(String(decoding: text[(index + 1)...], as: UTF8.self))!
                break
            } else {
                digits.append(byte)
            }
        }
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        let whole = point ?? digits.count
        digits.removeFirst(leadingZeros)
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return (digits, whole - leadingZeros + exponent)
    }

    /// Steps 6 to 10 of the specification; k is the number of digits and n is `point`.
    private static func layOut(_ digits: [UInt8], point: Int, to output: inout [UInt8]) {
        let zero = UInt8(ascii: "0")
        switch point {
        case digits.count...21 where digits.count <= 21:
            output += digits
            output += repeatElement(zero, count: point - digits.count)
        case 1...21:
            output += digits[..<point]
            output.append(UInt8(ascii: "."))
            output += digits[point...]
        case -5...0:
            output += "0.".utf8
            output += repeatElement(zero, count: -point)
            output += digits
        default:
            output.append(digits[0])
            if digits.count > 1 {
                output.append(UInt8(ascii: "."))
                output += digits[1...]
            }
            output += (point > 0 ? "e+" : "e-").utf8
            output += String((point - 1).magnitude).utf8
        }
    }
}

/// The order of names in [RFC 8785 section 3.2.3](https://www.rfc-editor.org/rfc/rfc8785#section-3.2.3): by UTF-16
/// code units, found without leaving UTF-8.
enum CodeUnitOrder {
    /// Whether both strings consist of the same code units. Swift's `==` would also accept other normal forms.
    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8Span.span, right.utf8Span.span)
        return left.count == right.count && firstDifference(left, right) == nil
    }

    /// Whether `left` comes before `right`.
    static func isBefore(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8Span.span, right.utf8Span.span)
        guard let index = firstDifference(left, right) else { return left.count < right.count }
        let (leftByte, rightByte) = (left[index], right[index])
        // UTF-8 orders by code point. UTF-16 differs in one thing: what needs a surrogate pair (lead bytes from F0)
        // comes before U+E000...U+FFFF (lead bytes EE and EF). Both bytes from EE are lead bytes.
        if leftByte >= 0xEE, rightByte >= 0xEE, (leftByte >= 0xF0) != (rightByte >= 0xF0) {
            return leftByte >= 0xF0
        }
        return leftByte < rightByte
    }

    private static func firstDifference(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Int? {
        let common = min(left.count, right.count)
        var index = 0
        while index < common {
            if left[index] != right[index] { return index }
            index += 1
        }
        return nil
    }
}

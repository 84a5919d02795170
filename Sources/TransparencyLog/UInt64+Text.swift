extension UInt64 {
    /// A decimal number with no sign and no leading zero, as the C2SP formats write sizes, indexes and times.
    init?(strictDecimal digits: some Collection<UInt8>) {
        guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var value: UInt64 = 0
        for byte in digits {
            guard let digit = byte.decimalDigit else { return nil }
            let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(digit)
            guard !overflow && !carry else { return nil }
            value = sum
        }
        self = value
    }

    var bigEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (56 - 8 * $0)) }
    }

    init(bigEndianBytes bytes: some Sequence<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension UInt8 {
    var decimalDigit: UInt64? {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self ? UInt64(self - UInt8(ascii: "0")) : nil
    }
}

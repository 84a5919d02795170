package import CanonicalJSON

/// A part of a whole, as published: a quarter is 1 over 4. More than nothing and less than all.
package struct Share: Hashable, Sendable {
    /// How many parts.
    package let num: Int64
    /// Of how many.
    package let den: Int64

    /// A millionth is finer than anything that is foreseen.
    private static let largestTerm: Int64 = 1_000_000

    /// Reads `{"num": 1, "den": 4}`.
    package init(_ json: JSON, at pointer: JSONPointer = JSONPointer()) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        num = try reader.integer("num", in: 1...Self.largestTerm)
        den = try reader.integer("den", in: 1...Self.largestTerm)
        try reader.finish()
        guard num < den else {
            throw JSONShapeError(pointer: pointer, problem: "expected less than one whole, found \(num)/\(den)")
        }
    }

    /// In millionths, rounded down.
    package var millionths: Int64 { num * 1_000_000 / den }

    /// The part of a length, rounded up: what is reached at that moment has been reached.
    package func of(_ length: Int64) -> Int64 {
        Int64((Int128(length) * Int128(num) + Int128(den) - 1) / Int128(den))
    }

    func isLess(than other: Share) -> Bool { num * other.den < other.num * den }

    /// `25 %`, `12.5 %`.
    package var inWords: String { millionths.asPercent }
}

extension Int64 {
    /// Millionths as a percentage, to a tenth: `25 %`, `12.5 %`.
    package var asPercent: String {
        let tenths = (self + (self < 0 ? -500 : 500)) / 1000
        let sign = tenths < 0 ? "-" : ""
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return rest == 0 ? "\(sign)\(whole) %" : "\(sign)\(whole).\(rest) %"
    }
}

extension ObjectReader {
    /// A ``Share``.
    package mutating func share(_ key: String) throws(JSONShapeError) -> Share {
        try Share(value(key), at: pointer(to: key))
    }

    /// A ``Share``, or nil when the member is absent.
    package mutating func optionalShare(_ key: String) throws(JSONShapeError) -> Share? {
        guard let json = optionalValue(key) else { return nil }
        return try Share(json, at: pointer(to: key))
    }
}

/// A set of Unicode scalar values, as a character class of a pattern describes one.
struct ScalarSet: Sendable {
    /// Sorted, apart from each other.
    private let ranges: [ClosedRange<UInt32>]
    private let categories: GeneralCategories
    private let isNegated: Bool
    /// The answers for ASCII, worked out once: one bit each.
    private let ascii: (low: UInt64, high: UInt64)

    init(_ ranges: [ClosedRange<UInt32>], categories: GeneralCategories = [], isNegated: Bool = false) {
        self.ranges = Self.merged(ranges)
        self.categories = categories
        self.isNegated = isNegated
        var ascii: (low: UInt64, high: UInt64) = (0, 0)
        for value in UInt32(0)..<64 {
            if Self.holds(value, self.ranges, categories) != isNegated { ascii.low |= 1 << value }
            if Self.holds(value + 64, self.ranges, categories) != isNegated { ascii.high |= 1 << value }
        }
        self.ascii = ascii
    }

    func contains(_ value: UInt32) -> Bool {
        if value < 64 { return ascii.low >> value & 1 == 1 }
        if value < 128 { return ascii.high >> (value - 64) & 1 == 1 }
        return Self.holds(value, ranges, categories) != isNegated
    }

    /// The ranges that these leave out.
    static func complement(of ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in merged(ranges) {
            if range.lowerBound > next { gaps.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= 0x10FFFF { gaps.append(next...0x10FFFF) }
        return gaps
    }

    private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [ClosedRange<UInt32>] {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound + 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private static func holds(
        _ value: UInt32, _ ranges: [ClosedRange<UInt32>], _ categories: GeneralCategories
    ) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        if low < ranges.count, ranges[low].lowerBound <= value { return true }
        return !categories.isEmpty && categories.contains(value)
    }
}

extension ScalarSet {
    /// `\d`: CharacterClassEscape of ECMA-262, section 22.2.2.9, as the two below.
    static let digits: [ClosedRange<UInt32>] = [0x30...0x39]

    /// `\w`.
    static let wordCharacters: [ClosedRange<UInt32>] = [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A]

    /// WordCharacters of ECMA-262 section 22.2.2.9.3, for `\b`.
    static func isWordCharacter(_ value: UInt32) -> Bool { wordCharacters.contains { $0.contains(value) } }

    /// `\s`: WhiteSpace and LineTerminator.
    static let whitespace: [ClosedRange<UInt32>] = [
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ]

    /// `.`: everything but a LineTerminator.
    static let notLineTerminator = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029], isNegated: true)
}

/// How often each value occurred, to three digits: times in nanoseconds, mostly.
package struct Histogram: Hashable, Sendable {
    /// Below this each value is counted by itself: 2 to the power of 11, so that half of it gives three digits.
    private static let exactBelow: UInt64 = 2048
    /// Into so many parts each power of two above is cut.
    private static let parts = 1024

    /// By place; as long as the largest value needs.
    private var counts: [UInt64] = []
    /// How many values there are.
    package private(set) var count: UInt64 = 0
    /// The largest value, exactly; zero without values.
    package private(set) var largest: UInt64 = 0

    /// Without values.
    package init() {}

    /// Of these values.
    package init(_ values: some Sequence<UInt64>) {
        for value in values { record(value) }
    }

    /// Counts one value.
    package mutating func record(_ value: UInt64) {
        let place = Self.place(of: value)
        if place >= counts.count {
            counts += repeatElement(0, count: place + 1 - counts.count)
        }
        counts[place] += 1
        count += 1
        largest = max(largest, value)
    }

    /// Counts what another one has counted.
    package mutating func add(_ other: Histogram) {
        if other.counts.count > counts.count {
            counts += repeatElement(0, count: other.counts.count - counts.count)
        }
        for (place, more) in other.counts.enumerated() { counts[place] += more }
        count += other.count
        largest = max(largest, other.largest)
    }

    /// The least value that this share of all values does not exceed, at most 1/1,024 too large; zero without values.
    ///
    /// - Parameter share: in ten-thousandths, up to 10,000.
    package func quantile(_ share: UInt64) -> UInt64 {
        precondition(share <= 10_000, "a share is at most 10,000 ten-thousandths")
        let (whole, rest) = count.quotientAndRemainder(dividingBy: 10_000)
        // Rounded up, and the first one at least; cut in two so that no count overflows.
        let rank = max(whole * share + (rest * share + 9_999) / 10_000, 1)
        var seen: UInt64 = 0
        for (place, more) in counts.enumerated() {
            seen += more
            if seen >= rank { return min(Self.end(of: place), largest) }
        }
        return largest
    }

    package var p50: UInt64 { quantile(5_000) }
    package var p95: UInt64 { quantile(9_500) }
    package var p99: UInt64 { quantile(9_900) }

    private static func place(of value: UInt64) -> Int {
        guard value >= exactBelow else { return Int(value) }
        // What is left after the shift is from `parts` to twice that.
        let shift = 53 - value.leadingZeroBitCount
        return shift * parts + Int(value >> UInt64(shift))
    }

    /// The largest value that is counted at a place.
    private static func end(of place: Int) -> UInt64 {
        guard place >= Int(exactBelow) else { return UInt64(place) }
        let shift = UInt64(place / parts - 1)
        let first = UInt64(place % parts + parts) << shift
        return first + ((1 << shift) - 1)
    }
}

/// A share of answers with the interval in which Wilson's score method has it, in whole numbers: hundredths of a
/// percent. Answers may count by halves, so that a mean of three steps is a share too.
package struct Proportion: Hashable, Sendable {
    /// Twice the number of answers that count.
    package let halves: Int64
    /// Of how many answers; greater than zero.
    package let count: Int64

    /// A whole, in hundredths of a percent.
    package static let whole: Int64 = 10_000
    /// Products of three such numbers and the scale below stay below 2^127.
    package static let largestCount: Int64 = 100_000_000

    /// - Parameters:
    ///   - halves: from 0 to twice `count`.
    ///   - count: from 1 to ``largestCount``.
    package init?(halves: Int64, of count: Int64) {
        guard (1...Self.largestCount).contains(count), (0...2 * count).contains(halves) else { return nil }
        self.halves = halves
        self.count = count
    }

    /// The share itself, to the nearest, half up.
    package var share: Int64 { (halves * Self.whole + count) / (2 * count) }

    /// 1.96 in hundredths, squared.
    private static let zSquared: Int128 = 38_416
    /// More digits of the root than any share is rounded to.
    private static let scale: Int128 = 1_000_000

    /// Wilson's interval at z = 1.96, rounded outwards.
    package var interval: ClosedRange<Int64> {
        let (a, n) = (Int128(halves), Int128(count))
        // (k + z²/2 ± z √(k(n-k)/n + z²/4)) / (n + z²) with k = a/2, everything times 10⁴ and the scale.
        let under = Self.zSquared * (2500 * a * (2 * n - a) + 9604 * n) * Self.scale * Self.scale
        let root = Self.ceilingOfRoot((under + n - 1) / n)
        let middle = (5000 * a + Self.zSquared / 2) * Self.scale
        let whole = Int128(Self.whole)
        let below = (10_000 * n + Self.zSquared) * Self.scale
        let low = max(0, middle - root) * whole / below
        let high = min(below * whole, (middle + root) * whole + below - 1) / below
        return Int64(low)...Int64(high)
    }

    /// The least whole number whose square is not less.
    static func ceilingOfRoot(_ square: Int128) -> Int128 {
        guard square > 0 else { return 0 }
        var root: Int128 = 0
        var bit: Int128 = 1 << 62
        while bit > 0 {
            let next = root + bit
            if next <= square / next { root = next }
            bit >>= 1
        }
        return root * root == square ? root : root + 1
    }
}

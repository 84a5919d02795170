import Figures
import TestSupport
import Testing

@Suite("A histogram tells values to three digits")
struct HistogramTests {
    /// Values of every size, the edges of every power of two among them.
    private static func values(seed: UInt64, count: Int = 200) -> [UInt64] {
        var random = SeededRandom(seed: seed)
        let edges = (0..<64).flatMap { power in [-1, 0, 1].map { (UInt64(1) << power) &+ UInt64(bitPattern: $0) } }
        return edges + (0..<count).map { _ in UInt64.random(in: .min ... .max, using: &random) >> (random.next() % 64) }
    }

    @Test("what is told of a value is never too small and at most 1/1,024 too large")
    func errorBound() {
        for value in Self.values(seed: 1) {
            // Beside a larger one, so that the exact maximum does not help.
            let told = Histogram([value, .max]).p50
            #expect(told >= value)
            #expect(told - value <= value / 1024)
            #expect(Histogram([value]).p50 == value)
        }
    }

    @Test("values below 2,048 are exact")
    func small() {
        for value in UInt64(0)..<2048 { #expect(Histogram([value, 5000]).p50 == value) }
        #expect(Histogram([2049, 5000]).p50 == 2049)
        #expect(Histogram([2048, 5000]).p50 == 2049)
    }

    @Test("quantiles are those of the sorted values, within the bound", arguments: [1, 2, 3, 10, 99, 100, 101, 1000])
    func quantiles(count: Int) {
        let values = Array(Self.values(seed: UInt64(count), count: max(count, 200)).suffix(count))
        let (histogram, sorted) = (Histogram(values), values.sorted())
        for share in [0, 1, 100, 2500, 5000, 9000, 9500, 9900, 9990, 9999, 10_000] {
            let rank = max((count * share + 9999) / 10_000, 1)
            let (exact, told) = (sorted[rank - 1], histogram.quantile(UInt64(share)))
            #expect(told >= exact)
            #expect(told - exact <= exact / 1024)
        }
        #expect(histogram.largest == sorted.last)
        #expect(histogram.quantile(10_000) == sorted.last)
        #expect(histogram.count == UInt64(count))
    }

    @Test("two histograms add up to the one of both, in either order")
    func sums() {
        let (left, right) = (Array(Self.values(seed: 2, count: 700).prefix(700)), [UInt64](repeating: 12, count: 40))
        var (one, other) = (Histogram(left), Histogram(right))
        one.add(Histogram(right))
        other.add(Histogram(left))
        #expect(one == Histogram(left + right))
        #expect(other == one)
    }

    @Test("without values everything is zero")
    func empty() {
        let histogram = Histogram()
        #expect((histogram.count, histogram.p50, histogram.p99, histogram.largest) == (0, 0, 0, 0))
    }
}

import ServiceLevels
import Temporal
import TestSupport
import Testing

@Suite("When a waiting request can be expected")
struct ExpectationTests {
    @Test(
        "is unknown with fewer than ten that took longer",
        arguments: [
            (0, 0), (9, 0), (10, 1), (20, 11), (20, 20),
        ] as [(Int64, Int64)])
    func tooFew(_ count: Int64, _ waited: Int64) {
        let completed = (0..<count).map { Milliseconds($0 + 1) }
        #expect(Expectation.duration(amongCompleted: completed, waited: Milliseconds(waited)) == nil)
    }

    @Test(
        "is the ninth of the ten that took longer, or the smallest that nine in ten do not exceed",
        arguments: [
            (10, 0, 9), (11, 1, 10), (11, 0, 10), (19, 0, 18), (20, 0, 18), (100, 0, 90), (100, 50, 95), (100, 90, 99),
        ] as [(Int64, Int64, Int64)])
    func quantile(_ count: Int64, _ waited: Int64, _ expected: Int64) {
        let completed = (0..<count).map { Milliseconds($0 + 1) }
        #expect(
            Expectation.duration(amongCompleted: completed, waited: Milliseconds(waited)) == Milliseconds(expected))
    }

    @Test("follows from its definition, also with many equal durations", arguments: UInt64(0)..<200)
    func definition(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let most = Int64.random(in: 1...60, using: &random)
        let count = Int.random(in: 0...80, using: &random)
        let completed = (0..<count).map { _ in Milliseconds(.random(in: 0...most, using: &random)) }.sorted()
        let waited = Milliseconds(.random(in: -1...most, using: &random))
        let longer = completed.filter { $0 > waited }
        let covering = longer.first { candidate in 10 * longer.filter { $0 <= candidate }.count >= 9 * longer.count }
        #expect(
            Expectation.duration(amongCompleted: completed, waited: waited) == (longer.count < 10 ? nil : covering))
    }
}

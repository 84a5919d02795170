import StatusLists
import Testing

@Suite("The order in which places are given away")
struct StatusIndexPermutationTests {
    let secret = [UInt8](0..<32)

    @Test("Every place is given away once, and no two credentials have the same", arguments: [1, 2, .max] as [UInt64])
    func bijection(list: UInt64) {
        let order = StatusIndexPermutation(secret: secret, list: list)
        var isTaken = [Bool](repeating: false, count: Bitstring.minimumCount)
        for counter in 0..<Bitstring.minimumCount {
            #expect(!isTaken[order[counter]])
            isTaken[order[counter]] = true
        }
        #expect(isTaken.allSatisfy { $0 })
    }

    @Test("Lists of any size are permuted", arguments: [1, 2, 3, 7, 8, 9, 255, 1000])
    func sizes(count: Int) {
        let order = StatusIndexPermutation(secret: secret, list: 9, count: count)
        #expect(Set((0..<count).map { order[$0] }) == Set(0..<count))
    }

    /// Computed apart from this code, from the description alone.
    @Test("The order is fixed for ever")
    func goldens() {
        func order(_ secret: [UInt8], _ list: UInt64, _ count: Int, first: Int) -> [Int] {
            let order = StatusIndexPermutation(secret: secret, list: list, count: count)
            return (0..<first).map { order[$0] }
        }
        #expect(order(secret, 1, 131_072, first: 8) == [53141, 123935, 60590, 121332, 56574, 124068, 59162, 6696])
        #expect(StatusIndexPermutation(secret: secret, list: 1)[131_071] == 45088)
        #expect(order(secret, 2, 131_072, first: 8) == [50903, 33919, 13456, 24520, 32686, 126906, 35861, 53940])
        #expect(order(secret, 1, 10, first: 10) == [0, 7, 9, 1, 5, 8, 3, 2, 4, 6])
        #expect(order(secret, 1 << 63 + 5, 10, first: 10) == [0, 9, 5, 6, 2, 1, 4, 3, 8, 7])
        #expect(order([UInt8](repeating: 7, count: 40), 1, 10, first: 10) == [2, 8, 0, 3, 9, 7, 5, 4, 1, 6])
    }

    @Test("One order tells nothing about that of another list or another secret, nor a place about its neighbours")
    func looksRandom() {
        let orders = [(secret, 1), (secret, 2), (Array(secret.reversed()), 1)].map {
            StatusIndexPermutation(secret: $0.0, list: $0.1)
        }
        let count = Bitstring.minimumCount
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            let fixedCount = (0..<count).count { orders[first][$0] == orders[second][$0] }
            #expect(fixedCount < 8, "two random orders agree in one place on average")
        }
        let ascendingCount = (1..<count).count { orders[0][$0 - 1] < orders[0][$0] }
        #expect(abs(ascendingCount - count / 2) < 600, "half of the steps go up; the deviation is about 105")
        let stayingCount = (0..<count).count { abs(orders[0][$0] - $0) < count / 16 }
        #expect(abs(stayingCount - 15_900) < 600, "as many stay near as chance has it")
    }
}

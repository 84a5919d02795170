import StatusLists
import Synchronization

/// Hands out places in status lists: random among the free ones, so that a place says nothing about when a credential
/// was issued, and each only once. The key of `StatusRecord` is what finally keeps two credentials apart; this value
/// only saves asking for a place that is taken.
final class StatusIndexes: Sendable {
    /// A list is closed when this many of its places are taken: while one in eight is free, a few draws find one.
    static let placesUsed = Bitstring.minimumCount / 8 * 7

    private struct Current {
        var list: Int64
        var isTaken: [Bool]
        var count: Int
    }

    /// The list being filled. Under the lock: draws from many threads.
    private let current: Mutex<Current>

    /// Takes up where the stored rows end.
    init(_ reader: any StoreReader) throws {
        let last = try reader.records(Scan(StatusRecord.self, isDescending: true, limit: 1)).first
        var taken = [Bool](repeating: false, count: Bitstring.minimumCount)
        var above: [ColumnValue] = []
        var count = 0
        while let list = last?.list {
            let page = try reader.records(
                Scan(StatusRecord.self, equals: [.integer(list)], above: above, limit: 4096))
            for row in page { taken[Int(row.index)] = true }
            count += page.count
            guard let end = page.last else { break }
            above = [.integer(end.index)]
        }
        current = Mutex(Current(list: last?.list ?? 1, isTaken: taken, count: count))
    }

    /// A place that was never given before in this process nor stored.
    ///
    /// - Parameter randomBytes: yields as many random bytes as it is asked for.
    func next(_ randomBytes: (Int) -> [UInt8]) -> (list: Int64, index: Int64) {
        current.withLock { current in
            if current.count >= Self.placesUsed {
                current = Current(
                    list: current.list + 1, isTaken: [Bool](repeating: false, count: Bitstring.minimumCount), count: 0)
            }
            while true {
                let bytes = randomBytes(4)
                let draw = bytes.reduce(0) { $0 << 8 | Int($1) } % current.isTaken.count
                if !current.isTaken[draw] {
                    current.isTaken[draw] = true
                    current.count += 1
                    return (current.list, Int64(draw))
                }
            }
        }
    }
}

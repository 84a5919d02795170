import StatusLists
import Synchronization

/// Hands out places in status lists: random among the free ones, so that a place says nothing about when a credential
/// was issued, and each only once. The key of `StatusRecord` is what finally keeps two credentials apart; this value
/// only saves asking for a place that is taken.
package final class StatusIndexes: Sendable {
    /// A list is closed when this many of its places are taken: while one in eight is free, a few draws find one.
    static let placesUsed = Bitstring.minimumCount / 8 * 7

    fileprivate struct Filling {
        let list: Int64
        var isTaken: [Bool]
        var count: Int

        init(_ list: Int64) {
            (self.list, isTaken, count) = (list, [Bool](repeating: false, count: Bitstring.minimumCount), 0)
        }
    }

    fileprivate struct State {
        /// The list being filled for each identifier that issues.
        var filling: [String: Filling] = [:]
        var lastList: Int64
    }

    /// Under the lock: draws from many threads.
    private let state: Mutex<State>

    /// Takes up where the stored rows end. The lists themselves are read when their issuer first needs a place.
    package init(_ reader: any StoreReader) throws {
        let last = try reader.records(Scan(StatusListRecord.self, isDescending: true, limit: 1)).first
        state = Mutex(State(lastList: last?.list ?? 0))
    }

    /// A place for a credential of an identifier, which was never given before in this process nor stored.
    ///
    /// - Parameters:
    ///   - store: where the places of an earlier process are.
    ///   - randomBytes: yields as many random bytes as it is asked for.
    package func next(
        for did: String, _ store: any Store, _ randomBytes: (Int) -> [UInt8]
    ) throws -> StatusPlace {
        let isKnown = state.withLock { $0.filling[did] != nil }
        // Read outside the lock; of two threads that both read, the first keeps its list. Of a shared store each
        // process fills lists of its own: of what others take, it would not know.
        let stored = isKnown || store.isShared ? nil : try store.read { try Self.filling(of: did, $0) }
        let number = isKnown || !store.isShared ? nil : Self.number(randomBytes)
        return state.withLock { state in
            if let number { state.lastList = max(number, 1) }
            // Taken out while it changes, so that it is changed in place.
            var filling = state.filling.removeValue(forKey: did) ?? stored ?? state.newList()
            if filling.count >= Self.placesUsed { filling = state.newList() }
            let index = filling.draw(randomBytes)
            state.filling[did] = filling
            return StatusPlace(list: filling.list, index: Int64(index))
        }
    }

    /// Where the lists of a process of a shared store begin: two that draw near each other are unlikely, and where they
    /// meet, the rows refuse one of them.
    private static func number(_ randomBytes: (Int) -> [UInt8]) -> Int64 {
        randomBytes(5).reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func filling(of did: String, _ reader: any StoreReader) throws -> Filling? {
        let scan = Scan(
            StatusListRecord.self, index: "status_list_by_did", equals: [.text(did)], isDescending: true, limit: 1)
        guard let list = try reader.records(scan).first?.list else { return nil }
        var filling = Filling(list)
        var above: [ColumnValue] = []
        while true {
            let page = try reader.records(
                Scan(StatusRecord.self, equals: [.integer(list)], above: above, limit: 4096))
            for row in page { filling.isTaken[Int(row.index)] = true }
            filling.count += page.count
            guard page.count == 4096, let end = page.last else { return filling }
            above = [.integer(end.index)]
        }
    }
}

extension StatusIndexes.State {
    fileprivate mutating func newList() -> StatusIndexes.Filling {
        lastList += 1
        return StatusIndexes.Filling(lastList)
    }
}

extension StatusIndexes.Filling {
    fileprivate mutating func draw(_ randomBytes: (Int) -> [UInt8]) -> Int {
        while true {
            let draw = randomBytes(4).reduce(0) { $0 << 8 | Int($1) } % isTaken.count
            guard !isTaken[draw] else { continue }
            isTaken[draw] = true
            count += 1
            return draw
        }
    }
}

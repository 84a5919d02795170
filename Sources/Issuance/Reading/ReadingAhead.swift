import Dispatch
import Synchronization

extension StoreReader {
    /// As ``forEach(_:batch:_:)``, with a thread that reads ahead and does to each row what needs no other row.
    ///
    /// - Parameters:
    ///   - prepare: done on that thread.
    ///   - body: done on the caller's, in the order of the key.
    package func forEachAhead<R: Record, Prepared: Sendable>(
        _ type: R.Type, _ prepare: @escaping @Sendable (R) -> Prepared, _ body: (Prepared) throws -> Void
    ) throws {
        let slices = Slices<Prepared>()
        // The caller waits below until the other thread has read the last row, and does not read meanwhile.
        nonisolated(unsafe) let reader = self
        DispatchQueue(label: "punctual.reading").async {
            slices.fill { slices in
                var scan = Scan(type, limit: Slices<Prepared>.length)
                while true {
                    let rows = try unsafe reader.records(scan)
                    guard slices.add(rows.map(prepare)), rows.count == scan.limit, let last = rows.last else { return }
                    scan.above = last.key
                }
            }
        }
        defer { slices.stop() }
        while let slice = try slices.next() {
            for prepared in slice { try body(prepared) }
        }
    }
}

/// Slices on their way from the thread that reads to the one that wants them.
private final class Slices<Element: Sendable>: Sendable {
    /// Long enough that handing one over is nothing beside it.
    static var length: Int { 1024 }

    private struct State {
        var slices: [[Element]] = []
        var error: (any Error)?
        var isWanted = true
    }

    private let state = Mutex(State())
    /// Bounds the memory.
    private let room = DispatchSemaphore(value: 0)
    private let filled = DispatchSemaphore(value: 0)
    private let isDone = DispatchSemaphore(value: 0)

    init() { for _ in 0..<4 { room.signal() } }

    func fill(_ body: (Slices) throws -> Void) {
        do { try body(self) } catch { state.withLock { $0.error = error } }
        filled.signal()
        isDone.signal()
    }

    /// - Returns: whether more is wanted.
    func add(_ slice: [Element]) -> Bool {
        room.wait()
        return state.withLock { state in
            if state.isWanted { state.slices.append(slice) }
            filled.signal()
            return state.isWanted
        }
    }

    /// The next slice; nil after the last.
    func next() throws -> [Element]? {
        filled.wait()
        let slice = try state.withLock { state -> [Element]? in
            if !state.slices.isEmpty { return state.slices.removeFirst() }
            if let error = state.error { throw error }
            return nil
        }
        if slice != nil { room.signal() }
        return slice
    }

    /// Wants no more, and waits until nobody reads.
    func stop() {
        state.withLock { $0.isWanted = false }
        room.signal()
        isDone.wait()
    }
}

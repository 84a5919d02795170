import Cryptography
import TransparencyLog

/// The end of the log, as a value: what the next entry continues. A copy taken before a command undoes it.
struct LogState: Sendable {
    private(set) var size: Int64
    private(set) var lastLeafHash: SHA256Digest
    private(set) var lastTime: Int64
    /// Leaf hashes that are not in the tree yet: those of the transaction under way.
    private(set) var pending: [SHA256Digest] = []

    init(size: Int64, lastLeafHash: SHA256Digest, lastTime: Int64) {
        self.size = size
        self.lastLeafHash = lastLeafHash
        self.lastTime = lastTime
    }

    /// Time for the log: never before that of the last entry, whatever the system clock does.
    func time(_ now: Int64) -> Int64 { max(now, lastTime) }

    mutating func append(_ leafHash: SHA256Digest, at time: Int64) {
        precondition(time >= lastTime, "the time of the log does not go back")
        size += 1
        pending.append(leafHash)
        lastLeafHash = leafHash
        lastTime = time
    }

    mutating func takePending() -> [SHA256Digest] {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending
    }
}

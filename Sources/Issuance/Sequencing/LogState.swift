import Cryptography
import Temporal
import TransparencyLog

/// The end of the log, as a value: what the next entry continues.
struct LogState: Hashable, Sendable {
    private(set) var size: Int64
    private(set) var lastLeafHash: SHA256Digest
    private(set) var lastTime: Int64

    init(size: Int64, lastLeafHash: SHA256Digest, lastTime: Int64) {
        self.size = size
        self.lastLeafHash = lastLeafHash
        self.lastTime = lastTime
    }

    /// Time for the log: never before that of the last entry, whatever the system clock does.
    func time(_ now: Instant) -> Instant { Instant(milliseconds: max(now.milliseconds, lastTime)) }

    mutating func append(_ leafHash: SHA256Digest, at time: Instant) {
        precondition(time.milliseconds >= lastTime, "the time of the log does not go back")
        size += 1
        lastLeafHash = leafHash
        lastTime = time.milliseconds
    }
}

/// What has been written in the transaction under way, by all commands or by one. A command works on one of its own,
/// which is taken over when the command holds, and thrown away with its savepoint when it does not.
struct Progress: Sendable {
    var log: LogState
    var directory: Directory
    private(set) var written: [Written] = []

    /// An event with its entry's place and hash.
    struct Written: Sendable {
        let seq: Int64
        let event: LogEvent
        let leafHash: SHA256Digest
    }

    init(log: LogState, directory: Directory) {
        self.log = log
        self.directory = directory
    }

    /// Where one command begins: at the same place, with nothing written.
    var forOneCommand: Progress { Progress(log: log, directory: directory) }

    mutating func takeOver(_ other: Progress) {
        log = other.log
        directory = other.directory
        written += other.written
    }

    mutating func append(_ event: LogEvent, _ leafHash: SHA256Digest, at time: Instant) throws {
        written.append(Written(seq: log.size, event: event, leafHash: leafHash))
        log.append(leafHash, at: time)
        try directory.apply(event.event, at: time)
    }
}

import Issuance
import Synchronization

/// What happens when the disk is full: the service takes no more commands and says so, the write-ahead log is moved
/// into the database with the help of the head-room, and when there is space again the service goes on by itself.
final class SpaceKeeper: Sendable {
    let readiness = Readiness()
    private let headRoom: HeadRoom
    /// Hears what the operator should know.
    private let report: @Sendable (String) -> Void
    /// Whether this shortage was reported, and the write-ahead log emptied for it. Under the lock: the timer's thread,
    /// and whoever opens the service.
    private let progress = Mutex((isReported: false, isLogEmpty: false))

    init(_ headRoom: HeadRoom, report: @escaping @Sendable (String) -> Void) {
        self.headRoom = headRoom
        self.report = report
    }

    /// Takes the head-room; where there is no space for it, the service begins as if the disk were full.
    func begin() {
        do { try headRoom.take() } catch { diskIsFull() }
    }

    /// A transaction was refused for want of space.
    func diskIsFull() { readiness.raise(.noSpace) }

    func releaseHeadRoom() { headRoom.release() }

    /// Makes what room can be made, and looks whether there is enough again. To be called now and then while the disk
    /// is full.
    func look(_ store: any HostedStore) {
        guard readiness.has(.noSpace) else { return }
        progress.withLock { progress in
            if !progress.isReported {
                report("The disk is full: nothing is written until \(HeadRoom.marginByteCount >> 20) MB are free.")
                progress.isReported = true
            }
            if !progress.isLogEmpty {
                headRoom.release()
                progress.isLogEmpty = (try? store.emptyLog()) ?? false
            }
            // What was given up is kept again as soon as there is room for it, also where there is none for more.
            try? headRoom.take()
            guard (try? headRoom.take(margin: HeadRoom.marginByteCount)) != nil,
                store.hasRoom(forBytes: HeadRoom.marginByteCount)
            else { return }
            readiness.clear(.noSpace)
            progress = (false, false)
            report("There is space on the disk again: the service goes on.")
        }
    }
}

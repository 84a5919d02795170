import Synchronization
import Temporal

/// What a service does because it is not alone (<doc:Nodes>); of a store that is nobody else's, nothing.
extension Service {
    /// Which node does what comes by the clock alone.
    enum Lease {
        /// How long it holds: after the death of its holder that is done so much later.
        static let length = Milliseconds.seconds(3)

        /// How long a node is named by, in bytes: nobody draws the same.
        static let nameBytes = 16
    }

    /// Goes to where other nodes have brought the log. What is read of it afterwards is not older than the call.
    package func follow() throws { if store.isShared { try committer.follow() } }

    /// Follows, and says whether that changed anything; false also where it cannot be found out.
    func hasFollowed() -> Bool {
        let size = committer.publishedSize
        return store.isShared && (try? follow()) != nil && committer.publishedSize > size
    }

    /// Follows, and says whether this node is to do now what comes by the clock alone. Nothing relies on the answer but
    /// the amount of work: what two nodes do, one of them finds done.
    package func takesTurn() throws -> Bool {
        guard store.isShared else { return true }
        try follow()
        let (name, now) = (nodeName(), now().milliseconds)
        let known = try store.read { try $0.record(LeaseRecord.self, .integer(1)) }
        guard Self.mayTake(known, name, now) else { return false }
        if let known, known.holder == name, known.until - now > Lease.length.count / 2 { return true }
        return try store.write { writer in
            let known = try writer.record(LeaseRecord.self, .integer(1))
            guard Self.mayTake(known, name, now) else { return false }
            let lease = LeaseRecord(holder: name, until: now + Lease.length.count)
            if known == nil { try writer.insert(lease) } else { try writer.update(lease) }
            return true
        }
    }

    /// Whether a lease is ours, or has run out, or was taken by a clock that was wrong.
    private static func mayTake(_ lease: LeaseRecord?, _ name: [UInt8], _ now: Int64) -> Bool {
        guard let lease, lease.holder != name else { return true }
        return lease.until <= now || lease.until > now + 2 * Lease.length.count
    }

    private func nodeName() -> [UInt8] {
        node.withLock { node in
            if node.isEmpty { node = randomBytes(Lease.nameBytes) }
            return node
        }
    }

    /// The last entry that changed a status, as far as this node has to know it from others.
    func lastStatusChange() throws -> Int64 {
        guard store.isShared else { return -1 }
        return try store.read { try $0.record(SharedMarkRecord.self, .integer(1)) }?.statuses ?? -1
    }
}

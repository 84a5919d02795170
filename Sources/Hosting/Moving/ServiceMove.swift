import Cryptography
import Issuance
import PostgreSQLStorage
import SQLiteStorage
import Storage
package import TransparencyLog

/// Moves the rows of a service from the file in its data directory into a database, whole or not at all. At no instant
/// can both be served, and wherever it is broken off it can be done again: see the page of this room.
package struct ServiceMove {
    private let directory: DataDirectory
    private let target: StoreAddress
    private let machine: DataDirectory.Machine
    private let report: (Progress) -> Void
    private let reached: (Step) throws -> Void

    /// What is under way.
    package enum Progress {
        case copying(table: String, rows: Int)
        case comparing(table: String, rows: Int)
        case hashing(entry: Int64)
    }

    /// What is done and durable, in this order.
    package enum Step: String, CaseIterable, Sendable { case made, marked, copied, verified, departed, arrived }

    /// What was moved.
    package struct Summary: Hashable, Sendable {
        package let place: String
        package let head: TreeHead
        package let tables: Int
        package let rows: Int
    }

    /// - Parameters:
    ///   - report: hears now and then how far it is.
    ///   - reached: hears each step; what it throws breaks the move off there, as the end of the process would.
    package init(
        _ directory: DataDirectory, to target: StoreAddress, on machine: DataDirectory.Machine,
        report: @escaping (Progress) -> Void = { _ in }, reached: @escaping (Step) throws -> Void = { _ in }
    ) {
        (self.directory, self.target, self.machine) = (directory, target, machine)
        (self.report, self.reached) = (report, reached)
    }

    /// - Throws: `StartupRefusal` when the service would not start, `HostingError` when it cannot be moved there; then
    ///   it is where it was. `AuditFailure` when what arrived is not what departed.
    package func run() throws -> Summary {
        guard case .database(let url) = target else {
            throw HostingError("a service is moved into a database; give its address, postgres://…")
        }
        guard try directory.storeAddress() == .file else {
            throw HostingError("the service of \(directory.path) is in \(try directory.storeAddress()) already")
        }
        try directory.refuseEvidence()
        let source = try SQLiteStore(path: directory.database, schema: .service, create: false)
        let anchored = try AnchorFile.read(directory.anchor).head
        _ = try directory.checkStart(on: source, anchored: anchored, on: machine)
        let moved = Moved(source: source, anchored: anchored)
        let summary =
            if let departed = try source.move(), departed.state == .departed {
                try goOn(departed, moved, url)
            } else {
                try begin(moved, url)
            }
        try directory.remember(target)
        return summary
    }

    private struct Moved {
        let source: SQLiteStore
        let anchored: TreeHead
    }

    /// From an empty database to a complete one.
    private func begin(_ moved: Moved, _ url: String) throws -> Summary {
        let mark = try moved.source.read { reader in
            guard let first = try reader.record(EntryRecord.self, .integer(0)),
                let head = try reader.record(HeadRecord.self, .integer(1))
            else { throw StartupRefusal("There is no log to move.", .noLog) }
            return MoveRecord(
                .arriving, token: machine.randomBytes(16), log: first.leafHash, to: "\(target)", size: head.size,
                root: head.root)
        }
        try makeRoom(for: mark, url)
        let store = try PostgreSQLStore(url: url, schema: .service, create: true)
        try reached(.made)
        try store.write { try $0.insert(mark) }
        try reached(.marked)
        try moved.source.read { reader in
            for type in Tables.records {
                try RowMove.copy(type, from: reader, to: store) {
                    report(.copying(table: type.table.name, rows: $0))
                }
            }
        }
        try reached(.copied)
        let summary = try verify(moved, store)
        try reached(.verified)
        try depart(mark, from: moved.source)
        try reached(.departed)
        try arrive(mark, in: store)
        return summary
    }

    /// From where the source was given up already; it cannot have changed since.
    private func goOn(_ departed: MoveRecord, _ moved: Moved, _ url: String) throws -> Summary {
        let store = try PostgreSQLStore(url: url, schema: .service, create: false)
        guard let arrival = try store.move(), arrival.token == departed.token else {
            throw HostingError("the service was moved to \(departed.place) already, and not to \(target)")
        }
        guard arrival.state == .arriving else {
            let counted = try store.read {
                try TableFingerprint.all(in: $0) { report(.comparing(table: $0, rows: $1)) }
            }
            return summary(counted, try store.read { try head(in: $0) })
        }
        let summary: Summary
        do {
            summary = try verify(moved, store)
        } catch {
            // What is there is refused by every start, so the service may go on from here.
            try moved.source.write { try $0.delete(MoveRecord.self, key: departed.key) }
            throw error
        }
        try arrive(departed, in: store)
        return summary
    }

    private func depart(_ mark: MoveRecord, from source: SQLiteStore) throws {
        var departed = mark
        departed.state = .departed
        try source.write { try $0.insert(departed) }
    }

    private func arrive(_ mark: MoveRecord, in store: PostgreSQLStore) throws {
        var arrived = mark
        arrived.state = .arrived
        try store.write { try $0.update(arrived) }
        try reached(.arrived)
    }

    /// Nothing is there that is not ours; what a move of this log left that was broken off is removed.
    private func makeRoom(for mark: MoveRecord, _ url: String) throws {
        let found = try PostgreSQLStore.contents(at: url)
        guard found.tableCount > 0 else { return }
        guard found.isStore else { throw notEmpty }
        let isOurs: Bool
        do {
            let store = try PostgreSQLStore(url: url, schema: .service, create: false)
            let left = try store.move()
            isOurs =
                try left.map { $0.state == .arriving && $0.log == mark.log }
                // Made, and not yet marked.
                ?? store.read { try $0.records(Scan(EntryRecord.self, limit: 1)).isEmpty }
            store.close()
        }
        guard isOurs else { throw notEmpty }
        try PostgreSQLStore.discard(at: url, schema: .service)
        guard try PostgreSQLStore.contents(at: url).tableCount == 0 else { throw notEmpty }
    }

    private var notEmpty: HostingError {
        HostingError(
            "\(target) is not empty, and what is there is not what a move of this service left. Give a database, or a "
                + "schema (options=-csearch_path%3DNAME), without tables. Nothing was changed")
    }
}

/// Verifying.
extension ServiceMove {
    /// Counts and hashes every table on both sides, and then examines what has arrived as a start does, and every
    /// entry, tile and checkpoint of its log.
    private func verify(_ moved: Moved, _ store: PostgreSQLStore) throws -> Summary {
        let here = try moved.source.read { try fingerprints(in: $0) }
        let there = try store.read { try fingerprints(in: $0) }
        for (departed, arrived) in zip(here, there) where departed != arrived {
            throw AuditFailure(
                seq: 0,
                "the \(arrived.rows) rows that arrived in the table \(arrived.table) are not the \(departed.rows) that "
                    + "departed; the service is where it was")
        }
        let keys = try directory.checkStart(on: store, anchored: moved.anchored, on: machine)
        let audited = try store.read { reader in
            try LogCheck.verify(reader, keys: keys, anchored: moved.anchored) { report(.hashing(entry: $0)) }
        }
        guard try moved.source.read({ try head(in: $0) }) == audited.head else {
            throw AuditFailure(seq: Int64(audited.head.size), "the log that arrived has another head")
        }
        return summary(there, audited.head)
    }

    private func fingerprints(in reader: any StoreReader) throws -> [TableFingerprint] {
        try TableFingerprint.all(in: reader) { report(.comparing(table: $0, rows: $1)) }
    }

    private func head(in reader: any StoreReader) throws -> TreeHead? {
        guard let head = try reader.record(HeadRecord.self, .integer(1)), let root = SHA256Digest(head.root) else {
            return nil
        }
        return TreeHead(size: UInt64(head.size), root: root)
    }

    private func summary(_ counted: [TableFingerprint], _ head: TreeHead?) -> Summary {
        Summary(
            place: "\(target)", head: head ?? TreeHead(size: 0, root: MerkleTree.emptyRoot), tables: counted.count,
            rows: counted.reduce(0) { $0 + $1.rows })
    }
}

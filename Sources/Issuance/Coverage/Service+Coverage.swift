package import CanonicalJSON
import Coverage
import Cryptography
import Synchronization
package import Temporal
import TransparencyLog

/// Coverage statements: made each hour, signed when somebody asks, with the proof that a request is in one.
extension Service {
    /// How old the newest statement may be while the log grows.
    package static let coverageInterval = Milliseconds.hours(1)

    /// Writes a statement about the log as it is now, or answers with the newest one when nothing has come since.
    ///
    /// Walks over all requests on the caller's thread, in a snapshot; the sequencer goes on meanwhile.
    package func stateCoverage(_ reply: @escaping Sequencer.Completion) {
        do {
            guard let stated = try nextCoverage() else { return reply(try newestCoverage()) }
            sequencer.submit(.stateCoverage(stated), reply)
        } catch {
            reply(.failure(error))
        }
    }

    /// Whether the newest statement, or without one the log, is older than ``coverageInterval`` and does not cover
    /// everything.
    package func isCoverageDue() throws -> Bool {
        let now = now()
        return try store.read { reader in
            let newest = try CoverageRecord.newest(in: reader)
            guard let record = try reader.record(EntryRecord.self, .integer(newest?.seq ?? 0)),
                let head = try reader.record(HeadRecord.self, .integer(1))
            else { return false }
            return try LogEntry(parsing: record.body).t + Self.coverageInterval <= now
                && !(newest?.covers(head) ?? false)
        }
    }

    /// The statement of a size as a signed note.
    ///
    /// - Parameter size: the newest one when nil.
    /// - Throws: `Refusal` with `unknownCheckpoint` where there is none.
    package func coverage(size: UInt64?) throws -> [UInt8] {
        try store.read { try self.signedCoverage(self.stated(size, in: $0), in: $0).bytes }
    }

    /// The file with which somebody sees offline that a request is in the newest statement, or that it is not.
    ///
    /// - Parameter tenant: only its own requests, and identifiers that nobody has, are shown.
    /// - Throws: `Refusal` with `unknownRequest` for those of others, `unknownCheckpoint` without a statement, and
    ///   `busy` while somebody was erased since the newest one, or another proof is being made.
    package func coverageProof(of request: RequestID, for tenant: TenantID) throws -> JSONObject {
        guard isProvingCoverage.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else {
            throw Refusal(.busy, "Another proof of coverage is being made. Try again in a moment.")
        }
        defer { isProvingCoverage.store(false, ordering: .releasing) }
        let size = try store.read { try self.stated(nil, in: $0).size }
        // Younger than the statement, and the snapshot that follows is younger than both.
        let newest = try coverageCheckpoint(covering: size)
        return try store.read { reader in
            let known = try reader.record(RequestRecord.self, .text(request.text))
            if let known, known.tenant != tenant.text { throw Refusal.unknownRequest }
            let stated = try self.stated(size, in: reader)
            let note = try self.signedCoverage(stated, in: reader)
            let rows = try CoverageRows(reader, size: Int64(stated.size))
            let shown = try Self.show(request, known, rows, stated)
            let later = try Checkpoint(parsing: newest.text).head.size
            let consistency = try MerkleTree.consistencyProof(from: stated.size, to: later) {
                try storedTile($0, in: reader)
            }
            return try CoverageProof(
                request: request.text, note: note, shown: shown, checkpoint: (newest, consistency)
            ).json
        }
    }

    private static func show(
        _ request: RequestID, _ known: RequestRecord?, _ rows: CoverageRows, _ stated: CoverageStated
    ) throws -> CoverageProof.Shown {
        let (index, isThere) = try rows.rank(of: CoverageLeaf.hash(ofRequest: request.text))
        let wanted = isThere ? [index] : [index - 1, index].filter { 0..<rows.count ~= $0 }
        let tree = try rows.tree(proving: Set(wanted))
        guard tree.root == stated.tree, rows.units == stated.units else {
            throw Refusal(
                .busy,
                "A person was erased since the newest statement, and its tree with them. The next one is made within "
                    + "the hour; an operator can have it now with `punctual audit coverage`.")
        }
        func path(_ index: Int) -> CoveragePath {
            CoveragePath(index: Int64(index), siblings: tree.paths[index] ?? [])
        }
        if isThere, let known {
            let (opening, salt) = try rows.opening(of: known)
            return .leaf(opening, salt: salt, path(index))
        }
        return .neighbours(
            wanted.compactMap { place in
                tree.leaves[place].map { CoverageProof.Neighbour(leaf: $0, path: path(place)) }
            })
    }

    /// The newest checkpoint with witnesses where there is one, else the newest.
    private func coverageCheckpoint(covering size: UInt64) throws -> SignedNote {
        let newest = try SignedNote(parsing: checkpoint())
        guard let witnessed = try? SignedNote(parsing: witnessedCheckpoint()),
            try Checkpoint(parsing: witnessed.text).head.size >= size
        else { return newest }
        return witnessed
    }

    private func stated(_ size: UInt64?, in reader: any StoreReader) throws -> CoverageStated {
        let none = Refusal(.unknownCheckpoint, "There is no coverage statement of this size; see /coverage.")
        let record: CoverageRecord?
        if let size {
            record = try Int64(exactly: size).flatMap { try reader.record(CoverageRecord.self, .integer($0)) }
        } else {
            record = try CoverageRecord.newest(in: reader)
        }
        // What the anchor does not know yet does not leave the process.
        guard let record, record.seq < committer.publishedSize else { throw none }
        guard case .coverage(let stated)? = try storedEvent(record.seq, in: reader)?.event else {
            throw StoreError.corrupt("the coverage statement of \(record.size) entries is gone")
        }
        return stated
    }

    private func signedCoverage(_ stated: CoverageStated, in reader: any StoreReader) throws -> SignedNote {
        if readiness.has(.evidence) { throw Refusal.halted }
        let root = try MerkleTree.root(size: stated.size) { try storedTile($0, in: reader) }
        guard let last = try reader.record(EntryRecord.self, .integer(Int64(stated.size) - 1)) else {
            throw StoreError.corrupt("entry \(stated.size - 1) is gone")
        }
        let statement = try CoverageStatement(
            origin: origin, log: TreeHead(size: stated.size, root: root),
            time: try LogEntry(parsing: last.body).t.milliseconds, units: stated.units, tree: stated.tree)
        return try SignedNote(signing: statement.text, by: committer.signers.signers(of: directory.logKeys))
    }

    /// The statement about the log as it is; nil when only a statement has been written since the newest one.
    private func nextCoverage() throws -> CoverageStated? {
        try store.read { reader in
            guard let head = try reader.record(HeadRecord.self, .integer(1)) else {
                throw StoreError.corrupt("the head of the log is gone")
            }
            if try CoverageRecord.newest(in: reader)?.covers(head) ?? false { return nil }
            let rows = try CoverageRows(reader, size: head.size)
            return CoverageStated(size: UInt64(head.size), units: rows.units, tree: try rows.tree().root)
        }
    }

    private func newestCoverage() throws -> Result<Answer, any Error> {
        try store.read { reader in
            guard let newest = try CoverageRecord.newest(in: reader),
                let event = try storedEvent(newest.seq, in: reader)
            else { throw StoreError.corrupt("the newest coverage statement is gone") }
            return .success(Answer(to: event, issued: nil, url: url))
        }
    }
}

extension CoverageRecord {
    /// Whether nothing but this statement has been written since the entries that it covers.
    fileprivate func covers(_ head: HeadRecord) -> Bool { size == seq && head.size == seq + 1 }
}

/// Decisions about coverage statements.
extension Situation {
    /// It was made from a snapshot; by now the log may be longer, and another statement may have been faster.
    func state(_ stated: CoverageStated) throws -> Decision {
        let (size, nextSeq) = (stated.size, UInt64(nextSeq))
        guard size <= nextSeq, nextSeq - size <= ChainIndex.maximumLag else {
            throw Refusal(
                .busy, "More than \(ChainIndex.maximumLag) entries came while the statement was made. Try again later.")
        }
        if let newest = try CoverageRecord.newest(in: state), UInt64(newest.size) >= size {
            throw Refusal(.busy, "Another statement was made meanwhile, of \(newest.size) entries.")
        }
        return Decision([LogEvent(.coverage(stated))])
    }
}

import Cryptography
import TransparencyLog

/// How a node goes on from where another one left the log: see <doc:Nodes>.
struct Following: Sendable {
    let origin: String
    let signers: LogSigners
    let vault: LogKeyVault

    /// So many entries are followed inside a transaction, while other nodes wait: some milliseconds of hashing.
    static let mostInTransaction: Int64 = 16_384

    /// Tiles read at once: 8 KiB each.
    private static let tilesAtOnce = 32

    /// Moves a state to a stored head.
    ///
    /// - Returns: whether it was moved; false where it is there already.
    /// - Throws: `StoreError.outcomeUnknown` when the head does not continue the state, so that nothing may be signed.
    func follow(_ state: inout Committer.State, to head: HeadRecord?, in reader: any StoreReader) throws -> Bool {
        guard let head else {
            guard state.log.size == 0 else { throw StoreError.corrupt("the head of the log is gone") }
            return false
        }
        guard head != HeadRecord(state.tiles.head, state.log) else { return false }
        guard head.size > state.log.size, head.lastTime >= state.log.lastTime, state.log.size > 0 else {
            throw StoreError.outcomeUnknown(
                "the log was continued by another process: the database ends at \(head.size) entries, and this process "
                    + "knows \(state.log.size), or others")
        }
        let size = state.log.size
        try append(&state, to: head, in: reader)
        try remember(&state, from: size, in: reader)
        try check(state, in: reader)
        return true
    }

    /// Appends what lies between to our own tree: with the root of the head it is what the head is of.
    private func append(_ state: inout Committer.State, to head: HeadRecord, in reader: any StoreReader) throws {
        let width = Int64(TileCoordinate.fullWidth)
        var (size, last) = (state.log.size, state.log.lastLeafHash)
        while size < head.size {
            let tiles = try reader.records(
                Scan(
                    TileRecord.self, equals: [.integer(0)], above: [.integer(size / width - 1)],
                    limit: Self.tilesAtOnce))
            for tile in tiles where size < head.size {
                let hashes = tile.hashes.dropFirst(Int(size % width) * SHA256Digest.byteCount)
                guard tile.index == size / width, !hashes.isEmpty else { throw Self.fork(at: size) }
                for start in stride(from: hashes.startIndex, to: hashes.endIndex, by: SHA256Digest.byteCount)
                where size < head.size {
                    let end = min(start + SHA256Digest.byteCount, hashes.endIndex)
                    guard let leaf = SHA256Digest(Array(hashes[start..<end])) else { throw Self.fork(at: size) }
                    state.tiles.append(leaf)
                    (size, last) = (size + 1, leaf)
                }
            }
            if tiles.isEmpty { throw Self.fork(at: size) }
        }
        // They are stored already.
        _ = state.tiles.takeChangedTiles()
        state.log = LogState(size: size, lastLeafHash: last, lastTime: head.lastTime)
        guard HeadRecord(state.tiles.head, state.log) == head else { throw Self.fork(at: size) }
    }

    /// Brings up to date what is kept in memory of the log.
    private func remember(_ state: inout Committer.State, from size: Int64, in reader: any StoreReader) throws {
        if let mark = try reader.record(SharedMarkRecord.self, .integer(1)), mark.directory >= size {
            state.directory = try Directory(reading: reader)
        } else {
            state.directory.take(try Tally(reading: reader))
        }
        for key in state.directory.logKeys.active where !signers.has(key) {
            do {
                signers.add(try vault.signer(key))
            } catch let refusal as StartupRefusal {
                throw StoreError.unavailable("this node cannot sign as the log says: \(refusal)")
            }
        }
    }

    /// The newest checkpoint is that of the head, and signed by all who sign now.
    private func check(_ state: Committer.State, in reader: any StoreReader) throws {
        let end = StartupChecks.End(
            origin: origin, head: state.tiles.head, last: state.log.lastLeafHash, lastTime: state.log.lastTime)
        do {
            try StartupChecks(reader: reader).checkpoint(of: end, signedBy: state.directory.logKeys)
        } catch let refusal as StartupRefusal {
            throw StoreError.outcomeUnknown("another process continued the log wrongly: \(refusal)")
        }
    }

    private static func fork(at size: Int64) -> StoreError {
        .outcomeUnknown("the stored log of \(size) entries does not continue the one that this process knows")
    }
}

/// The head is too far ahead to be followed while others wait.
struct FarBehind: Error {}

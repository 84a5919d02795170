import Cryptography
package import TransparencyLog

/// The audit of a whole log that is read resource by resource, against its own newest checkpoint.
package enum MirrorAudit {
    /// What the entries are, as far as this room can tell.
    package enum EntryForm: String, Hashable, Sendable {
        /// Entries of Punctual: form, sequence, chain, time and requests were checked as well.
        case punctual
        /// Of some other log: they were hashed, and nothing else is known of them.
        case unknown
    }

    /// What the checkpoint was when everything had been read.
    package enum Afterwards: Hashable, Sendable {
        case unchanged
        /// The log has grown, and continues what was verified.
        case grew(to: UInt64)
        /// An older checkpoint was served again, as by a cache; what was verified continues it.
        case older(UInt64)
    }

    /// What was verified.
    package struct Summary: Hashable, Sendable {
        /// What everything was held against.
        package let checkpoint: VerifiedCheckpoint
        package let form: EntryForm
        /// How many files or answers were read.
        package let bundles: Int
        package let tiles: Int
        package let afterwards: Afterwards
    }

    /// Reads all bundles and tiles of a log and checks that entries give tiles, tiles the root, and that this root was
    /// signed.
    ///
    /// - Parameters:
    ///   - kept: checkpoints of the same log that somebody kept: the log must contain them.
    ///   - progress: hears now and then how many entries are done.
    ///   - entry: is given each entry in order, once it has the hash that its tile states.
    package static func verify(
        _ source: LogSource, trust: CheckpointTrust, kept: [VerifiedCheckpoint] = [],
        progress: (UInt64) -> Void = { _ in }, entry: ([UInt8]) -> Void = { _ in }
    ) throws(MirrorError) -> Summary {
        let checkpoint = try trust.newest(of: source)
        for old in kept { try requireContinued(old, by: checkpoint, source) }
        var reading = Reading(of: checkpoint)
        try reading.readAll(from: source, progress, entry)
        try reading.finish()
        return Summary(
            checkpoint: checkpoint, form: reading.form, bundles: reading.bundles, tiles: reading.tiles,
            afterwards: try compareAgain(source, checkpoint, trust))
    }

    /// Refuses a log that is not the one of a kept checkpoint, or is shorter.
    ///
    /// - Parameter checkpoint: that of the tree whose tiles the source has.
    package static func requireContinued(
        _ kept: VerifiedCheckpoint, by checkpoint: VerifiedCheckpoint, _ source: LogSource
    ) throws(MirrorError) {
        guard kept.head.size <= checkpoint.head.size else {
            throw .behind(size: checkpoint.head.size, kept: kept.head.size)
        }
        if let proof = try source.fork(of: kept, checkpoint) { throw .forked(proof) }
    }

    /// Whether the source still says, or continues, what was verified.
    private static func compareAgain(
        _ source: LogSource, _ checkpoint: VerifiedCheckpoint, _ trust: CheckpointTrust
    ) throws(MirrorError) -> Afterwards {
        let newest = try trust.newest(of: source)
        if let proof = try source.fork(of: checkpoint, newest) { throw .forked(proof) }
        if newest.head.size == checkpoint.head.size { return .unchanged }
        return newest.head.size > checkpoint.head.size ? .grew(to: newest.head.size) : .older(newest.head.size)
    }
}

extension LogSource {
    /// The proof that an entry is in the tree of a checkpoint, verified before it is given.
    ///
    /// - Throws: ``MirrorError/missing(resource:)`` for an entry that the tree does not have.
    package func proof(of index: UInt64, in checkpoint: VerifiedCheckpoint) throws(MirrorError) -> TLogProof {
        let width = UInt64(TileCoordinate.fullWidth)
        guard index < checkpoint.head.size,
            let place = EntryBundleCoordinate(index: index / width, treeSize: checkpoint.head.size)
        else { throw .missing(resource: "entry \(index)") }
        let leaf = MerkleTree.leafHash(try entries(place)[Int(index % width)])
        do {
            let hashes = try MerkleTree.inclusionProof(index: index, size: checkpoint.head.size, tile: tile)
            try MerkleTree.verifyInclusion(of: leaf, at: index, in: checkpoint.head, proof: hashes)
            return TLogProof(index: index, hashes: hashes, note: checkpoint.note)
        } catch let error as MirrorError {
            throw error
        } catch let error as TransparencyLogError {
            throw .malformed(resource: "entry \(index)", error)
        } catch {
            throw .unreadable(resource: "entry \(index)", reason: "\(error)")
        }
    }

    /// The proof that two checkpoints contradict each other, from the tiles of this source, which must be those of the
    /// larger one; nil when the larger continues the smaller.
    package func fork(
        of one: VerifiedCheckpoint, _ other: VerifiedCheckpoint
    ) throws(MirrorError) -> ForkProof? {
        do {
            return try ForkProof(comparing: one, other, tile: tile)
        } catch let error as MirrorError {
            throw error
        } catch let error as TransparencyLogError {
            throw .untrusted(resource: "the larger checkpoint", error)
        } catch {
            throw .unreadable(resource: "tile", reason: "\(error)")
        }
    }
}

/// One pass over a log.
private struct Reading {
    private let head: TreeHead
    private var tree = TileAppender()
    private var audit: LogAudit
    private var indexes = ChainIndexAudit()
    private(set) var form = MirrorAudit.EntryForm.unknown
    private(set) var bundles = 0
    private(set) var tiles = 0

    init(of checkpoint: VerifiedCheckpoint) {
        head = checkpoint.head
        audit = LogAudit(against: checkpoint)
    }

    mutating func readAll(
        from source: LogSource, _ progress: (UInt64) -> Void, _ body: ([UInt8]) -> Void
    ) throws(MirrorError) {
        var index: UInt64 = 0
        while let place = EntryBundleCoordinate(index: index, treeSize: head.size) {
            let entries = try source.entries(place)
            bundles += 1
            if index == 0, let first = entries.first, (try? LogEntry(parsing: first)) != nil { form = .punctual }
            try append(entries, place, source)
            for entry in entries { body(entry) }
            progress(tree.size)
            index += 1
        }
    }

    /// Hashes a bundle, compares it with its tile, and the tiles that it completes with those of the source.
    private mutating func append(
        _ entries: [[UInt8]], _ bundle: EntryBundleCoordinate, _ source: LogSource
    ) throws(MirrorError) {
        guard let place = TileCoordinate(level: 0, index: bundle.index, treeSize: head.size) else { return }
        let stated = try source.tile(place)
        tiles += 1
        for (position, entry) in entries.enumerated() {
            let hash = MerkleTree.leafHash(entry)
            let start = position * SHA256Digest.byteCount
            guard stated[start..<start + SHA256Digest.byteCount].elementsEqual(hash.bytes) else {
                throw .differentEntry(tree.size, bundle: bundle.path, tile: place.path)
            }
            if form == .punctual {
                do throws(AuditFinding) {
                    try indexes.check(entry, leafHash: try audit.check(entry))
                } catch {
                    throw .entry(error)
                }
            }
            tree.append(hash)
        }
        for tile in tree.takeChangedTiles() where tile.coordinate.level > 0 && isWhole(tile.coordinate) {
            tiles += 1
            guard try source.tile(tile.coordinate) == tile.bytes else {
                throw .differentTile(tile.coordinate.path)
            }
        }
    }

    /// Whether the tile is as wide as it is in the whole tree.
    private func isWhole(_ place: TileCoordinate) -> Bool {
        TileCoordinate(level: place.level, index: place.index, treeSize: head.size) == place
    }

    func finish() throws(MirrorError) {
        let root = tree.head.root
        guard root == head.root else { throw .wrongRoot(root.base64) }
        guard form == .punctual else { return }
        do throws(AuditFinding) {
            try audit.finish()
        } catch {
            throw .entry(error)
        }
    }
}

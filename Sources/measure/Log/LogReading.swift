import CanonicalJSON
import Cryptography
import Figures
import Hosting
import Issuance
import Temporal
import TransparencyLog
import Verification

/// Questions to a log that is long already.
struct LogReading {
    let place: Workplace
    let reader: any StoreView
    let anchored: TreeHead
    let checkpoint: VerifiedCheckpoint

    init(_ place: Workplace) throws {
        let (reader, anchored) = try place.directory.openReader()
        guard let anchored else { throw Wrong() }
        let key = try place.logKey()
        checkpoint = try reader.read { reader in
            let newest = Scan(CheckpointRecord.self, isDescending: true, limit: 1)
            guard let record = try reader.records(newest).first else { throw Wrong() }
            let note = try SignedNote(parsing: Array(record.note.utf8))
            return try VerifiedCheckpoint(note, origin: key.name.text, logKeys: [key])
        }
        (self.place, self.reader, self.anchored) = (place, reader, anchored)
    }

    /// Inclusion proofs of entries anywhere in the log.
    func proofs(seconds: Int) throws -> Histogram {
        var random = Repeatable()
        let size = checkpoint.head.size
        return try Histogram.of(seconds: seconds) { _ in
            let index = random.next() % size
            let proof = try reader.read { reader in
                try MerkleTree.inclusionProof(index: index, size: size) { try storedTile($0, in: reader) }
            }
            guard proof.count > 1 else { throw Wrong() }
        }
    }

    /// Verifying everything that happened to one request, from the file that says so.
    func bundles(of id: RequestID, seconds: Int) throws -> Histogram {
        let bundle = try reader.read { try AuditBundle.make(for: id, in: $0) }
        let file = JSON.object(bundle).canonicalBytes
        var trust = Trust(at: Workplace.now())
        trust.logKeys = [try place.logKey()]
        trust.mayLackStatusList = true
        return try Histogram.of(seconds: seconds) { _ in
            let verdicts = Verifier(trust: trust).verify([try Evidence(parsing: file)])
            // Without an index of requests, that nothing came later cannot be told; nothing may be wrong.
            guard verdicts[0].conclusion != .invalid else { throw Wrong() }
        }
    }

    /// The first entries, in memory.
    func entries(_ count: Int) throws -> [[UInt8]] {
        try reader.read { try $0.records(Scan(EntryRecord.self, limit: count)).map(\.body) }
    }

    /// How many entries in a second are audited from the database, with every tile.
    func auditFromDatabase() throws -> Double {
        let start = Race.now()
        let key = try place.logKey()
        _ = try reader.read { try LogCheck.verify($0, keys: [key], anchored: anchored) }
        return Double(checkpoint.head.size) * 1e9 / Double(Race.now() - start)
    }

    /// How many entries in a second are audited in memory, and hashed alone as leaf and node: what an audit must do.
    func audit(_ entries: [[UInt8]], race: Race) throws -> (audited: Double, hashed: Double) {
        let laps = try race.laps([
            { [checkpoint] _ in
                var audit = LogAudit(against: checkpoint)
                for entry in entries { try audit.check(entry) }
            },
            { _ in
                var last = MerkleTree.emptyRoot
                for entry in entries { last = MerkleTree.nodeHash(last, MerkleTree.leafHash(entry)) }
                guard last != MerkleTree.emptyRoot else { throw Wrong() }
            },
        ])
        return (laps[0].perSecond * Double(entries.count), laps[1].perSecond * Double(entries.count))
    }
}

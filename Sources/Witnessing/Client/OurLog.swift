package import Issuance
package import TransparencyLog

/// The log that asks for cosignatures, as its witnesses' jobs see it.
package struct OurLog: Sendable {
    /// Where it is kept, and where cosignatures go.
    package let store: any Store
    /// Its name.
    package let origin: String
    /// Every key that signs or ever signed for it; keys are added while a service runs.
    package let keys: @Sendable () -> [VerifierKey]

    /// The size of the newest checkpoint that may leave the process: one that the anchor knows.
    private let publishedSize: @Sendable () -> UInt64

    /// A log in a store.
    /// - Parameter publishedSize: without it everything in the store may leave.
    package init(
        store: any Store, origin: String, publishedSize: @escaping @Sendable () -> UInt64 = { Checkpoint.maximumSize },
        keys: @escaping @Sendable () -> [VerifierKey]
    ) {
        self.publishedSize = publishedSize
        self.store = store
        self.origin = origin
        self.keys = keys
    }

    /// The newest checkpoint that may leave, with its size, without cosignatures.
    func newest() throws -> (note: SignedNote, size: UInt64)? {
        let limit = Int64(min(publishedSize(), Checkpoint.maximumSize - 1))
        return try store.read { reader in
            let newest = Scan(CheckpointRecord.self, below: [.integer(limit + 1)], isDescending: true, limit: 1)
            guard let stored = try reader.records(newest).first else { return nil }
            return (try SignedNote(parsing: Array(stored.note.utf8)), UInt64(stored.size))
        }
    }

    /// How many of the newest cosignatures are looked through for a witness's. One that has none among them is asked
    /// as if it were new, and says itself how far it has come.
    private static let lookedThrough = 4_096

    /// The size of the newest checkpoint whose cosignature by this witness is kept; 0 for none.
    func keptSize(of witness: VerifierKey) throws -> UInt64 {
        let newest = Scan(CosignatureRecord.self, isDescending: true, limit: Self.lookedThrough)
        let rows = try store.read { try $0.records(newest) }
        return rows.first { $0.witness == witness.vkey }.map { UInt64($0.size) } ?? 0
    }

    /// Keeps a verified line.
    func keep(_ line: NoteSignature, of witness: VerifierKey, size: UInt64) throws {
        let record = CosignatureRecord(size: Int64(size), witness: witness.vkey, line: line.line)
        try store.write { writer in
            guard try writer.record(CosignatureRecord.self, key: record.key) == nil else { return }
            try writer.insert(record)
        }
    }
}

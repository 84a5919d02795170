import CanonicalJSON
import Multiformats
import TransparencyLog

/// The timestamped checkpoints that say when entries existed: for each the earliest one of each kind behind it.
struct StampedCheckpoints {
    private let reader: any StoreReader
    private let sizes: Set<Int64>

    /// How many rows behind an entry are looked at for one of each kind; the two are made together, each hour.
    private static let maximumRows = 64

    init(_ reader: any StoreReader, covering entries: [Int64]) throws {
        self.reader = reader
        var sizes: Set<Int64> = []
        for entry in entries {
            let rows = try reader.records(
                Scan(TimestampRecord.self, above: [.integer(entry)], limit: Self.maximumRows))
            for kind in TimestampRecord.Kind.allCases {
                if let first = rows.first(where: { $0.kind == kind }) { sizes.insert(first.size) }
            }
        }
        self.sizes = sizes
    }

    /// Each with its tokens, and with the proof that its tree and that of a checkpoint of another size go together.
    func json(beside size: Int64) throws -> [JSON] {
        try sizes.sorted().compactMap { stamped in
            guard let checkpoint = try reader.record(CheckpointRecord.self, .integer(stamped)) else { return nil }
            let (old, new) = (UInt64(min(stamped, size)), UInt64(max(stamped, size)))
            let proof = try MerkleTree.consistencyProof(from: old, to: new) { try storedTile($0, in: reader) }
            let tokens = try reader.records(
                Scan(TimestampRecord.self, equals: [.integer(stamped)], limit: Self.maximumRows))
            return [
                "checkpoint": .string(checkpoint.note), "consistency": .array(proof.map { .string($0.base64) }),
                "tokens": .array(tokens.map(Self.token)),
            ]
        }
    }

    private static func token(_ record: TimestampRecord) -> JSON {
        [
            "kind": .string(record.kind.rawValue), "source": .string(record.source),
            "number": .integer(record.number), "token": .string(Base64.encode(record.token)),
        ]
    }
}

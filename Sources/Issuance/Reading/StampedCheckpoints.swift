import CanonicalJSON
import Multiformats
import TransparencyLog

/// The timestamped checkpoints that say when entries existed: for each the earliest one of each kind behind it.
struct StampedCheckpoints {
    private let reader: any StoreReader
    private var bySize: [Int64: StampedCheckpoint] = [:]

    init(_ reader: any StoreReader, covering entries: [Int64]) throws {
        self.reader = reader
        for entry in entries {
            for kind in TimestampRecord.Kind.allCases {
                guard let stamped = try reader.stampedCheckpoint(covering: entry, kind: kind) else { continue }
                bySize[stamped.checkpoint.size] = stamped
            }
        }
    }

    /// Each with its tokens, and with the proof that its tree and that of a checkpoint of another size go together.
    func json(beside size: Int64) throws -> [JSON] {
        try bySize.sorted { $0.key < $1.key }.map { stampedSize, stamped in
            let (old, new) = (UInt64(min(stampedSize, size)), UInt64(max(stampedSize, size)))
            let proof = try MerkleTree.consistencyProof(from: old, to: new) { try storedTile($0, in: reader) }
            return [
                "checkpoint": .string(stamped.checkpoint.note),
                "consistency": .array(proof.map { .string($0.base64) }),
                "tokens": .array(stamped.tokens.map(Self.token)),
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

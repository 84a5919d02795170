import CanonicalJSON
import Cryptography
import TransparencyLog

/// A stored checkpoint with the lines of witnesses below it, and the proofs of entries in its tree.
struct ProvenCheckpoint {
    /// With every cosignature that was kept for its size.
    let note: SignedNote
    let size: Int64
    private let reader: any StoreReader

    /// How many cosigned checkpoints are tried from the newest on: a witness that is away for longer than these lets
    /// nobody wait for the search.
    static let maximumTried = 1024

    /// The newest checkpoint, or the newest one whose cosignatures satisfy a policy.
    ///
    /// - Parameter last: the sequence number of the last entry that must be in its tree.
    /// - Throws: `Refusal` with what is missing.
    init(in reader: any StoreReader, holding last: Int64, satisfying policy: LogPolicy?) throws {
        guard let newest = try reader.records(Scan(CheckpointRecord.self, isDescending: true, limit: 1)).first,
            newest.size > last
        else { throw StoreError.corrupt("there is no checkpoint for the end of the log") }
        guard let policy else {
            self = try ProvenCheckpoint(newest, in: reader)
            return
        }
        self = try Self.newest(from: newest, in: reader, holding: last, satisfying: policy)
    }

    private init(_ record: CheckpointRecord, in reader: any StoreReader) throws {
        var note = try SignedNote(parsing: Array(record.note.utf8))
        let lines = try reader.records(
            Scan(CosignatureRecord.self, equals: [.integer(record.size)], limit: SignedNote.maximumSignatures))
        for line in lines { try? note.add(NoteSignature(line: line.line[...])) }
        (self.note, size, self.reader) = (note, record.size, reader)
    }

    private static func newest(
        from newest: CheckpointRecord, in reader: any StoreReader, holding last: Int64, satisfying policy: LogPolicy
    ) throws -> ProvenCheckpoint {
        let first = try ProvenCheckpoint(newest, in: reader)
        var problem: (any Error)?
        do {
            _ = try policy.verify(first.note)
            return first
        } catch {
            problem = error
        }
        var size = newest.size
        for _ in 0..<maximumTried {
            let older = Scan(CosignatureRecord.self, below: [.integer(size)], isDescending: true, limit: 1)
            guard let cosigned = try reader.records(older).first, cosigned.size > last,
                let record = try reader.record(CheckpointRecord.self, .integer(cosigned.size))
            else { break }
            size = cosigned.size
            let checkpoint = try ProvenCheckpoint(record, in: reader)
            do {
                _ = try policy.verify(checkpoint.note)
                return checkpoint
            } catch {
                problem = error
            }
        }
        let why = problem.map { "\($0)" } ?? "there is none"
        throw Refusal(
            .busy,
            "No checkpoint that holds entry \(last) satisfies the policy: \(why). Witnesses may need a moment more.")
    }

    /// The note as a bundle has it.
    var text: String { String(decoding: note.bytes, as: UTF8.self) }

    /// The audit path of an entry in the tree of the checkpoint.
    func path(to seq: Int64) throws -> [SHA256Digest] {
        try MerkleTree.inclusionProof(index: UInt64(seq), size: UInt64(size)) { try storedTile($0, in: reader) }
    }

    /// An entry with its proof, as a bundle has it.
    func show(_ record: EntryRecord) throws -> JSON {
        [
            "seq": .integer(record.seq), "entry": .string(String(decoding: record.body, as: UTF8.self)),
            "proof": .array(try path(to: record.seq).map { .string($0.base64) }),
        ]
    }
}

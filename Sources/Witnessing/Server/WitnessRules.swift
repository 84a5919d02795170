import Cryptography
package import TransparencyLog

/// What a witness asks of a checkpoint before it cosigns ([tlog-witness](https://c2sp.org/tlog-witness)): rules alone,
/// in the order of the specification, without a clock or a store.
package struct WitnessRules: Sendable {
    private let logs: LogPolicy

    /// - Parameter logs: its `log` lines say which logs are known; the rest does not matter here.
    package init(logs: LogPolicy) { self.logs = logs }

    /// What can be said without knowing what was cosigned: the form, the log, its signature, the sizes.
    package func verify(_ request: AddCheckpointRequest) throws(WitnessRefusal) -> VerifiedCheckpoint {
        let origin: String
        do throws(TransparencyLogError) {
            origin = try Checkpoint(parsing: request.note.text).origin
        } catch {
            throw .malformed(error.description)
        }
        let keys = logs.logKeys(origin: origin)
        guard !keys.isEmpty else { throw .unknownLog(origin: origin) }
        let checkpoint: VerifiedCheckpoint
        do throws(TransparencyLogError) {
            checkpoint = try VerifiedCheckpoint(try request.note.keeping(keys), origin: origin, logKeys: keys)
        } catch {
            throw .notSigned(error.description)
        }
        guard request.oldSize <= checkpoint.head.size else {
            throw .malformed("the old size \(request.oldSize) is beyond the checkpoint's \(checkpoint.head.size)")
        }
        return checkpoint
    }

    /// Whether a verified checkpoint continues what was cosigned last; nil is nothing yet.
    package static func compare(
        _ checkpoint: VerifiedCheckpoint, of request: AddCheckpointRequest, with cosigned: TreeHead?
    ) throws(WitnessRefusal) {
        let last = cosigned ?? TreeHead(size: 0, root: MerkleTree.emptyRoot)
        guard request.oldSize == last.size else { throw .otherSize(last.size) }
        do throws(TransparencyLogError) {
            try MerkleTree.verifyConsistency(from: last, to: checkpoint.head, proof: request.proof)
        } catch {
            throw .inconsistent(error.description)
        }
    }
}

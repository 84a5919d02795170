import CanonicalJSON
import Credentials
import Temporal
import TransparencyLog

/// Whether the log signed the checkpoint, by a key that the verifier brought.
enum CheckpointQuestion {
    static func answer(_ bundle: AuditBundle, trusting trust: Trust) -> (VerifiedCheckpoint?, Check) {
        let claimed = bundle.checkpoint
        let facts: JSONObject = [
            "origin": .string(claimed.origin), "size": .string(String(claimed.head.size)),
            "root": .string(claimed.head.root.base64),
        ]
        guard !trust.policy.logs.isEmpty else {
            return (
                nil,
                Check(
                    .checkpoint, .cannotTell,
                    """
                    The verifier key of the log is missing, and must come from elsewhere than this file. The \
                    checkpoint says that it is of the log \(claimed.origin).
                    """, facts: facts, need: .logKey)
            )
        }
        do {
            let checkpoint = try verify(bundle.note, claimed, trusting: trust)
            let size = checkpoint.head.size
            return (
                checkpoint,
                Check(
                    .checkpoint, .passed, "Signed by the log \(claimed.origin), when it had \(size) entries.",
                    facts: facts)
            )
        } catch {
            return (nil, Check(.checkpoint, .failed, "It does not hold: \(error).", facts: facts))
        }
    }

    /// A note as a checkpoint of a log that the verifier believes. Lines of witnesses that the policy names must hold.
    static func verify(
        _ note: SignedNote, _ claimed: Checkpoint, trusting trust: Trust
    ) throws(TransparencyLogError) -> VerifiedCheckpoint {
        let policy = trust.policy
        // Without a stated origin a key vouches for the log of its own name only.
        let named = policy.logKeys(origin: claimed.origin)
        let keys = trust.logOrigin == nil && !named.isEmpty ? named : policy.logs.map(\.key)
        return try VerifiedCheckpoint(
            note, origin: trust.logOrigin ?? keys[0].name.text, logKeys: keys, witnesses: policy.witnesses.map(\.key))
    }
}

/// Whether as many witnesses cosigned as the verifier's policy asks for. Who has not seen the same log as others can be
/// shown one that nobody else sees; a witness cosigns one history only.
enum QuorumQuestion {
    static func check(_ checkpoint: VerifiedCheckpoint, trusting trust: Trust) -> Check {
        guard let policy = trust.logPolicy else {
            return Check(
                .quorum, .notApplicable,
                "You named no witnesses, so that nothing shows whether others were shown the same log.")
        }
        guard let quorum = policy.quorum else {
            return Check(.quorum, .notApplicable, "Your policy asks for no witnesses.")
        }
        do throws(TransparencyLogError) {
            let cosignatures = try policy.witnessed(checkpoint).cosignatures
            let words = cosignatures.map { "\($0.witness.name) \($0.cosignedAt.dateTimeStamp)" }
            return Check(
                .quorum, .passed, "The quorum \(quorum) of your policy is met: \(words.joined(separator: ", ")).",
                facts: [
                    "quorum": .string(quorum.description),
                    "cosigned": .array(
                        cosignatures.map { cosignature in
                            [
                                "witness": .string(cosignature.witness.name.description),
                                "at": .string(cosignature.cosignedAt.rfc3339),
                            ]
                        }),
                ])
        } catch .quorumUnmet(_, let missing) {
            return Check(
                .quorum, .cannotTell,
                "The quorum \(quorum) of your policy is not met; missing: \(missing.joined(separator: ", ")).",
                facts: ["quorum": .string(quorum.description), "missing": .array(missing.map(JSON.string))],
                need: .newerBundle)
        } catch {
            return Check(.quorum, .failed, "Your policy is not satisfied: \(error).")
        }
    }
}

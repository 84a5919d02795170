import CanonicalJSON
import TransparencyLog

/// Judges a proof that a log forked. "Valid" says that it did: the log signed two histories.
struct ForkExamination {
    let verdict: Verdict

    init(_ json: JSONObject, trusting trust: Trust) {
        let proof: ForkProof
        do {
            proof = try ForkProof(.object(json))
        } catch {
            let checks = [
                Check(.form, .failed, "It is not a fork proof: \(error)."),
                .skipped(.checkpoint, because: "it is no fork proof"),
                .skipped(.fork, because: "it is no fork proof"),
            ]
            verdict = Verdict(.forkProof, checks)
            return
        }
        let form = Check(.form, .passed, "Two checkpoints, and \(proof.hashes.count) hashes between them.")
        verdict = Verdict(.forkProof, [form] + Self.checks(of: proof, trusting: trust))
    }

    private static func checks(of proof: ForkProof, trusting trust: Trust) -> [Check] {
        let skipped = Check.skipped(.fork, because: "the checkpoints are not known to be the log's")
        guard !trust.logKeys.isEmpty else {
            let sentence = "The verifier key of the log is missing, and must come from elsewhere than this file."
            return [Check(.checkpoint, .cannotTell, sentence, need: .logKey), skipped]
        }
        do throws(TransparencyLogError) {
            let fork = try proof.verify(logKeys: trust.logKeys)
            if let origin = trust.logOrigin, !origin.utf8.elementsEqual(fork.origin.utf8) {
                throw .wrongOrigin(expected: origin, found: fork.origin)
            }
            return [checkpoints(fork), contradiction(fork)]
        } catch .notForked(let problem) {
            return [
                Check(.checkpoint, .passed, "Both are signed by the log."),
                Check(.fork, .failed, "They are not shown to contradict each other: \(problem)."),
            ]
        } catch {
            return [Check(.checkpoint, .failed, "It does not hold: \(error)."), skipped]
        }
    }

    private static func checkpoints(_ fork: ProvenFork) -> Check {
        Check(
            .checkpoint, .passed,
            "Both signed by the log \(fork.origin), with \(fork.smaller.size) and \(fork.larger.size) entries.",
            facts: [
                "origin": .string(fork.origin), "sizes": [number(fork.smaller.size), number(fork.larger.size)],
                "roots": [.string(fork.smaller.root.base64), .string(fork.larger.root.base64)],
            ])
    }

    private static func contradiction(_ fork: ProvenFork) -> Check {
        Check(
            .fork, .passed,
            "The log showed two histories: its first \(fork.smaller.size) entries are not the same in both.",
            facts: ["impliedRoot": .string(fork.impliedRoot.base64)])
    }

    private static func number(_ size: UInt64) -> JSON { .string(String(size)) }
}

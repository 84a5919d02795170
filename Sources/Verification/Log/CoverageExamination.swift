import CanonicalJSON
import Coverage
import Credentials
import Temporal
import TransparencyLog

/// Judges whether a request is in what a log states of all requests, or is shown not to be.
struct CoverageExamination {
    let verdict: Verdict

    init(_ json: JSONObject, trusting trust: Trust) {
        let proof: CoverageProof
        do throws(CoverageError) {
            proof = try CoverageProof(json)
        } catch {
            let names: [Check.Name] = [.statement, .log, .coverage]
            verdict = Verdict(
                .coverage,
                [Check(.form, .failed, "\(error).")] + names.map { .skipped($0, because: "it is no coverage proof") })
            return
        }
        let shown =
            switch proof.shown {
            case .leaf: "The leaf of request \(proof.request), with its path."
            case .neighbours: "Where request \(proof.request) would stand among the leaves, with the paths there."
            }
        verdict = Verdict(
            .coverage,
            [
                Check(.form, .passed, shown), Self.statement(proof, trusting: trust), Self.log(proof, trusting: trust),
                Self.coverage(proof),
            ])
    }

    private static func statement(_ proof: CoverageProof, trusting trust: Trust) -> Check {
        let statement = proof.statement
        let facts: JSONObject = [
            "origin": .string(statement.origin), "size": .string(String(statement.log.size)),
            "root": .string(statement.log.root.base64), "tree": .string(statement.tree.hash.base64),
        ]
        let named = trust.policy.logKeys(origin: statement.origin)
        let keys = trust.logOrigin == nil && !named.isEmpty ? named : trust.policy.logs.map(\.key)
        guard let first = keys.first else {
            return Check(
                .statement, .cannotTell,
                """
                The verifier key of the log is missing, and must come from elsewhere than this file. The statement \
                says that it is of the log \(statement.origin).
                """, facts: facts, need: .logKey)
        }
        do throws(TransparencyLogError) {
            _ = try proof.note.verifiedSignatures(by: keys)
            let origin = trust.logOrigin ?? first.name.text
            guard statement.origin.utf8.elementsEqual(origin.utf8) else {
                throw .wrongOrigin(expected: origin, found: statement.origin)
            }
        } catch {
            return Check(.statement, .failed, "It does not hold: \(error).", facts: facts)
        }
        let amounts = zip(statement.units, statement.tree.sum.amounts).map { unit, amounts in
            "\(unit): \(amounts.paid) paid, \(amounts.owed) owed, \(amounts.waived) waived"
        }
        return Check(
            .statement, .passed,
            """
            The log \(statement.origin) states of its first \(statement.log.size) entries: \
            \(statement.tree.sum.requests) requests, \(statement.tree.sum.breached) late. \
            \(amounts.isEmpty ? "Nothing was given." : amounts.joined(separator: "; ") + ".")
            """, facts: facts)
    }

    /// Whether the log that the statement is about is the beginning of one that others saw.
    private static func log(_ proof: CoverageProof, trusting trust: Trust) -> Check {
        guard let (note, consistency) = proof.checkpoint else {
            return Check(.log, .notApplicable, "There is no checkpoint with it that would show what became of the log.")
        }
        guard !trust.policy.logs.isEmpty else {
            return .skipped(.log, because: "the verifier key of the log is missing")
        }
        do throws(TransparencyLogError) {
            let claimed = try Checkpoint(parsing: note.text)
            let checkpoint = try CheckpointQuestion.verify(note, claimed, trusting: trust)
            guard claimed.origin.utf8.elementsEqual(proof.statement.origin.utf8) else {
                throw .wrongOrigin(expected: proof.statement.origin, found: claimed.origin)
            }
            try MerkleTree.verifyConsistency(from: proof.statement.log, to: checkpoint.head, proof: consistency)
            let quorum = QuorumQuestion.check(checkpoint, trusting: trust)
            return Check(
                .log, quorum.outcome == .notApplicable ? .passed : quorum.outcome,
                "Its checkpoint of \(checkpoint.head.size) entries begins with those of the statement. "
                    + quorum.sentence,
                facts: ["size": .string(String(checkpoint.head.size))], need: quorum.need)
        } catch {
            return Check(.log, .failed, "It does not hold: \(error).")
        }
    }

    private static func coverage(_ proof: CoverageProof) -> Check {
        do throws(CoverageError) {
            try proof.verify()
        } catch {
            return Check(.coverage, .failed, "\(error).")
        }
        let limits =
            "That the amount is what the policies give, and that the other leaves are right, it does not prove: "
            + "punctual audit recompute does."
        guard case .leaf(let opening, _, let path) = proof.shown else {
            return Check(
                .coverage, .passed,
                "Request \(proof.request) is not among the \(proof.statement.tree.sum.requests) requests "
                    + "of the statement.",
                facts: ["request": .string(proof.request), "isCovered": false])
        }
        let sums = opening.sums.sorted { $0.key < $1.key }.map { unit, amounts in
            "\(amounts.paid) \(unit) paid, \(amounts.owed) owed, \(amounts.waived) waived"
        }
        let own = sums.isEmpty ? "nothing was given for it" : sums.joined(separator: "; ")
        return Check(
            .coverage, .passed,
            "Request \(proof.request) is leaf \(path.index) of \(proof.statement.tree.sum.requests), "
                + "\(opening.isBreached ? "late" : "not late"): \(own). "
                + "All \(path.siblings.count) sums on the way add up to the published ones. \(limits)",
            facts: [
                "request": .string(proof.request), "isCovered": true, "index": .integer(path.index),
                "leaf": opening.json,
            ])
    }
}

extension CoverageExamination {
    /// That a log had no such request, in its own words.
    struct Absence {
        let request: String
        let origin: String
        let size: UInt64
        let time: Instant
    }

    /// What a file proves to be absent; nil when it is something else, or does not hold.
    static func absence(_ evidence: Evidence, trusting trust: Trust) -> Absence? {
        guard evidence.kind == .coverage, let json = evidence.json, let proof = try? CoverageProof(json),
            case .neighbours = proof.shown, CoverageExamination(json, trusting: trust).verdict.conclusion == .valid
        else { return nil }
        guard let time = try? Instant(parsing: proof.statement.time) else { return nil }
        return Absence(
            request: proof.request, origin: proof.statement.origin, size: proof.statement.log.size, time: time)
    }
}

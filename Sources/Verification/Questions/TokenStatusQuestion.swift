import CanonicalJSON
import Credentials
import StatusLists
import Temporal

/// Whether the issuer has withdrawn a token, by the Token Status Lists at hand
/// ([Token Status List, 8.3](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/)).
struct TokenStatusQuestion {
    private let verifier: Verifier
    private let issuer: String?
    /// Whoever has the keys that signed the token.
    private let signers: [URI]

    init(_ verifier: Verifier, issuer: String?, signedBy signers: [URI]) {
        (self.verifier, self.issuer, self.signers) = (verifier, issuer, signers)
    }

    func check(_ claims: JSONObject) -> Check {
        let reference: TokenStatusListReference
        do {
            guard let claimed = try TokenStatusListReference(of: claims) else {
                return claims["status"] == nil
                    ? Check(.status, .notApplicable, "It has no status: its issuer keeps no way to withdraw it.")
                    : verifier.lackingStatus("its status is of a kind that is not known here", facts: [:], nil)
            }
            reference = claimed
        } catch {
            return Check(.status, .failed, "Its status cannot be read: \(error).", problem: error.type)
        }
        let facts: JSONObject = [
            "uri": .string(reference.uri.description), "idx": .integer(Int64(reference.index)),
        ]
        return verifier.statusAnswer(at: reference.uri, facts: facts) { answer(of: $0, to: reference, facts) }
    }

    private func answer(
        of handed: HandedStatusList, to reference: TokenStatusListReference, _ facts: JSONObject
    ) -> Check {
        guard case .token(let list) = handed.state else {
            if case .unusable(let outcome, let sentence) = handed.state {
                return Check(.status, outcome, sentence, facts: facts)
            }
            return Check(.status, .failed, "What is at hand is another sort of status list.", facts: facts)
        }
        let trusted =
            signers.map(\.description) + verifier.trust.issuers.map(\.description) + [issuer].compactMap(\.self)
        let said = list.issuer.map { said in issuer.map { JSON.string($0) == .string(said) } ?? false } ?? true
        guard said, handed.signers.contains(where: { trusted.contains($0.description) }) else {
            return Check(
                .status, .failed, "The status list is not signed by the issuer of the credential.", facts: facts)
        }
        do {
            let status = try list.status(of: reference)
            var facts = facts
            facts["status"] = .integer(Int64(status.rawValue))
            return StatusAnswer(
                outcome: status.outcome, words: status.words, isFinal: status == .invalid, madeAt: list.issuedAt,
                until: list.expirationTime,
                shouldRefresh: list.timeToLive.map { verifier.trust.instant - list.issuedAt > $0 } ?? false
            ).check(facts: facts, trusting: verifier.trust)
        } catch {
            return Check(
                .status, .failed, "The status list does not serve: \(error).", facts: facts, problem: error.type)
        }
    }
}

extension TokenStatus {
    fileprivate var outcome: Check.Outcome {
        switch self {
        case .valid: .passed
        case .invalid, .suspended: .failed
        default: .cannotTell
        }
    }

    fileprivate var words: String {
        switch self {
        case .valid: "Not withdrawn"
        case .invalid: "It is revoked"
        case .suspended: "It is suspended"
        default: "It has the status \(rawValue), whose meaning its issuer knows,"
        }
    }
}

import CanonicalJSON
import Credentials
import Proofs

/// Whether what was signed was signed for this verifier, in answer to what it gave, and is no copy of what somebody
/// else was shown.
struct ChallengeQuestion {
    let trust: Trust

    /// Whether the verifier gave anything to answer.
    private var isAsked: Bool { trust.challenge != nil || trust.domains != nil }

    /// For a presentation, whose holder is expected to answer.
    func check(_ statement: Statement) -> Check {
        isAsked
            ? answer(to: statement)
            : Check(
                .challenge, .notApplicable,
                "You gave no challenge: this may be a copy of what was shown to somebody else.", need: .challenge)
    }

    private func answer(to statement: Statement) -> Check {
        for signature in statement.signatures {
            if let challenge = trust.challenge, signature.challenge.map(JSON.string) != .string(challenge) {
                let found = signature.challenge.map { "to \($0.debugDescription)" } ?? "to nothing"
                return Check(
                    .challenge, .failed, "It answers \(found), not to your challenge \(challenge.debugDescription).",
                    problem: .invalidChallenge)
            }
            if let domains = trust.domains, Set(domains.map(JSON.string)) != Set(signature.domains.map(JSON.string)) {
                let found = signature.domains.isEmpty ? "nobody" : signature.domains.joined(separator: ", ")
                return Check(
                    .challenge, .failed, "It is made for \(found), not for \(domains.joined(separator: ", ")).",
                    problem: .invalidDomain)
            }
        }
        var facts: JSONObject = [:]
        facts["challenge"] = trust.challenge.map(JSON.string)
        facts["domains"] = trust.domains.map { .array($0.map(JSON.string)) }
        let given = [trust.challenge.map { _ in "your challenge" }, trust.domains.map { _ in "your domain" }]
        return Check(
            .challenge, .passed, "It answers \(given.compactMap(\.self).joined(separator: " and ")).", facts: facts)
    }
}

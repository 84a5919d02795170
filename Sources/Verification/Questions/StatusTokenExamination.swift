import CanonicalJSON
import Credentials
import Proofs
import StatusLists
import Temporal

/// A status list that is no credential, question by question: a Token Status List, or a plain list of Open Badges.
struct StatusTokenExamination {
    let verdict: Verdict

    init(_ token: Token, by verifier: Verifier) {
        let statement = Statement(of: token, for: .assertionMethod, by: verifier)
        let issuer = token.payload["iss"]?.stringValue
        var checks = [statement.check]
        if statement.document != nil {
            let keys = KeyQuestions(statement, trusting: verifier.trust)
            checks.append(keys.keyCheck)
            // It need not name its issuer: whoever signs the tokens that refer to it does.
            if issuer != nil { checks.append(keys.ownerCheck(.issuer, naming: issuer)) }
            checks += KeyPeriodQuestion(instant: verifier.trust.instant, loggedAt: nil).checks(statement)
            checks.append(PeriodQuestion(nil, statement.claims).check(at: verifier.trust.instant))
            checks.append(Self.list(HandedStatusList(.token(token), by: verifier)))
        } else {
            checks += [Check.Name.key, .validity, .list].map { .skipped($0, because: "no signature holds") }
        }
        verdict = Verdict(.statusList, checks)
    }

    /// A list that nobody signed, which can be read or not, and proves nothing.
    init(plain json: JSONObject) {
        var checks = [
            Check(.proof, .cannotTell, "Nobody signed this list: it is as good as the way on which it came.")
        ]
        do {
            _ = try OneEdTechRevocationList(.object(json))
            checks.append(Check(.list, .passed, "It can be read."))
        } catch {
            checks.append(Check(.list, .failed, "It is not a revocation list: \(error)."))
        }
        verdict = Verdict(.statusList, checks)
    }

    private static func list(_ handed: HandedStatusList) -> Check {
        switch handed.state {
        case .token(let token):
            let (count, bits) = (token.list.count, token.list.bits.rawValue)
            return Check(
                .list, .passed, "It has \(count) statuses of \(bits) bits, made \(token.issuedAt.dateTimeStamp).",
                facts: [
                    "statuses": .integer(Int64(count)), "bits": .integer(Int64(bits)),
                    "madeAt": .string(token.issuedAt.rfc3339),
                ])
        case .unusable(let outcome, let sentence): return Check(.list, outcome, sentence)
        default: return Check(.list, .failed, "It is another sort of list.")
        }
    }
}

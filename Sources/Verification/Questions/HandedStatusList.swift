import CanonicalJSON
import Credentials
import Proofs
import StatusLists
import Temporal

/// A status list that was handed in, verified once for all credentials that name it.
struct HandedStatusList {
    /// What can be said of a list before a credential asks.
    enum State {
        /// A Bitstring Status List.
        case bitstring(StatusListCredential)
        /// A Token Status List.
        case token(TokenStatusListToken)
        /// A list of revoked credentials that nobody signed: it is as good as the way on which it came.
        case plain(OneEdTechRevocationList)
        /// The reason, for every credential that names it.
        case unusable(Check.Outcome, String)
    }

    /// The address that it says it is published at; nil when it says none, so that no entry can mean it.
    let id: JSON?
    let state: State
    /// Whoever has the keys that signed it, by every name.
    let signers: [URI]

    init(_ content: Evidence.Content, by verifier: Verifier) {
        switch content {
        case .token(let token) where token.form == .statusList:
            self.init(token, by: verifier)
        case .json(let json) where json["revokedCredentials"] != nil && json["proof"] == nil:
            self.init(plain: json)
        case .json, .token:
            self.init(credential: content, by: verifier)
        }
    }

    private init(_ id: JSON?, _ state: State, signedBy signers: [URI] = []) {
        (self.id, self.state, self.signers) = (id, state, signers)
    }

    private init(credential content: Evidence.Content, by verifier: Verifier) {
        let statement = Statement(of: content, for: .assertionMethod, by: verifier)
        let shown: JSONObject =
            switch content {
            case .json(let json): json
            case .token(let token): token.shownDocument
            }
        let id = (statement.document ?? shown)["id"]
        guard let document = statement.document else {
            self.init(id, .unusable(statement.check.outcome, "The status list: \(statement.check.sentence)"))
            return
        }
        if let objection = statement.objectionToKeys(verifier) {
            self.init(id, objection)
            return
        }
        do {
            let list = try StatusListCredential(UnsecuredCredential(verified: document))
            self.init(
                id, .bitstring(list), signedBy: KeyQuestions(statement, trusting: verifier.trust).controllers)
        } catch {
            self.init(id, .unusable(.failed, "The status list does not serve: \(error)."))
        }
    }

    private init(plain json: JSONObject) {
        do {
            self.init(json["id"], .plain(try OneEdTechRevocationList(.object(json))))
        } catch {
            self.init(json["id"], .unusable(.failed, "The revocation list does not serve: \(error)."))
        }
    }

    private init(_ token: Token, by verifier: Verifier) {
        let statement = Statement(of: token, for: .assertionMethod, by: verifier)
        guard let signature = statement.signatures.first, case .jws(let jws) = token.signed else {
            let sentence = "The status list: \(statement.check.sentence)"
            self.init(token.payload["sub"], .unusable(statement.check.outcome, sentence))
            return
        }
        if let objection = statement.objectionToKeys(verifier) {
            self.init(token.payload["sub"], objection)
            return
        }
        // When it may be used is judged apart from what it says.
        let latest = statement.claims.expires.map { $0 - Milliseconds(1) } ?? .latest
        let instant = max(min(verifier.trust.instant, latest), statement.claims.notBefore ?? .earliest)
        do {
            let list = try TokenStatusListToken(
                verifying: jws, key: signature.key.publicKey, at: instant)
            self.init(
                token.payload["sub"], .token(list),
                signedBy: KeyQuestions(statement, trusting: verifier.trust).controllers)
        } catch {
            self.init(token.payload["sub"], .unusable(.failed, "The status list does not serve: \(error)."))
        }
    }
}

extension Statement {
    /// What is to be said of a list by a key that was not good any more: who stole it would take back every revocation.
    fileprivate func objectionToKeys(_ verifier: Verifier) -> HandedStatusList.State? {
        let question = KeyPeriodQuestion(instant: verifier.trust.instant, loggedAt: nil)
        let objection = question.checks(self).first { $0.outcome != .passed }
        return objection.map { .unusable($0.outcome, "The status list: \($0.sentence)") }
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Temporal

/// Whether a token that can be shown in parts is shown by whoever it was issued to
/// ([RFC 9901, 7.3](https://www.rfc-editor.org/rfc/rfc9901#section-7.3)).
struct HolderBinding {
    let checks: [Check]

    init(_ token: SDJWT, _ payload: JSONObject, signedBy key: SigningKey, _ trust: Trust) {
        let isBound = payload["cnf"] != nil
        guard trust.challenge != nil || trust.domains != nil else {
            let sentence =
                isBound
                ? "It is bound to a key, and you gave no challenge that its holder would have had to sign."
                : "It is bound to nobody: whoever has it can show it."
            checks = [Check(.holder, .notApplicable, sentence, need: isBound ? .challenge : nil)]
            return
        }
        do throws(JOSEError) {
            let holder = try Self.verify(token, issuerKey: key.publicKey, trust)
            let facts: JSONObject = ["key": .string(holder)]
            checks = [
                Check(.holder, .passed, "Shown by whoever has the key that it is bound to.", facts: facts),
                Check(.challenge, .passed, "The holder's proof answers what you gave.", facts: facts),
            ]
        } catch {
            let isAnswer =
                if case .claim("nonce", _) = error { true } else if case .claim("aud", _) = error { true } else {
                    false
                }
            checks = [
                Check(isAnswer ? .challenge : .holder, .failed, "The holder's proof does not hold: \(error).")
            ]
        }
    }

    /// What the verifier did not ask about may be anything, so it is taken from the holder's own token.
    private static func verify(
        _ token: SDJWT, issuerKey: PublicKey, _ trust: Trust
    ) throws(JOSEError) -> String {
        let said = try token.keyBinding.map { (binding) throws(JOSEError) in try binding.payloadObject() }
        let claims = try said.map { (object) throws(JOSEError) in try JWTClaims(object) }
        let expectation = KeyBindingExpectation(
            nonce: trust.challenge ?? said?["nonce"]?.stringValue ?? "",
            audience: trust.domains?.first ?? claims?.audience.first ?? "", maximumAge: trust.maximumHolderProofAge)
        // The period of the credential is a question of its own: a token that is over has a holder all the same.
        let type = token.issuerSigned.header.type ?? ""
        let verified = try token.verify(
            issuerKey: issuerKey, types: [Self.mediaType(type)], keyBinding: expectation, at: trust.instant,
            issuedAt: .numericDateOrText)
        return verified.holderKey.map { SigningKey.identifier(of: $0).description } ?? ""
    }

    private static func mediaType(_ text: String) -> String {
        let text = text.lowercased()
        return text.hasPrefix("application/") ? String(text.dropFirst("application/".count)) : text
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import Foundation
import JOSE
import Multiformats
import Proofs
import TestSupport

/// Changed copies, each of which every judge must refuse.
enum Forgeries {
    typealias Forgery = (name: String, changes: JSONObject)

    /// Of a document, by the place of the change.
    static func changing(_ document: JSON, _ changes: [(name: String, pointer: String, value: JSON?)]) -> [Forgery] {
        changes.map { ($0.name, ["secured": document.replacing($0.pointer, by: $0.value)]) }
    }

    /// Of a credential with one proof inside.
    static func proofs(_ secured: JSONObject, otherProof: JSON?) throws -> [Forgery] {
        let stranger = try Signer.numbered(99, .edDSA).method.description
        return changing(
            .object(secured),
            [
                ("subject", "/credentialSubject/id", "did:example:forger"),
                ("name inside", "/credentialSubject/alumniOf/name", "Another University"),
                ("number", "/credentialSubject/score", 98),
                ("member added", "/credentialSubject/isAdministrator", true),
                ("issuer", "/issuer/id", "did:example:forger"),
                ("proof's time", "/proof/created", "2026-01-03T00:00:00Z"),
                ("proof's purpose", "/proof/proofPurpose", "authentication"),
                ("proof's key", "/proof/verificationMethod", .string(stranger)),
                ("value of another proof", "/proof/proofValue", otherProof?["proofValue"]),
                ("no proof", "/proof", nil),
            ])
    }

    /// Of a token; `other` is another one by the same key.
    static func tokens(_ token: String, other: String) throws -> [Forgery] {
        let (parts, otherParts) = (token.split(separator: ".").map(String.init), other.split(separator: "."))
        let stranger = try Signer.numbered(99, .edDSA).method.description
        let changes: [(String, String)] = [
            (
                "claim",
                [parts[0], try changed(parts[1], "issuer", "did:example:forger"), parts[2]].joined(separator: ".")
            ),
            ("signature of another token", [parts[0], parts[1], String(otherParts[2])].joined(separator: ".")),
            ("key", [try changed(parts[0], "kid", stranger), parts[1], parts[2]].joined(separator: ".")),
            ("type", [try changed(parts[0], "typ", "JWT"), parts[1], parts[2]].joined(separator: ".")),
            ("no signature", [try changed(parts[0], "alg", "none"), parts[1], ""].joined(separator: ".")),
        ]
        return changes.map { ($0, ["secured": .string($1)]) }
    }

    /// Of an SD-JWT, shown by its holder or not.
    static func sdJWTs(_ token: SDJWT, isBound: Bool) throws -> [Forgery] {
        let parts = token.compact.components(separatedBy: "~")
        let (jwt, disclosures, last) = (parts[0], parts[1..<(parts.count - 1)], parts[parts.count - 1])
        func compact(_ jwt: String, _ disclosures: [String], _ last: String) -> JSONObject {
            ["secured": .string(([jwt] + disclosures + [last]).joined(separator: "~"))]
        }
        let jws = jwt.split(separator: ".").map(String.init)
        let claim = token.payload["vct"] == nil ? "id" : "vct"
        let otherClaim = [jws[0], try changed(jws[1], claim, "urn:example:forged"), jws[2]].joined(separator: ".")
        guard case .array(var first) = try JSON(parsing: Base64URL.decode(disclosures[1])) else {
            preconditionFailure("a disclosure is a list")
        }
        first[first.count - 1] = "forged"
        let forged = Base64URL.encode(JSON.array(first).canonicalBytes)
        var forgeries: [Forgery] = [
            ("signed claim", compact(otherClaim, Array(disclosures), last)),
            ("signature", compact(jwt.dropLast(4) + "AAAA", Array(disclosures), last)),
            ("disclosed value", compact(jwt, [forged] + disclosures.dropFirst(), last)),
            ("disclosure withheld", compact(jwt, Array(disclosures.dropFirst()), last)),
        ]
        if isBound {
            // Unbound, the reference implementation overlooks a disclosure that nothing refers to.
            forgeries.append(("disclosure added", compact(jwt, disclosures + [forged], last)))
            forgeries.append(("no holder", compact(jwt, Array(disclosures), "")))
            forgeries.append(("another nonce", ["nonce": "another"]))
            forgeries.append(("another verifier", ["audience": "https://another.example/"]))
            forgeries.append(("another holder", compact(jwt, Array(disclosures), try signedByStranger(last))))
        }
        return forgeries
    }

    /// The holder's token, signed by somebody else with the same kind of key.
    private static func signedByStranger(_ compact: String) throws -> String {
        let token = try JWS(parsing: compact)
        let stranger = try Signer.numbered(99, token.header.algorithm)
        return try JWS(signing: token.payload, header: token.header, key: stranger.key).compact
    }

    /// A part of a token with another value for one member.
    private static func changed(_ part: String, _ name: String, _ value: String) throws -> String {
        guard case .object(var object) = try JSON(parsing: Base64URL.decode(part)) else {
            preconditionFailure("a part of a token is an object")
        }
        object[name] = .string(value)
        return Base64URL.encode(JSON.object(object).canonicalBytes)
    }
}

import CanonicalJSON
package import Credentials
package import Temporal

/// What a new proof says about itself ([Data Integrity, 2.1](https://www.w3.org/TR/vc-data-integrity/#proofs)).
package struct ProofOptions: Hashable, Sendable {
    /// How it is made.
    package var cryptosuite = Cryptosuite.eddsaJCS2022

    /// What it is for.
    package var proofPurpose: ProofPurpose

    /// The URL of the public key.
    package var verificationMethod: URI

    /// When it is made; nil leaves it unsaid.
    package var created: Instant?

    /// From when on it counts no more; nil: never.
    package var expires: Instant?

    /// Where it may be used; empty: anywhere.
    package var domains: [String] = []

    /// The verifier's words that it answers.
    package var challenge: String?

    /// What identifies it, so that others can build on it.
    package var id: URI?

    /// The `id`s of the proofs in the same document that it builds on.
    package var previousProofs: [String] = []

    /// A proof by one key, for one purpose.
    package init(created: Instant?, proofPurpose: ProofPurpose, verificationMethod: URI) {
        (self.created, self.proofPurpose, self.verificationMethod) = (created, proofPurpose, verificationMethod)
    }

    /// The members of the proof before it is made.
    var json: JSONObject {
        var json: JSONObject = [
            "type": .string(cryptosuite.proofType),
            "cryptosuite": .string(cryptosuite.rawValue),
            "proofPurpose": .string(proofPurpose.rawValue),
            "verificationMethod": .string(verificationMethod.description),
        ]
        json["created"] = created.map { .string($0.dateTimeStamp) }
        json["expires"] = expires.map { .string($0.dateTimeStamp) }
        json["domain"] = Self.oneOrMany(domains)
        json["challenge"] = challenge.map(JSON.string)
        json["id"] = id.map { .string($0.description) }
        json["previousProof"] = Self.oneOrMany(previousProofs)
        return json
    }

    private static func oneOrMany(_ values: [String]) -> JSON? {
        switch values.count {
        case 0: nil
        case 1: .string(values[0])
        default: .array(values.map(JSON.string))
        }
    }
}

package import CanonicalJSON
import Cryptography
import Multiformats

/// How a badge names its recipient without an `id`: an e-mail address, an account, a name, in the clear or hashed
/// ([Open Badges 3.0, B.1.17](https://www.imsglobal.org/spec/ob/v3p0#identityobject)).
package struct IdentityObject: Hashable, Sendable {
    /// What the identity is, a term of the vocabulary such as `emailAddress`.
    package let identityType: String

    /// Whether ``identityHash`` is hashed.
    package let isHashed: Bool

    /// The identity, or its hash: `sha256$` and 64 hexadecimal digits.
    package let identityHash: String

    /// What was put behind the identity before it was hashed.
    package let salt: String?

    /// An identity that anybody who sees the badge can read.
    package init(plain identity: String, identityType: String) {
        (self.identityType, isHashed, identityHash, salt) = (identityType, false, identity, nil)
    }

    /// An identity that only those recognize who know it: the SHA-256 of it and the salt, both UTF-8. It is not secret,
    /// because identities can be guessed.
    package init(hashing identity: String, identityType: String, salt: String) {
        let hash = SHA256.hash(Array(identity.utf8) + Array(salt.utf8))
        (self.identityType, isHashed, identityHash, self.salt) = (identityType, true, "sha256$\(hash)", salt)
    }

    /// Reads one element of `identifier`; nil when it breaks a rule of Open Badges.
    package init?(_ json: JSONObject) {
        var check = BadgeCheck()
        check.object(json, as: .identityObject, at: JSONPointer())
        guard check.violations.isEmpty, let identityType = json["identityType"]?.stringValue,
            let isHashed = json["hashed"]?.boolValue, let identityHash = json["identityHash"]?.stringValue
        else { return nil }
        (self.identityType, self.isHashed, self.identityHash) = (identityType, isHashed, identityHash)
        salt = json["salt"]?.stringValue
    }

    /// The object, for `identifier` of a subject.
    package var json: JSONObject {
        var json: JSONObject = [
            "type": "IdentityObject", "hashed": .bool(isHashed), "identityHash": .string(identityHash),
            "identityType": .string(identityType),
        ]
        json["salt"] = salt.map(JSON.string)
        return json
    }

    /// Whether this is the identity that a verifier knows
    /// ([9.3](https://www.imsglobal.org/spec/ob/v3p0#verify-identifier)); nil when it is hashed by MD5, which is not
    /// computed here: it is broken, and no badge of ours has it.
    package func names(_ identity: String, identityType: String) -> Bool? {
        guard identityType == self.identityType else { return false }
        guard isHashed else { return identityHash.utf8.elementsEqual(identity.utf8) }
        guard let hash = IdentityHash(identityHash), hash.isSHA256 else { return nil }
        return SHA256.hash(Array(identity.utf8) + Array((salt ?? "").utf8)).bytes == hash.digest
    }
}

/// The hash of an identity as a badge writes it.
struct IdentityHash {
    let isSHA256: Bool
    let digest: [UInt8]

    /// Reads `sha256$…` or `md5$…`, hexadecimal digits of either case.
    init?(_ text: String) {
        let parts = text.split(separator: "$", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let digest = try? Hex.decode(String(parts[1])) else { return nil }
        switch (parts[0], digest.count) {
        case ("sha256", 32): isSHA256 = true
        case ("md5", 16): isSHA256 = false
        default: return nil
        }
        self.digest = digest
    }
}

import CanonicalJSON
import Cryptography
import JOSE
import Multiformats
import Temporal
import TestSupport

/// Keys of nobody, the same at each run.
enum Fixtures {
    static let now = Instant(milliseconds: 1_800_000_000_000)

    /// One key of each kind that we can make.
    static let keys: [PrivateKey] = {
        var random = SeededRandom(seed: 7)
        do {
            return [
                .ed25519(try Ed25519PrivateKey(using: &random)),
                .ecdsa(try ECDSAPrivateKey(curve: .p256, using: &random)),
                .ecdsa(try ECDSAPrivateKey(curve: .p384, using: &random)),
            ]
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static var issuer: PrivateKey { keys[0] }
    static var holder: PrivateKey { keys[1] }

    /// A token of any header and payload, also of ones that we would not make, signed with the issuer's key.
    static func token(header: String, payload: String = "{}") throws -> String {
        let input = [header, payload].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
        return input + "." + Base64URL.encode(try issuer.sign(Array(input.utf8)))
    }

    /// `cnf` for the holder's key.
    static var confirmation: JSON { ["jwk": .object(JSONWebKey(holder.publicKey).json)] }
}

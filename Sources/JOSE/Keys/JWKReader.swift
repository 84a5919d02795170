import CanonicalJSON
import Cryptography
import Multiformats

/// The members of a JSON Web Key, read by their rules.
struct JWKReader {
    private let object: JSONObject
    /// What the key is wanted for: `verify` or `sign`.
    private let operation: String

    init(_ object: JSONObject, operation: String) { (self.object, self.operation) = (object, operation) }

    static func object(_ json: JSON) throws(JOSEError) -> JSONObject {
        guard case .object(let object) = json else { throw .malformed(part: "the JWK", problem: "is not an object") }
        return object
    }

    func optionalString(_ name: String) throws(JOSEError) -> String? {
        guard let json = object[name] else { return nil }
        guard case .string(let text) = json else { throw malformed(name, "must be a string") }
        return text
    }

    func string(_ name: String) throws(JOSEError) -> String {
        guard let text = try optionalString(name) else { throw malformed(name, "is missing") }
        return text
    }

    func bytes(_ name: String) throws(JOSEError) -> [UInt8] {
        let text = try string(name)
        do {
            return try Base64URL.decode(text)
        } catch {
            throw malformed(name, "\(error)")
        }
    }

    /// A key that others are shown never has a part of its secret in it; one that does is burnt.
    func refusePrivateMembers() throws(JOSEError) {
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth"] where object[name] != nil {
            throw .unacceptableKey("the JWK has the secret member \(name); only a public key belongs here")
        }
    }

    func publicKey() throws(JOSEError) -> PublicKey {
        switch try string("kty") {
        case "OKP":
            try requireCurve(among: ["Ed25519"])
            let x = try bytes("x")
            return try key { () throws(CryptographyError) in .ed25519(try .init(rawRepresentation: x)) }
        case "EC":
            let (curve, x, y) = (try curve(), try bytes("x"), try bytes("y"))
            return try key { () throws(CryptographyError) in .ecdsa(try .init(curve: curve, x: x, y: y)) }
        case "RSA":
            let (modulus, exponent) = (try bytes("n"), try bytes("e"))
            return try key { () throws(CryptographyError) in
                .rsa(try .init(modulus: modulus, exponent: exponent))
            }
        case let type: throw .unsupported("the key type \(type.debugDescription)")
        }
    }

    func curve() throws(JOSEError) -> Curve {
        let name = try requireCurve(among: Curve.allCases.map(\.description))
        guard let curve = Curve.allCases.first(where: { $0.description == name }) else {
            preconditionFailure("the name is among them")
        }
        return curve
    }

    @discardableResult
    func requireCurve(among names: [String]) throws(JOSEError) -> String {
        let name = try string("crv")
        guard names.contains(name) else { throw .unsupported("the curve \(name.debugDescription)") }
        return name
    }

    /// [RFC 7517, 4.2 to 4.4](https://www.rfc-editor.org/rfc/rfc7517#section-4.2).
    func checkUse(for algorithm: SignatureAlgorithm) throws(JOSEError) {
        if let name = try optionalString("alg") {
            guard try SignatureAlgorithm(joseName: name) == algorithm else {
                throw .unacceptableKey("its alg is \(name), but such a key is for \(algorithm.joseName)")
            }
        }
        if let use = try optionalString("use"), use != "sig" {
            throw .unacceptableKey("its use is \(use.debugDescription), not sig")
        }
        guard let operations = object["key_ops"] else { return }
        guard case .array(let operations) = operations, Set(operations).count == operations.count else {
            throw malformed("key_ops", "must be a list in which nothing repeats")
        }
        guard operations.contains(.string(operation)) else {
            throw .unacceptableKey("its key_ops do not have \(operation)")
        }
        guard operations.allSatisfy({ $0 == "sign" || $0 == "verify" }) else {
            throw .unacceptableKey("its key_ops mix signatures with something else")
        }
    }

    func key<Key>(_ make: () throws(CryptographyError) -> Key) throws(JOSEError) -> Key {
        do {
            return try make()
        } catch {
            throw .unacceptableKey("\(error)")
        }
    }

    private func malformed(_ name: String, _ problem: String) -> JOSEError {
        .malformed(part: "\(name) of the JWK", problem: problem)
    }
}

extension JSON {
    /// Bytes as JOSE writes them in JSON.
    static func base64URL(_ bytes: [UInt8]) -> JSON { .string(Base64URL.encode(bytes)) }
}

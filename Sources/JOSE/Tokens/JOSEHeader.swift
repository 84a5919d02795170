package import CanonicalJSON
package import Cryptography

/// What stands before the payload of a token ([RFC 7515, 4](https://www.rfc-editor.org/rfc/rfc7515#section-4)).
///
/// Parameters that are not named here are kept and have no effect: a URL (`jku`, `x5u`) is never fetched, and a
/// certificate (`x5c`) is not looked at.
package struct JOSEHeader: Hashable, Sendable {
    /// The most bytes of a header's JSON: a chain of certificates takes up to ten thousand.
    package static let maximumByteCount = 16_384
    /// The deepest nesting: a key in a header is two levels deep.
    private static let limits = JSONLimits(maximumBytes: maximumByteCount, maximumDepth: 8)

    /// How the token is signed.
    package let algorithm: SignatureAlgorithm

    /// The kind of token (`typ`), as it was written.
    package let type: String?

    /// The kind of payload (`cty`), as it was written.
    package let contentType: String?

    /// A hint at the key (`kid`).
    package let keyID: String?

    /// The public key that the token itself carries (`jwk`). It proves possession of the private key and nothing else.
    package let key: JSONWebKey?

    /// Every parameter, also the ones above.
    package let parameters: JSONObject

    /// A header to be signed.
    package init(
        _ algorithm: SignatureAlgorithm, type: String?, contentType: String? = nil, keyID: String? = nil,
        key: JSONWebKey? = nil
    ) {
        (self.algorithm, self.type, self.contentType) = (algorithm, type, contentType)
        (self.keyID, self.key) = (keyID, key)
        var parameters: JSONObject = ["alg": .string(algorithm.joseName)]
        parameters["typ"] = type.map(JSON.string)
        parameters["cty"] = contentType.map(JSON.string)
        parameters["kid"] = keyID.map(JSON.string)
        parameters["jwk"] = key.map { .object($0.json) }
        self.parameters = parameters
    }

    /// Reads the decoded header of a token.
    ///
    /// - Throws: ``JOSEError``: `crit` is there (every extension that it could name is unknown here), or `b64`
    ///   (RFC 7797, which would change what is signed); the algorithm is missing, `none` or not one of ours.
    init(parsing bytes: [UInt8]) throws(JOSEError) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: Self.limits)
        } catch {
            throw Self.malformed("\(error)")
        }
        guard case .object(let parameters) = json else { throw Self.malformed("is not a JSON object") }
        for name in ["crit", "b64"] where parameters[name] != nil {
            throw .unsupported("the header parameter \(name)")
        }
        guard let name = try Self.string("alg", in: parameters) else { throw Self.malformed("has no alg") }
        algorithm = try SignatureAlgorithm(joseName: name)
        type = try Self.string("typ", in: parameters)
        contentType = try Self.string("cty", in: parameters)
        keyID = try Self.string("kid", in: parameters)
        key = try parameters["jwk"].map { json throws(JOSEError) in try JSONWebKey(json) }
        self.parameters = parameters
    }

    private static func string(_ name: String, in parameters: JSONObject) throws(JOSEError) -> String? {
        guard let json = parameters[name] else { return nil }
        guard case .string(let text) = json else { throw malformed("\(name) must be a string") }
        return text
    }

    private static func malformed(_ problem: String) -> JOSEError {
        .malformed(part: "the header", problem: problem)
    }

    /// Refuses a token whose `typ` is none of these media types. Case does not count, and `application/` may stand in
    /// front ([RFC 7515, 4.1.9](https://www.rfc-editor.org/rfc/rfc7515#section-4.1.9)).
    ///
    /// - Parameter mayBeMissing: whether a token without `typ` is taken.
    package func requireType(_ expected: [String], mayBeMissing: Bool = false) throws(JOSEError) {
        guard type.map({ expected.contains(Self.mediaType($0)) }) ?? mayBeMissing else {
            throw .wrongType(found: type, expected: expected)
        }
    }

    /// Whether `cty` is there and names this media type.
    package func contains(_ mediaType: String) -> Bool { contentType.map(Self.mediaType) == mediaType }

    /// The media type without `application/`, in lower case; what is not ASCII stays as it is.
    private static func mediaType(_ text: String) -> String {
        let isUpperCase = { (byte: UInt8) in UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte }
        let text = String(decoding: text.utf8.map { isUpperCase($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        return text.hasPrefix("application/") ? String(text.dropFirst("application/".count)) : text
    }
}

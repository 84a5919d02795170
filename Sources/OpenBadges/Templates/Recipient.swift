import CanonicalJSON
import Multiformats

/// How a template names the recipient: by `id`, by identities, or by both.
struct Recipient: Sendable {
    private let id: Pattern?
    private let identities: [Identity]

    private struct Identity: Sendable {
        let identity: Pattern
        let identityType: Pattern
        let isHashed: Bool
    }

    init(_ reader: ObjectReader, at place: JSONPointer) throws {
        var reader = reader
        id = try reader.optionalValue("id").map { try Pattern($0, at: place.appending("id")) }
        identities = try (reader.optionalArray("identifier") ?? []).map { json, place in
            var reader = try ObjectReader(json, at: place)
            let identity = Identity(
                identity: try Pattern(reader.value("identity"), at: place.appending("identity")),
                identityType: try Pattern(reader.value("identityType"), at: place.appending("identityType")),
                isHashed: try reader.optionalBool("hashed") ?? true)
            try reader.finish()
            return identity
        }
        try reader.finish()
        guard id != nil || !identities.isEmpty else {
            throw BadgeError.template(place, problem: "give an id or at least one identifier")
        }
    }

    var columns: Set<String> {
        identities.reduce(into: id?.columns ?? []) { columns, identity in
            columns.formUnion(identity.identity.columns.union(identity.identityType.columns))
        }
    }

    /// Puts the recipient of a row into a subject; an identity that is empty is left out.
    func fill(
        _ subject: inout JSONObject, for row: [String: String], using random: inout some RandomNumberGenerator
    ) throws(BadgeError) {
        if let id = try id?.filled(by: row) { subject["id"] = id }
        var identifiers: [JSON] = []
        for identity in identities {
            guard let text = try identity.identity.filled(by: row)?.stringValue, !text.isEmpty else { continue }
            let identityType = try identity.identityType.filled(by: row)?.stringValue ?? ""
            let object =
                identity.isHashed
                ? IdentityObject(hashing: text, identityType: identityType, salt: Self.salt(using: &random))
                : IdentityObject(plain: text, identityType: identityType)
            identifiers.append(.object(object.json))
        }
        if !identifiers.isEmpty { subject["identifier"] = .array(identifiers) }
    }

    /// 128 bits, so that no table of hashed addresses serves for two badges.
    private static func salt(using random: inout some RandomNumberGenerator) -> String {
        let words = [random.next(), random.next()]
        return Base64URL.encode(words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }
}

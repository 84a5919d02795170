import CanonicalJSON

/// The versions of the data model. A document says its version by the first item of `@context`; everything that the
/// versions do differently is in this table, and the rest of the room asks it.
package enum DataModel: Hashable, Sendable, CaseIterable {
    /// [Verifiable Credentials Data Model 1.1](https://www.w3.org/TR/vc-data-model-1.1/).
    case v1_1
    /// [Verifiable Credentials Data Model 2.0](https://www.w3.org/TR/vc-data-model-2.0/).
    case v2_0

    /// The number, for people.
    package var version: String {
        switch self {
        case .v1_1: "1.1"
        case .v2_0: "2.0"
        }
    }

    /// The URL of the base context, which comes first.
    package var context: String {
        switch self {
        case .v1_1: "https://www.w3.org/2018/credentials/v1"
        case .v2_0: "https://www.w3.org/ns/credentials/v2"
        }
    }

    /// The names of the members for the beginning and the end of the period of validity, and whether the first must be
    /// there.
    var period: (from: String, until: String, mustBegin: Bool) {
        switch self {
        case .v1_1: ("issuanceDate", "expirationDate", true)
        case .v2_0: ("validFrom", "validUntil", false)
        }
    }

    /// The properties whose values are objects with a `type`, as extensions define them, and whether they need an `id`
    /// too: 1.1, sections 4.9, 5.4, 5.5 and 5.6; 2.0, sections 4.10, 4.11, 5.4, 5.5, 5.6 and 5.10.
    var extensionPoints: [(key: String, needsID: Bool)] {
        switch self {
        case .v1_1:
            [
                ("credentialStatus", true), ("credentialSchema", true), ("refreshService", true),
                ("termsOfUse", false), ("evidence", false),
            ]
        case .v2_0:
            [
                ("credentialStatus", false), ("credentialSchema", true), ("refreshService", false),
                ("termsOfUse", false), ("evidence", false), ("confidenceMethod", false), ("renderMethod", false),
            ]
        }
    }

    /// Whether `name`, `description` and `relatedResource` are members of the data model.
    var describesResources: Bool { self == .v2_0 }

    /// What a document with a Data Integrity proof must have in `@context`, unless it has some version of it already
    /// ([Data Integrity, 2.4](https://www.w3.org/TR/vc-data-integrity/#contexts-and-vocabularies)); nil when the base
    /// context says all.
    package var dataIntegrityContext: String? {
        self == .v1_1 ? "https://w3id.org/security/data-integrity/v2" : nil
    }
}

extension DataModel {
    /// Documents in use have up to about ten contexts; each is compared with those before it.
    static let maximumContextCount = 64

    /// The version of a credential or presentation. Its `@context` must be a list without repetition that begins with a
    /// base context and goes on with URLs and objects. What they define is not looked at
    /// ([2.0, 4.3](https://www.w3.org/TR/vc-data-model-2.0/#contexts)).
    init(of document: OpenObject) throws(CredentialError) {
        guard case .array(let contexts) = try document.value("@context") else {
            throw document.malformed("@context", "must be a list that begins with \(Self.v2_0.context)")
        }
        guard let model = Self.allCases.first(where: { contexts.first == .string($0.context) }) else {
            throw CredentialError(
                at: document.place.appending("@context").appending(0),
                "must be \(Self.v2_0.context), or \(Self.v1_1.context) for data model 1.1")
        }
        guard contexts.count <= Self.maximumContextCount else {
            throw document.malformed("@context", "has more than \(Self.maximumContextCount) items")
        }
        for index in contexts.indices.dropFirst() {
            try Self.checkFurther(contexts, index, at: document.place.appending("@context").appending(index))
        }
        self = model
    }

    private static func checkFurther(
        _ contexts: [JSON], _ index: Int, at place: @autoclosure () -> JSONPointer
    ) throws(CredentialError) {
        guard !contexts[..<index].contains(contexts[index]) else {
            throw CredentialError(at: place(), "appears twice; give each context once")
        }
        switch contexts[index] {
        case .object: break
        case .string(let text):
            guard !allCases.contains(where: { .string($0.context) == contexts[index] }) else {
                throw CredentialError(at: place(), "is the base context of another version; a document has one")
            }
            _ = try URI(text, at: place())
        default: throw CredentialError(at: place(), "must be a URL or an object")
        }
    }
}

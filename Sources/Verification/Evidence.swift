package import CanonicalJSON
import Proofs

/// What a person hands in, told apart by what it says it is; nothing of it is believed yet.
package struct Evidence: Hashable, Sendable {
    /// The kinds of evidence. The raw values are for programs and do not change.
    package enum Kind: String, Hashable, Sendable {
        /// A verifiable credential with an embedded proof.
        case credential
        /// A credential that is a status list.
        case statusList
        /// The signed promise that an institution was given for its request.
        case receipt
        /// What the log says about one request, with proofs.
        case bundle
    }

    /// What it says it is.
    package let kind: Kind

    /// The document as it was given.
    package let json: JSONObject

    /// The longest file: the 4096 entries of 16 KiB that a bundle may have at most.
    package static let maximumBytes = 64 << 20

    private static let limits = JSONLimits(maximumBytes: maximumBytes, maximumDepth: JSONLimits.standard.maximumDepth)

    /// Reads a file.
    package init(parsing bytes: [UInt8]) throws(EvidenceError) {
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: Self.limits)
        } catch {
            throw Self.isCompactToken(bytes) ? .other(EvidenceError.compactToken) : .damaged("\(error)")
        }
        try self.init(json)
    }

    /// Takes a document that was parsed already.
    package init(_ json: JSON) throws(EvidenceError) {
        guard case .object(let object) = json else { throw .other("a JSON document that is not an object") }
        let types = (json["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        kind = try Self.kind(of: object, types: types)
        self.json = object
    }

    private static func kind(of json: JSONObject, types: [String]) throws(EvidenceError) -> Kind {
        if types.contains("BitstringStatusListCredential") { return .statusList }
        // A credential whose type was tampered with is still one: it is for the rules of the data model to refuse it.
        if types.contains("VerifiableCredential") || json["credentialSubject"] != nil { return .credential }
        switch json["type"] {
        case "IntakeReceipt": return .receipt
        case "PunctualAuditBundle": return .bundle
        default: throw .other(description(of: json, types: types))
        }
    }

    /// Names what people confuse with evidence.
    private static func description(of json: JSONObject, types: [String]) -> String {
        let wrapped = ["verifiableCredential", "credential", "receipt"].first { json[$0]?.objectValue != nil }
        if types.contains("VerifiablePresentation") { return "a presentation; take out its credentials, one file each" }
        if let wrapped { return "a document with evidence in its member \(wrapped); save that member as a file" }
        return types.first.map { "a document of type \($0.debugDescription)" } ?? "a JSON document without a known type"
    }

    /// Whether this is a JWT or SD-JWT: its first part is base64url of `{"`.
    private static func isCompactToken(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "eyJ".utf8) && bytes.contains(UInt8(ascii: "."))
    }
}

/// Why a file is no evidence.
package enum EvidenceError: Error, Hashable, Sendable {
    /// Not JSON, though all evidence is: nobody signed these bytes. The verdict is invalid.
    case damaged(String)
    /// Something else, which may well be good, but this room cannot say so. The verdict is cannot tell.
    case other(String)

    static let compactToken =
        "a credential in the form of a token (JWT); only proofs inside a JSON document are verified"

    static let expected = """
        Expected was a credential with an embedded proof, an intake receipt, an audit bundle or a status list \
        credential.
        """
}

extension EvidenceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .damaged(let problem): "This is not JSON: \(problem). \(Self.expected)"
        case .other(let found): "This is \(found). \(Self.expected)"
        }
    }
}

extension Verdict {
    /// The verdict on a file that is no evidence.
    package init(_ error: EvidenceError) {
        let outcome: Check.Outcome = if case .damaged = error { .failed } else { .cannotTell }
        self.init(nil, [Check(.form, outcome, "\(error)")])
    }
}

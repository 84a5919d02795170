import CanonicalJSON
import Credentials
import Cryptography
import HTTPServer
import Issuance

/// The body of `POST /credentials/issue`.
struct IssueRequest {
    let draft: RequestDraft
    /// The name that the sender gave the credential, for repeating and for changes of status.
    let credentialID: String?

    /// The longest `credentialId`, in UTF-8 bytes: with a prefix it is an idempotency key.
    static let maximumCredentialIDBytes = 230

    /// The idempotency key that belongs to a `credentialId`; apart from those that clients choose on other routes.
    static func key(for credentialID: String) -> String { "credentialId " + credentialID }

    /// Reads a body.
    ///
    /// - Throws: `Refusal` or `Problem` for the first thing that is wrong.
    init(_ body: JSON, issuer: IssuerName) throws {
        var reader = try ObjectReader(body)
        let credential = try reader.value("credential")
        var securing: JSONObject = ["everyTermDefined": true, "withoutID": true]
        if reader.optionalValue("options") != nil, let options = body["options"] {
            try Problem.refuseUnknown(
                ["credentialId", "mandatoryPointers"], in: options, at: JSONPointer().appending("options"))
            securing["mandatoryPointers"] = options["mandatoryPointers"]
            credentialID = try Self.credentialID(options)
        } else {
            credentialID = nil
        }
        try Problem.refuseUnknown(["credential", "options"], in: body, at: JSONPointer())
        try Self.check(credential)
        draft = try RequestDraft([
            "credential": credential, "holder": ["id": .string(Self.holder(of: credential))], "tier": "standard",
            "review": "none", "issuer": .string(issuer.text), "securing": .object(securing),
        ])
    }

    private static func credentialID(_ options: JSON) throws -> String? {
        var reader = try ObjectReader(options, at: JSONPointer().appending("options"))
        guard let text = try reader.optionalString("credentialId") else { return nil }
        guard 1...maximumCredentialIDBytes ~= text.utf8.count else {
            throw Refusal(
                .invalidRequest, "A credentialId has 1 to \(maximumCredentialIDBytes) bytes.",
                at: "/options/credentialId")
        }
        return text
    }

    /// What this interface asks of a credential beyond what an institution's request may leave to the issuer.
    private static func check(_ credential: JSON) throws(Refusal) {
        guard credential["@context"] != nil else {
            throw Refusal(
                .invalidCredential, "@context is missing; it begins with https://www.w3.org/ns/credentials/v2.",
                at: "/credential/@context", problem: .malformedValue)
        }
        guard let issuer = credential["issuer"], issuer.stringValue != nil || issuer["id"] != nil else {
            throw Refusal(
                .invalidCredential, "The issuer must be named: a URL, or an object whose id is one.",
                at: "/credential/issuer", problem: .malformedValue)
        }
    }

    /// Whose credential it is, for the promise: its first subject, else the credential itself, and where neither has a
    /// name that can be one, the digest of what was asked.
    private static func holder(of credential: JSON) -> String {
        let subjects = credential["credentialSubject"].map { $0.arrayValue ?? [$0] } ?? []
        for case .string(let name)? in [subjects.first?["id"], credential["id"]]
        where 1...Holder.maximumIDBytes ~= name.utf8.count && !name.utf8.contains(where: { $0 < 0x20 }) {
            return name
        }
        return "sha256:\(SHA256.hash(credential.canonicalBytes))"
    }
}

extension HTTPResponse {
    /// The answer to an issue command; `Location` is where the request stands that it made.
    static func issued(_ answer: Answer) throws -> HTTPResponse {
        let secured: JSON
        switch answer.body["credential"] {
        case .object(let object)?: secured = .object(object)
        case .string(let token)?: secured = enveloped(token)
        default: throw Refusal(.wrongState, "The credential was asked for, and is not there any more.")
        }
        let request = answer.body["id"]?.stringValue ?? ""
        return .json(.created, ["verifiableCredential": secured], headers: ["Location": "/v1/requests/\(request)"])
    }

    /// [VCDM 2.0, 4.13.1](https://www.w3.org/TR/vc-data-model-2.0/#enveloped-verifiable-credentials).
    private static func enveloped(_ token: String) -> JSON {
        // Only tokens with disclosures have this mark, and those issued here have it even when nothing is hidden.
        let mediaType = token.contains("~") ? "application/vc+sd-jwt" : "application/vc+jwt"
        return [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": "EnvelopedVerifiableCredential",
            "id": .string("data:\(mediaType),\(token)"),
        ]
    }
}

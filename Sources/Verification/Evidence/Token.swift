import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs

/// A signed token, taken apart and not verified.
struct Token: Hashable, Sendable {
    /// What every token begins with: base64url of `{"`.
    static let beginning = "eyJ"

    /// The token as it was given.
    let text: String
    /// What its header and its claims say that it is.
    let form: Form
    /// What the issuer signed.
    let signed: SignedMessage
    /// The same with disclosures; nil for a token that hides nothing.
    let disclosing: SDJWT?
    /// What the issuer signed, with digests where something is hidden.
    let payload: JSONObject

    /// The forms of tokens that are known here.
    enum Form: String, Hashable, Sendable {
        /// A credential of the data model 2.0
        /// ([VC-JOSE-COSE, 3.1.1](https://www.w3.org/TR/vc-jose-cose/#securing-with-jose)).
        case credential = "vc+jwt"
        /// A presentation of the data model 2.0.
        case presentation = "vp+jwt"
        /// A credential of the data model 2.0 that can hide claims
        /// ([3.2.1](https://www.w3.org/TR/vc-jose-cose/#secure-with-sd-jwt)).
        case disclosingCredential = "vc+sd-jwt"
        /// A presentation of the data model 2.0 that can hide claims.
        case disclosingPresentation = "vp+sd-jwt"
        /// A credential of the data model 2.0 as a COSE message
        /// ([3.3](https://www.w3.org/TR/vc-jose-cose/#securing-with-cose)).
        case coseCredential = "vc+cose"
        /// A presentation of the data model 2.0 as a COSE message.
        case cosePresentation = "vp+cose"
        /// A credential with claims of its own
        /// ([SD-JWT VC](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/)).
        case plainCredential = "dc+sd-jwt"
        /// A credential inside the claim `vc`, as data model 1.1 has it
        /// ([6.3.1](https://www.w3.org/TR/vc-data-model-1.1/#json-web-token)).
        case claimCredential = "JWT vc"
        /// A presentation inside the claim `vp`.
        case claimPresentation = "JWT vp"
        /// A credential beside the registered claims, as Open Badges have it
        /// ([Open Badges 3.0, 8.2](https://www.imsglobal.org/spec/ob/v3p0#jwt-proof)).
        case badge = "JWT"
        /// A list of statuses
        /// ([Token Status List, 5.1](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/)).
        case statusList = "statuslist+jwt"
    }

    /// Takes a token apart.
    init(parsing text: String) throws(EvidenceError) {
        do throws(JOSEError) {
            if text.contains("~") {
                let token = try SDJWT(parsing: text)
                (disclosing, signed, payload) = (token, .jws(token.issuerSigned), token.payload)
            } else {
                let token = try JWS(parsing: text)
                (disclosing, signed, payload) = (nil, .jws(token), try token.payloadObject())
            }
        } catch {
            throw Self.refusal(error, "a token (JWT)")
        }
        self.text = text
        guard let form = Form(type: signed.header.type, disclosing != nil, payload) else {
            let type = signed.header.type.map { "of the type \($0.debugDescription)" } ?? "without a type"
            throw .other("a token (JWT) \(type), with nothing in it that is known here")
        }
        self.form = form
    }

    /// Takes a COSE message apart, which is binary and has no text of its own.
    init(cose bytes: [UInt8]) throws(EvidenceError) {
        do throws(JOSEError) {
            let message = try COSESign1(parsing: bytes)
            signed = .cose(message)
            payload = try Self.object(message.payload)
        } catch {
            throw Self.refusal(error, "a COSE message")
        }
        (text, disclosing) = (Base64URL.encode(bytes), nil)
        switch signed.header.type?.lowercased() {
        case "application/vc+cose", "vc+cose": form = .coseCredential
        case "application/vp+cose", "vp+cose": form = .cosePresentation
        case let type: throw .other("a COSE message of the type \((type ?? "").debugDescription)")
        }
    }

    private static func object(_ bytes: [UInt8]) throws(JOSEError) -> JSONObject {
        guard case .object(let object)? = try? JSON(parsing: bytes) else {
            throw .malformed(part: "the payload", problem: "is not a JSON object")
        }
        return object
    }

    private static func refusal(_ error: JOSEError, _ name: String) -> EvidenceError {
        if case .unsupported = error { return .other("\(name) that uses what is not known here: \(error)") }
        return .damagedToken("\(error)")
    }
}

extension Token.Form {
    fileprivate init?(type: String?, _ isDisclosing: Bool, _ payload: JSONObject) {
        var type = (type ?? "jwt").lowercased()
        if type.hasPrefix("application/") { type.removeFirst("application/".count) }
        let isDataModel = payload["@context"] != nil
        switch type {
        // The second name of each is that of drafts.
        case "vc+jwt", "vc+ld+jwt", "vc+ld+json+jwt": self = isDisclosing ? .disclosingCredential : .credential
        case "vp+jwt", "vp+ld+jwt", "vp+ld+json+jwt": self = isDisclosing ? .disclosingPresentation : .presentation
        case "vc+sd-jwt", "vc+ld+json+sd-jwt": self = isDataModel ? .disclosingCredential : .plainCredential
        case "vp+sd-jwt", "vp+ld+json+sd-jwt": self = .disclosingPresentation
        case "dc+sd-jwt": self = .plainCredential
        case "statuslist+jwt": self = .statusList
        case "jwt" where payload["vc"] != nil: self = .claimCredential
        case "jwt" where payload["vp"] != nil: self = .claimPresentation
        case "jwt" where isDataModel: self = .badge
        default: return nil
        }
    }

    /// What kind of evidence that is.
    var kind: Evidence.Kind {
        switch self {
        case .presentation, .disclosingPresentation, .cosePresentation, .claimPresentation: .presentation
        case .statusList: .statusList
        case .credential, .disclosingCredential, .coseCredential, .plainCredential, .claimCredential, .badge:
            .credential
        }
    }

    /// The member of the data model that a claim stands in for: what each says must be the same.
    var issuerMember: String { kind == .presentation ? "holder" : "issuer" }
}

/// A signed message in one of its two encodings; what it means is the same.
enum SignedMessage: Hashable, Sendable {
    case jws(JWS)
    case cose(COSESign1)

    /// What stands before the payload, in the words of JOSE.
    var header: JOSEHeader {
        switch self {
        case .jws(let token): token.header
        case .cose(let message): message.header
        }
    }

    /// The signature.
    var signature: [UInt8] {
        switch self {
        case .jws(let token): token.signature
        case .cose(let message): message.signature
        }
    }

    /// Whether a key made the signature.
    func isSigned(by key: PublicKey) -> Bool {
        do throws(JOSEError) {
            switch self {
            case .jws(let token): try token.verify(with: key)
            case .cose(let message): try message.verify(with: key)
            }
            return true
        } catch {
            return false
        }
    }
}

package import CanonicalJSON
import Credentials
import OpenBadges

/// What a person hands in, told apart by what it says it is; nothing of it is believed yet.
package struct Evidence: Hashable, Sendable {
    /// The kinds of evidence. The raw values are for programs and do not change.
    package enum Kind: String, Hashable, Sendable {
        /// A verifiable credential, with embedded proofs or as a token.
        case credential
        /// Credentials that a holder shows.
        case presentation
        /// What an issuer publishes about the status of many credentials.
        case statusList
        /// The signed promise that an institution was given for its request.
        case receipt
        /// What the log says about one request, with proofs.
        case bundle
        /// Two checkpoints of one log that contradict each other.
        case forkProof
        /// That a request is in what the log states of all, or is not.
        case coverage
    }

    /// What the evidence stood in. The raw values are for programs and do not change.
    package enum Container: String, Hashable, Sendable {
        /// Nothing: the file is the document.
        case none
        /// A JSON object of the type `EnvelopedVerifiableCredential` or `EnvelopedVerifiablePresentation`.
        case envelope
        /// A PNG image.
        case png
        /// An SVG image.
        case svg
    }

    /// The evidence itself.
    enum Content: Hashable, Sendable {
        /// A JSON document; who signed it, it says inside.
        case json(JSONObject)
        /// A token.
        case token(Token)
    }

    /// What it says it is.
    package let kind: Kind
    /// What it stood in.
    package let container: Container
    let content: Content

    /// The longest file: the 4096 entries of 16 KiB that a bundle may have at most.
    package static let maximumBytes = 64 << 20

    private static let limits = JSONLimits(maximumBytes: maximumBytes, maximumDepth: JSONLimits.standard.maximumDepth)

    /// Reads a file: a JSON document, a bare token, or an image with a badge in it.
    package init(parsing bytes: [UInt8]) throws(EvidenceError) {
        if Self.isImage(bytes) {
            try self.init(image: bytes)
            return
        }
        if let text = Self.token(in: bytes) {
            try self.init(token: text)
            return
        }
        if bytes.first == Self.coseTag {
            self.init(try Token(cose: bytes))
            return
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: Self.limits)
        } catch {
            throw .damaged("\(error)")
        }
        try self.init(json)
    }

    /// Takes a document that was parsed already; a string is a token.
    package init(_ json: JSON) throws(EvidenceError) {
        if case .string(let text) = json, text.hasPrefix(Token.beginning) {
            try self.init(token: text)
            return
        }
        guard case .object(let object) = json else { throw .other("a JSON document that is not an object") }
        if Envelope.isEnvelope(json) {
            try self.init(envelope: object)
            return
        }
        self.init(try Self.kind(of: object), .json(object))
    }

    init(_ kind: Kind, _ content: Content, in container: Container = .none) {
        (self.kind, self.content, self.container) = (kind, content, container)
    }

    private init(token text: String, in container: Container = .none) throws(EvidenceError) {
        self.init(try Token(parsing: text), in: container)
    }

    private init(_ token: Token, in container: Container = .none) {
        let isList = token.payload.types.contains(Self.statusListType)
        self.init(isList ? .statusList : token.form.kind, .token(token), in: container)
    }

    /// The document as it was given; nil for a token.
    package var json: JSONObject? { if case .json(let object) = content { object } else { nil } }
}

extension Evidence {
    private init(envelope: JSONObject) throws(EvidenceError) {
        let opened: Envelope
        do throws(CredentialError) {
            opened = try Envelope(.object(envelope))
        } catch {
            throw .damagedEnvelope("\(error)")
        }
        try self.init(opening: opened)
    }

    /// What is in an envelope.
    init(opening envelope: Envelope) throws(EvidenceError) {
        if ["application/vc+cose", "application/vp+cose"].contains(envelope.mediaType) {
            self.init(try Token(cose: envelope.content), in: .envelope)
            try checkKind(of: envelope)
            return
        }
        guard let text = Self.token(in: envelope.content) else {
            throw .other("an envelope with something of the type \(envelope.mediaType.debugDescription)")
        }
        try self.init(token: text, in: .envelope)
        try checkKind(of: envelope)
    }

    private func checkKind(of envelope: Envelope) throws(EvidenceError) {
        guard (envelope.kind == .presentation) == (kind == .presentation) else {
            throw .damagedEnvelope("it is of the type \(envelope.kind.rawValue), and something else is inside")
        }
    }

    /// `COSE_Sign1` (18) as a tag, with which no text begins.
    private static let coseTag: UInt8 = 0xD2

    private static func isImage(_ bytes: [UInt8]) -> Bool {
        bytes.first == 0x89 || bytes.drop { $0 == 0x20 || 0x09...0x0D ~= $0 }.first == UInt8(ascii: "<")
            || bytes.starts(with: [0xEF, 0xBB, 0xBF, UInt8(ascii: "<")])
    }

    private init(image bytes: [UInt8]) throws(EvidenceError) {
        let image: BadgeImage
        do {
            image = try BadgeImage(bytes)
        } catch {
            throw .damagedImage("\(error)")
        }
        let container: Container = if case .png = image { .png } else { .svg }
        guard let text = image.credential?.text else { throw .other("an image without a credential in it") }
        let inner = try Evidence(parsing: Array(text.utf8))
        self.init(inner.kind, inner.content, in: container)
    }

    /// The token that a file holds, without the white space around it; nil when it holds none. A JWT or SD-JWT begins
    /// with the base64url of `{"`.
    private static func token(in bytes: [UInt8]) -> String? {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || 0x09...0x0D ~= byte }
        let text = bytes.drop(while: isSpace)
        guard text.starts(with: Token.beginning.utf8), text.contains(UInt8(ascii: ".")) else { return nil }
        let end = text.lastIndex { !isSpace($0) } ?? text.startIndex
        return String(decoding: text[...end], as: UTF8.self)
    }

    private static let statusListType = "BitstringStatusListCredential"

    private static func kind(of json: JSONObject) throws(EvidenceError) -> Kind {
        let types = json.types
        if types.contains(statusListType) { return .statusList }
        if types.contains("VerifiablePresentation") { return .presentation }
        // A credential whose type was tampered with is still one: it is for the rules of the data model to refuse it.
        if types.contains("VerifiableCredential") || json["credentialSubject"] != nil { return .credential }
        // A list that nothing signs; whoever hands it in says where it comes from.
        if json["revokedCredentials"]?.arrayValue != nil { return .statusList }
        switch json["type"] {
        case "IntakeReceipt": return .receipt
        case "PunctualAuditBundle": return .bundle
        case "PunctualForkProof": return .forkProof
        case "PunctualCoverage": return .coverage
        default: throw .other(description(of: json, types: types))
        }
    }

    /// Names what people confuse with evidence.
    private static func description(of json: JSONObject, types: [String]) -> String {
        let wrapped = ["verifiableCredential", "verifiablePresentation", "credential", "receipt"].first {
            json[$0]?.objectValue != nil || json[$0]?.stringValue != nil
        }
        if let wrapped { return "a document with evidence in its member \(wrapped); save that member as a file" }
        return types.first.map { "a document of type \($0.debugDescription)" } ?? "a JSON document without a known type"
    }
}

extension JSONObject {
    /// The strings of `type`.
    var types: [String] { (self["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue) }
}

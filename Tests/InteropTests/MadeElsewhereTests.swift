import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import OpenBadges
import Proofs
import StatusLists
import Temporal
import TestSupport
import Testing

/// A document that a library made, and how to verify it.
struct Import: Sendable, CustomTestStringConvertible {
    let json: JSON

    var testDescription: String { "\(self["id"] ?? "?") by \(self["maker"] ?? "?")" }
    var isValid: Bool { json["isValid"]?.boolValue ?? true }
    subscript(name: String) -> String? { json[name]?.stringValue }

    /// The same with another document, or another member.
    func replacing(_ pointer: String, by value: JSON?) -> Import { Import(json: json.replacing(pointer, by: value)) }
}

/// Theirs, judged by us.
@Suite(
    "What other people's implementations make, by ours",
    .enabled(if: SecondImplementation.isExpected, SecondImplementation.absence))
struct MadeElsewhereTests {
    static let made = Result { try SecondImplementation.make().map(Import.init) }

    static func imports(_ formats: String...) -> [Import] {
        ((try? made.get()) ?? []).filter { formats.contains($0["format"] ?? "") }
    }

    @Test("every library makes what it is here for")
    func everyForm() throws {
        let made = try Self.made.get()
        #expect(Set(made.map(\.testDescription)).count == made.count)
        #expect(made.count == 72)
        #expect(
            Set(made.compactMap { $0["maker"] }) == [
                "openvc-core", "composed", "PyJWT", "jwcrypto", "sd-jwt", "token-status-list", "didkit",
                "openbadgeslib",
            ])
    }

    @Test("embedded proofs verify, and those of changed copies do not", arguments: imports("data-integrity", "legacy"))
    func embeddedProofs(_ item: Import) throws {
        guard item.isValid else {
            #expect(throws: ProofError.self) { try verify(item) }
            return
        }
        let results = try verify(item)
        #expect(results.count == item.json["secured"]?["proof"]?.arrayValue?.count ?? 1)
        let proof = item.json["secured"]?["proof"]?.arrayValue == nil ? "/secured/proof" : "/secured/proof/0"
        let type = (item.json["secured"]?["type"]?.arrayValue ?? []) + ["AnotherType"]
        for changed in [
            item.replacing("/secured/type", by: .array(type)),
            item.replacing(proof + "/created", by: "2026-01-03T00:00:00Z"),
            item.replacing("/secured/proof", by: nil),
            item.replacing(proof + "/proofValue", by: .string(swapped(item.json[pointer: proof + "/proofValue"]))),
        ] {
            #expect(throws: ProofError.self) { try verify(changed) }
        }
    }

    /// The text with its last character but one for another.
    private func swapped(_ json: JSON?) -> String {
        var text = Array(json?.stringValue ?? "")
        text[text.count - 2] = text[text.count - 2] == "A" ? "B" : "A"
        return String(text)
    }

    private func verify(_ item: Import) throws -> [VerifiedProof] {
        let expectations = ProofExpectations(
            proofPurpose: ProofPurpose(rawValue: item["purpose"] ?? "assertionMethod"),
            domains: item["domain"].map { [$0] }, challenge: item["challenge"])
        return try DataIntegrity.verify(
            item.json["secured"]?.objectValue ?? [:], keys: .didKey, expecting: expectations,
            at: Times.instant(item["at"] ?? ""))
    }

    @Test("tokens verify, and changed copies do not", arguments: imports("token"))
    func tokens(_ item: Import) throws {
        #expect(try verifyToken(item).claims.object == item.json["claims"]?.objectValue)
        let token = item["secured"] ?? ""
        let other = try #require(Self.imports("token").first { $0["secured"] != token }?["secured"])
        for forgery in try Forgeries.tokens(token, other: other) {
            let changed = item.replacing("/secured", by: forgery.changes["secured"])
            #expect(throws: (any Error).self, "\(forgery.name)") { try verifyToken(changed) }
        }
    }

    private func verifyToken(_ item: Import) throws -> VerifiedToken {
        let token = try JWS(parsing: item["secured"] ?? "")
        let kind: Envelope.Kind = item["typ"] == "vp+jwt" ? .presentation : .credential
        let verified = try EnvelopingProof.verify(
            token, as: kind, expecting: TokenExpectations(nonce: item["nonce"], audience: item["audience"]),
            keys: keys, at: Times.instant(item["at"] ?? ""))
        for inner in verified.document["verifiableCredential"]?.arrayValue ?? [] {
            let envelope = try Envelope(inner)
            #expect(
                try EnvelopingProof.verify(envelope, keys: keys, at: Times.instant(item["at"] ?? "")).holderKey == nil)
        }
        return verified
    }

    /// Whatever key the token names, if its name is the key.
    private var keys: TokenKeys {
        TokenKeys { hint in try KeySource.didKey.verificationMethod(of: hint, for: .assertionMethod).publicKey }
    }

    @Test("tokens with a vc claim, of data model 1.1, verify, and changed copies do not", arguments: imports("vc-jwt"))
    func earlierTokens(_ item: Import) throws {
        func verify(_ compact: String) throws -> VerifiedToken {
            try EarlierToken.verify(JWS(parsing: compact), keys: keys, at: Times.instant(item["at"] ?? ""))
        }
        let token = item["secured"] ?? ""
        guard item.isValid else {
            #expect(throws: JOSEError.self) { try verify(token) }
            return
        }
        for (name, value) in item.json["credential"]?.objectValue ?? [:] {
            #expect(try verify(token).document[name] == value, "\(name)")
        }
        let other = try #require(Self.imports("vc-jwt").first { $0["secured"] != token }?["secured"])
        for forgery in try Forgeries.tokens(token, other: other) where forgery.name != "type" {
            #expect(throws: (any Error).self, "\(forgery.name)") {
                try verify(forgery.changes["secured"]?.stringValue ?? token)
            }
        }
    }

    @Test("SD-JWTs verify, and changed copies do not", arguments: imports("sd-jwt"))
    func sdJWTs(_ item: Import) throws {
        let token = try SDJWT(parsing: item["secured"] ?? "")
        #expect(try claims(of: item) == item.json["claims"]?.objectValue)
        #expect(try SDJWT(parsing: item["issued"] ?? "").disclosures.count >= token.disclosures.count)
        for forgery in try Forgeries.sdJWTs(token, isBound: true) {
            var changed = item
            for (name, value) in forgery.changes { changed = changed.replacing("/" + name, by: value) }
            #expect(throws: JOSEError.self, "\(forgery.name)") { try claims(of: changed) }
        }
    }

    private func claims(of item: Import) throws -> JSONObject {
        let token = try SDJWT(parsing: item["secured"] ?? "")
        let binding = KeyBindingExpectation(
            nonce: item["nonce"] ?? "", audience: item["audience"] ?? "", maximumAge: Milliseconds(60_000))
        let (now, leeway) = (Times.instant(item["at"] ?? ""), Milliseconds(5000))
        guard item["typ"] == SDJWTCredential.type else {
            return try EnvelopingProof.verify(
                token, as: .credential, keyBinding: binding, keys: keys, at: now, leeway: leeway
            ).claims.object
        }
        let hint = TokenKeyHint(header: token.issuerSigned.header, issuer: nil)
        return try SDJWTCredential(
            verifying: token,
            issuerKey: KeySource.didKey.verificationMethod(of: hint, for: .assertionMethod).publicKey,
            keyBinding: binding, at: now, leeway: leeway
        ).token.claims.object
    }

    @Test("status lists verify and say the same of every place", arguments: imports("bitstring-status-list"))
    func statusLists(_ item: Import) throws {
        let verified = try #require(try verify(item).first)
        let list = try StatusListCredential(UnsecuredCredential(.object(verified.document)))
        #expect(list.statusPurposes.map(\.rawValue) == [item["statusPurpose"]])
        #expect(list.bitstring.count == item.json["count"]?.integerValue.map(Int.init))
        let places = (0..<list.bitstring.count).filter { list.bitstring[$0] }
        #expect(places.map { JSON.integer(Int64($0)) } == item.json["set"]?.arrayValue)
        let entries = try #require(item.json["entries"]?.arrayValue)
        for entry in entries {
            let status = try list.status(
                of: BitstringStatusListEntry(
                    entry["credentialStatus"]?.objectValue ?? [:], at: JSONPointer()),
                at: Times.instant(item["at"] ?? ""))
            #expect(status.isSet == entry["isSet"]?.boolValue)
        }
        #expect(throws: ProofError.self) {
            try verify(item.replacing("/secured/credentialSubject/statusPurpose", by: "message"))
        }
    }

    @Test("status list tokens verify and say the same of every token", arguments: imports("token-status-list"))
    func statusListTokens(_ item: Import) throws {
        let token = try JWS(parsing: item["secured"] ?? "")
        let hint = TokenKeyHint(header: token.header, issuer: nil)
        let key = try KeySource.didKey.verificationMethod(of: hint, for: .assertionMethod).publicKey
        let now = Times.instant(item["at"] ?? "")
        let verified = try TokenStatusListToken(verifying: token, key: key, at: now)
        #expect(verified.list.bits.rawValue == item.json["bits"]?.integerValue.map(Int.init))
        for (index, status) in (item.json["statuses"]?.arrayValue ?? []).enumerated() {
            let claims: JSONObject = ["status": item.json["references"]?.arrayValue?[index] ?? nil]
            let reference = try #require(try TokenStatusListReference(of: claims))
            #expect(reference.index == index)
            #expect(try verified.status(of: reference).rawValue == status.integerValue.map(UInt8.init))
        }
        let other = try #require(Self.imports("token-status-list").first { $0["secured"] != item["secured"] })
        for forgery in try Forgeries.tokens(token.compact, other: other["secured"] ?? "") where forgery.name != "key" {
            #expect(throws: JOSEError.self, "\(forgery.name)") {
                let changed = try JWS(parsing: forgery.changes["secured"]?.stringValue ?? "")
                _ = try TokenStatusListToken(verifying: changed, key: key, at: now)
            }
        }
    }

    @Test("badges are found in images, verify and follow the rules", arguments: imports("badge"))
    func badges(_ item: Import) throws {
        let image = try BadgeImage(Base64URL.decode(item["secured"] ?? ""))
        let baked = try #require(image.credential)
        let now = Times.instant(item["at"] ?? "")
        let key = try JSONWebKey(item.json["key"] ?? nil).publicKey
        func verify(_ text: String) throws -> JSONObject {
            guard baked.form == .document else {
                return try EarlierToken.verify(JWS(parsing: text), keys: TokenKeys(key), at: now).document
            }
            let document = try JSON(parsing: Array(text.utf8)).objectValue ?? [:]
            return try DataIntegrity.verify(
                document, keys: .didKey, expecting: .init(proofPurpose: .assertionMethod), at: now
            )[0].document
        }
        let badge = try verify(baked.text)
        #expect(badge["name"]?.stringValue == item["name"])
        #expect(OpenBadges.violations(of: badge) == [])
        let forgeries =
            baked.form == .token
            ? try Forgeries.tokens(baked.text, other: baked.text.dropLast(8) + "AAAAAAAA")
                .filter { !["key", "type"].contains($0.name) }.map { $0.changes["secured"]?.stringValue ?? "" }
            : [baked.text.replacing("Passed.", with: "Excelled.")]
        for forgery in forgeries {
            #expect(throws: (any Error).self) { try verify(forgery) }
        }
    }
}

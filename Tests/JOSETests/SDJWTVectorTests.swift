import CanonicalJSON
import Cryptography
import Foundation
import JOSE
import Temporal
import TestSupport
import Testing

/// One published token with everything that belongs to it.
struct PublishedSDJWT: Sendable, CustomTestStringConvertible {
    let folder: String
    var testDescription: String { folder }

    func has(_ file: String) throws -> Bool { try Conformance.files(in: "sd-jwt/" + folder).contains(file) }
    func json(_ file: String) throws -> JSON { try published("sd-jwt/\(folder)/\(file)") }
    func text(_ file: String) throws -> String { try publishedText("sd-jwt/\(folder)/\(file)") }

    static let folders: [String] =
        Conformance.isExpected
        ? ["examples", "testcases", "vc-examples"].flatMap { group in
            ((try? Conformance.files(in: "sd-jwt/" + group)) ?? []).map { group + "/" + $0 }
        } : []

    /// Left out: the JSON serializations of RFC 9901, section 8, which we neither write nor read.
    static let jsonSerializations: Set<String> = [
        "examples/json_serialization_flattened", "examples/json_serialization_general",
        "testcases/json_serialization_flattened", "testcases/json_serialization_general",
    ]

    /// Refused: its `kid` is a number, which RFC 7515, 4.1.4 forbids.
    static let headerMod = "testcases/header_mod"

    /// Its `user_claims.json` is no JSON: a long string is broken into lines.
    static let wrappedClaims = "vc-examples/03-pid"

    static let compact = folders.filter { !jsonSerializations.contains($0) && $0 != headerMod }.map(Self.init)

    /// The issuer's key of the published tokens, from the one file that has it.
    static func issuerKey() throws -> PublicKey {
        let text = String(
            decoding: try Conformance.bytes("sd-jwt/examples/json_serialization_general/specification.yml"),
            as: UTF8.self)
        let value = { (name: String) in
            text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
                .first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) } ?? ""
        }
        return try JSONWebKey(["kty": "EC", "crv": "P-256", "x": .string(value("x")), "y": .string(value("y"))])
            .publicKey
    }
}

@Suite("SD-JWT: published tokens", .enabled(if: Conformance.isExpected, Conformance.absence))
struct SDJWTVectorTests {
    static let types = ["example+sd-jwt", "dc+sd-jwt"]
    /// The published holder's tokens were made at this time, to the minute.
    static let now = Instant(milliseconds: 1_795_291_050_000)

    @Test("all folders are there: 30 tokens to verify, 1 to refuse, 4 in other serializations")
    func folders() {
        #expect(PublishedSDJWT.compact.count == 30)
        #expect(PublishedSDJWT.folders.count == 35)
    }

    @Test(
        "the payload is the published one, and everything disclosed is what the issuer knew",
        arguments: PublishedSDJWT.compact)
    func issuance(vector: PublishedSDJWT) throws {
        let token = try SDJWT(parsing: vector.text("sd_jwt_issuance.txt"))
        #expect(try token.compact == vector.text("sd_jwt_issuance.txt"))
        #expect(.object(token.payload) == (try vector.json("sd_jwt_payload.json")))
        let verified = try token.verify(
            issuerKey: PublishedSDJWT.issuerKey(), types: Self.types, keyBinding: nil, at: Self.now)
        guard vector.folder != PublishedSDJWT.wrappedClaims else { return }
        let known = try vector.json("user_claims.json").objectValue ?? [:]
        for (name, value) in known where !["iss", "iat", "exp", "cnf"].contains(name) {
            #expect(verified.claims.object[name] == value, "\(name)")
        }
        let added: Set = ["iss", "iat", "exp", "cnf"]
        #expect(Set(verified.claims.object.keys).subtracting(added) == Set(known.keys).subtracting(added))
    }

    @Test(
        "a presentation shows the published contents, by the holder where there is one",
        arguments: PublishedSDJWT.compact)
    func presentation(vector: PublishedSDJWT) throws {
        let token = try SDJWT(parsing: vector.text("sd_jwt_presentation.txt"))
        var expectation: KeyBindingExpectation?
        if try vector.has("kb_jwt_payload.json") {
            let proof = try vector.json("kb_jwt_payload.json")
            expectation = KeyBindingExpectation(
                nonce: proof.text("nonce"), audience: proof.text("aud"), maximumAge: .minutes(5))
            #expect(try token.keyBinding?.compact == vector.text("kb_jwt_serialized.txt"))
        }
        let verified = try token.verify(
            issuerKey: PublishedSDJWT.issuerKey(), types: Self.types, keyBinding: expectation, at: Self.now)
        #expect(.object(verified.claims.object) == (try vector.json("verified_contents.json")))
        #expect((verified.holderKey != nil) == (expectation != nil))
    }

    @Test("what an issuer hands out does not pass for what a holder shows", arguments: PublishedSDJWT.compact)
    func withoutHolder(vector: PublishedSDJWT) throws {
        let token = try SDJWT(parsing: vector.text("sd_jwt_issuance.txt"))
        let expectation = KeyBindingExpectation(
            nonce: "1234567890", audience: "https://example.com/verifier", maximumAge: .minutes(5))
        let key = try PublishedSDJWT.issuerKey()
        #expect(
            refusal {
                try token.verify(issuerKey: key, types: Self.types, keyBinding: expectation, at: Self.now)
            } != nil)
    }

    @Test("the digests listed beside the examples are those of the disclosures")
    func digests() throws {
        var count = 0
        for vector in PublishedSDJWT.compact where try vector.has("disclosures.md") {
            let token = try SDJWT(parsing: vector.text("sd_jwt_issuance.txt"))
            let listed = try vector.text("disclosures.md").split(separator: "`")
            for disclosure in token.disclosures {
                #expect(listed.contains { $0 == disclosure.digest(.sha256) })
                count += 1
            }
        }
        #expect(count == 169)
    }

    @Test("a number as kid is refused, as RFC 7515 has it")
    func headerMod() throws {
        let text = try PublishedSDJWT(folder: PublishedSDJWT.headerMod).text("sd_jwt_presentation.txt")
        #expect(refusal { try SDJWT(parsing: text) } == .malformed(part: "the header", problem: "kid must be a string"))
    }

    @Test("a holder who picks the published claims shows the published disclosures", arguments: PublishedSDJWT.compact)
    func presenting(vector: PublishedSDJWT) throws {
        let whole = try SDJWT(parsing: vector.text("sd_jwt_issuance.txt"))
        let shown = Set(try SDJWT(parsing: vector.text("sd_jwt_presentation.txt")).disclosures)
        let paths = HiddenClaims.paths(in: whole)
        #expect(paths.count == whole.disclosures.count)
        let wanted = paths.filter { shown.contains($0.value) }.map(\.key)
        #expect(Set(try whole.presenting(wanted).disclosures) == shown)
    }

    @Test(
        "what we issue from the same claims hides the same ones, and shows the published contents",
        arguments: PublishedSDJWT.compact)
    func issuing(vector: PublishedSDJWT) throws {
        let published = try SDJWT(parsing: vector.text("sd_jwt_issuance.txt"))
        let claims = try published.disclosedClaims()
        let paths = HiddenClaims.paths(in: published)
        var random = SeededRandom(seed: 1)
        let ours = try SDJWT.issue(
            claims, hiding: Array(paths.keys), header: JOSEHeader(.edDSA, type: "example+sd-jwt"), key: Fixtures.issuer,
            using: &random)
        #expect(try SDJWT(parsing: ours.compact).disclosedClaims() == claims)
        #expect(Set(HiddenClaims.paths(in: ours).keys) == Set(paths.keys))
        let shown = Set(try SDJWT(parsing: vector.text("sd_jwt_presentation.txt")).disclosures)
        let presented = try ours.presenting(paths.filter { shown.contains($0.value) }.map(\.key))
        #expect(.object(try presented.disclosedClaims()) == (try vector.json("verified_contents.json")))
    }
}

/// Where each disclosure of a whole token belongs, found apart from the code under test.
enum HiddenClaims {
    static func paths(in token: SDJWT) -> [ClaimPath: Disclosure] {
        var found: [ClaimPath: Disclosure] = [:]
        let byDigest = Dictionary(
            token.disclosures.map { ($0.digest(.sha256), $0) }, uniquingKeysWith: { first, _ in first })
        func walk(_ json: JSON, _ steps: [ClaimPath.Step]) {
            switch json {
            case .object(let object):
                for (name, value) in object where name != "_sd" { walk(value, steps + [.name(name)]) }
                for digest in json.list("_sd") {
                    guard let disclosure = byDigest[digest.stringValue ?? ""], let name = disclosure.name else {
                        continue
                    }
                    found[ClaimPath(steps + [.name(name)])] = disclosure
                    walk(disclosure.value, steps + [.name(name)])
                }
            case .array(let elements):
                var index = 0
                for element in elements {
                    if let digest = element["..."]?.stringValue {
                        guard let disclosure = byDigest[digest] else { continue }
                        found[ClaimPath(steps + [.index(index)])] = disclosure
                        walk(disclosure.value, steps + [.index(index)])
                    } else {
                        walk(element, steps + [.index(index)])
                    }
                    index += 1
                }
            default: break
            }
        }
        walk(.object(token.payload), [])
        return found
    }
}

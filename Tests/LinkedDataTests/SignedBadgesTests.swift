import CanonicalJSON
import Cryptography
import LinkedData
import Multiformats
import TestSupport
import Testing

/// Badges that others signed: a proof holds only if our definitions make of the badge, to the byte, what the published
/// contexts made of it for its signer. For three contexts this is what shows that our facts are right.
@Suite("Open Badges that others signed", .enabled(if: Conformance.isExpected, Conformance.absence))
struct SignedBadgesTests {
    /// Whether the first Ed25519 proof of a published badge holds.
    private func proofHolds(_ file: String, contexts: ContextRegistry = .published) throws -> Bool {
        var badge = try #require(try JSON(parsing: Conformance.bytes("open-badges/" + file)).objectValue)
        let proofs = try #require(badge["proof"].map { $0.arrayValue ?? [$0] })
        var proof = try #require(proofs.lazy.compactMap(\.objectValue).first { $0["proofValue"] != nil })
        let value = try #require(proof["proofValue"]?.stringValue)
        let method = try #require(proof["verificationMethod"]?.stringValue)
        badge["proof"] = nil
        proof["proofValue"] = nil
        proof["@context"] = badge["@context"]
        let message = try [proof, badge].flatMap { document in
            try SHA256.hash(RDFC10.canonicalize(JSONLD.quads(of: document, contexts: contexts)).bytes).bytes
        }
        let key = try #require(method.split(whereSeparator: { "#:".contains($0) }).last)
        // z, then the two bytes that say Ed25519.
        let bytes = try Base58.decode(String(key.dropFirst())).dropFirst(2)
        return try Ed25519PublicKey(rawRepresentation: Array(bytes))
            .isValidSignature(Base58.decode(String(value.dropFirst())), for: message)
    }

    @Test(
        "the proof holds",
        arguments: [
            "complete.json", "credential-status-revoked.json", "endorsement-valid.json", "simple-context-alias.json",
            "simple-context-version.json", "simple-did-key-method.json", "simple-did-web-method.json",
            "simple-eddsa-2022.json", "simple-err-expired.json", "simple-err-issued.json", "simple-err-issuer.json",
            "simple.json", "simple_v1.json",
        ])
    func holds(file: String) throws { #expect(try proofHolds(file)) }

    @Test(
        "the proof does not hold",
        arguments: ["simple-err-proof-value.json", "endorsement-err-schema-status-refresh.json"])
    func fails(file: String) throws { #expect(try !proofHolds(file)) }

    @Test(
        "a term that stands for another IRI breaks the proof",
        arguments: [
            "1EdTechJsonSchemaValidator2019", "1EdTechRevocationList", "1EdTechCredentialRefresh",
        ])
    func otherFacts(term: String) throws {
        let url = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
        let ours = try JSON(parsing: try #require(PublishedContext.at(url)).bytes)
        #expect(ours["@context"]?[term] != nil)
        let other = ours.replacing("/@context/\(term)", by: .string("urn:other:\(term)"))
        #expect(try !proofHolds("complete.json", contexts: .published.adding(url: url, document: other)))
    }
}

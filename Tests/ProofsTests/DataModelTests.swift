import CanonicalJSON
import Credentials
import Cryptography
import Foundation
import LinkedData
import Proofs
import TestSupport
import Testing

@Suite(
    "Data model: the 120 documents of the W3C suite, with JSON-LD",
    .enabled(if: Conformance.isExpected, Conformance.absence))
struct DataModelTests {
    /// The suite puts these two names where a date belongs, relative to the day of the run.
    static let dates: [JSON: JSON] = ["PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2090-01-01T00:00:00Z"]

    static let files: [String] = {
        let folder = "vc-data-model/input"
        let nested = (try? Conformance.files(in: folder + "/names-and-descriptions")) ?? []
        let all = ((try? Conformance.files(in: folder)) ?? []) + nested.map { "names-and-descriptions/" + $0 }
        return all.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }()

    @Test("All of them are here")
    func count() { #expect(Self.files.count == 120) }

    /// As the suite sends it: with an issuer.
    private func complete(_ document: JSONObject) -> JSON {
        var document = document
        for (key, value) in document { document[key] = Self.dates[value] ?? value }
        if document["issuer"] == nil { document["issuer"] = "did:example:issuer" }
        if var issuer = document["issuer"]?.objectValue, issuer["id"] == nil {
            issuer["id"] = "did:example:issuer"
            document["issuer"] = .object(issuer)
        }
        return .object(document)
    }

    @Test("Each is issued and verified, or refused, as its file name says", arguments: files)
    func document(file: String) throws {
        let bytes = try Conformance.bytes("vc-data-model/input/\(file).json")
        let json = try #require(try JSON(parsing: bytes).objectValue)
        do {
            if file.hasPrefix("presentation-") {
                try present(json)
            } else if file.hasPrefix("credential-proof-") {
                _ = try SecuredCredential(complete(json))
            } else {
                try verify(.object(issue(complete(json))))
            }
            #expect(!file.contains("-fail"))
        } catch {
            #expect(error is CredentialError || error is ProofError)
            #expect(file.contains("-fail"), "\(error)")
        }
    }

    /// As the suite sends it: secured, with secured credentials in it.
    private func present(_ json: JSONObject) throws {
        let key = try testKey(2)
        var presentation = json
        presentation["verifiableCredential"] = try presentation["verifiableCredential"].map { credentials in
            func secured(_ credential: JSON) throws -> JSON {
                guard let object = credential.objectValue, !Envelope.isEnvelope(credential), object["proof"] == nil
                else { return credential }
                return .object(try DataIntegrity.secure(object, with: options(key, .eddsaRDFC2022), key: key))
            }
            return try credentials.arrayValue.map { .array(try $0.map(secured)) } ?? secured(credentials)
        }
        let proofOptions = options(key, .eddsaRDFC2022) { $0.proofPurpose = .authentication }
        let shown = try DataIntegrity.secure(presentation, with: proofOptions, key: key)
        _ = try VerifiablePresentation(.object(shown))
        try verify(.object(shown), expecting: .init(proofPurpose: .authentication))
    }
}

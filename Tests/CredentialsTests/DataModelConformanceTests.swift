import CanonicalJSON
import Credentials
import Foundation
import TestSupport
import Testing

@Suite("Data model: the 120 documents of the W3C suite", .enabled(if: Conformance.isExpected, Conformance.absence))
struct DataModelConformanceTests {
    /// Files whose outcome depends on JSON-LD processing: this room accepts them.
    static let decidedElsewhere = [
        "credential-redef-type-fail": "a context redefines a protected term",
        "credential-redef-type2-fail": "a context redefines a protected term",
        "credential-type-mapped-nonurl-fail": "a context maps a type to something that is not a URL",
        "credential-type-unmapped-fail": "no context defines the type",
    ]

    /// The suite puts these two names where a date belongs, relative to the day of the run.
    static let dates: [JSON: JSON] = ["PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2090-01-01T00:00:00Z"]

    static let files: [String] = {
        let folder = "vc-data-model/input"
        let nested = (try? Conformance.files(in: folder + "/names-and-descriptions")) ?? []
        let all = ((try? Conformance.files(in: folder)) ?? []) + nested.map { "names-and-descriptions/" + $0 }
        return all.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }
    }()

    @Test("All of them are here")
    func count() {
        #expect(Self.files.count == 120)
        #expect(Set(Self.decidedElsewhere.keys).isSubset(of: Self.files))
    }

    /// As the suite sends it: with an issuer, and secured where the receiver wants proofs.
    private func document(_ file: String) throws -> JSONObject {
        let bytes = try Conformance.bytes("vc-data-model/input/\(file).json")
        var document = try #require(try JSON(parsing: bytes).objectValue)
        for (key, value) in document { document[key] = Self.dates[value] ?? value }
        return document
    }

    private func complete(_ credential: JSONObject) -> JSONObject {
        var credential = credential
        if credential["issuer"] == nil { credential["issuer"] = "did:example:issuer" }
        if var issuer = credential["issuer"]?.objectValue, issuer["id"] == nil {
            issuer["id"] = "did:example:issuer"
            credential["issuer"] = .object(issuer)
        }
        return credential
    }

    private func secured(_ json: JSON) -> JSON {
        guard var document = json.objectValue, document["type"] != "EnvelopedVerifiableCredential" else { return json }
        document["proof"] = ["type": "DataIntegrityProof"]
        document["verifiableCredential"] = document["verifiableCredential"].map { credentials in
            credentials.arrayValue.map { .array($0.map(secured)) } ?? secured(credentials)
        }
        return .object(document)
    }

    @Test(
        "A credential is accepted or refused as its file name says",
        arguments: files.filter { !$0.hasPrefix("presentation-") })
    func credentials(file: String) throws {
        let document = complete(try document(file))
        let isRefused = file.contains("-fail") && Self.decidedElsewhere[file] == nil
        if file.hasPrefix("credential-proof-") {
            let isAccepted = (try? SecuredCredential(.object(document))) != nil
            #expect(isAccepted == !isRefused)
        } else {
            #expect(((try? UnsecuredCredential(.object(document))) == nil) == isRefused)
            #expect(((try? CredentialDraft(.object(document))) == nil) == isRefused)
            #expect(((try? SecuredCredential(secured(.object(document)))) == nil) == isRefused)
        }
    }

    @Test(
        "A presentation is accepted or refused as its file name says",
        arguments: files.filter { $0.hasPrefix("presentation-") })
    func presentations(file: String) throws {
        let document = try document(file)
        let isRefused = file.contains("-fail") && Self.decidedElsewhere[file] == nil
        #expect(((try? VerifiablePresentation(secured(.object(document)))) == nil) == isRefused)
    }

    @Test("The examples of the specification follow its rules", arguments: [1, 4, 11, 12, 13, 18, 20, 21, 23])
    func examples(number: Int) throws {
        let bytes = try Conformance.bytes("vc-data-model/schema/verifiable-credential/example-\(number).json")
        let json = try JSON(parsing: bytes)
        if json["proof"] == nil { _ = try UnsecuredCredential(json) } else { _ = try SecuredCredential(json) }
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Multiformats
import Proofs
import TestSupport
import Testing

/// One of the two published documents, taken through every step of ecdsa-sd-2023.
struct SelectiveVector: Sendable, CustomTestStringConvertible {
    let folder: String
    let pointersName: String
    var testDescription: String { folder }

    static let all = [
        SelectiveVector(folder: "prc", pointersName: "prCred"),
        SelectiveVector(folder: "employ", pointersName: "employ"),
    ]

    private func file(_ path: String) throws -> JSON {
        try JSON(parsing: Conformance.bytes("vc-di-ecdsa/TestVectors/" + path))
    }

    func step(_ name: String) throws -> JSON { try file("ecdsa-sd-2023/\(folder)/\(name).json") }

    func text(_ name: String) throws -> String {
        String(
            decoding: try Conformance.bytes("vc-di-ecdsa/TestVectors/ecdsa-sd-2023/\(folder)/\(name)"), as: UTF8.self)
    }

    /// The document that was signed. The file prCredUnsigned.json has another description than the steps have.
    func unsigned() throws -> JSONObject {
        try #require(try step("addSignedSDBase").replacing("/proof", by: nil).objectValue)
    }

    func pointers(_ kind: String) throws -> [String] {
        try #require(try file("\(pointersName)\(kind).json").arrayValue).compactMap(\.stringValue)
    }

    func baseKey() throws -> PrivateKey {
        try PrivateKey(keyPair: file("ecdsa-sd-2023/SDKeyMaterial.json")["baseKeyPair"] ?? nil)
    }

    func secrets() throws -> ECDSASD2023.Secrets {
        let material = try file("ecdsa-sd-2023/SDKeyMaterial.json")
        guard case .ecdsa(let key) = try PrivateKey(keyPair: material["proofKeyPair"] ?? nil) else {
            throw ProofError(.proofGeneration, at: JSONPointer(), "not ECDSA")
        }
        return ECDSASD2023.Secrets(hmacKey: try hmacKey(), proofScopedKey: key)
    }

    func hmacKey() throws -> [UInt8] {
        let text = try file("ecdsa-sd-2023/SDKeyMaterial.json")["hmacKeyString"]?.stringValue ?? ""
        return try Hex.decode(text.lowercased())
    }

    /// The base proof value and the derived one, as they stand in the published documents.
    func value(in name: String) throws -> String { try #require(try step(name)["proof"]?["proofValue"]?.stringValue) }
}

private func text(_ nquads: [[UInt8]]) -> [JSON] { nquads.map { .string(String(decoding: $0, as: UTF8.self)) } }

/// A map as the vectors write it: pairs of an index and a line.
private func pairs(_ statements: [(index: Int, nquad: [UInt8])]) -> JSON {
    .array(statements.map { [.integer(Int64($0.index)), .string(String(decoding: $0.nquad, as: UTF8.self))] })
}

private func hex(_ signatures: [[UInt8]]) -> JSON { .array(signatures.map { .string(Hex.encode($0)) }) }
private func integers(_ numbers: [Int]) -> JSON { .array(numbers.map { .integer(Int64($0)) }) }

@Suite("ecdsa-sd-2023: the specification's own steps", .enabled(if: Conformance.isExpected, Conformance.absence))
struct SelectiveVectorTests {
    typealias Vector = SelectiveVector
    let suite = ECDSASD2023(contexts: .published)

    @Test("The canonical document, and with the names of the HMAC", arguments: Vector.all)
    func canonicalForms(vector: Vector) throws {
        let quads = try JSONLD.quads(of: vector.unsigned(), contexts: .published)
        #expect(try .array(RDFC10.canonicalize(quads).lines.map(JSON.string)) == vector.step("addBaseDocCanon"))
        let labelled = try LabelledStatements(quads) { LabelMap(hmacKey: try! vector.hmacKey(), count: $0) }
        #expect(try .array(text(labelled.nquads)) == vector.step("addBaseDocHMACCanon"))
    }

    @Test("3.4.12: what a pointer leads to", arguments: Vector.all)
    func pointerValues(vector: Vector) throws {
        for entry in try #require(try vector.step("addPointerValues").arrayValue) {
            let pointer = try #require(entry["pointer"]?.stringValue)
            let selection = try Selection(of: vector.unsigned(), by: [pointer])
            #expect(JSON.object(selection.document)[pointer: pointer] == entry["value"])
        }
    }

    @Test("3.6.2 to 3.6.4: transformation, configuration and hashing of the base proof", arguments: Vector.all)
    func baseProof(vector: Vector) throws {
        let transformed = try suite.baseProofTransformation(
            vector.unsigned(), mandatoryPointers: vector.pointers("Mandatory"), hmacKey: vector.hmacKey())
        let published = try vector.step("addBaseTransform")
        #expect(pairs(transformed.mandatory) == published["mandatory"]?["value"])
        #expect(pairs(transformed.nonMandatory) == published["nonMandatory"]?["value"])
        #expect(.array(transformed.mandatoryPointers.map(JSON.string)) == published["mandatoryPointers"])
        var config = try #require(try vector.step("addProofConfig").objectValue)
        config["@context"] = nil
        let canonical = try suite.proofConfiguration(config, for: vector.unsigned())
        #expect(try String(decoding: canonical, as: UTF8.self) == vector.text("addProofConfigCanon.txt"))
        let hashData = suite.baseProofHashing(transformed, canonicalProofConfig: canonical)
        #expect(
            try vector.step("addHashData") == [
                "proofHash": .string(Hex.encode(hashData.proofHash)),
                "mandatoryHash": .string(Hex.encode(hashData.mandatoryHash)),
            ])
    }

    @Test("3.6.5: the signatures of the base proof, and its value", arguments: Vector.all)
    func baseSerialization(vector: Vector) throws {
        let transformed = try suite.baseProofTransformation(
            vector.unsigned(), mandatoryPointers: vector.pointers("Mandatory"), hmacKey: vector.hmacKey())
        let hashes = try vector.step("addHashData")
        let published = try vector.step("addRawBaseSignatureInfo")
        let value = try BaseProofValue(multibase: vector.value(in: "addSignedSDBase"))
        #expect(try value.multibase == vector.value(in: "addSignedSDBase"))
        #expect(.string(Hex.encode(value.baseSignature)) == published["baseSignature"])
        #expect(.string(DIDKey(value.publicKey).multikey.multibase) == published["publicKey"])
        #expect(hex(value.signatures) == published["signatures"])
        #expect(try value.hmacKey == vector.hmacKey())
        #expect(try value.mandatoryPointers == vector.pointers("Mandatory"))
        let signData = try suite.serializeSignData(
            proofHash: Hex.decode(hashes["proofHash"]?.stringValue ?? ""), publicKey: value.publicKey,
            mandatoryHash: Hex.decode(hashes["mandatoryHash"]?.stringValue ?? ""))
        #expect(try vector.baseKey().publicKey.isValidSignature(value.baseSignature, for: signData))
        #expect(value.signatures.count == transformed.nonMandatory.count)
        for (signature, statement) in zip(value.signatures, transformed.nonMandatory) {
            #expect(value.publicKey.isValidSignature(signature, for: statement.nquad))
        }
    }

    @Test("3.6.1: the secured document, but for the signatures", arguments: Vector.all)
    func createBaseProof(vector: Vector) throws {
        let published = try vector.step("addSignedSDBase")
        var options = try #require(published["proof"]?.objectValue)
        options["proofValue"] = nil
        let proof = try suite.createBaseProof(
            unsecuredDocument: vector.unsigned(), options: options, mandatoryPointers: vector.pointers("Mandatory"),
            secrets: vector.secrets(), key: vector.baseKey())
        let made = try BaseProofValue(multibase: proof["proofValue"]?.stringValue ?? "")
        let expected = try BaseProofValue(multibase: vector.value(in: "addSignedSDBase"))
        #expect(made.publicKey == expected.publicKey && made.hmacKey == expected.hmacKey)
        #expect(made.mandatoryPointers == expected.mandatoryPointers)
        #expect(made.signatures.count == expected.signatures.count)
        #expect(JSON.object(proof).replacing("/proofValue", by: nil) == .object(options))
    }

    @Test("3.4.16: the groups of statements", arguments: Vector.all)
    func groups(vector: Vector) throws {
        let (mandatory, selective) = (try vector.pointers("Mandatory"), try vector.pointers("Selective"))
        let hmacKey = try vector.hmacKey()
        let grouped = try GroupedStatements(
            vector.unsigned(), definitions: [mandatory, selective, mandatory + selective], contexts: .published
        ) { LabelMap(hmacKey: hmacKey, count: $0) }
        let published = try vector.step("derivedGroupIndexes")
        #expect(integers(grouped.groups[0].matching) == published["mandatoryIndexes"])
        #expect(integers(grouped.groups[1].matching) == published["selectiveIndexes"])
        #expect(integers(grouped.groups[2].matching) == published["combinedIndexes"])
        let all = try vector.step("derivedAllGroupData")
        for (index, name) in ["mandatory", "selective", "combined"].enumerated() {
            let matching = grouped.groups[index].matching
            let lines = matching.map { (index: $0, nquad: grouped.statements.nquads[$0]) }
            #expect(pairs(lines) == all["groups"]?[name]?["matching"]?["value"])
        }
        #expect(.array(text(grouped.statements.nquads)) == all["nquads"])
    }

    @Test("3.5.4: what is disclosed", arguments: Vector.all)
    func disclosureData(vector: Vector) throws {
        let base = try BaseProofValue(multibase: vector.value(in: "addSignedSDBase"))
        let data = try suite.createDisclosureData(
            vector.unsigned(), proofValue: base, selectivePointers: vector.pointers("Selective"))
        let published = try vector.step("derivedDisclosureData")
        #expect(.string(Hex.encode(data.proofValue.baseSignature)) == published["baseSignature"])
        #expect(hex(data.proofValue.signatures) == published["signatures"])
        #expect(integers(data.proofValue.mandatoryIndexes) == published["mandatoryIndexes"])
        let labels = data.proofValue.labelMap.labels.enumerated().map {
            JSON.array([.string("c14n\($0)"), .string($1)])
        }
        #expect(.array(labels) == published["labelMap"]?["value"])
        #expect(try .object(data.revealDocument) == vector.step("derivedUnsignedReveal"))
        #expect(
            try integers(data.proofValue.mandatoryIndexes)
                == vector.step("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"])
        #expect(
            try hex(data.proofValue.signatures) == vector.step("derivedAdjSignatures")["filteredSignatures"])
    }

    @Test("3.6.6: the derived document, byte for byte", arguments: Vector.all)
    func derive(vector: Vector) throws {
        let secured = try #require(try vector.step("addSignedSDBase").objectValue)
        let revealed = try DataIntegrity.derive(from: secured, revealing: vector.pointers("Selective"))
        #expect(try .object(revealed) == vector.step("derivedRevealDocument"))
    }

    @Test("3.5.8 and 3.5.9: what is verified", arguments: Vector.all)
    func verifyData(vector: Vector) throws {
        let value = try DerivedProofValue(multibase: vector.value(in: "derivedRevealDocument"))
        #expect(try value.multibase == vector.value(in: "derivedRevealDocument"))
        let published = try vector.step("verifyDerivedProofValue")
        #expect(.string(Hex.encode(value.baseSignature)) == published["baseSignature"])
        #expect(.string(DIDKey(value.publicKey).multikey.multibase) == published["publicKey"])
        #expect(hex(value.signatures) == published["signatures"])
        #expect(integers(value.mandatoryIndexes) == published["mandatoryIndexes"])
        let revealed = try vector.step("derivedRevealDocument")
        let proof = try DataIntegrityProof(revealed["proof"] ?? nil, at: JSONPointer().appending("proof"))
        let data = try suite.createVerifyData(
            revealed.replacing("/proof", by: nil).objectValue ?? [:], proof: proof, at: JSONPointer())
        #expect(try .array(text(data.nquads)) == vector.step("verifyNQuads"))
        let verify = try vector.step("verifyCreateVerifyData")
        #expect(.array(text(data.nonMandatory)) == verify["nonMandatory"])
        #expect(.string(Hex.encode(data.proofHash)) == verify["proofHash"])
        #expect(.string(Hex.encode(data.mandatoryHash)) == verify["mandatoryHash"])
    }

    @Test("3.6.7: the derived document verifies, the one with the base proof does not", arguments: Vector.all)
    func verifyProof(vector: Vector) throws {
        let revealed = try vector.step("derivedRevealDocument")
        let results = try verify(revealed)
        #expect(results.count == 1)
        #expect(try .object(results[0].document) == vector.step("derivedUnsignedReveal"))
        let base = try vector.step("addSignedSDBase")
        let error = #expect(throws: ProofError.self) { try verify(base) }
        #expect(error?.pointer.description == "/proof/proofValue")
        #expect(error?.problem.contains("base proof") == true)
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import LinkedData
import Multiformats
import Proofs
import TestSupport
import Testing

@Suite("Selective disclosure")
struct SelectiveDisclosureTests {
    let document = DamagedSuiteTests.document

    private func base(_ mandatory: [String], _ document: JSONObject? = nil, seed: UInt64 = 3) throws -> JSONObject {
        let key = try testKey(8, .es256)
        var random = SeededRandom(seed: seed)
        return try DataIntegrity.addBaseProof(
            to: document ?? self.document, with: options(key, .ecdsaSD2023), mandatoryPointers: mandatory, key: key,
            using: &random)
    }

    private func reveal(_ mandatory: [String], _ selective: [String]) throws -> JSONObject {
        let derived = try DataIntegrity.derive(from: base(mandatory), revealing: selective)
        return try verify(.object(derived))[0].document
    }

    static let choices: [([String], [String])] = [
        ([], ["/issuer"]), (["/issuer"], []), ([""], []), ([], [""]), (["/issuer"], ["/issuer"]), (["/issuer"], [""]),
        (["/issuer/name"], ["/credentialSubject/0/level"]), (["/validFrom"], ["/credentialSubject/1/steps"]),
        ([], ["/credentialSubject/1/level/1"]), (["/credentialSubject/1"], ["/credentialSubject/0/friend"]),
        (["/type"], ["/id"]), (["/credentialSubject/1/name"], ["/credentialSubject/1/level"]),
    ]

    @Test("What is mandatory and what is chosen is shown, no more and no less, and verifies", arguments: choices)
    func chooses(mandatory: [String], selective: [String]) throws {
        let shown = try reveal(mandatory, selective)
        #expect(try shown == Selection(of: document, by: mandatory + selective).document)
    }

    @Test("Any choice of any places verifies, or is refused for the list that it would take apart")
    func anyChoice() throws {
        var random = SeededRandom(seed: 99)
        let places = JSONPlace.all(in: .object(document)).map(\.description).filter { !$0.hasPrefix("/@context") }
        var (shownCount, refusedCount) = (0, 0)
        for _ in 0..<40 {
            let chosen = places.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
            let split = Int.random(in: 0...chosen.count, using: &random)
            do {
                _ = try reveal(Array(chosen.prefix(split)), Array(chosen.dropFirst(split)))
                shownCount += 1
            } catch let error as ProofError {
                #expect(error.problem.contains("list"), "\(error)")
                #expect(chosen.contains { $0.contains("/steps/") })
                refusedCount += 1
            }
        }
        #expect(shownCount > 20 && refusedCount > 2)
    }

    @Test("The same document twice has other names, keys and signatures; its order tells nothing")
    func unlinkable() throws {
        let values = try [1, 2].map { seed in
            try BaseProofValue(
                multibase: base(["/issuer"], seed: seed)["proof"]?["proofValue"]?.stringValue ?? "")
        }
        #expect(values[0].hmacKey != values[1].hmacKey && values[0].publicKey != values[1].publicKey)
        #expect(Set(values[0].signatures).isDisjoint(with: values[1].signatures))
    }

    @Test("A pointer that leads to nothing is refused, by the issuer and by the holder")
    func pointers() throws {
        let error = #expect(throws: ProofError.self) { try self.base(["/credentialSubject/invalidPointer"]) }
        #expect(error?.type == .proofGeneration)
        let base = try self.base(["/issuer"])
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: base, revealing: ["/nowhere"]) }
        let bare = try self.base([])
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: bare, revealing: []) }
    }

    @Test("Nothing is derived from a document that was changed, or has no base proof")
    func notDerivable() throws {
        let base = try self.base(["/issuer"])
        var changed = base
        changed["name"] = "More"
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: changed, revealing: ["/validFrom"]) }
        let derived = try DataIntegrity.derive(from: base, revealing: ["/validFrom"])
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: derived, revealing: ["/validFrom"]) }
        let key = try testKey(1)
        let other = try DataIntegrity.secure(document, with: options(key), key: key)
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: other, revealing: ["/validFrom"]) }
        #expect(throws: ProofError.self) { try DataIntegrity.derive(from: document, revealing: ["/validFrom"]) }
        let twice = JSON.object(base).replacing("/proof", by: [base["proof"] ?? nil, base["proof"] ?? nil])
        #expect(throws: ProofError.self) {
            try DataIntegrity.derive(from: twice.objectValue ?? [:], revealing: ["/validFrom"])
        }
    }

    @Test("A statement of another holder's document, or one more than was shown, does not verify")
    func foreignStatements() throws {
        let derived = JSON.object(try DataIntegrity.derive(from: base(["/issuer"]), revealing: ["/validFrom"]))
        for (pointer, value) in [
            ("/validFrom", "2024-01-01T00:00:00Z"), ("/validUntil", "2024-01-01T00:00:00Z"), ("/name", "x"),
            ("/validFrom", nil), ("/issuer/name", nil), ("/issuer/name", "Another issuer"), ("/type/1", nil),
        ] as [(String, JSON?)] {
            #expect(throws: ProofError.self) { try verify(derived.replacing(pointer, by: value)) }
        }
        var other = document
        other["validFrom"] = "2024-01-01T00:00:00Z"
        let foreign = JSON.object(
            try DataIntegrity.derive(from: base(["/issuer"], other, seed: 4), revealing: ["/validFrom"]))
        let proof = try DerivedProofValue(multibase: derived["proof"]?["proofValue"]?.stringValue ?? "")
        let foreignProof = try DerivedProofValue(multibase: foreign["proof"]?["proofValue"]?.stringValue ?? "")
        let mixed = DerivedProofValue(
            baseSignature: proof.baseSignature, publicKey: proof.publicKey, signatures: foreignProof.signatures,
            labelMap: proof.labelMap, mandatoryIndexes: proof.mandatoryIndexes)
        #expect(throws: ProofError.self) { try verify(foreign.withProof("proofValue", .string(mixed.multibase))) }
    }

    @Test("Two nodes of a document are not shown as one, nor one as two")
    func labels() throws {
        let people: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"], "id": "urn:x:1",
            "issuer": "did:example:i", "credentialSubject": [["name": "Alice"], ["description": "guilty"]],
        ]
        let derived = JSON.object(
            try DataIntegrity.derive(from: base([], people), revealing: ["/credentialSubject"]))
        #expect(throws: Never.self) { try verify(derived) }
        let value = try DerivedProofValue(multibase: derived["proof"]?["proofValue"]?.stringValue ?? "")
        #expect(value.labelMap.labels.count == 2)
        for labels in [[0, 0], [1, 1], [1, 0], [0], [0, 1, 1]] {
            let changed = DerivedProofValue(
                baseSignature: value.baseSignature, publicKey: value.publicKey, signatures: value.signatures,
                labelMap: LabelMap(labels: labels.map { value.labelMap.labels[$0] }),
                mandatoryIndexes: value.mandatoryIndexes)
            #expect(throws: ProofError.self) {
                try verify(derived.withProof("proofValue", .string(changed.multibase)))
            }
        }
    }

    /// A derived proof value, cut into its parts and put together with one part changed.
    private func value(_ change: (inout [UInt8]) -> Void) throws -> JSON {
        let derived = JSON.object(try DataIntegrity.derive(from: base(["/issuer"]), revealing: ["/credentialSubject"]))
        var bytes = try Multibase.decode(derived["proof"]?["proofValue"]?.stringValue ?? "", in: .base64url)
        change(&bytes)
        return derived.withProof("proofValue", .string(Multibase.encode(bytes, as: .base64url)))
    }

    static let damages: [(String, @Sendable (inout [UInt8]) -> Void)] = [
        ("another header", { $0[2] = 2 }), ("no header", { $0.removeFirst(3) }), ("nothing", { $0 = [] }),
        ("only the header", { $0 = Array($0[..<3]) }), ("four parts", { $0[3] = 0x84 }),
        ("six parts", { $0[3] = 0x86 }),
        ("an array of indefinite length", { $0[3] = 0x9F }), ("a tag", { $0.insert(0xC1, at: 3) }),
        ("a byte more", { $0.append(0) }), ("a byte less", { $0.removeLast() }),
        ("a length in two bytes", { $0.replaceSubrange(4..<6, with: [0x59, 0, 0x40]) }),
        ("a text for bytes", { $0[4] = 0x78 }),
        ("a length beyond the end", { $0.replaceSubrange(4..<6, with: [0x5A, 0xFF, 0xFF, 0xFF, 0xFF]) }),
        (
            "the most that a length can be",
            { $0.replaceSubrange(4..<6, with: [0x5B] + [UInt8](repeating: 0xFF, count: 8)) }
        ),
        ("another kind of key", { $0[72] = 0xED }), ("a float", { $0[3] = 0xFB }),
        ("a negative number", { $0[3] = 0x20 }),
        ("arrays in arrays", { $0 = Array($0[..<3]) + [UInt8](repeating: 0x81, count: 5000) }),
    ]

    @Test("A proof value that is not exactly what it must be is refused", arguments: damages.map(\.0))
    func proofValue(name: String) throws {
        #expect(throws: Never.self) { try verify(value { _ in }) }
        let change = try #require(Self.damages.first { $0.0 == name }).1
        let json = try value(change)
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == "/proof/proofValue")
    }

    @Test("Any bytes behind either header are refused or read, and read back the same")
    func anyBytes() throws {
        var random = SeededRandom(seed: 21)
        let derived = try DataIntegrity.derive(from: base(["/issuer"]), revealing: ["/credentialSubject"])
        let originals = [try base(["/issuer"]), derived].compactMap { $0["proof"]?["proofValue"]?.stringValue }
        for round in 0..<600 {
            var bytes = try Multibase.decode(originals[round % 2], in: .base64url)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 3..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(index..<min(bytes.count, index + Int.random(in: 1...70, using: &random)))
                default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
            }
            let text = Multibase.encode(bytes, as: .base64url)
            if let value = try? BaseProofValue(multibase: text) { #expect(value.multibase == text) }
            if let value = try? DerivedProofValue(multibase: text) { #expect(value.multibase == text) }
        }
    }
}

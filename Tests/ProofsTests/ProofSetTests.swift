import CanonicalJSON
import Credentials
import Proofs
import Temporal
import Testing

@Suite("Proof sets and chains")
struct ProofSetTests {
    let document: JSONObject = ["@context": ["https://www.w3.org/ns/credentials/v2"], "name": "A contract"]

    /// Adds one proof after another; `building` names those that each builds on.
    private func signed(_ proofs: [(key: UInt8, id: String?, building: [String])]) throws -> JSON {
        var document = document
        for proof in proofs {
            let key = try testKey(proof.key)
            let options = options(key) {
                $0.id = try? proof.id.map { try URI($0) }
                $0.previousProofs = proof.building
            }
            document = try DataIntegrity.addProof(to: document, with: options, key: key)
        }
        return .object(document)
    }

    private func with(_ json: JSON, proofs: (inout [JSON]) -> Void) throws -> JSON {
        var document = try #require(json.objectValue)
        var list = try #require(document["proof"]?.arrayValue)
        proofs(&list)
        document["proof"] = .array(list)
        return .object(document)
    }

    @Test("In a set every proof verifies, in any order and alone")
    func set() throws {
        let json = try signed([(1, nil, []), (2, nil, []), (3, "urn:uuid:3", [])])
        #expect(try verify(json).map(\.document) == [document, document, document])
        #expect(try verify(json).map(\.proof.id?.description) == [nil, nil, "urn:uuid:3"])
        #expect(try verify(with(json) { $0.reverse() }).count == 3)
        for index in 0..<3 {
            #expect(try verify(with(json) { $0 = [$0[index]] }).count == 1)
            var single = try #require(json.objectValue)
            single["proof"] = try #require(json["proof"]?.arrayValue)[index]
            #expect(try verify(.object(single)).count == 1)
        }
    }

    @Test("In a set one broken proof breaks the document", arguments: 0..<3)
    func brokenSet(index: Int) throws {
        let json = try with(signed([(1, nil, []), (2, nil, []), (3, nil, [])])) {
            $0[index] = .object(
                $0[index].objectValue.map {
                    var proof = $0
                    proof["nonce"] = "x"
                    return proof
                } ?? [:])
        }
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == "/proof/\(index)")
    }

    @Test("Two proofs may not have one id")
    func sameID() throws {
        let json = try signed([(1, "urn:uuid:1", []), (2, "urn:uuid:1", [])])
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == "/proof/1/id")
    }

    private let chain: [(key: UInt8, id: String?, building: [String])] = [
        (1, "urn:uuid:1", []), (2, "urn:uuid:2", []), (3, "urn:uuid:3", ["urn:uuid:1", "urn:uuid:2"]),
        (4, nil, ["urn:uuid:3"]),
    ]

    @Test("A chain verifies with all that it builds on, wherever its last proof stands")
    func chainVerifies() throws {
        let json = try signed(chain)
        #expect(try verify(json).map(\.document) == Array(repeating: document, count: 4))
        #expect(try verify(with(json) { $0.insert($0.removeLast(), at: 0) }).count == 4)
        #expect(try verify(with(json) { $0.removeLast() }).count == 3)
    }

    @Test(
        "A chain without one of its links is refused", arguments: [(0, "/proof/1"), (1, "/proof/1"), (2, "/proof/2")])
    func missingLink(index: Int, place: String) throws {
        let json = try with(signed(chain)) { $0.remove(at: index) }
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == place + "/previousProof")
        #expect(error?.type == .proofVerification)
    }

    @Test("A link that was exchanged for another valid proof with the same id is refused")
    func exchangedLink() throws {
        let other = try signed([(9, "urn:uuid:1", [])])
        let json = try with(signed(chain)) { $0[0] = other["proof"] ?? nil }
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == "/proof/2")
    }

    @Test("The order of the proofs that another builds on is part of what it covers")
    func orderOfLinks() throws {
        let json = try with(signed(chain)) { $0.swapAt(0, 1) }
        let error = #expect(throws: ProofError.self) { try verify(json) }
        #expect(error?.pointer.description == "/proof/2")
    }

    @Test("A proof that builds on itself cannot be verified")
    func selfReference() throws {
        var json = try signed([(1, "urn:uuid:1", [])]).withProof("previousProof", "urn:uuid:1")
        #expect(throws: ProofError.self) { try verify(json) }
        json = json.withProof("previousProof", ["urn:uuid:1"])
        #expect(throws: ProofError.self) { try verify(json) }
    }

    @Test("Nothing is built on a proof that is not there")
    func unknownLink() throws {
        let error = #expect(throws: ProofError.self) {
            try signed([(1, "urn:uuid:1", []), (2, nil, ["urn:uuid:1", "urn:uuid:9"])])
        }
        #expect(error?.type == .proofGeneration)
    }

    @Test("A document has at most sixteen proofs")
    func limit() throws {
        let full = Array(repeating: (key: UInt8(1), id: String?.none, building: [String]()), count: 16)
        #expect(try verify(signed(full)).count == 16)
        let error = #expect(throws: ProofError.self) { try signed(full + full[..<1]) }
        #expect(error?.type == .proofGeneration)
        let tooMany = try with(signed(full)) { $0.append($0[0]) }
        #expect(throws: ProofError.self) { try verify(tooMany) }
    }
}

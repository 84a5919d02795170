import Cryptography
import TestSupport
import Testing

@Suite(
    "Ed25519: which signatures we accept, by published edge cases",
    .enabled(if: Conformance.isExpected, Conformance.absence))
struct Ed25519PolicyTests {
    struct EdgeCase: Decodable {
        let number: Int
        let key: String
        let sig: String
        let msg: String
        let flags: Set<String>?
    }

    /// What our policy refuses: signatures that hold only when the equation is multiplied by eight, and a point R that
    /// is not written in its one canonical way.
    static let refused: Set<String> = ["low_order_residue", "non_canonical_R"]

    @Test("the 914 point edge cases are accepted or refused exactly as the room's page says")
    func edgeCases() throws {
        let cases: [EdgeCase] = try published("ed25519-edge-cases/ed25519vectors.json")
        #expect(cases.count == 914)
        var accepted: [EdgeCase] = []
        for edge in cases {
            let key = try Ed25519PublicKey(rawRepresentation: bytes(edge.key))
            let isValid = key.isValidSignature(bytes(edge.sig), for: [UInt8](edge.msg.utf8))
            let flags = edge.flags ?? []
            #expect(isValid == flags.isDisjoint(with: Self.refused), "case \(edge.number): \(flags.sorted())")
            if isValid { accepted.append(edge) }
        }
        // The lenient side of the policy, so that a change of it is noticed.
        let flags = accepted.reduce(into: Set<String>()) { $0.formUnion($1.flags ?? []) }
        #expect(flags.isSuperset(of: ["low_order_A", "low_order_R", "low_order_component_A", "non_canonical_A"]))
    }

    struct File: Decodable {
        struct Group: Decodable {
            struct Key: Decodable { let pk: String }
            struct Case: Decodable {
                let tcId: Int
                let comment, msg, sig, result: String
            }
            let publicKey: Key
            let tests: [Case]
        }
        let testGroups: [Group]
    }

    @Test("all 151 Wycheproof cases have the published result")
    func wycheproof() throws {
        let file: File = try published("wycheproof/ed25519_test.json")
        #expect(file.testGroups.reduce(0) { $0 + $1.tests.count } == 151)
        for group in file.testGroups {
            let key = try Ed25519PublicKey(rawRepresentation: bytes(group.publicKey.pk))
            for test in group.tests {
                #expect(
                    key.isValidSignature(bytes(test.sig), for: bytes(test.msg)) == (test.result == "valid"),
                    "case \(test.tcId): \(test.comment)")
            }
        }
    }
}

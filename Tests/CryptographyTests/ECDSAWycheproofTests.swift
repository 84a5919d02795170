import Cryptography
import TestSupport
import Testing

@Suite("ECDSA: Wycheproof, IEEE P1363 form", .enabled(if: Conformance.isExpected, Conformance.absence))
struct ECDSAWycheproofTests {
    struct File: Decodable {
        struct Group: Decodable {
            struct Key: Decodable { let uncompressed: String }
            struct Case: Decodable {
                let tcId: Int
                let comment, msg, sig, result: String
            }
            let publicKey: Key
            let tests: [Case]
        }
        let testGroups: [Group]
    }

    static let files: [(name: String, curve: Curve, count: Int)] = [
        ("ecdsa_secp256r1_sha256_p1363_test", .p256, 262), ("ecdsa_secp384r1_sha384_p1363_test", .p384, 280),
    ]

    @Test("every case has the published result", arguments: files)
    func published(name: String, curve: Curve, count: Int) throws {
        let file: File = try CryptographyTests.published("wycheproof/\(name).json")
        #expect(file.testGroups.reduce(0) { $0 + $1.tests.count } == count)
        for group in file.testGroups {
            let key = try ECDSAPublicKey(curve: curve, point: bytes(group.publicKey.uncompressed))
            for test in group.tests {
                #expect(
                    key.isValidSignature(bytes(test.sig), for: bytes(test.msg)) == (test.result == "valid"),
                    "case \(test.tcId): \(test.comment)")
            }
        }
    }
}

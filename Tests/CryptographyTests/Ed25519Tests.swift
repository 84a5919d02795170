import Cryptography
import TestSupport
import Testing

@Suite("Ed25519: RFC 8032")
struct Ed25519Tests {
    struct Example: Sendable, CustomTestStringConvertible {
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
        var testDescription: String { publicKey }
    }

    static let examples = [
        Example(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            message: "",
            signature: """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
                5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                """),
        Example(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            message: "72",
            signature: """
                92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
                085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
                """),
        Example(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            message: "af82",
            signature: """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
                18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
                """),
    ]

    @Test("7.1: the published examples sign and verify as published", arguments: examples)
    func published(example: Example) throws {
        let key = try Ed25519PrivateKey(seed: bytes(example.seed))
        #expect(key.publicKey.rawRepresentation == bytes(example.publicKey))
        #expect(key.seed == bytes(example.seed))
        #expect(try key.sign(bytes(example.message)) == bytes(example.signature))
        let publicKey = try Ed25519PublicKey(rawRepresentation: bytes(example.publicKey))
        #expect(publicKey == key.publicKey)
        #expect(publicKey.isValidSignature(bytes(example.signature), for: bytes(example.message)))
    }

    @Test("a signature is for one key, one message and all of its bits")
    func refusals() throws {
        let example = Self.examples[2]
        let key = try Ed25519PublicKey(rawRepresentation: bytes(example.publicKey))
        let (message, signature) = (bytes(example.message), bytes(example.signature))
        #expect(!key.isValidSignature(signature, for: []))
        #expect(!key.isValidSignature(signature, for: message + [0]))
        let otherKey = try Ed25519PublicKey(rawRepresentation: bytes(Self.examples[0].publicKey))
        #expect(!otherKey.isValidSignature(signature, for: message))
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.isValidSignature(changed, for: message), "bit \(bit)")
        }
        for count in [0, 1, 32, 63] {
            #expect(!key.isValidSignature([UInt8](signature.prefix(count)), for: message))
        }
        #expect(!key.isValidSignature(signature + [0], for: message))
        #expect(!key.isValidSignature(signature + signature, for: message))
    }

    @Test("a seed and a public key have 32 bytes", arguments: [0, 31, 33, 64])
    func wrongLength(count: Int) {
        let bytes = [UInt8](repeating: 1, count: count)
        #expect(throws: CryptographyError.wrongLength(of: "an Ed25519 seed", expected: 32, actual: count)) {
            try Ed25519PrivateKey(seed: bytes)
        }
        #expect(throws: CryptographyError.wrongLength(of: "an Ed25519 public key", expected: 32, actual: count)) {
            try Ed25519PublicKey(rawRepresentation: bytes)
        }
    }

    @Test("a new key follows from the random source alone")
    func generated() throws {
        var random = SeededRandom(seed: 1)
        var again = random
        let key = try Ed25519PrivateKey(using: &random)
        #expect(key.seed == again.bytes(count: 32))
        #expect(try Ed25519PrivateKey(using: &random).publicKey != key.publicKey)
    }

    @Test("no description of a key shows its seed")
    func descriptions() throws {
        let key = try Ed25519PrivateKey(seed: [UInt8](repeating: 0xA7, count: 32))
        var dumped = ""
        dump(key, to: &dumped)
        for text in [String(describing: key), String(reflecting: key), dumped] {
            #expect(!text.contains("167, 167") && !text.lowercased().contains("a7a7"))
        }
    }

    @Test("one key signs and verifies in many tasks at once")
    func concurrent() async throws {
        let key = try Ed25519PrivateKey(seed: bytes(Self.examples[0].seed))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<8 {
                group.addTask {
                    try (0..<50).allSatisfy { round in
                        let message = [UInt8(task), UInt8(round)]
                        return key.publicKey.isValidSignature(try key.sign(message), for: message)
                    }
                }
            }
            for try await isGood in group { #expect(isGood) }
        }
    }
}

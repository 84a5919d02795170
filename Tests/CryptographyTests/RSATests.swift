import Cryptography
import TestSupport
import Testing

/// An RSA key that is not taken, and why.
struct RefusedKey: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let modulus: [UInt8]
    let exponent: [UInt8]

    init(_ why: String, _ modulus: [UInt8], _ exponent: [UInt8] = [1, 0, 1]) {
        (testDescription, self.modulus, self.exponent) = (why, modulus, exponent)
    }

    static let modulus = [UInt8](repeating: 0xC1, count: 256)
    static let all: [RefusedKey] = [
        RefusedKey("no modulus", []),
        RefusedKey("no exponent", modulus, []),
        RefusedKey("a modulus that begins with zero", [0] + modulus),
        RefusedKey("an exponent that begins with zero", modulus, [0, 1, 0, 1]),
        RefusedKey("an even modulus", modulus.dropLast() + [0xC0]),
        RefusedKey("an even exponent", modulus, [1, 0, 0]),
        RefusedKey("exponent 1", modulus, [1]),
        RefusedKey("an exponent of nine bytes", modulus, [1, 0, 0, 0, 0, 0, 0, 0, 1]),
        RefusedKey("1024 bits", [UInt8](modulus.prefix(128))),
        RefusedKey("2047 bits", [0x71] + modulus.dropFirst()),
        RefusedKey("16385 bits", [1] + [UInt8](repeating: 1, count: 2048)),
        RefusedKey("a power of 65537 modulo small primes, as CVE-2017-15361 makes them", powerOf65537(128)),
    ]

    private static func powerOf65537(_ exponent: Int) -> [UInt8] {
        (0..<exponent).reduce([1]) { number, _ in
            // x * 65537 = (x << 16) + x, big-endian.
            var sum = number + [0, 0]
            var carry = 0
            for index in sum.indices.reversed() {
                let addend = index >= 2 ? Int(number[index - 2]) : 0
                let total = Int(sum[index]) + addend + carry
                (sum[index], carry) = (UInt8(total & 0xFF), total >> 8)
            }
            return carry == 0 ? sum : [UInt8(carry)] + sum
        }
    }
}

@Suite("RSA: RS256 of RFC 7518, 3.3")
struct RSATests {
    static let message = [UInt8]("sample".utf8)

    static func key() throws -> RSAPrivateKey {
        try TemporaryFolder.with { folder in
            let path = try folder.write(KeyFixtures.pem(KeyFixtures.rsa2048), to: "rsa.pem")
            return try KeyFile.readRSA(path: path, passphrase: nil)
        }
    }

    @Test("a key from a file signs what another program signs, and verifies it from n and e")
    func signs() throws {
        let key = try Self.key()
        let signature = try key.sign(Self.message)
        #expect(signature == bytes(KeyFixtures.rsa2048Signature))
        #expect(key.publicKey.exponent == [1, 0, 1])
        let publicKey = try RSAPublicKey(modulus: key.publicKey.modulus, exponent: key.publicKey.exponent)
        #expect(publicKey == key.publicKey)
        #expect(publicKey.isValidSignature(signature, for: Self.message))
    }

    @Test("a signature is for one message, all of its bits and exactly the length of the modulus")
    func refusals() throws {
        let publicKey = try Self.key().publicKey
        let signature = bytes(KeyFixtures.rsa2048Signature)
        #expect(!publicKey.isValidSignature(signature, for: []))
        for bit in stride(from: 0, to: 8 * signature.count, by: 5) {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!publicKey.isValidSignature(changed, for: Self.message), "bit \(bit)")
        }
        for other in [[], [UInt8](signature.dropLast()), signature + [0], [0] + signature] {
            #expect(!publicKey.isValidSignature(other, for: Self.message))
        }
    }

    @Test("a modulus and an exponent outside the limits are refused", arguments: RefusedKey.all)
    func refused(key: RefusedKey) {
        #expect(throws: CryptographyError.self) { try RSAPublicKey(modulus: key.modulus, exponent: key.exponent) }
    }

    @Test("keys at the edges of the limits are taken", arguments: [256, 2048])
    func limits(byteCount: Int) throws {
        let modulus = [UInt8](repeating: 0xC1, count: byteCount)
        let key = try RSAPublicKey(modulus: modulus, exponent: [3])
        #expect(key.modulus == modulus)
        #expect(!key.isValidSignature(modulus.map { $0 ^ 0xC0 }, for: []))
    }
}

@Suite("RSA: Wycheproof and RFC 7520", .enabled(if: Conformance.isExpected, Conformance.absence))
struct RSAWycheproofTests {
    struct File: Decodable {
        struct Group: Decodable {
            struct Key: Decodable {
                let alg: String?
                let n: String?
                let e: String?
            }
            struct Case: Decodable {
                let tcId: Int
                let comment, jws, result: String
            }
            let comment: String
            let `public`: Key?
            let tests: [Case]
        }
        let testGroups: [Group]
    }

    @Test("every RS256 signature of the JWS file has the published result")
    func signatures() throws {
        let file: File = try published("wycheproof/json_web_signature_test.json")
        var valid = 0
        var invalid = 0
        for group in file.testGroups where group.public?.alg == "RS256" {
            let modulus = try #require(group.public?.n.flatMap(base64URL))
            let exponent = try #require(group.public?.e.flatMap(base64URL))
            let key = try RSAPublicKey(modulus: modulus, exponent: exponent)
            for test in group.tests {
                // What is no compact JWS at all (a part is missing) has no signature to look at.
                guard let dot = test.jws.lastIndex(of: "."),
                    let signature = base64URL(test.jws[test.jws.index(after: dot)...])
                else { continue }
                let isValid = key.isValidSignature(signature, for: [UInt8](test.jws[..<dot].utf8))
                #expect(isValid == (test.result == "valid"), "case \(test.tcId): \(group.comment), \(test.comment)")
                if isValid { valid += 1 } else { invalid += 1 }
            }
        }
        #expect(valid == 8)
        #expect(invalid > 210)
    }
}

import Cryptography
import Foundation
import TestSupport
import Testing

/// Whatever arrives is answered or refused; nothing stops the process, and no damaged signature verifies.
@Suite("Damaged and random input")
struct DamagedInputTests {
    /// `bytes` with one to four places changed, cut, doubled or filled in.
    static func damage(_ bytes: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = [0x00, 0x7F, 0x80, 0x81, 0xFF].randomElement(using: &random) ?? 0
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 4: bytes.removeSubrange(place...)
            default: bytes.insert(contentsOf: bytes[place...].prefix(9), at: place)
            }
        }
        return bytes
    }

    static let keys = [
        "Ed25519": KeyFixtures.ed25519, "P-256": KeyFixtures.p256, "P-384": KeyFixtures.p384,
        "secp256k1": KeyFixtures.secp256k1, "X25519": KeyFixtures.x25519,
    ]

    @Test("a damaged key file is refused, or holds a key that signs what it verifies", arguments: keys.keys.sorted())
    func keyFiles(name: String) throws {
        let base64 = try #require(Self.keys[name])
        var random = SeededRandom(seed: 0xDE5)
        let der = [UInt8](try #require(Data(base64Encoded: base64, options: .ignoreUnknownCharacters)))
        var refusals = 0
        try TemporaryFolder.with { folder in
            for round in 0..<400 {
                let text =
                    round.isMultiple(of: 2)
                    ? KeyFixtures.pem(Data(Self.damage(der, &random)).base64EncodedString())
                    : Self.damage(KeyFixtures.pem(base64), &random)
                let path = try folder.write(text, to: "key.pem")
                do {
                    let key = try KeyFile.read(path: path, passphrase: nil)
                    #expect(key.publicKey.isValidSignature(try key.sign([1]), for: [1]))
                } catch { refusals += 1 }
                do {
                    let key = try KeyFile.readECDSA(.p256, path: path, passphrase: nil)
                    #expect(key.publicKey.isValidSignature(try key.sign([1]), for: [1]))
                } catch { refusals += 1 }
            }
        }
        #expect(refusals >= 400)
    }

    @Test("a damaged RSA key file is refused, or holds a key that signs what it verifies")
    func rsaKeyFiles() throws {
        var random = SeededRandom(seed: 0xDE6)
        let der = [UInt8](try #require(Data(base64Encoded: KeyFixtures.rsa2048, options: .ignoreUnknownCharacters)))
        var refusals = 0
        try TemporaryFolder.with { folder in
            for _ in 0..<100 {
                let text = KeyFixtures.pem(Data(Self.damage(der, &random)).base64EncodedString())
                let path = try folder.write(text, to: "key.pem")
                do {
                    let key = try KeyFile.readRSA(path: path, passphrase: nil)
                    #expect(key.publicKey.isValidSignature(try key.sign([1]), for: [1]))
                } catch { refusals += 1 }
            }
        }
        #expect(refusals > 90)
    }

    @Test("random bytes are no signature of any kind, whatever their number")
    func randomSignatures() throws {
        var random = SeededRandom(seed: 0xDE7)
        let ed25519 = try Ed25519PrivateKey(using: &random).publicKey
        let ecdsa = try Curve.allCases.map { try ECDSAPrivateKey(curve: $0, using: &random).publicKey }
        let rsa = try RSATests.key().publicKey
        for count in [64, 96, 256] + (0..<300) {
            let signature = random.bytes(count: count)
            #expect(!ed25519.isValidSignature(signature, for: [1]))
            #expect(!ecdsa.contains { $0.isValidSignature(signature, for: [1]) })
            #expect(!rsa.isValidSignature(signature, for: [1]))
        }
    }

    @Test("random bytes as public keys are refused, or verify nothing")
    func randomKeys() throws {
        var random = SeededRandom(seed: 0xDE8)
        var points = 0
        for _ in 0..<300 {
            let ed25519 = try Ed25519PublicKey(rawRepresentation: random.bytes(count: 32))
            #expect(!ed25519.isValidSignature(random.bytes(count: 64), for: [1]))
            for curve in Curve.allCases {
                let form: UInt8 = [2, 3, 4].randomElement(using: &random) ?? 4
                let point = [form] + random.bytes(count: (form == 4 ? 2 : 1) * curve.scalarByteCount)
                guard let key = try? ECDSAPublicKey(curve: curve, point: point) else { continue }
                points += 1
                #expect(form != 4 && key.compressedPoint == point)
                #expect(!key.isValidSignature(random.bytes(count: 2 * curve.scalarByteCount), for: [1]))
            }
        }
        // Half of all numbers are the x of a point, and two thirds of the forms are compressed.
        #expect((120...280).contains(points))
        for count in 256..<290 {
            guard let key = try? RSAPublicKey(modulus: random.bytes(count: count), exponent: random.bytes(count: 3))
            else { continue }
            #expect(!key.isValidSignature(random.bytes(count: count), for: [1]))
        }
    }
}

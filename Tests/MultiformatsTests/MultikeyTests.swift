import Foundation
import Multiformats
import TestSupport
import Testing

@Suite("Multikey, W3C Controlled Identifiers 1.0, section 2.2.2")
struct MultikeyTests {
    /// The specification gives the first characters of each type of text.
    @Test(
        "a key of each type begins with its own letters and reads back",
        arguments: [
            (.ed25519PublicKey, 32, "z6Mk"), (.p256PublicKey, 33, "zDn"), (.p384PublicKey, 49, "z82"),
            (.ed25519SecretKey, 32, "z3u2"), (.p256SecretKey, 32, "z42t"), (.p384SecretKey, 48, "z2f"),
        ] as [(Multikey.KeyType, Int, String)])
    func letters(type: Multikey.KeyType, byteCount: Int, letters: String) throws {
        #expect(type.byteCount == byteCount)
        for fill: UInt8 in [0x01, 0x80, 0xFE] {
            let key = try Multikey(type: type, bytes: [3] + [UInt8](repeating: fill, count: byteCount - 1))
            #expect(key.multibase.hasPrefix(letters))
            #expect(try Multikey(multibase: key.multibase) == key)
        }
    }

    @Test("a key of another length is refused", arguments: Multikey.KeyType.allCases, [-1, 1])
    func refusesLengths(type: Multikey.KeyType, difference: Int) {
        let bytes = [UInt8](repeating: 2, count: type.byteCount + difference)
        let error = MultiformatsError.wrongKeyLength(type, byteCount: bytes.count)
        #expect(throws: error) { try Multikey(type: type, bytes: bytes) }
        #expect(throws: error) { try Multikey(multibase: Multibase.encode(code(of: type) + bytes, as: .base58btc)) }
        #expect(throws: MultiformatsError.wrongKeyLength(type, byteCount: 0)) { try Multikey(type: type, bytes: []) }
    }

    @Test("a public key on a NIST curve begins with 02 or 03", arguments: 0...255 as ClosedRange<UInt8>)
    func refusesUncompressedPoints(first: UInt8) throws {
        for type in [Multikey.KeyType.p256PublicKey, .p384PublicKey] {
            let bytes = [first] + [UInt8](repeating: 7, count: type.byteCount - 1)
            if first == 2 || first == 3 {
                #expect(try Multikey(type: type, bytes: bytes).bytes == bytes)
            } else {
                #expect(throws: MultiformatsError.uncompressedPoint(type)) { try Multikey(type: type, bytes: bytes) }
            }
        }
    }

    @Test(
        "a text is refused",
        arguments: [
            ("that is empty", "", .noBase),
            ("of no bytes", "z", .noKeyType),
            ("of one byte", Multibase.encode([0xED], as: .base58btc), .noKeyType),
            (
                "with a type and no key", Multibase.encode([0xED, 0x01], as: .base58btc),
                .wrongKeyLength(.ed25519PublicKey, byteCount: 0)
            ),
            (
                "of an unknown type", Multibase.encode([0x12, 0x20] + key, as: .base58btc),
                .unknownKeyType(code: 0x1220)
            ),
            (
                "with the type written at full length, not as a varint",
                Multibase.encode([0x00, 0xED] + key, as: .base58btc),
                .unknownKeyType(code: 0x00ED)
            ),
            (
                "in base64url", Multibase.encode([0xED, 0x01] + key, as: .base64url),
                .wrongBase(.base64url, expected: .base58btc)
            ),
            ("without prefix", "6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", .unknownBase),
            (
                "with a space at the end", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2 ",
                .unexpectedCharacter(.base58btc, offset: 47)
            ),
            ("with a character lost", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ", .unknownKeyType(code: 0x0416)),
            ("that is a whole did:key", "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", .unknownBase),
        ] as [(String, String, MultiformatsError)])
    func refuses(what: String, text: String, error: MultiformatsError) {
        #expect(throws: error) { try Multikey(multibase: text) }
    }

    static let key = [UInt8](repeating: 1, count: 32)

    @Test("a secret key is never shown", arguments: Multikey.KeyType.allCases)
    func hidesSecrets(type: Multikey.KeyType) throws {
        let key = try Multikey(type: type, bytes: [UInt8](repeating: 2, count: type.byteCount))
        #expect("\(key)" == (type.isSecret ? "\(type) (not shown)" : key.multibase))
        #expect("\([key])".contains(key.multibase) != type.isSecret)
    }

    private func code(of type: Multikey.KeyType) -> [UInt8] {
        [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 0xFF)]
    }
}

@Suite("Published keys", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedKeyTests {
    @Test(
        "the key pairs of the Data Integrity specifications read and write",
        arguments: [
            ("vc-di-eddsa/TestVectors/keyPair.json", 2, [.ed25519PublicKey, .ed25519SecretKey]),
            ("vc-di-eddsa/TestVectors/proof-set-chain/multiKeyPairs.json", 8, [.ed25519PublicKey, .ed25519SecretKey]),
            ("vc-di-ecdsa/TestVectors/p256KeyPair.json", 2, [.p256PublicKey, .p256SecretKey]),
            ("vc-di-ecdsa/TestVectors/p384KeyPair.json", 2, [.p384PublicKey, .p384SecretKey]),
            ("vc-di-ecdsa/TestVectors/ecdsa-sd-2023/SDKeyMaterial.json", 4, [.p256PublicKey, .p256SecretKey]),
        ] as [(String, Int, Set<Multikey.KeyType>)])
    func dataIntegrityKeys(file: String, count: Int, types: Set<Multikey.KeyType>) throws {
        let json = try JSONSerialization.jsonObject(with: Data(try Conformance.bytes(file)))
        let texts = strings(in: json) { $0.hasSuffix("KeyMultibase") }
        #expect(texts.count == count)
        for (name, text) in texts {
            let key = try Multikey(multibase: text)
            #expect(types.contains(key.type))
            #expect(key.type.isSecret != name.hasPrefix("public"))
            #expect(key.multibase == text)
        }
    }

    private func strings(in json: Any, where isWanted: (String) -> Bool) -> [(name: String, text: String)] {
        if let list = json as? [Any] { return list.flatMap { strings(in: $0, where: isWanted) } }
        guard let object = json as? [String: Any] else { return [] }
        return object.flatMap { name, value in
            if let text = value as? String { return isWanted(name) ? [(name, text)] : [] }
            return strings(in: value, where: isWanted)
        }
    }

    @Test("did:key, Ed25519 and X25519: the identifier is the key, and X25519 is refused")
    func edwardsKeys() throws {
        let documents = try didKeys("did-key/ed25519-x25519.json")
        #expect(documents.count == 5)
        for (did, document) in documents {
            let signing = try #require(document["verificationKeyPair"] as? [String: Any])
            let key = try Multikey(type: .ed25519PublicKey, bytes: rawKey(signing))
            #expect("did:key:" + key.multibase == did)
            #expect(try Multikey(multibase: String(did.dropFirst(8))) == key)

            let agreement = try #require(document["keyAgreementKeyPair"] as? [String: Any])
            let id = try #require((agreement["id"] as? String)?.split(separator: "#").last.map(String.init))
            #expect(try Multibase.decode(id, in: .base58btc) == [0xEC, 0x01] + rawKey(agreement))
            #expect(throws: MultiformatsError.unknownKeyType(code: 0xEC01)) { try Multikey(multibase: id) }
        }
    }

    @Test("did:key, NIST curves: the identifier is the compressed point, and P-521 is refused")
    func nistKeys() throws {
        let documents = try didKeys("did-key/nist-curves.json")
        #expect(documents.count == 7)
        var counts: [Multikey.KeyType?: Int] = [:]
        for (did, document) in documents {
            let method = try #require(document["verificationMethod"] as? [String: Any])
            let (text, bytes) = (String(did.dropFirst(8)), try rawKey(method))
            let curve = (method["publicKeyJwk"] as? [String: Any])?["crv"] as? String ?? "P-256"
            let type: Multikey.KeyType? = ["P-256": .p256PublicKey, "P-384": .p384PublicKey][curve]
            counts[type, default: 0] += 1
            if let type {
                #expect(try Multikey(type: type, bytes: bytes).multibase == text)
            } else {
                #expect(try Multibase.decode(text, in: .base58btc) == [0x82, 0x24] + bytes)
                #expect(throws: MultiformatsError.unknownKeyType(code: 0x8224)) { try Multikey(multibase: text) }
            }
        }
        #expect(counts == [.p256PublicKey: 3, .p384PublicKey: 2, nil: 2])
    }

    private func didKeys(_ file: String) throws -> [String: [String: Any]] {
        let json = try JSONSerialization.jsonObject(with: Data(try Conformance.bytes(file)))
        return try #require(json as? [String: [String: Any]])
    }

    /// From `publicKeyBase58` or `publicKeyJwk`; a point with two coordinates is compressed (SEC 1, section 2.3.3).
    private func rawKey(_ method: [String: Any]) throws -> [UInt8] {
        if let text = method["publicKeyBase58"] as? String { return try Base58.decode(text) }
        let jwk = try #require(method["publicKeyJwk"] as? [String: Any])
        let x = try Base64URL.decode(try #require(jwk["x"] as? String))
        guard let y = jwk["y"] as? String else { return x }
        let isOdd = try #require(try Base64URL.decode(y).last) & 1
        return [2 + isOdd] + x
    }
}

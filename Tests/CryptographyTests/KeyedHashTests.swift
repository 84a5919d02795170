import Cryptography
import Testing

@Suite("HMAC-SHA-256 (RFC 4231) and HKDF-SHA-256 (RFC 5869)")
struct KeyedHashTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let key: [UInt8]
        let message: [UInt8]
        let code: String
        var testDescription: String { String(code.prefix(8)) }
    }

    static let hmac = [
        Case(
            key: [UInt8](repeating: 0x0B, count: 20), message: [UInt8]("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Case(
            key: [UInt8]("Jefe".utf8), message: [UInt8]("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Case(
            key: [UInt8](repeating: 0xAA, count: 20), message: [UInt8](repeating: 0xDD, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Case(
            key: [UInt8](0x01...0x19), message: [UInt8](repeating: 0xCD, count: 50),
            code: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
        Case(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: [UInt8]("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Case(
            key: [UInt8](repeating: 0xAA, count: 131),
            message: [UInt8](
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("HMAC gives the codes of RFC 4231, section 4", arguments: hmac)
    func authenticate(example: Case) {
        #expect(HMACSHA256.authenticate(key: example.key, example.message).bytes == bytes(example.code))
    }

    @Test("HMAC with truncation begins as RFC 4231, 4.6 says")
    func truncated() {
        let code = HMACSHA256.authenticate(
            key: [UInt8](repeating: 0x0C, count: 20), [UInt8]("Test With Truncation".utf8))
        #expect(code.bytes.prefix(16).elementsEqual(bytes("a3b6167473100ee06e0c796c2955552b")))
    }

    @Test("HMAC takes an empty key and an empty message")
    func empty() {
        #expect(
            HMACSHA256.authenticate(key: [], []).description
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    struct Derivation: Sendable, CustomTestStringConvertible {
        let secret: [UInt8]
        let salt: [UInt8]
        let info: [UInt8]
        let derived: String
        var testDescription: String { String(derived.prefix(8)) }
    }

    static let hkdf = [
        Derivation(
            secret: [UInt8](repeating: 0x0B, count: 22), salt: [UInt8](0x00...0x0C), info: [UInt8](0xF0...0xF9),
            derived: "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"),
        Derivation(
            secret: [UInt8](0x00...0x4F), salt: [UInt8](0x60...0xAF), info: [UInt8](0xB0...0xFF),
            derived: """
                b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c
                59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71
                cc30c58179ec3e87c14c01d5c1f3434f1d87
                """),
        Derivation(
            secret: [UInt8](repeating: 0x0B, count: 22), salt: [], info: [],
            derived: "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"),
    ]

    @Test("HKDF derives the bytes of RFC 5869, appendix A", arguments: hkdf)
    func derive(example: Derivation) {
        let expected = bytes(example.derived)
        for count in [expected.count, 1, 32] {
            #expect(
                HKDFSHA256.derive(secret: example.secret, salt: example.salt, info: example.info, count: count)
                    == [UInt8](expected.prefix(count)))
        }
    }

    @Test("HKDF takes an empty secret, and a long info in full")
    func edges() {
        #expect(HKDFSHA256.derive(secret: [], salt: [1], info: [], count: 32) != [UInt8](repeating: 0, count: 32))
        var info = [UInt8](repeating: 7, count: 40_000)
        let derived = HKDFSHA256.derive(secret: [1], salt: [], info: info, count: 32)
        info[info.count - 1] = 8
        #expect(HKDFSHA256.derive(secret: [1], salt: [], info: info, count: 32) != derived)
    }

    @Test("HKDF gives its longest output")
    func longest() {
        let derived = HKDFSHA256.derive(secret: [1], salt: [2], info: [3], count: HKDFSHA256.maximumByteCount)
        #expect(derived.count == 8160)
        #expect(derived.starts(with: HKDFSHA256.derive(secret: [1], salt: [2], info: [3], count: 100)))
    }
}

import Cryptography
import TestSupport
import Testing

@Suite("ECDSA on P-256 and P-384")
struct ECDSATests {
    /// A key of RFC 6979, appendix A.2, and its signatures over "sample" and "test" with the curve's own hash.
    struct Example: Sendable, CustomTestStringConvertible {
        let curve: Curve
        let scalar: String
        let x: String
        let y: String
        let signatures: [String: String]
        var testDescription: String { curve.description }
    }

    static let examples = [
        Example(
            curve: .p256,
            scalar: "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
            x: "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
            y: "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
            signatures: [
                "sample": """
                EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
                F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8
                """,
                "test": """
                F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367
                019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083
                """,
            ]),
        Example(
            curve: .p384,
            scalar: """
                6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8
                96D5724E4C70A825F872C9EA60D2EDF5
                """,
            x: """
                EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64
                DEF8F0EA9055866064A254515480BC13
                """,
            y: """
                8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1
                288B231C3AE0D4FE7344FD2533264720
                """,
            signatures: [
                "sample": """
                94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C
                81A648152E44ACF96E36DD1E80FABE46
                99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94F
                A329C145786E679E7B82C71A38628AC8
                """,
                "test": """
                8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB
                0542A7F0812998DA8F1DD3CA3CF023DB
                DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E0
                6A739F040649A667BF3B828246BAA5A5
                """,
            ]),
    ]

    @Test(
        "RFC 6979, A.2: the public key follows from the secret number, and the published signatures verify",
        arguments: examples)
    func published(example: Example) throws {
        let key = try ECDSAPrivateKey(curve: example.curve, scalar: bytes(example.scalar))
        #expect(key.publicKey.x == bytes(example.x) && key.publicKey.y == bytes(example.y))
        #expect(key.scalar == bytes(example.scalar))
        for (message, signature) in example.signatures {
            #expect(key.publicKey.isValidSignature(bytes(signature), for: [UInt8](message.utf8)))
            #expect(!key.publicKey.isValidSignature(bytes(signature), for: [UInt8]((message + ".").utf8)))
        }
    }

    @Test("what a key signs it verifies, always in as many bytes, and never twice the same", arguments: examples)
    func signs(example: Example) throws {
        let key = try ECDSAPrivateKey(curve: example.curve, scalar: bytes(example.scalar))
        // Three hundred, so that halves with a leading zero byte are among them.
        let signatures = try (0..<300).map { try key.sign([UInt8($0 & 0xFF)]) }
        for (index, signature) in signatures.enumerated() {
            #expect(signature.count == 2 * example.curve.scalarByteCount)
            #expect(key.publicKey.isValidSignature(signature, for: [UInt8(index & 0xFF)]))
        }
        #expect(Set(signatures).count == signatures.count)
    }

    @Test("a point comes back from its compressed and its uncompressed form", arguments: Curve.allCases)
    func points(curve: Curve) throws {
        var random = SeededRandom(seed: 11)
        var leading: Set<UInt8> = []
        for _ in 0..<40 {
            let key = try ECDSAPrivateKey(curve: curve, using: &random).publicKey
            #expect(key.compressedPoint.count == 1 + curve.scalarByteCount)
            #expect(key.uncompressedPoint == [4] + key.x + key.y)
            leading.insert(key.compressedPoint[0])
            #expect(try ECDSAPublicKey(curve: curve, point: key.compressedPoint) == key)
            #expect(try ECDSAPublicKey(curve: curve, point: key.uncompressedPoint) == key)
            #expect(try ECDSAPublicKey(curve: curve, x: key.x, y: key.y) == key)
        }
        #expect(leading == [2, 3])
    }

    @Test("what is not a point of the curve is refused", arguments: Curve.allCases)
    func notPoints(curve: Curve) throws {
        let example = try #require(Self.examples.first { $0.curve == curve })
        let (x, y) = (bytes(example.x), bytes(example.y))
        let zeros = [UInt8](repeating: 0, count: curve.scalarByteCount)
        let ones = [UInt8](repeating: 0xFF, count: curve.scalarByteCount)
        var offCurve = y
        offCurve[5] ^= 1
        let hybrid: UInt8 = 6 + (y.last! & 1)
        let refused: [[UInt8]] = [
            [], [0], [2], [4], x, [2] + x.dropLast(), [2] + x + [0], [4] + x + y.dropLast(), [4] + x + y + [0],
            [4] + x, [2] + x + y, [hybrid] + x + y, [5] + x, [4] + x + offCurve, [4] + zeros + zeros, [2] + ones,
            [4] + ones + ones, [4] + y + x,
        ]
        for point in refused {
            #expect(throws: CryptographyError.self, "\(hexadecimal(point))") {
                try ECDSAPublicKey(curve: curve, point: point)
            }
        }
        #expect(throws: CryptographyError.self) { try ECDSAPublicKey(curve: curve, x: [0] + x, y: y) }
        #expect(throws: CryptographyError.self) { try ECDSAPublicKey(curve: curve, x: x, y: [UInt8](y.dropFirst())) }
    }

    @Test("a secret number is from 1 to the order less 1, in the bytes of the curve")
    func range() throws {
        let orders: [Curve: String] = [
            .p256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            .p384: "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ]
        for (curve, hexadecimal) in orders {
            let order = bytes(hexadecimal)
            let zero = [UInt8](repeating: 0, count: order.count)
            let greatest = order.dropLast() + [order.last! - 1]
            #expect(try ECDSAPrivateKey(curve: curve, scalar: [UInt8](greatest)).scalar == [UInt8](greatest))
            #expect(try ECDSAPrivateKey(curve: curve, scalar: zero.dropLast() + [1]).curve == curve)
            let refused: [[UInt8]] = [
                zero, order, [UInt8](repeating: 0xFF, count: order.count), [], [1], zero + [1], [0] + greatest,
            ]
            for scalar in refused {
                #expect(throws: CryptographyError.self) { try ECDSAPrivateKey(curve: curve, scalar: scalar) }
            }
        }
    }

    @Test("a signature is for one key, one curve and all of its bits", arguments: examples)
    func refusals(example: Example) throws {
        let key = try ECDSAPublicKey(curve: example.curve, x: bytes(example.x), y: bytes(example.y))
        let (message, signature) = ([UInt8]("test".utf8), bytes(example.signatures["test"]!))
        for bit in 0..<(8 * signature.count) {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.isValidSignature(changed, for: message), "bit \(bit)")
        }
        for other in [[], [UInt8](signature.dropLast()), signature + [0], [0] + signature, [0x30] + signature] {
            #expect(!key.isValidSignature(other, for: message))
        }
        let another = try #require(Self.examples.first { $0.curve != example.curve })
        let otherKey = try ECDSAPublicKey(curve: another.curve, x: bytes(another.x), y: bytes(another.y))
        #expect(!otherKey.isValidSignature(signature, for: message))
    }

    struct BrokenRandom: RandomNumberGenerator {
        func next() -> UInt64 { .max }
    }

    @Test("a random source that never gives a number in range is an error, not a wait", arguments: Curve.allCases)
    func brokenRandom(curve: Curve) {
        var random = BrokenRandom()
        #expect(throws: CryptographyError.self) { try ECDSAPrivateKey(curve: curve, using: &random) }
    }
}

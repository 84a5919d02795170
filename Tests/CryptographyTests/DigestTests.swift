import Cryptography
import TestSupport
import Testing

@Suite("Digests: FIPS 180-4")
struct DigestTests {
    static let examples: [(message: String, sha256: String, sha384: String, sha512: String)] = [
        (
            "",
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
                + "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"
        ),
        (
            "abc",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
        ),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            "3391fdddfc8dc7393707a65b1b4709397cf8b1d162af05abfe8f450de5f36bc6b0455a8520bc4e6f5fe95b1fe3c8452b",
            "204a8fc6dda82f0a0ced7beb8e08a41657c16ef468b228a8279be331a703c335"
                + "96fd15c13b1b07f9aa1d3bea57789ca031ad85c7a71dd70354ec631238ca3445"
        ),
    ]

    @Test("the published examples hash to their published digests", arguments: examples)
    func published(example: (message: String, sha256: String, sha384: String, sha512: String)) {
        let message = [UInt8](example.message.utf8)
        #expect(SHA256.hash(message).bytes == bytes(example.sha256))
        #expect(SHA256.hash(message).description == example.sha256)
        #expect(SHA384.hash(message) == bytes(example.sha384))
        #expect(SHA512.hash(message) == bytes(example.sha512))
    }

    @Test("a million letters a, given in pieces, hash as published")
    func longMessage() {
        var hasher = SHA256Hasher()
        for _ in 0..<1000 { hasher.update([UInt8](repeating: UInt8(ascii: "a"), count: 1000)) }
        #expect(
            hasher.finish().description == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test(
        "parts hash as their concatenation does, wherever it is cut",
        arguments: [0, 1, 31, 32, 33, 55, 56, 63, 64, 65, 500])
    func parts(count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        let message = random.bytes(count: count)
        let whole = SHA256.hash(message)
        for cut in 0...count {
            var hasher = SHA256Hasher()
            hasher.update([UInt8](message[..<cut]))
            var copy = hasher
            unsafe hasher.update(message.span.bytes.extracting(cut..<count))
            #expect(hasher.finish() == whole)
            copy.update([UInt8](message[cut...]))
            #expect(copy.finish() == whole, "a copy goes on by itself")
        }
        #expect(SHA256.hash(prefix: 7, message) == SHA256.hash([7] + message))
        #expect(unsafe message.withUnsafeBytes { unsafe SHA256.hash($0) } == whole)
    }

    @Test("a node hashes as its prefix and two digests in a row do")
    func node() {
        let (left, right) = (SHA256.hash([1]), SHA256.hash([2]))
        #expect(SHA256.hash(prefix: 1, left, right) == SHA256.hash([1] + left.bytes + right.bytes))
        #expect(SHA256.hash(prefix: 1, left, right) != SHA256.hash(prefix: 1, right, left))
    }

    @Test("a digest is made from exactly 32 bytes", arguments: [0, 1, 31, 33, 64])
    func wrongCount(count: Int) {
        #expect(SHA256Digest([UInt8](repeating: 0, count: count)) == nil)
        #expect(SHA256Digest([UInt8](repeating: 9, count: 32))?.bytes == [UInt8](repeating: 9, count: 32))
        #expect(SHA256Digest((0..<64).map(UInt8.init)[16..<48])?.bytes == (16..<48).map(UInt8.init))
    }

    @Test("digests are ordered as their bytes are, and equal ones have equal hash values")
    func order() {
        var random = SeededRandom(seed: 5)
        var digests = (0..<200).map { _ in SHA256Digest(random.bytes(count: 32))! }
        digests += (0..<32).map { index in
            var bytes = [UInt8](repeating: 0, count: 32)
            bytes[index] = 1
            return SHA256Digest(bytes)!
        }
        for (left, right) in zip(digests.sorted(), digests.sorted().dropFirst()) {
            #expect(left.bytes.lexicographicallyPrecedes(right.bytes))
        }
        #expect(Set(digests + digests.map { SHA256Digest($0.bytes)! }).count == digests.count)
    }
}

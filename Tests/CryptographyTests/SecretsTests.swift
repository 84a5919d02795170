import Cryptography
import TestSupport
import Testing

@Suite("Random bytes and secrets")
struct SecretsTests {
    @Test(
        "a copy never gives bytes that its original gives, wherever in a block it is made",
        arguments: [0, 1, 5, 63, 64, 65])
    func copies(drawn: Int) {
        var original = SecureRandom()
        for _ in 0..<drawn { _ = original.next() }
        var copy = original
        let untouched = original
        var words: [UInt64] = []
        for _ in 0..<150 {
            words.append(original.next())
            words.append(copy.next())
        }
        var late = untouched
        for _ in 0..<150 { words.append(late.next()) }
        // 450 words of 64 bits are all different but for once in 10^14 times.
        #expect(Set(words).count == words.count)
    }

    @Test("copies in many tasks give no bytes twice")
    func concurrent() async {
        var original = SecureRandom()
        _ = original.next()
        let shared = original
        let words = await withTaskGroup(of: [UInt64].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var copy = shared
                    return (0..<500).map { _ in copy.next() }
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(words.count == 4000 && Set(words).count == 4000)
    }

    @Test("every bit of a word takes both values")
    func bits() {
        var random = SecureRandom()
        let words = (0..<200).map { _ in random.next() }
        #expect(words.reduce(0, |) == .max)
        #expect(words.reduce(.max, &) == 0)
    }

    @Test("bytes of a generator are its words in little-endian order, cut to the count")
    func bytesOfWords() {
        var random = SeededRandom(seed: 3)
        var again = random
        let words = (0..<3).map { _ in again.next() }
        let all = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        #expect(random.bytes(count: 19) == [UInt8](all.prefix(19)))
        #expect(random.bytes(count: 0).isEmpty)
        #expect(random.bytes(count: 1).count == 1)
    }

    @Test("equality in constant time is equality")
    func constantTime() {
        let secret = [UInt8](0..<40)
        #expect(constantTimeEqual(secret, [UInt8](0..<40)))
        #expect(constantTimeEqual([], []))
        #expect(!constantTimeEqual(secret, []))
        #expect(!constantTimeEqual(secret, [UInt8](0..<39)))
        #expect(!constantTimeEqual(secret, [UInt8](0..<41)))
        for index in secret.indices {
            var other = secret
            other[index] ^= 0x80
            #expect(!constantTimeEqual(secret, other))
        }
    }

    @Test("a wiped array is all zeros and keeps its length", arguments: [0, 1, 33])
    func wipe(count: Int) {
        var secret = [UInt8](repeating: 0x5A, count: count)
        secret.wipe()
        #expect(secret == [UInt8](repeating: 0, count: count))
    }
}

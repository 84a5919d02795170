import COpenSSL

/// OpenSSL's random generator (`RAND_bytes`), seeded by the operating system. Only programs name it; everything else
/// takes `using random: inout some RandomNumberGenerator`.
///
/// Bytes are drawn in blocks, and each word is overwritten as it is handed out. A copy never repeats bytes of its
/// original: copies share a block only until one of them draws. That one finds the block shared, leaves it to the
/// others and takes a new one, so each block has a single reader. A process that forks must not use a value made
/// before the fork in both halves (we never fork).
package struct SecureRandom: RandomNumberGenerator, Sendable {
    private var block = RandomBlock()

    /// A generator; it draws nothing until it is asked.
    package init() {}

    /// Stops the process if OpenSSL has no random bytes to give: nothing that needs them may go on.
    package mutating func next() -> UInt64 {
        if !isKnownUniquelyReferenced(&block) { block = RandomBlock() }
        return block.next()
    }
}

/// Sendable because only its single owner draws from it: `SecureRandom.next` sees to that, in the way an array does
/// before it is written in place.
private final class RandomBlock: @unchecked Sendable {
    /// 512 bytes: 64 draws share the cost of one library call, and little unused randomness lies in memory.
    private static let wordCount = 64

    private var words = [UInt64](repeating: 0, count: wordCount)
    private var remaining = 0

    deinit { unsafe words.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) } }

    func next() -> UInt64 {
        if remaining == 0 { fill() }
        remaining -= 1
        defer { words[remaining] = 0 }
        return words[remaining]
    }

    private func fill() {
        let status = unsafe words.withUnsafeMutableBytes { bytes in
            unsafe RAND_bytes(bytes.bindMemory(to: UInt8.self).baseAddress, Int32(bytes.count))
        }
        guard status == 1 else { fatalError("\(LibraryErrors.take(during: "draw random bytes"))") }
        remaining = words.count
    }
}

extension RandomNumberGenerator {
    /// The next `count` bytes (a seed, a salt, a nonce).
    package mutating func bytes(count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let word = next()
            unsafe withUnsafeBytes(of: word.littleEndian) { word in
                unsafe bytes.append(contentsOf: word.prefix(count - bytes.count))
            }
        }
        return bytes
    }
}

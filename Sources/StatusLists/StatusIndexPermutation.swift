import Cryptography

/// The order in which the places of one list are given away: unpredictable without the secret, each place once
/// ([Bitstring Status List 1.0, 2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry): indexes
/// SHOULD be assigned randomly).
///
/// The same secret and list number give the same order for ever: places that were given away depend on it, so the
/// construction below must never change. Half a mebibyte for the usual list; keep one for as long as its list is open.
package struct StatusIndexPermutation: Sendable {
    private let order: [UInt32]

    /// The order for one list.
    ///
    /// - Parameters:
    ///   - secret: at least 32 random bytes, the same for all lists of an issuer.
    ///   - list: the number of the list.
    ///   - count: how many places it has.
    package init(secret: [UInt8], list: UInt64, count: Int = Bitstring.minimumCount) {
        precondition(secret.count >= 32, "a secret of \(secret.count) bytes can be guessed")
        precondition(1...Bitstring.maximumCount ~= count, "a list of \(count) places")
        var order = Array(0..<UInt32(count))
        var stream = HMACStream(secret: secret, list: list)
        // Fisher and Yates: from the end, each place takes the value of a random one up to and including itself.
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, stream.next(below: last + 1))
        }
        self.order = order
    }

    /// The place of the credential with that number, from 0 up to the number of places; any other stops the program.
    package subscript(counter: Int) -> Int { Int(order[counter]) }
}

/// Random numbers that follow from a secret: HMAC-SHA-256 over a label, the list number and a block number, both as 8
/// bytes; each code is eight numbers of 32 bits. Most significant byte first, always.
private struct HMACStream {
    private let secret: [UInt8]
    private let prefix: [UInt8]
    private var blockNumber: UInt64 = 0
    private var block: ArraySlice<UInt8> = []

    init(secret: [UInt8], list: UInt64) {
        self.secret = secret
        prefix = Array("Bitstring status list index".utf8) + Self.bytes(list)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }

    private mutating func next() -> UInt32 {
        if block.isEmpty {
            block = HMACSHA256.authenticate(key: secret, prefix + Self.bytes(blockNumber)).bytes[...]
            blockNumber += 1
        }
        defer { block = block.dropFirst(4) }
        return block.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A number from 0 up to `bound`, all equally likely: numbers from the last, incomplete round are thrown away.
    mutating func next(below bound: Int) -> Int {
        let accepted = (1 << 32) / bound * bound
        while true {
            let number = Int(next())
            if number < accepted { return number % bound }
        }
    }
}

import Cryptography

/// One version of the secret that makes codes and knows them again.
package struct CouponKey: Sendable {
    /// The version that codes say.
    package let version: Int
    private let permutation: HMACSHA256
    private let authentication: HMACSHA256

    /// Versions fit one symbol; 0 is left out, so that no code begins like an empty one.
    package static let versions = 1...31
    /// Numbers fit eight symbols: more coupons than anybody mints.
    package static let numbers: Range<Int64> = 0..<(1 << 40)

    /// - Parameter secret: 32 random bytes, from which everything follows.
    package init(version: Int, secret: [UInt8]) {
        precondition(Self.versions.contains(version) && secret.count == 32)
        self.version = version
        permutation = HMACSHA256(
            key: HMACSHA256.authenticate(key: secret, Array("punctual coupon serial v1".utf8)).bytes)
        authentication = HMACSHA256(
            key: HMACSHA256.authenticate(key: secret, Array("punctual coupon code v1".utf8)).bytes)
    }

    /// The code of a coupon.
    ///
    /// - Parameters:
    ///   - number: its place among all coupons ever minted.
    ///   - tenant: whose it is; another tenant's is not found by it.
    package func code(of number: Int64, tenant: String) -> CouponCode {
        precondition(Self.numbers.contains(number))
        let serial = permuted(UInt64(number))
        let content = [UInt8(version)] + Self.symbols(serial, count: 8)
        return CouponCode(content: content + mac(of: serial, tenant: tenant))
    }

    /// The number of the coupon with that code; nil when it is not this tenant's, not of this key, or was made up.
    ///
    /// In a time that does not depend on where the codes differ.
    package func number(of code: CouponCode, tenant: String) -> Int64? {
        guard code.symbols[0] == version else { return nil }
        let serial = code.symbols[1..<9].reduce(0 as UInt64) { $0 << 5 | UInt64($1) }
        let isGenuine = constantTimeEqual(Array(code.symbols[9..<18]), mac(of: serial, tenant: tenant))
        return isGenuine ? Int64(unpermuted(serial)) : nil
    }

    private func mac(of serial: UInt64, tenant: String) -> [UInt8] {
        let digest = authentication.authenticate { hasher in
            hasher.update([UInt8(version)] + Self.bigEndian(serial, count: 5) + Array(tenant.utf8))
        }
        let leading = digest.bytes[0..<6].reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return Self.symbols(leading >> 3, count: 9)
    }

    private static let rounds: [UInt8] = Array(0..<8)
    private static let halfMask: UInt64 = (1 << 20) - 1

    /// A Feistel network: each round is undone by itself, so every serial has one number.
    private func permuted(_ number: UInt64) -> UInt64 {
        var (left, right) = (number >> 20, number & Self.halfMask)
        for round in Self.rounds { (left, right) = (right, left ^ mixed(right, round)) }
        return left << 20 | right
    }

    private func unpermuted(_ serial: UInt64) -> UInt64 {
        var (left, right) = (serial >> 20, serial & Self.halfMask)
        for round in Self.rounds.reversed() { (left, right) = (right ^ mixed(left, round), left) }
        return left << 20 | right
    }

    private func mixed(_ half: UInt64, _ round: UInt8) -> UInt64 {
        let digest = permutation.authenticate { $0.update([round] + Self.bigEndian(half, count: 3)) }
        return digest.bytes[0..<3].reduce(0 as UInt64) { $0 << 8 | UInt64($1) } & Self.halfMask
    }

    private static func symbols(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> (5 * UInt64(count - 1 - $0)) & 31) }
    }

    private static func bigEndian(_ value: UInt64, count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64(count - 1 - $0))) }
    }
}

extension CouponCode {
    /// The version of the key that it says.
    package var version: Int { Int(symbols[0]) }

    /// The name of the coupon in the log: 64 lower-case hexadecimal digits (rule 39).
    package var reference: String { SHA256.hash(Array("coupon v1\n\(compact)".utf8)).description }
}

/// Keys of the ROCA family (CVE-2017-15361): a library in smart cards made primes of the form
/// `k * M + (65537^a mod M)`, `M` a product of the first primes, and such a modulus can be factored. It is recognised
/// without factoring: modulo each of those primes it is a power of 65537.
enum RSAWeakKeys {
    /// The first primes but those modulo which every number is a power of 65537. A sound modulus passes all of them by
    /// chance once in 2^27.
    private static let primes = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157]

    static func contains(modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in
            let remainder = modulus.reduce(0) { ($0 << 8 | Int($1)) % prime }
            return isPower(remainder, of: 65537 % prime, modulo: prime)
        }
    }

    private static func isPower(_ number: Int, of base: Int, modulo prime: Int) -> Bool {
        var power = 1
        repeat {
            if power == number { return true }
            power = power * base % prime
        } while power != 1
        return false
    }
}

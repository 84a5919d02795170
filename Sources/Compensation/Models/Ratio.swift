package import CanonicalJSON
import ServiceLevels

/// A fraction of whole numbers, as published: a half is 1 over 2. Never a floating-point number.
package struct Ratio: Hashable, Sendable, CustomStringConvertible {
    /// How many parts.
    package let num: Int64
    /// Of how many; greater than zero.
    package let den: Int64

    /// A millionth is finer than any promise that a person can follow. With amounts below 2 to the 53 the product of an
    /// amount and two ratios stays below 2 to the 93.
    package static let largestTerm: Int64 = 1_000_000

    /// All of it.
    package static let whole = Ratio(num: 1, den: 1)

    private init(num: Int64, den: Int64) {
        self.num = num
        self.den = den
    }

    /// Reads a ratio of at most one whole: nothing gives back more than there was.
    package init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        num = try reader.integer("num", in: 0...Self.largestTerm)
        den = try reader.integer("den", in: 1...Self.largestTerm)
        try reader.finish()
        guard num <= den else {
            throw JSONShapeError(pointer: pointer, problem: "expected at most one whole, found \(num)/\(den)")
        }
    }

    /// `1/2`.
    package var description: String { "\(num)/\(den)" }

    /// Whether it is nothing at all.
    package var isZero: Bool { num == 0 }

    /// Whether it is not less than another.
    func isAtLeast(_ other: Ratio) -> Bool { num * other.den >= other.num * den }
}

/// An amount before it is rounded: a fraction, in 128 bits, so that no step of a computation loses anything.
struct ExactAmount: Hashable, Sendable {
    /// Minor units, times ``den``.
    private(set) var num: Int128
    /// Greater than zero.
    private(set) var den: Int128

    init(_ minor: Int64) {
        num = Int128(minor)
        den = 1
    }

    mutating func multiply(by ratio: Ratio) {
        num *= Int128(ratio.num)
        den *= Int128(ratio.den)
    }

    /// No more than that.
    mutating func limit(to minor: Int64) {
        guard num > Int128(minor) * den else { return }
        self = ExactAmount(minor)
    }

    /// The whole minor units; nil when it is none.
    var whole: Int64? { num % den == 0 ? Int64(num / den) : nil }
}

/// How an amount that is not whole becomes so: once, at the end (rule 6).
package struct Rounding: Hashable, Sendable {
    /// To which side.
    package let mode: Mode
    /// Money and credits are given in whole multiples of so many minor units; days and issuances in whole ones.
    package let quantum: Int64

    /// To which side.
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// To the nearer; from the middle, to the even multiple.
        case halfEven = "half-even"
        /// To the higher.
        case upForCustomer = "up-for-customer"
        /// To the lower.
        case down
    }

    /// Where a policy says nothing: to the higher minor unit.
    static let unsaid = Rounding(mode: .upForCustomer, quantum: 1)
    /// Ten thousand units of a currency with two digits: nobody rounds more coarsely.
    private static let largestQuantum: Int64 = 1_000_000

    private init(mode: Mode, quantum: Int64) {
        self.mode = mode
        self.quantum = quantum
    }

    init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        mode = try reader.choice("mode")
        quantum =
            try reader.optionalInteger("quantumMinor") == nil
            ? 1 : try reader.integer("quantumMinor", in: 1...Self.largestQuantum)
        try reader.finish()
    }

    /// The multiple of the quantum, in minor units.
    func rounded(_ exact: ExactAmount, in unit: UnitOfAccount) -> Int64 {
        let quantum = Int128(unit.isMoney || unit == .pocketFitCredits ? self.quantum : 1)
        let den = exact.den * quantum
        let (low, rest) = exact.num.quotientAndRemainder(dividingBy: den)
        let isUp =
            switch mode {
            case .down: false
            case .upForCustomer: rest > 0
            case .halfEven: 2 * rest > den || (2 * rest == den && low % 2 == 1)
            }
        return Int64((isUp ? low + 1 : low) * quantum)
    }
}

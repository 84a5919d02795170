import CanonicalJSON
import Cryptography

/// What was paid, is owed and was not given in one unit, in its minor units; none is negative.
package struct Amounts: Hashable, Sendable {
    package let paid: Int64
    package let owed: Int64
    package let waived: Int64

    /// Nothing.
    package static let zero = Amounts()

    private init() { (paid, owed, waived) = (0, 0, 0) }

    /// - Throws: ``CoverageError/wrongSum(_:)`` for less than nothing, or more than JSON holds exactly.
    package init(paid: Int64, owed: Int64, waived: Int64) throws(CoverageError) {
        guard min(paid, owed, waived) >= 0 else {
            throw .wrongSum("\(paid) paid, \(owed) owed, \(waived) waived: none may be negative")
        }
        guard max(paid, owed, waived) <= JSON.largestInteger else {
            throw .wrongSum("\(max(paid, owed, waived)) is more than can be stated, \(JSON.largestInteger)")
        }
        (self.paid, self.owed, self.waived) = (paid, owed, waived)
    }

    /// Number by number.
    package func adding(_ other: Amounts) throws(CoverageError) -> Amounts {
        try Amounts(
            paid: paid.summed(other.paid), owed: owed.summed(other.owed), waived: waived.summed(other.waived))
    }
}

/// What a node of the tree stands for: how many requests, how many of them broken promises, and the amounts by unit.
package struct CoverageSum: Hashable, Sendable {
    package let requests: Int64
    package let breached: Int64
    /// In the order of the statement's units.
    package let amounts: [Amounts]

    /// - Throws: ``CoverageError/wrongSum(_:)`` for negative counts, or more broken promises than requests.
    package init(requests: Int64, breached: Int64, amounts: [Amounts]) throws(CoverageError) {
        guard 0...JSON.largestInteger ~= requests, 0...requests ~= breached else {
            throw .wrongSum("\(breached) of \(requests) requests are late")
        }
        (self.requests, self.breached, self.amounts) = (requests, breached, amounts)
    }

    /// Nothing, in so many units.
    package static func zero(units: Int) -> CoverageSum { CoverageSum(units: units) }

    private init(units: Int) {
        (requests, breached, amounts) = (0, 0, Array(repeating: .zero, count: units))
    }

    /// Number by number; both have the same units.
    package func adding(_ other: CoverageSum) throws(CoverageError) -> CoverageSum {
        guard amounts.count == other.amounts.count else { throw .wrongSum("two nodes have different units") }
        var sums: [Amounts] = []
        sums.reserveCapacity(amounts.count)
        for (left, right) in zip(amounts, other.amounts) { sums.append(try left.adding(right)) }
        return try CoverageSum(
            requests: requests.summed(other.requests), breached: breached.summed(other.breached), amounts: sums)
    }

    func update(_ hasher: inout SHA256Hasher) {
        hasher.update(bigEndian: requests)
        hasher.update(bigEndian: breached)
        for amounts in amounts {
            hasher.update(bigEndian: amounts.paid)
            hasher.update(bigEndian: amounts.owed)
            hasher.update(bigEndian: amounts.waived)
        }
    }
}

extension Int64 {
    fileprivate func summed(_ other: Int64) throws(CoverageError) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        guard !overflow else { throw .wrongSum("\(self) and \(other) do not fit in 64 bits") }
        return sum
    }
}

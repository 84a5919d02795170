package import CanonicalJSON

/// How good a table is, on requests that it was not made from. In millionths.
package struct Scores: Hashable, Sendable {
    /// How many moments were foretold.
    package private(set) var moments: Int64 = 0
    /// Ten bins of chances: how many, the sum of the chances, how many became late.
    package private(set) var reliability = Array(repeating: Bin(), count: 10)
    private var squares: Int128 = 0
    private var baseSquares: Int128 = 0

    /// The leads of late requests that were foretold, in milliseconds before the deadline.
    private var leads: [Int64] = []
    /// How many requests became late.
    package private(set) var late: Int64 = 0
    /// How many requests that became late were called at risk before.
    package var foretold: Int64 { Int64(leads.count) }
    /// How many requests that were in time were called at risk.
    package private(set) var falseAlarms: Int64 = 0

    /// Chances between two tenths.
    package struct Bin: Hashable, Sendable {
        package var count: Int64 = 0
        package var chances: Int64 = 0
        package var late: Int64 = 0
    }

    /// Nothing was foretold.
    package init() {}

    /// One moment that came out.
    ///
    /// - Parameters:
    ///   - chance: as foretold, in millionths.
    ///   - base: the mean of its group.
    package mutating func add(chance: Int64, base: Int64, isLate: Bool) {
        let truth: Int64 = isLate ? 1_000_000 : 0
        moments += 1
        squares += Int128((chance - truth) * (chance - truth))
        baseSquares += Int128((base - truth) * (base - truth))
        let bin = Int(min(chance / 100_000, 9))
        reliability[bin].count += 1
        reliability[bin].chances += chance
        if isLate { reliability[bin].late += 1 }
    }

    /// One request that came out.
    ///
    /// - Parameter lead: how long before its deadline it was first called at risk; nil when it never was.
    package mutating func add(lead: Int64?, isLate: Bool) {
        if isLate {
            late += 1
            if let lead { leads.append(lead) }
        } else if lead != nil {
            falseAlarms += 1
        }
    }

    /// The mean square of the error; 0 is best.
    package var brier: Int64 { mean(squares) }
    /// That of always saying the mean of the group.
    package var baseBrier: Int64 { mean(baseSquares) }

    /// How much better than that: all of it is 1,000,000, and less than nothing is worse.
    package var skill: Int64 {
        guard baseSquares > 0 else { return squares > 0 ? -1_000_000 : 0 }
        return Int64(max(1_000_000 - squares * 1_000_000 / baseSquares, -1_000_000_000))
    }

    /// The mean distance of what was said from what came, over the bins.
    package var calibrationError: Int64 {
        guard moments > 0 else { return 0 }
        let distance = reliability.reduce(Int128(0)) { $0 + Int128(abs($1.chances - $1.late * 1_000_000)) }
        return Int64(distance / Int128(moments))
    }

    /// The middle lead in milliseconds; nil when nothing was foretold.
    package var medianLead: Int64? { leads.isEmpty ? nil : leads.sorted()[leads.count / 2] }

    private func mean(_ sum: Int128) -> Int64 { moments == 0 ? 0 : Int64(sum / Int128(moments) / 1_000_000) }

    /// For publication.
    package var json: JSON {
        var json: JSONObject = [
            "moments": .integer(moments), "brier": .integer(brier), "baseBrier": .integer(baseBrier),
            "skill": .integer(skill), "calibrationError": .integer(calibrationError), "late": .integer(late),
            "foretold": .integer(foretold), "falseAlarms": .integer(falseAlarms),
            "reliability": .array(
                reliability.map { bin in
                    [
                        "count": .integer(bin.count),
                        "said": .integer(bin.count == 0 ? 0 : bin.chances / bin.count),
                        "came": .integer(bin.count == 0 ? 0 : bin.late * 1_000_000 / bin.count),
                    ]
                }),
        ]
        json["medianLead"] = medianLead.map(JSON.integer)
        return .object(json)
    }
}

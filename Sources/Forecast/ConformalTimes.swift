package import CanonicalJSON

/// Expected times as a quantile of past errors, with a level that follows what was kept.
package struct ConformalTimes: Hashable, Sendable {
    /// The last moments whose ratio counts.
    package static let window = 1000
    /// With fewer ratios nothing is stated, and with fewer outcomes nothing is said to be kept.
    package static let fewest = 100
    /// Of how many stated times that came out last the kept ones are counted.
    package static let counted = 200
    /// How far the level moves, in millionths.
    private static let step: Int64 = 5000

    /// How many are to be kept, in millionths.
    private let target: Int64
    /// The quantile that is stated now, in millionths.
    package private(set) var level: Int64
    private var queue: [Int64] = []
    private var sorted: [Int64] = []
    private var outcomes: [Bool] = []
    /// How many stated times ever came out.
    package private(set) var ever: Int64 = 0
    /// How many of those were kept.
    package private(set) var everKept: Int64 = 0

    /// - Parameter target: how many are to be kept, in millionths.
    package init(target: Int64) {
        self.target = target
        level = target
    }

    /// The ratio of a stated time to the rest that is foretold, in thousandths; nil with too little history.
    package var ratio: Int64? {
        guard sorted.count >= Self.fewest else { return nil }
        let count = Int64(sorted.count)
        let rank = ((count + 1) * min(max(level, 0), 1_000_000) + 999_999) / 1_000_000
        return sorted[Int(min(max(rank, 1), count)) - 1]
    }

    /// The rest really took so long.
    package mutating func add(actual: Int64, rest: Int64) {
        // Rounded up: what is stated as this multiple is enough.
        let ratio = Int64(min((Int128(actual) * 1000 + Int128(rest) - 1) / Int128(rest), Int128(Int32.max)))
        if queue.count == Self.window {
            let oldest = queue.removeFirst()
            sorted.remove(at: place(of: oldest))
        }
        queue.append(ratio)
        sorted.insert(ratio, at: place(of: ratio))
    }

    /// A stated time came out.
    package mutating func note(isKept: Bool) {
        level += isKept ? -Self.step * (1_000_000 - target) / 1_000_000 : Self.step * target / 1_000_000
        level = min(max(level, 0), 1_000_000)
        ever += 1
        if isKept { everKept += 1 }
        if outcomes.count == Self.counted { outcomes.removeFirst() }
        outcomes.append(isKept)
    }

    /// How many of the last stated times were kept, and of how many; nil with too few.
    package var kept: (kept: Int64, of: Int64)? {
        outcomes.count < Self.fewest ? nil : (Int64(outcomes.count { $0 }), Int64(outcomes.count))
    }

    private func place(of ratio: Int64) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < ratio { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// For publication.
    package var json: JSON {
        var json: JSONObject = [
            "target": .integer(target), "level": .integer(level), "ever": .integer(ever),
            "everKept": .integer(everKept),
        ]
        json["ratio"] = ratio.map(JSON.integer)
        if let (kept, of) = kept { (json["kept"], json["of"]) = (.integer(kept), .integer(of)) }
        return .object(json)
    }
}

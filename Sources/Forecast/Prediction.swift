import CanonicalJSON
import ServiceLevels

/// What is foretold of one request now.
package enum Prediction {
    /// 1/8 to 7/8.
    static let eighths: [Share] = (Int64(1)...7).map { eighth in
        guard let share = try? Share(["num": .integer(eighth), "den": 8]) else { preconditionFailure("no eighth") }
        return share
    }

    /// The rest of a wait: the line before it and itself at the pace of late, then the stages that follow.
    package static func rest(ahead: Int, pace: Int64, later: Int64) -> Int64 {
        let line = Int128(ahead + 1) * Int128(pace) + Int128(later)
        return Int64(min(max(line, 1), Int128(Int64.max / 1_000_000)))
    }

    /// The most requests of a line before one of which anything is foretold: so many are counted one by one.
    package static let longestLine = 10_000
}

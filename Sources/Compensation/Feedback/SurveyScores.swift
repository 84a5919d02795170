package import CanonicalJSON

/// What answers to surveys add up to, and what may be said of it: rule 71. All figures are in hundredths of a percent.
package struct SurveyScores: Hashable, Sendable {
    /// How many were asked.
    package private(set) var asked: Int64 = 0
    /// How many answered.
    package private(set) var answered: Int64 = 0
    /// How many answers are of people who were erased since.
    package private(set) var withdrawn: Int64 = 0
    /// How many gave 4 or 5.
    package private(set) var satisfied: Int64 = 0
    /// How many gave 9 or 10.
    package private(set) var promoters: Int64 = 0
    /// How many gave 0 to 6.
    package private(set) var detractors: Int64 = 0
    /// Of fewer answers no figure is stated.
    package private(set) var minAnswers: Int64 = 1

    /// What one person says.
    package struct Answer: Hashable, Sendable {
        /// How satisfied they are.
        package static let csatRange: ClosedRange<Int64> = 1...5
        /// How likely they would recommend us.
        package static let npsRange: ClosedRange<Int64> = 0...10
        package let csat: Int64
        package let nps: Int64

        /// - Returns: nil when a number is not on its scale.
        package init?(csat: Int64, nps: Int64) {
            guard Self.csatRange.contains(csat), Self.npsRange.contains(nps) else { return nil }
            self.csat = csat
            self.nps = nps
        }
    }

    package init() {}

    /// Counts one survey.
    ///
    /// - Parameters:
    ///   - answer: nil when nobody answered.
    ///   - isWithdrawn: whether who answered was erased since.
    ///   - minimum: the `minAnswers` of its policy.
    package mutating func count(_ answer: Answer?, isWithdrawn: Bool = false, minimum: Int64) {
        asked += 1
        minAnswers = max(minAnswers, minimum)
        guard let answer else { return }
        answered += 1
        if isWithdrawn { withdrawn += 1 }
        if answer.csat >= 4 { satisfied += 1 }
        if answer.nps >= 9 { promoters += 1 }
        if answer.nps <= 6 { detractors += 1 }
    }

    /// Counts what others counted.
    package mutating func add(_ other: SurveyScores) {
        asked += other.asked
        answered += other.answered
        withdrawn += other.withdrawn
        satisfied += other.satisfied
        promoters += other.promoters
        detractors += other.detractors
        minAnswers = max(minAnswers, other.minAnswers)
    }

    /// How many were asked and did not answer.
    package var missing: Int64 { asked - answered }

    /// A figure with everything that keeps it from being taken for more than it is.
    package struct Figure: Hashable, Sendable {
        /// What the answers say.
        package let value: Int64
        /// Where Wilson's method has it.
        package let interval: ClosedRange<Int64>
        /// What it would be if everybody who is missing had answered worst, or best.
        package let bounds: ClosedRange<Int64>
    }

    /// The share of the satisfied; nil of too few answers.
    package var csat: Figure? {
        guard answered >= minAnswers, let share = Proportion(halves: 2 * satisfied, of: answered) else { return nil }
        let worst = satisfied * Proportion.whole / asked
        let best = ((satisfied + missing) * Proportion.whole + asked - 1) / asked
        return Figure(value: share.share, interval: share.interval, bounds: worst...best)
    }

    /// The share of promoters less that of detractors; nil of too few answers.
    package var nps: Figure? {
        let halves = answered + promoters - detractors
        guard answered >= minAnswers, let mean = Proportion(halves: halves, of: answered) else { return nil }
        let interval = mean.interval
        let net = promoters - detractors
        return Figure(
            value: Self.rounded(net * Proportion.whole, over: answered),
            interval: 2 * interval.lowerBound - Proportion.whole...2 * interval.upperBound - Proportion.whole,
            bounds: Self.floor((net - missing) * Proportion.whole, over: asked)
                ... -Self.floor(-(net + missing) * Proportion.whole, over: asked))
    }

    /// How many of those who were asked answered; nil when nobody was.
    package var responseRate: Int64? { asked == 0 ? nil : Self.rounded(answered * Proportion.whole, over: asked) }

    /// To the nearest, half away from zero.
    private static func rounded(_ value: Int64, over count: Int64) -> Int64 {
        let half = (2 * abs(value) + count) / (2 * count)
        return value < 0 ? -half : half
    }

    private static func floor(_ value: Int64, over count: Int64) -> Int64 {
        let quotient = value / count
        return value < 0 && quotient * count != value ? quotient - 1 : quotient
    }

    /// The row that the review shows.
    package var json: JSONObject {
        var row: JSONObject = [
            "asked": .integer(asked), "answered": .integer(answered), "withdrawn": .integer(withdrawn),
            "minAnswers": .integer(minAnswers),
        ]
        row["responseRate"] = responseRate.map(JSON.integer)
        if var figure = csat?.json {
            figure["satisfied"] = .integer(satisfied)
            row["csat"] = .object(figure)
        }
        if var figure = nps?.json {
            figure["promoters"] = .integer(promoters)
            figure["detractors"] = .integer(detractors)
            row["nps"] = .object(figure)
        }
        return row
    }
}

extension SurveyScores.Figure {
    fileprivate var json: JSONObject {
        [
            "value": .integer(value), "low": .integer(interval.lowerBound), "high": .integer(interval.upperBound),
            "worst": .integer(bounds.lowerBound), "best": .integer(bounds.upperBound),
        ]
    }
}

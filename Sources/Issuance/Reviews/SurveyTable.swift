import CanonicalJSON
import Compensation

/// The surveys of a month, all together and by what may make a difference.
struct SurveyTable {
    private var all = SurveyScores()
    private var byPolicy: [String: SurveyScores] = [:]
    private var byTier: [String: SurveyScores] = [:]
    private var byCause: [String: SurveyScores] = [:]
    private var byWait: [String: SurveyScores] = [:]
    private let spared: Int64

    /// More policies than these stand together: a review fits into an entry.
    private static let maximumPolicies = 12

    init(_ fold: ReviewFold, from: Int64, until: Int64) {
        spared = fold.counts.spared
        for survey in fold.surveys.values where survey.until >= from && survey.until < until {
            var one = SurveyScores()
            one.count(survey.answer, isWithdrawn: survey.isWithdrawn, minimum: survey.minimum)
            all.add(one)
            let request = survey.request
            byPolicy[request?.policy ?? "unknown", default: SurveyScores()].add(one)
            byTier[request?.tier.map { "\($0)" } ?? "none", default: SurveyScores()].add(one)
            byCause[survey.incident.map { fold.cause(of: $0) } ?? "none", default: SurveyScores()].add(one)
            byWait[Self.band(of: request), default: SurveyScores()].add(one)
        }
    }

    private static let hour: Int64 = 3_600_000

    private static func band(of request: ReviewFold.Request?) -> String {
        guard let request, let stop = request.stop else { return "unknown" }
        switch stop - (request.brokenDue ?? request.due) {
        case ..<hour: return "under-1h"
        case ..<(24 * hour): return "under-1d"
        case ..<(168 * hour): return "under-7d"
        default: return "longer"
        }
    }

    var json: JSONObject {
        var all = self.all.json
        all["spared"] = .integer(spared)
        return [
            "all": .object(all), "byPolicy": rows("policy", shortened), "byTier": rows("tier", byTier),
            "byCause": rows("cause", byCause), "byWait": rows("wait", byWait),
        ]
    }

    private var shortened: [String: SurveyScores] {
        let ranked = byPolicy.sorted { ($1.value.asked, $0.key) < ($0.value.asked, $1.key) }
        var rows = Dictionary(uniqueKeysWithValues: ranked.prefix(Self.maximumPolicies).map { ($0.key, $0.value) })
        for (_, scores) in ranked.dropFirst(Self.maximumPolicies) { rows["other", default: SurveyScores()].add(scores) }
        return rows
    }

    private func rows(_ name: String, _ scores: [String: SurveyScores]) -> JSON {
        .array(
            scores.sorted { $0.key < $1.key }.map { key, scores in
                var row = scores.json
                row[name] = .string(key)
                return .object(row)
            })
    }
}

import CanonicalJSON
package import ServiceLevels

/// A published promise to ask how delays were handled and to publish every month what came of it: kind `Review`. The
/// rules are on the page "Surveys and the monthly review" of the room `Issuance`, 68 to 73.
package struct ReviewPolicy: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that a survey is bound to.
    package let hash: PolicyHash
    /// How long after a delay is over somebody is asked.
    package let surveyAfter: FixedSpan
    /// Which share of the late requests is asked about.
    package let surveySample: Ratio
    /// Of fewer answers no figure is stated.
    package let minAnswers: Int64
    /// What the review has to state, each once.
    package let metrics: [Metric]

    /// A figure of the review.
    package enum Metric: String, Hashable, Sendable, CaseIterable {
        case csat, nps
        case responseRate = "response-rate"
        case missedCount = "missed-count"
        case costPerAffected = "cost-per-affected"

        /// For people.
        var inWords: String {
            switch self {
            case .csat: "how many are satisfied"
            case .nps: "how many would recommend us, less those who would not"
            case .responseRate: "how many of those who were asked answered"
            case .missedCount: "how many delays nobody noticed"
            case .costPerAffected: "what was paid for each late request"
            }
        }
    }

    /// More answers than anybody waits for.
    static let largestMinimum: Int64 = 1_000_000

    /// How long an answer is taken after somebody was asked, in days (rule 69).
    package static let daysToAnswer: Int64 = 30

    /// Reads the promise of a document of kind `Review`.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .review)
            try spec.constant("every", "P1M")
            surveyAfter = try spec.fixedSpan("surveyAfter")
            surveySample = try Ratio(spec.value("surveySample"), at: spec.pointer(to: "surveySample"))
            minAnswers = try spec.integer("minAnswers", in: 1...Self.largestMinimum)
            metrics = try spec.metrics()
            try spec.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    /// Short English sentences, each of them kept by the rules of the page.
    package var plainWords: [String] {
        let asked =
            "When your credential was late, we ask you how we handled it, \(surveyAfter) after the delay and what "
            + "caused it are over"
        let share = surveySample == .whole ? "." : ", by a lot that draws \(surveySample) of the late requests."
        return [
            asked + share,
            "We ask you once about one disturbance, however many of your requests it delayed.",
            "You have \(Self.daysToAnswer) days to answer. Your first answer counts, and nobody has to answer.",
            "Every month we publish what came of it, signed: \(metrics.map(\.inWords).joined(separator: "; ")).",
            "Beside each figure stands how many answered, and how far it could be wrong because others did not.",
            "Of fewer than \(minAnswers) answers we state no figure.",
        ]
    }
}

extension ObjectReader {
    fileprivate mutating func metrics() throws(JSONShapeError) -> [ReviewPolicy.Metric] {
        let place = pointer(to: "metrics")
        let metrics = try array("metrics").map { (json, place) throws(JSONShapeError) in
            guard let metric = json.stringValue.flatMap({ ReviewPolicy.Metric(rawValue: $0) }) else {
                let known = ReviewPolicy.Metric.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
            }
            return metric
        }
        guard !metrics.isEmpty, Set(metrics).count == metrics.count else {
            throw JSONShapeError(pointer: place, problem: "expected one or more figures, each once")
        }
        return metrics
    }
}

import CanonicalJSON
package import Temporal

/// How lateness is foreseen, and when what is foreseen is believed: the kind `Forecast`.
package struct ForecastPolicy: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// Its identity, which every fit names.
    package let hash: PolicyHash
    /// From which chance of being late on a request is called at risk.
    package let warnAt: Share
    /// Of how many requests the outcome must be known before the table is believed.
    package let minHistory: Int64
    /// The largest calibration error of a table that is believed.
    package let maxECE: Share
    /// The smallest Brier skill of a table that is believed.
    package let minBrierSkill: Share
    /// How expected times are stated; nil: none is.
    package let eta: ExpectedTime?

    /// How an expected time is stated.
    package struct ExpectedTime: Hashable, Sendable {
        /// How many of all that are stated are to be kept.
        package let quantile: Share
        /// A stated time is a whole multiple of this since 1970, and never rounded to an earlier one.
        package let roundUpTo: Milliseconds
    }

    /// The most requests that a table is made from, the newest; so that a night suffices for it.
    package static let mostHistory = 20_000

    /// Reads the promise of a document of kind `Forecast`.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .forecast)
            try spec.constant("method", "landmark-slack")
            warnAt = try spec.share("warnAt")
            minHistory = try spec.integer("minHistory", in: 20...Int64(Self.mostHistory))
            var calibration = try spec.object("calibration")
            maxECE = try calibration.share("maxECE")
            minBrierSkill = try calibration.share("minBrierSkill")
            try calibration.constant("fallback", "consumed-fraction")
            try calibration.finish()
            eta = try spec.optionalObject("eta").map { (reader) throws(JSONShapeError) in try ExpectedTime(reader) }
            try spec.finish()
        } catch {
            throw PolicyError(error)
        }
    }

    /// The promise in sentences that a person can hold us to.
    package var plainWords: [String] {
        [
            "Each night we count how often requests that stood as yours stands now became late: how long the line "
                + "before it is, how fast the line moves, and how much of the promised time is left.",
            "A request is called at risk when \(warnAt.inWords) or more of such requests became late.",
            "The count is believed only while the outcome of \(minHistory) requests is known, its calibration error "
                + "is at most \(maxECE.inWords), and its Brier skill against the plain average is at least "
                + "\(minBrierSkill.inWords). Otherwise only the share of the promised time that has passed counts. "
                + "Which of both it is, and why, is always said.",
        ] + (eta.map { [$0.inWords] } ?? ["No expected time is stated."])
    }
}

extension ForecastPolicy.ExpectedTime {
    fileprivate init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        quantile = try reader.share("quantile")
        guard let length = try reader.optionalLength("roundUpTo"), length > .zero else {
            throw JSONShapeError(pointer: reader.pointer(to: "roundUpTo"), problem: "expected a length like PT30M")
        }
        roundUpTo = length
        // What was stated before is not kept, so nobody could tell whether a later word is earlier.
        try reader.optionalConstant("neverEarlierThanStated", false)
        try reader.finish()
    }

    fileprivate var inWords: String {
        "An expected time is stated so that \(quantile.inWords) of them are kept, rounded up to \(roundUpTo.inWords); "
            + "how many of the last ones were kept is said beside it. It can change, also to an earlier time."
    }
}

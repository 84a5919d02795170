/// Where the requests stand that have a ladder. All numbers are milliseconds.
struct LadderBook: Sendable {
    /// One request.
    struct Place: Sendable {
        /// Of its `request.accepted`.
        let seq: UInt64
        let terms: LadderTerms
        private let target: Span
        private let counting: Counting
        /// When the share of `atRisk` is reached, then those of the steps, by the pauses that ended; nil where that
        /// cannot be counted, and for a step that waits for no share.
        private var shares: [Int64?]
        private var pauseFrom: Int64?
        /// When it was said to be at risk.
        var atRisk: Int64?
        /// The step that came last, and when.
        var step = -1
        var stepAt: Int64 = 0
        var isTaken = false
        var end: Int64?
        var isReported = false

        init(seq: UInt64, _ terms: LadderTerms, start: Int64, target: Span, by counting: Counting) {
            self.seq = seq
            self.terms = terms
            self.target = target
            self.counting = counting
            func reached(_ share: LadderTerms.Share) -> Int64? {
                guard let end = counting.end(of: target, from: start) else { return nil }
                let length = share.of(counting.taken(of: target, from: start, to: end))
                return counting.end(of: target.isWorking ? .business(length) : .elapsed(length), from: start)
            }
            shares =
                [reached(terms.consumed)]
                + terms.steps.map { step in
                    switch step.at {
                    case .forecast: reached(terms.consumed)
                    case .consumed(let share): reached(share)
                    case .breach: nil
                    }
                }
        }

        mutating func pause(from start: Int64) { pauseFrom = start }

        /// The pause ended.
        mutating func resume(at end: Int64) {
            guard let start = pauseFrom else { return }
            pauseFrom = nil
            shares = shares.map { share in
                guard let share, share > start else { return share }
                return counting.moving(share, of: target, from: start, to: end)
            }
        }

        /// When a share is reached, unless a pause runs that stands before it: then nobody can say yet.
        private func reached(_ index: Int) -> Int64? {
            guard let share = shares[index], pauseFrom.map({ share <= $0 }) ?? true else { return nil }
            return share
        }

        var riskAt: Int64? { reached(0) }

        /// When a step comes by the clock alone.
        func instant(of step: Int, due: Int64?) -> Int64? {
            if case .breach(let length) = terms.steps[step].at { return due.map { $0 + length } }
            return reached(step + 1)
        }

        /// When nobody will have taken the last step in time.
        var silentAt: Int64? {
            guard step >= 0, !isTaken, let within = terms.steps[step].ackWithin else { return nil }
            return stepAt + within
        }

        /// What should have come first by the clock or by silence and did not, and when.
        func missing(due: Int64?) -> (what: String, at: Int64)? {
            if atRisk == nil, let riskAt { return ("that the request is at risk", riskAt) }
            guard !isTaken, step + 1 < terms.steps.count else { return nil }
            let instants = [instant(of: step + 1, due: due), silentAt].compactMap(\.self)
            return instants.min().map { ("step \(step + 1) of the ladder", $0) }
        }
    }

    var places: [String: Place] = [:]
    /// The sequence numbers of the fits, and the last midnight.
    var fits: Set<Int64> = []
    var lastFit: Int64 = -1
}

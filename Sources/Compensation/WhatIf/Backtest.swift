import ServiceLevels
package import Temporal

/// What one request is given under some terms.
package struct Outcome: Hashable, Sendable {
    /// The deadline; nil while nothing is due.
    package let due: Instant?
    /// Whether the promise is broken.
    package let isBroken: Bool
    /// What is given, each with the instant at which the engine gives it.
    package let gifts: [Gift]
    /// How many of these are reached, not posted yet, and may still be paid in time.
    package let open: Int

    /// Something that is given.
    package struct Gift: Hashable, Sendable {
        /// What.
        package let award: Award
        /// When.
        package let at: Instant
    }

    /// How much in each unit.
    package var sums: [UnitOfAccount: Int64] {
        var sums: [UnitOfAccount: Int64] = [:]
        for gift in gifts { sums[gift.award.amount.unit, default: 0] += gift.award.amount.minor }
        return sums
    }
}

/// The first place where the policies in force do not give what the ledger says.
package struct BacktestDifference: Error, Hashable, Sendable, CustomStringConvertible {
    /// The request; nil when it is the ledger as a whole.
    package let request: String?
    /// What differs.
    package let problem: String
    /// The unit of the two amounts; nil where none are compared.
    package let unit: String?
    /// What the ledger says.
    package let ledger: Int64
    /// What the policies in force give.
    package let engine: Int64

    /// A difference.
    package init(_ request: String?, _ problem: String, unit: String? = nil, ledger: Int64 = 0, engine: Int64 = 0) {
        self.request = request
        self.problem = problem
        self.unit = unit
        self.ledger = ledger
        self.engine = engine
    }

    /// Where, what, and by how much.
    package var description: String {
        let place = request.map { "request \($0): " } ?? ""
        guard let unit else { return place + problem }
        return place + problem + ": the ledger says \(ledger) \(unit), the policies in force give \(engine) \(unit)"
    }
}

extension RequestHistory {
    /// The terms that bind the request, run again: what they give, when that is the ledger to the last unit.
    ///
    /// - Throws: the first difference.
    package func backtest(in book: PolicyBook) throws(BacktestDifference) -> Outcome {
        var replay = try replaying(in: book)
        var gifts: [Outcome.Gift] = []
        var rest = awards[...]
        while let first = rest.first {
            let given = try look(first.place, &replay)
            guard !given.isEmpty else {
                throw difference("\(first.type.rawValue) for which the policy gives nothing", first, engine: 0)
            }
            for award in given {
                let line = rest.popFirst()
                try compare(line, award)
                // One look is one command, which writes all that it gives at one instant.
                if let line, line.place.at != first.place.at {
                    throw difference(
                        "\(line.type.rawValue) of \(line.place.at), owed at \(first.place.at)", line, engine: 0)
                }
                gifts.append(Outcome.Gift(award: award, at: first.place.at))
            }
        }
        let last = Place(at: end, seq: .max)
        let facts = replay.facts(at: last)
        let open = try look(last, &replay)
        for award in open {
            if let facts, terms.compensation.payBy(award, facts) < end { try compare(nil, award) }
            gifts.append(Outcome.Gift(award: award, at: end))
        }
        return Outcome(due: replay.due, isBroken: replay.isBroken, gifts: gifts, open: open.count)
    }

    private func replaying(in book: PolicyBook) throws(BacktestDifference) -> Replay {
        do throws(PromiseClockRefusal) {
            return try Replay(self, under: terms, book)
        } catch {
            throw BacktestDifference(subject.id, "its clock is not one of its service level: \(error)")
        }
    }

    private func look(_ place: Place, _ replay: inout Replay) throws(BacktestDifference) -> [Compensation.Award] {
        do throws(AssessmentError) {
            return try replay.look(at: place)
        } catch {
            throw BacktestDifference(subject.id, "\(error)")
        }
    }

    private func compare(_ line: Award?, _ award: Compensation.Award) throws(BacktestDifference) {
        let unit = award.amount.unit.rawValue
        guard let line else {
            throw BacktestDifference(
                subject.id, "\(award.type.rawValue) of tier \(award.tier) is missing", unit: unit, ledger: 0,
                engine: award.amount.minor)
        }
        guard line.type == award.type, line.amount == award.amount else {
            throw difference("\(line.type.rawValue)", line, engine: line.type == award.type ? award.amount.minor : 0)
        }
        guard line.claimKey == award.claimKey else {
            throw difference("\(line.type.rawValue) under a claim key that is not its own", line, engine: 0)
        }
    }

    private func difference(_ problem: String, _ line: Award, engine: Int64) -> BacktestDifference {
        BacktestDifference(
            subject.id, problem, unit: line.amount.unit.rawValue, ledger: line.amount.minor, engine: engine)
    }
}

extension RequestHistory {
    /// What other terms would have given, looked at when the service looked and when these make it look.
    ///
    /// - Parameter cause: what every incident is said to be by; nil to leave it as it was.
    package func outcome(
        under other: Terms, in book: PolicyBook, cause: Cause? = nil
    ) throws(BacktestDifference) -> Outcome {
        var replay: Replay
        do throws(PromiseClockRefusal) {
            replay = try Replay(self, under: other, book, cause: cause)
        } catch {
            throw BacktestDifference(subject.id, "its clock cannot run under the candidate: \(error)")
        }
        guard replay.isBroken else { return Outcome(due: replay.due, isBroken: false, gifts: [], open: 0) }
        var gifts: [Outcome.Gift] = []
        for place in looks(of: replay, try replaying(in: book), other.compensation) {
            for award in try look(place, &replay) { gifts.append(Outcome.Gift(award: award, at: place.at)) }
        }
        return Outcome(due: replay.due, isBroken: true, gifts: gifts, open: 0)
    }

    private func looks(of replay: Replay, _ bound: Replay, _ policy: CompensationPolicy) -> [Place] {
        var places = Set(awards.map(\.place))
        // Nothing was known of an incident in the command that found the promise broken.
        if let brokenAt { places.insert(Place(at: brokenAt, seq: .min)) }
        let known = Set(bound.thresholds)
        for threshold in replay.thresholds where !known.contains(threshold) && threshold < end {
            places.insert(Place(at: threshold + Milliseconds(1), seq: .max))
        }
        if let stop, policy.measure.whenUnresolved == .onResolution { places.insert(Place(at: stop.at, seq: stopSeq)) }
        places.insert(Place(at: end, seq: .max))
        return places.sorted()
    }
}

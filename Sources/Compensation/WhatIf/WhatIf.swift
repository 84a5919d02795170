import ServiceLevels
package import Temporal

/// What candidates would have given over histories, beside what the policies in force gave: add every history, then
/// read. Grows with the policies, people and periods in it, not with the requests.
package struct WhatIf: Sendable {
    /// Whose requests count: those accepted in this time. The check is made of all.
    package let range: Range<Instant>
    /// How many requests count.
    package private(set) var requests = 0
    /// How many awards of the ledger were given again, to the last unit, by the policies that bind them.
    package private(set) var reproduced = 0
    /// The policies in force, and then the candidates.
    package private(set) var columns: [Column]
    /// Of each pair of columns that is compared.
    package private(set) var comparisons: [Comparison]

    private let book: PolicyBook
    private let candidates: [Candidate]

    /// - Parameters:
    ///   - book: what was published.
    ///   - isPairwise: whether the columns are compared request by request, and by cause: it takes longer.
    package init(
        _ candidates: [Candidate], in book: PolicyBook, acceptedIn range: Range<Instant>, isPairwise: Bool = true
    ) {
        self.book = book
        self.candidates = candidates
        self.range = range
        columns = [Column("in force")] + candidates.map { Column($0.name) }
        var pairs: [Comparison] = []
        if isPairwise {
            for after in columns.indices.dropFirst() {
                for before in 0..<after { pairs.append(Comparison(before: before, after: after)) }
            }
        }
        comparisons = pairs
    }

    /// Checks a history and adds it.
    ///
    /// - Throws: ``BacktestDifference``, after which nothing may be shown; ``PolicyError`` when a candidate cannot be
    ///   run over the history.
    package mutating func add(_ history: RequestHistory) throws {
        let inForce = try history.backtest(in: book)
        reproduced += inForce.gifts.count - inForce.open
        guard range.contains(history.start) else { return }
        requests += 1
        var outcomes = [inForce]
        columns[0].add(inForce, of: history, under: history.terms, in: book)
        for (index, candidate) in candidates.enumerated() {
            guard let terms = try terms(of: candidate, for: history) else {
                columns[index + 1].add(inForce, of: history, under: history.terms, in: book)
                outcomes.append(inForce)
                continue
            }
            let outcome = try history.outcome(under: terms, in: book)
            columns[index + 1].applied += 1
            columns[index + 1].add(outcome, of: history, under: terms, in: book)
            outcomes.append(outcome)
        }
        guard !comparisons.isEmpty else { return }
        let sums = outcomes.map(\.sums)
        for index in comparisons.indices { comparisons[index].add(sums, of: history.subject.id) }
        try addCauses(history, sums)
    }

    private func terms(
        of candidate: Candidate, for history: RequestHistory
    ) throws(PolicyError) -> RequestHistory.Terms? {
        try candidate.terms(for: history.terms, from: history.start, region: history.region, in: book)
    }

    /// What every cause would make of it. Where a policy does not ask, all are the same.
    private mutating func addCauses(_ history: RequestHistory, _ sums: [[UnitOfAccount: Int64]]) throws {
        let all =
            [history.terms]
            + (try candidates.map { try self.terms(of: $0, for: history) ?? history.terms })
        for (index, terms) in all.enumerated() {
            let asks = terms.compensation.asksForCause && !history.incidents.isEmpty
            if terms.compensation.asksForCause { columns[index].asksForCause = true }
            for cause in Cause.allCases {
                let given = asks ? try history.outcome(under: terms, in: book, cause: cause).sums : sums[index]
                columns[index].byCause[cause, default: [:]].merge(given, uniquingKeysWith: +)
            }
        }
    }
}

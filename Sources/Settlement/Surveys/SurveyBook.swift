import CanonicalJSON
import Cryptography

/// What must be remembered of surveys and reviews: nothing of requests while no document of kind `Review` binds them.
struct SurveyBook: Sendable {
    /// A document by which people are asked.
    struct Policy: Sendable {
        let terms: SurveyTerms
        /// The leaf hash of the entry that published it, in hexadecimal.
        let seed: String
    }

    /// One request that was drawn.
    struct Item: Sendable {
        let seq: UInt64
        let policy: String
        let minimum: Int64
        var isLate = false
        var state = State.open
        var until: Int64 = 0
        var csat: Int64?
        var nps: Int64 = 0
        var isErased = false

        enum State: Sendable { case open, asked, spared }
    }

    /// By hash.
    private(set) var policies: [String: Policy] = [:]
    /// By `rid`.
    var items: [String: Item] = [:]
    var months = MonthCounts()
    var consistency = ConsistencyBook()
    /// The month whose review comes next, by number; nil while no document says that there are any.
    var next: Int64?

    mutating func publish(_ hash: String, _ terms: SurveyTerms, at leaf: SHA256Digest, effectiveAt: Int64) {
        policies[hash] = Policy(terms: terms, seed: "\(leaf)")
        if next == nil { next = MonthCounts.month(of: effectiveAt) }
    }

    /// Remembers a request that may be late some day, if it is drawn.
    mutating func accept(_ rid: String, seq: UInt64, by hash: String) {
        guard let policy = policies[hash] else { return }
        let digest = SHA256.hash(Array("survey draw v1\n\(policy.seed)\n\(rid)".utf8)).bytes
        let value = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard value % policy.terms.sample.den < policy.terms.sample.num else { return }
        items[rid] = Item(seq: seq, policy: hash, minimum: policy.terms.minAnswers)
    }

    /// Forgets a request whose promise was kept.
    mutating func forget(_ rid: String) { items[rid] = nil }
}

/// What happened, by calendar months in UTC, counted from year 0.
struct MonthCounts: Sendable {
    /// The counts that a review says and this page lets anybody tell.
    struct Counts: Hashable, Sendable {
        var accepted: Int64 = 0
        var issued: Int64 = 0
        var cancelled: Int64 = 0
        var denied: Int64 = 0
        var kept: Int64 = 0
        var broken: Int64 = 0
        var affected: Int64 = 0
        var spared: Int64 = 0
    }

    private var counts: [Int64: Counts] = [:]
    /// The first entry of each month that has any.
    private var firsts: [Int64: Int64] = [:]
    private var current: Int64 = -1
    /// When the month of the last entry ends.
    private var end: Int64 = .min

    /// Which month an instant is in.
    static func month(of t: Int64) -> Int64 {
        let (year, month, _) = civil(daysSinceEpoch: t.flooringDivision(by: 86_400_000))
        return year * 12 + month - 1
    }

    /// `2026-10`.
    static func name(_ month: Int64) -> String {
        let (year, number) = (String(month / 12), month % 12 + 1)
        return String(repeating: "0", count: max(0, 4 - year.count)) + year + (number < 10 ? "-0" : "-") + "\(number)"
    }

    /// The first instant of a month.
    static func start(_ month: Int64) -> Int64 {
        // A civil date as days, by the months before it from March on.
        let (year, number) = (month / 12, month % 12 + 1)
        let y = number <= 2 ? year - 1 : year
        let era = y.flooringDivision(by: 400)
        let ofEra = y - era * 400
        let ofYear = (153 * (number > 2 ? number - 3 : number + 9) + 2) / 5
        let days = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return days * 86_400_000
    }

    private static func civil(daysSinceEpoch days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let era = z.flooringDivision(by: 146_097)
        let doe = z - era * 146_097
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
        let mp = (5 * doy + 2) / 153
        let month = mp < 10 ? mp + 3 : mp - 9
        return (yoe + era * 400 + (month <= 2 ? 1 : 0), month, doy - (153 * mp + 2) / 5 + 1)
    }

    /// Sees the `t` of every entry.
    mutating func see(_ seq: Int64, at t: Int64) {
        guard t >= end else { return }
        current = Self.month(of: t)
        end = Self.start(current + 1)
        firsts[current] = seq
    }

    /// Counts something that the last entry says.
    mutating func count(_ change: (inout Counts) -> Void) { change(&counts[current, default: Counts()]) }

    func counts(of month: Int64) -> Counts { counts[month] ?? Counts() }

    /// How many entries stand before the end of a month, when later ones are there.
    func size(of month: Int64) -> Int64? { firsts.filter { $0.key > month }.map(\.value).min() }
}

extension Int64 {
    fileprivate func flooringDivision(by other: Int64) -> Int64 {
        let quotient = self / other
        return self % other < 0 ? quotient - 1 : quotient
    }
}

/// What must be remembered of awards on their way: what is owed, what caps and budgets have added up, what was said.
struct SettlingBook: Sendable {
    /// An award that was owed.
    struct Owed: Sendable {
        let rid: String
        let seq: UInt64
        let terms: Int
        let type: [UInt8]
        let unit: CanonicalText
        let minor: Int64
        let objective: String
        let isDiscretionary: Bool
        let dueAt: Int64
        /// When it has to be paid; moved by waits that stop that clock.
        var payBy: Int64
        var why: String
        var until: Int64?
        /// Since when it waits for this.
        var since: Int64
        /// Whether enough has come together in its holder's pot; nil where nobody can tell whose it is.
        var isReleased: Bool? = false
        var approvers: Int64 = 0
        var roles: Set<String> = []
        var given: Set<String> = []
        var isRefused = false
        /// By which of the policy's rules people are asked, where that is said.
        var rule: Int64?
        /// The question that has it.
        var question: Int64?
        var isOpen = true
    }

    /// What was paid, where the policy may take it back.
    struct Paid: Sendable {
        let rid: String
        let terms: Int
        let type: [UInt8]
        let unit: CanonicalText
        let minor: Int64
        let at: Int64
        /// From when on it can no longer be spent.
        let until: Int64?
    }

    /// By claim key, quotation marks and all.
    var owed: [CanonicalText: Owed] = [:]
    var paid: [CanonicalText: Paid] = [:]
    var capped: [CanonicalText: Int64] = [:]
    var reversed: Set<CanonicalText> = []
    var budgets = BudgetTable()
    var sums = SumTable()
    /// By request and policy: that a payment was late, and which late benefits were given.
    var late: [LateKey: Set<Int64>] = [:]
    /// A posting was late, and no entry has said so yet.
    var lateUntold: [LateKey: UInt64] = [:]
    /// By holder and unit, what waits until it is enough.
    var pots: [PotKey: [CanonicalText]] = [:]
    /// Caps and minimums that nobody could judge, because no opening says whose a request is.
    var unjudged = 0
    /// The approval that must be asked by the next entries of a request.
    var unasked: [CanonicalText: UInt64] = [:]
    /// What was paid before its pot was full, by request: only somebody who is erased next is paid so.
    var paidEarly: [String: UInt64] = [:]
    var declined: [CanonicalText: Int64] = [:]
    var takenBack: [CanonicalText: Int64] = [:]
    /// What is asked about incidents, by number.
    var questions: [Int64: Question] = [:]

    struct LateKey: Hashable, Sendable {
        let rid: String
        let policy: CanonicalText
    }

    struct PotKey: Hashable, Sendable {
        let holder: String
        let unit: CanonicalText
    }
}

/// What was given or spent, added up along the log: rules 30 and 32.
struct SumTable: Sendable {
    struct Key: Hashable, Sendable {
        let scope: String
        let subject: String
        let unit: CanonicalText
    }

    private struct Step: Sendable {
        let t: Int64
        let total: Int64
    }

    private struct Counted: Hashable, Sendable {
        let scope: PaymentTerms.Scope
        let unit: CanonicalText
    }

    private var steps: [Key: [Step]] = [:]
    private var counted: Set<Counted> = []

    /// From here on, what is given in that scope and unit counts.
    mutating func count(_ caps: [PaymentTerms.Cap]) {
        for cap in caps { counted.insert(Counted(scope: cap.scope, unit: cap.unit)) }
    }

    func counts(_ scope: PaymentTerms.Scope, _ unit: CanonicalText) -> Bool {
        counted.contains(Counted(scope: scope, unit: unit))
    }

    mutating func add(_ minor: Int64, to key: Key, at t: Int64) {
        let (total, overflow) = (steps[key]?.last?.total ?? 0).addingReportingOverflow(minor)
        steps[key, default: []].append(Step(t: t, total: overflow ? .max : total))
    }

    /// What was added from an instant on.
    func sum(_ key: Key, since start: Int64) -> Int64 {
        guard let list = steps[key], let last = list.last else { return 0 }
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle].t < start { low = middle + 1 } else { high = middle }
        }
        return last.total - (low > 0 ? list[low - 1].total : 0)
    }
}

/// The budgets in force and what waits for them: rule 32.
struct BudgetTable: Sendable {
    struct Version: Sendable {
        let hash: CanonicalText
        let effectiveAt: Int64
        let terms: BudgetTerms
    }

    /// What stands in the order of payment.
    struct Place: Sendable, Comparable {
        let rank: Int
        let dueAt: Int64
        let claimKey: CanonicalText

        static func < (left: Place, right: Place) -> Bool {
            if left.rank != right.rank { return left.rank < right.rank }
            if left.dueAt != right.dueAt { return left.dueAt < right.dueAt }
            return left.claimKey.bytes.lexicographicallyPrecedes(right.claimKey.bytes)
        }

        static func == (left: Place, right: Place) -> Bool { left.claimKey == right.claimKey }
    }

    struct Queue: Hashable, Sendable {
        let budget: String
        let unit: CanonicalText
    }

    struct Warning: Hashable, Sendable {
        let hash: CanonicalText
        let from: Int64
        let unit: CanonicalText
        let part: BudgetTerms.Part
    }

    private var versions: [String: [Version]] = [:]
    var waiting: [Queue: [Place]] = [:]
    var warned: Set<Warning> = []
    /// Budgets of which a document says what the page does not know.
    var unreadable: Set<String> = []
    /// Warnings that must follow, and the entry that they must follow.
    var unwarned: [Warning: UInt64] = [:]

    mutating func add(_ version: Version, named name: String) { versions[name, default: []].append(version) }

    func version(of name: String, at t: Int64) -> Version? { versions[name]?.last { $0.effectiveAt <= t } }

    /// Whether something that waits stands before a place.
    func isQueued(_ place: Place, in queue: Queue) -> Bool { waiting[queue]?.contains { $0 < place } ?? false }

    mutating func leave(_ queue: Queue, _ claimKey: CanonicalText) {
        waiting[queue]?.removeAll { $0.claimKey == claimKey }
    }
}

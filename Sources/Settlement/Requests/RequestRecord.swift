/// What must be remembered of one request: while its promise can still be broken, and for ever once it was.
///
/// About a hundred bytes, and its name; more only for the pauses and for what nobody was told of yet.
struct RequestRecord: Sendable {
    /// A breach, or what becomes of a payment, that a notice must follow.
    struct Unannounced {
        let seq: UInt64
        let kind: NoticeKind
    }

    let rid: String
    /// Of the `request.accepted`.
    let seq: UInt64
    /// The tenant's name.
    let tenant: CanonicalText
    /// An index into the terms of the published policies; nil if nobody can tell what binds it.
    var terms: Int?

    var clock: RequestClock
    /// When a later version of its compensation policy bound it (rule 79).
    var reboundAt: Int64?
    /// Cancelled under a service level that then owes nothing more.
    var isVoid = false
    /// A pause that may not be was begun, and its end does not count either.
    var isPausedInVain = false
    var hasBreach = false
    /// Whether somebody has to approve it.
    var isReviewed = false
    var isCompensated = false
    /// The `credential.issued`.
    var issuedSeq: UInt64?
    var isRevoked = false
    /// Nobody is left to whom anything could be owed or told.
    var isErased = false
    /// The missing breach has been reported.
    var isBreachReported = false
    /// One bit for each slot of the compensation policy.
    var posted: UInt128 = 0
    /// What a policy that is not plain asks of the request, and what it was given under it.
    var asked: AskedFacts?
    var given = GivenSums()
    var unannounced: [Unannounced] = []
    /// The promise was kept, and nothing more can follow from it.
    fileprivate(set) var isForgotten = false

    init(rid: String, seq: UInt64, tenant: CanonicalText, terms: Int?, clock: RequestClock) {
        self.rid = rid
        self.seq = seq
        self.tenant = tenant
        self.terms = terms
        self.clock = clock
    }

    /// Why a request that is void or erased owes nothing.
    var endWord: String { isErased ? "erased" : "cancelled" }

    /// Whether the request owed nothing any more at `instant`, unless it was posted before.
    func isVoid(by instant: Int64) -> Bool {
        guard isVoid, let stop = clock.stop else { return false }
        return stop <= instant
    }

    /// Whether nothing can follow any more: the promise was kept, and nothing says otherwise.
    func isSettled(at instant: Int64) -> Bool {
        guard terms != nil, clock.stop != nil, let delay = clock.delay(at: instant), delay <= 0 else { return false }
        return !hasBreach && !isCompensated && !clock.hasUnnotedEnd
    }

    func isPosted(_ slot: Int) -> Bool { posted >> slot & 1 == 1 }
}

/// The requests that are remembered, by name.
struct RequestTable: Sendable {
    /// In the order of acceptance, but for places that are used again. A forgotten record stays until then.
    var records: [RequestRecord] = []

    private var places: [String: Int] = [:]
    private var free: [Int] = []

    /// An index into ``records``.
    func place(of rid: String) -> Int? { places[rid] }

    mutating func insert(_ record: RequestRecord) {
        if let place = free.popLast() {
            records[place] = record
            places[record.rid] = place
        } else {
            places[record.rid] = records.count
            records.append(record)
        }
    }

    mutating func forget(_ place: Int) {
        places[records[place].rid] = nil
        records[place].isForgotten = true
        free.append(place)
    }
}

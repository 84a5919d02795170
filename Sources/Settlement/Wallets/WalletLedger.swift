import TransparencyLog

/// What wallets hold: the sums that anybody can keep, and each lot where the parties show which were taken.
struct WalletLedger: Sendable {
    /// Credits of one posting.
    struct Lot {
        let claimKey: String
        let holder: String
        let purse: Purse
        let from: Int64
        let until: Int64
        var left: Int64
    }

    /// What is held.
    struct Reservation {
        let purse: Purse
        let minor: Int64
        let until: Int64
        /// Nil where it is not shown.
        let shares: [LotShare]?
        var isOver = false
        /// Given back by itself, before an entry says so.
        var isBack = false
    }

    /// What was posted to an institution's holders.
    private(set) var granted: [Purse: Int64] = [:]
    /// What was spent, expired or reversed of it, or is held.
    private(set) var taken: [Purse: Int64] = [:]
    private(set) var spent: [String: Int64] = [:]
    private(set) var expired: [String: Int64] = [:]
    var reservations: [Int64: Reservation] = [:]
    /// Entries whose lots were judged, and those where they could not be.
    private(set) var judged = 0
    private(set) var unjudged = 0

    private let openings: LotOpenings
    private var lots: [String: Lot] = [:]
    private var ofHolder: [String: [String]] = [:]

    init(_ openings: LotOpenings) { self.openings = openings }

    /// A credit was posted.
    mutating func grant(_ minor: Int64, _ purse: Purse, claimKey: String, from: Int64, until: Int64) {
        granted[purse, default: 0] &+= minor
        guard let holder = openings.holder(claimKey) else { return }
        lots[claimKey] = Lot(
            claimKey: claimKey, holder: holder, purse: purse, from: from, until: until, left: minor)
        ofHolder[holder, default: []].append(claimKey)
    }

    /// What was not spent of a lot was taken back.
    ///
    /// - Returns: what is wrong with that.
    mutating func reverse(_ minor: Int64, _ purse: Purse, claimKey: String, at now: Int64) -> String? {
        releaseTimedOut(at: now)
        let problem = take(minor, purse, at: now)
        guard let left = lots[claimKey]?.left else { return problem }
        lots[claimKey]?.left = left - minor
        return minor > left ? "\(minor) are taken back, and \(left) are left" : problem
    }

    /// Takes an amount from the sum of an institution.
    ///
    /// - Returns: what is wrong with that.
    mutating func take(_ minor: Int64, _ purse: Purse, at now: Int64) -> String? {
        let held = (taken[purse] ?? 0) + minor
        let most = granted[purse] ?? 0
        taken[purse] = held
        guard held > most else { return nil }
        // What ran out counts as given back, also where no entry says so yet.
        let back = reservations.values.filter { $0.purse == purse && !$0.isOver && $0.until <= now }
        guard held - back.reduce(0, { $0 + $1.minor }) > most else { return nil }
        return "\(held) \(purse.unit) of the holders of \(purse.tenant) are taken, and \(most) were posted to them"
    }

    /// Gives an amount back to the sum.
    mutating func giveBack(_ minor: Int64, _ purse: Purse) { taken[purse, default: 0] -= minor }

    mutating func addSpent(_ minor: Int64, _ unit: String) { spent[unit, default: 0] &+= minor }
    mutating func addExpired(_ minor: Int64, _ unit: String) { expired[unit, default: 0] &+= minor }

    /// The lots that an entry says it takes; nil where they are not shown.
    ///
    /// - Throws: `EntryProblem` when what is shown is not what the entry commits to.
    mutating func shares(of event: Event) throws(EntryProblem) -> [LotShare]? {
        guard event.frame.lots != nil else { throw EntryProblem("there is no commitment to lots") }
        guard let opening = openings.lots(event.seq) else {
            unjudged += 1
            return nil
        }
        judged += 1
        guard let shares = LotShare.list(opening, of: event.frame) else {
            throw EntryProblem("the opening of the lots is not of this entry")
        }
        return shares
    }

    /// Takes what a spend or a reservation takes from lots.
    ///
    /// - Returns: what is wrong with it.
    mutating func spend(_ shares: [LotShare], _ minor: Int64, _ purse: Purse, at now: Int64) -> String? {
        releaseTimedOut(at: now)
        guard let holder = shares.first.flatMap({ lots[$0.claimKey]?.holder }) else {
            return "the lots are not those of one holder"
        }
        let expected = order(of: holder, purse, at: now, minor)
        defer { for share in shares { lots[share.claimKey]?.left -= share.minor } }
        guard shares != expected else { return nil }
        return "earliest expiry first, the lots are \(expected), not \(shares)"
    }

    /// Rule 35, from the page.
    private func order(of holder: String, _ purse: Purse, at now: Int64, _ minor: Int64) -> [LotShare] {
        let own = (ofHolder[holder] ?? []).compactMap { lots[$0] }
            .filter { $0.purse == purse && $0.from <= now && now < $0.until && $0.left > 0 }
            .sorted { ($0.until, $0.from, $0.claimKey) < ($1.until, $1.from, $1.claimKey) }
        var (missing, shares): (Int64, [LotShare]) = (minor, [])
        for lot in own where missing > 0 {
            shares.append(LotShare(claimKey: lot.claimKey, minor: min(lot.left, missing)))
            missing -= min(lot.left, missing)
        }
        return missing == 0 ? shares : []
    }

    /// Books what nobody can spend any more.
    ///
    /// - Returns: what is wrong with it.
    mutating func expire(_ shares: [LotShare], _ minor: Int64, isErasure: Bool, at now: Int64) -> String? {
        releaseTimedOut(at: now)
        defer { for share in shares { lots[share.claimKey]?.left -= share.minor } }
        guard shares.reduce(0, { $0 + $1.minor }) == minor else { return "the lots do not add up to \(minor)" }
        guard Set(shares.map { lots[$0.claimKey]?.holder ?? "" }).count == 1 else {
            return "the lots are not those of one holder"
        }
        for share in shares {
            guard let lot = lots[share.claimKey], lot.left == share.minor else {
                return "\(share) is booked, and it holds \(lots[share.claimKey]?.left ?? 0)"
            }
            guard isErasure || lot.until <= now else {
                return "\(share) is booked at \(shown(now)), before \(shown(lot.until))"
            }
        }
        return nil
    }

    /// Gives a reservation back, unless it came back by itself.
    mutating func release(_ number: Int64) {
        guard var reservation = reservations[number] else { return }
        reservation.isOver = true
        if !reservation.isBack {
            reservation.isBack = true
            for share in reservation.shares ?? [] { lots[share.claimKey]?.left += share.minor }
        }
        reservations[number] = reservation
    }

    /// At their `until` reservations are released, whether or not an entry says so yet.
    private mutating func releaseTimedOut(at now: Int64) {
        for (number, reservation) in reservations where !reservation.isOver && !reservation.isBack {
            guard reservation.until <= now else { continue }
            reservations[number]?.isBack = true
            for share in reservation.shares ?? [] { lots[share.claimKey]?.left += share.minor }
        }
    }
}

/// Rules 35 to 37: spending, reservations and expiry.
extension Recomputation {
    /// Judges an entry of the page of wallets and coupons.
    ///
    /// - Returns: false when it is none.
    mutating func judgeWallet(_ event: Event) throws(EntryProblem) -> Bool {
        guard let type = WalletEntry(rawValue: event.typeText) else { return false }
        guard event.frame.rid == nil else { throw EntryProblem("\(type.rawValue) names a request") }
        switch type {
        case .spent: try spend(event)
        case .reserved: try reserve(event)
        case .confirmed, .released: try resolve(event, try ResolutionFacts(event.frame, type), type)
        case .expired: try expire(event)
        case .walletErased: try event.frame.requireTexts(["tenant"])
        default: try judgeCoupon(event, type)
        }
        return true
    }

    private mutating func spend(_ event: Event) throws(EntryProblem) {
        let facts = try MovementFacts(event.frame, .spent)
        requireJournal(event, facts.journal, "spend", debit: "wallets", credit: "revenue", facts.minor, facts.unit)
        wallets.addSpent(facts.minor, facts.unit)
        take(event, facts)
    }

    private mutating func reserve(_ event: Event) throws(EntryProblem) {
        let facts = try MovementFacts(event.frame, .reserved)
        requireJournal(
            event, facts.journal, "hold", debit: "wallets", credit: "reserved:\(event.seq)", facts.minor, facts.unit)
        if !(event.t < facts.until && facts.until - event.t <= Self.maximumReservation) {
            report(.wrongReservation, event, "it ends at \(shown(facts.until)), not within 30 days of its beginning")
        }
        let shares = take(event, facts)
        wallets.reservations[Int64(event.seq)] = WalletLedger.Reservation(
            purse: facts.purse, minor: facts.minor, until: facts.until, shares: shares)
    }

    private static let maximumReservation: Int64 = 30 * 86_400_000

    /// Takes what an entry takes, from the sums and from the lots that are shown.
    @discardableResult
    private mutating func take(_ event: Event, _ facts: MovementFacts) -> [LotShare]? {
        if let problem = wallets.take(facts.minor, facts.purse, at: event.t) { report(.wrongSpend, event, problem) }
        do {
            guard let shares = try wallets.shares(of: event) else { return nil }
            if let problem = wallets.spend(shares, facts.minor, facts.purse, at: event.t) {
                report(.wrongSpend, event, problem)
            }
            return shares
        } catch {
            report(.wrongSpend, event, error.sentence)
            return nil
        }
    }

    private mutating func resolve(_ event: Event, _ facts: ResolutionFacts, _ type: WalletEntry) throws(EntryProblem) {
        guard let held = wallets.reservations[facts.of], held.purse.tenant == facts.tenant, !held.isOver else {
            report(
                .wrongReservation, event, "entry \(facts.of) is no reservation of \(facts.tenant) that holds something")
            return
        }
        let account = "reserved:\(facts.of)"
        if type == .confirmed {
            requireJournal(
                event, facts.journal, "confirm", debit: account, credit: "revenue", held.minor, held.purse.unit)
            wallets.addSpent(held.minor, held.purse.unit)
            if event.t >= held.until {
                report(
                    .wrongReservation, event, "confirmed at \(shown(event.t)), and it ran out at \(shown(held.until))")
            }
            wallets.reservations[facts.of]?.isOver = true
            return
        }
        requireJournal(
            event, facts.journal, "release", debit: account, credit: "wallets", held.minor, held.purse.unit)
        if (facts.why == "timeout") != (event.t >= held.until) {
            report(
                .wrongReservation, event,
                "released at \(shown(event.t)) (\(facts.why)); it ends at \(shown(held.until))")
        }
        wallets.giveBack(held.minor, held.purse)
        wallets.release(facts.of)
    }

    private mutating func expire(_ event: Event) throws(EntryProblem) {
        let facts = try MovementFacts(event.frame, .expired)
        requireJournal(event, facts.journal, "expire", debit: "wallets", credit: "breakage", facts.minor, facts.unit)
        wallets.addExpired(facts.minor, facts.unit)
        if let problem = wallets.take(facts.minor, facts.purse, at: event.t) { report(.wrongExpiry, event, problem) }
        do {
            guard let shares = try wallets.shares(of: event) else { return }
            let problem = wallets.expire(shares, facts.minor, isErasure: facts.isErasure, at: event.t)
            if let problem { report(.wrongExpiry, event, problem) }
        } catch {
            report(.wrongExpiry, event, error.sentence)
        }
    }

    /// A posting or a payment made a lot: only those say from when until when in the clear.
    mutating func grantLot(
        _ event: Event, _ key: CanonicalText, _ minor: Int64, _ unit: CanonicalText, from: Int64?, until: Int64?
    ) {
        guard let from, let until, let place = requests.place(of: event.rid) else { return }
        let purse = Purse(tenant: requests.records[place].tenant.word, unit: unit.word)
        wallets.grant(minor, purse, claimKey: key.word, from: from, until: until)
    }

    /// What was not spent of a lot is taken back.
    ///
    /// - Returns: what is wrong with that.
    mutating func reverseLot(
        _ event: Event, _ key: CanonicalText, _ minor: Int64, _ unit: CanonicalText
    ) -> String? {
        guard unit.word == "PFC" || unit.word == "ISSUANCES", let place = requests.place(of: event.rid) else {
            return nil
        }
        let purse = Purse(tenant: requests.records[place].tenant.word, unit: unit.word)
        return wallets.reverse(minor, purse, claimKey: key.word, at: event.t)
    }

    mutating func requireJournal(
        _ event: Event, _ found: String, _ step: String, debit: String, credit: String, _ minor: Int64, _ unit: String
    ) {
        let right = WalletText.journal(step, in: event.seq, debit: debit, credit: credit, minor, unit)
        if found != right { report(.wrongJournal, event, "the journal is \(right), not \(found)") }
    }
}

/// Rule 39: coupons.
extension Recomputation {
    mutating func judgeCoupon(_ event: Event, _ type: WalletEntry) throws(EntryProblem) {
        var facts = try FactReader(event.frame)
        switch type {
        case .couponKey:
            let version = try facts.integer("version")
            try facts.finish()
            let before = coupons.version
            if version != before + 1 { report(.wrongCoupon, event, "version \(version) follows version \(before)") }
            coupons.version = version
        case .couponLimits:
            let (budget, perAgent) = (try facts.integer("budget"), try facts.integer("perAgent"))
            let purse = Purse(tenant: try facts.word("tenant"), unit: try facts.word("unit"))
            try facts.finish()
            coupons.limits[purse] = CouponLedger.Limits(budget: budget, perAgent: perAgent)
        case .couponMinted: mint(event, try MintFacts(event.frame))
        case .couponSent: try send(event, &facts)
        case .couponReserved: try reserveCoupon(event, &facts)
        case .couponReleased: try releaseCoupon(event, &facts)
        case .couponRedeemed: try redeem(event, &facts)
        case .couponExpired: try expireCoupons(event, &facts)
        case .couponRevoked: try revoke(event, &facts)
        case .couponLeaked:
            let (name, tenant) = (try facts.word("coupon"), try facts.word("tenant"))
            try facts.finish()
            guard let (coupon, _) = coupon(event, name, tenant) else { return }
            if coupon.isLeaked { report(.wrongCoupon, event, "that it leaked was said before") }
            coupons.coupons[name]?.isLeaked = true
        default:
            let failed = try facts.integer("failed")
            _ = try facts.word("tenant")
            try facts.finish()
            let digits = String(failed)
            if digits.first != "1" || !digits.dropFirst().allSatisfy({ $0 == "0" }) {
                throw EntryProblem("\(failed) is no power of ten")
            }
        }
    }

    private mutating func mint(_ event: Event, _ facts: MintFacts) {
        let account = "coupon:" + (facts.claimKey ?? String(event.seq))
        let batch = CouponLedger.Batch(
            tenant: facts.tenant, unit: facts.unit, minor: facts.minor, until: facts.until, account: account,
            isGiftCard: facts.isGiftCard, coupons: facts.coupons, by: facts.by, t: event.t,
            isAward: facts.claimKey != nil)
        if let journal = facts.journal {
            requireJournal(
                event, journal, "mint", debit: "expense:compensation", credit: account, batch.worth, facts.unit)
            if let problem = coupons.problemWithLimits(batch, event.seq) { report(.wrongCoupon, event, problem) }
        } else if let key = facts.claimKey {
            fulfil(CanonicalText(key), batch, event)
        }
        let (next, version) = (coupons.next, coupons.version)
        if facts.first != next || facts.version != version || facts.until <= event.t {
            report(
                .wrongCoupon, event,
                "its first number is \(next), its version \(version), and it ends later; not "
                    + "\(facts.first), \(facts.version) and \(shown(facts.until))")
        }
        if Set(facts.coupons).count != facts.coupons.count
            || facts.coupons.contains(where: { coupons.coupons[$0] != nil })
        {
            report(.wrongCoupon, event, "a coupon was minted before")
        }
        coupons.next = facts.first + Int64(facts.coupons.count)
        coupons.add(batch, event.seq)
    }

    /// A posting or a payment gives a coupon, which has to be minted.
    mutating func awardCoupon(
        _ event: Event, _ key: CanonicalText, _ minor: Int64, _ unit: CanonicalText, until: Int64?
    ) {
        guard let until else { return }
        coupons.awards[key] = CouponLedger.Award(unit: unit, minor: minor, until: until, seq: event.seq)
    }

    private mutating func fulfil(_ key: CanonicalText, _ batch: CouponLedger.Batch, _ event: Event) {
        guard let award = coupons.awards.removeValue(forKey: key) else {
            report(.wrongCoupon, event, "the log posts no coupon under \(key.word) that is not minted yet")
            return
        }
        let isRight =
            award.unit == CanonicalText(batch.unit) && award.minor == batch.worth && award.until == batch.until
            && !batch.isGiftCard && batch.coupons.count == 1
        guard !isRight else { return }
        report(
            .wrongCoupon, event,
            "entry \(award.seq) gives one coupon of \(award.minor) \(award.unit) until \(shown(award.until))")
    }

    /// Coupons that were given and are nobody's.
    func missingCoupons(_ findings: inout FindingList) {
        for (key, award) in coupons.awards.sorted(by: { $0.value.seq < $1.value.seq }) {
            findings.add(
                .wrongCoupon, seq: award.seq, rid: nil, "the coupon that it gives under \(key.word) was not minted")
        }
    }

    private mutating func send(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        _ = try facts.optionalWord("by")
        _ = try facts.word("channel", of: ["email", "chat", "text", "social", "phone", "print", "api"])
        let (name, tenant) = (try facts.word("coupon"), try facts.word("tenant"))
        try facts.finish()
        _ = openCoupon(event, name, tenant)
    }

    private mutating func reserveCoupon(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        let (name, minor) = (try facts.word("coupon"), try facts.integer("minor"))
        let (reservation, tenant) = (try facts.integer("reservation"), try facts.word("tenant"))
        let until = try facts.integer("until")
        try facts.finish()
        guard let (coupon, batch) = openCoupon(event, name, tenant) else { return }
        guard reservation == Int64(event.seq), event.t < until, until - event.t <= 3_600_000,
            !coupon.isReserved(at: event.t), 1...coupon.left ~= minor, batch.isGiftCard || minor == coupon.left
        else {
            report(.wrongCoupon, event, "it cannot be held like this")
            return
        }
        coupons.coupons[name]?.reservation = .init(minor: minor, until: until)
    }

    private mutating func releaseCoupon(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        let (name, tenant) = (try facts.word("coupon"), try facts.word("tenant"))
        let why = try facts.word("why", of: ["asked", "timeout"])
        try facts.finish()
        guard let (coupon, _) = coupon(event, name, tenant) else { return }
        guard let reservation = coupon.reservation, (why == "timeout") == (event.t >= reservation.until) else {
            report(.wrongCoupon, event, "no cart holds it, or not in that way")
            return
        }
        coupons.coupons[name]?.reservation = nil
    }

    private mutating func redeem(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        let name = try facts.word("coupon")
        let journal = event.frame.bytes.text(try facts.value("journal"))
        let (minor, tenant) = (try facts.integer("minor"), try facts.word("tenant"))
        try facts.finish()
        guard let (coupon, batch) = openCoupon(event, name, tenant) else { return }
        requireJournal(event, journal, "redeem", debit: batch.account, credit: "revenue", minor, batch.unit)
        let held = coupon.isReserved(at: event.t) ? coupon.reservation?.minor : nil
        guard 1...coupon.left ~= minor, batch.isGiftCard || minor == coupon.left, held.map({ $0 == minor }) ?? true
        else {
            report(.wrongCoupon, event, "it is worth \(held ?? coupon.left), not \(minor)")
            return
        }
        coupons.coupons[name]?.reservation = nil
        coupons.coupons[name]?.left -= minor
        if minor == coupon.left { coupons.end(name, as: .redeemed) }
    }

    private mutating func expireCoupons(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        let (number, names) = (try facts.integer("batch"), try facts.words("coupons"))
        let journal = event.frame.bytes.text(try facts.value("journal"))
        let (minor, tenant) = (try facts.integer("minor"), try facts.word("tenant"))
        try facts.finish()
        guard let batch = batch(event, number, tenant) else { return }
        requireJournal(event, journal, "expire", debit: batch.account, credit: "breakage", minor, batch.unit)
        var sum: Int64 = 0
        for name in names {
            guard let coupon = coupons.coupons[name], coupon.batch == UInt64(number), coupon.end == nil,
                batch.until <= event.t, !coupon.isReserved(at: event.t)
            else {
                report(.wrongCoupon, event, "\(name) has not expired, or ended before")
                continue
            }
            sum += coupon.left
            coupons.end(name, as: .expired)
        }
        if sum != minor { report(.wrongCoupon, event, "\(sum) expired, not \(minor)") }
    }

    private mutating func revoke(_ event: Event, _ facts: inout FactReader) throws(EntryProblem) {
        let number = try facts.integer("batch")
        _ = try facts.optionalWord("by")
        let name = try facts.optionalWord("coupon")
        let journal = event.frame.bytes.text(try facts.value("journal"))
        let minor = try facts.integer("minor")
        _ = try facts.word("reason", of: ["error", "fraud", "leak", "withdrawn"])
        let tenant = try facts.word("tenant")
        try facts.finish()
        guard let batch = batch(event, number, tenant) else { return }
        requireJournal(
            event, journal, "revoke", debit: batch.account, credit: "expense:compensation", minor, batch.unit)
        var sum: Int64 = 0
        for own in batch.coupons where name == nil || name == own {
            guard let coupon = coupons.coupons[own], coupon.end == nil,
                event.t < batch.until || coupon.isReserved(at: event.t)
            else { continue }
            sum += coupon.left
            coupons.end(own, as: .revoked)
        }
        if sum != minor || sum == 0 { report(.wrongCoupon, event, "\(sum) is left to be revoked, not \(minor)") }
    }

    /// A coupon that is not over.
    private mutating func openCoupon(
        _ event: Event, _ name: String, _ tenant: String
    ) -> (CouponLedger.Coupon, CouponLedger.Batch)? {
        guard let (coupon, batch) = coupon(event, name, tenant) else { return nil }
        guard coupon.end == nil, event.t < batch.until || coupon.isReserved(at: event.t) else {
            let how = coupon.end?.rawValue ?? "expired at \(shown(batch.until))"
            report(.wrongCoupon, event, "the coupon was \(how)")
            return nil
        }
        return (coupon, batch)
    }

    private mutating func coupon(
        _ event: Event, _ name: String, _ tenant: String
    ) -> (CouponLedger.Coupon, CouponLedger.Batch)? {
        guard let coupon = coupons.coupons[name], let batch = coupons.batches[coupon.batch], batch.tenant == tenant
        else {
            report(.wrongCoupon, event, "\(tenant) has no coupon \(name)")
            return nil
        }
        return (coupon, batch)
    }

    private mutating func batch(_ event: Event, _ number: Int64, _ tenant: String) -> CouponLedger.Batch? {
        guard number >= 0, let batch = coupons.batches[UInt64(number)], batch.tenant == tenant else {
            report(.wrongCoupon, event, "\(tenant) has no batch \(number)")
            return nil
        }
        return batch
    }
}

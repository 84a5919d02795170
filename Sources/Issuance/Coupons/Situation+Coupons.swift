import Compensation
import Temporal

/// Decides what becomes of coupons (rule 39). A coupon is redeemed once because each command sees the row
/// that the one before left.
extension Situation {
    /// The longest that a cart holds a coupon.
    static let maximumCouponReservation = Milliseconds.hours(1)
    /// What limits are counted over.
    static let budgetWindow = Milliseconds.days(30)
    static let agentWindow = Milliseconds.hours(24)

    func decide(_ command: CouponCommand) throws -> Decision {
        switch command {
        case .addKey(let version):
            guard version == directory.coupons.version + 1, CouponKey.versions.contains(version) else {
                throw Refusal(.overLimit, "The next version is \(directory.coupons.version + 1), not \(version).")
            }
            _ = try couponKeys.key(version)
            return Decision([LogEvent(.coupon(.key(CouponKeyAdded(version: Int64(version)))))])
        case .limit(let limits): return Decision([LogEvent(.coupon(.limits(limits)))])
        case .mint(let order): return try mint(order)
        case .send(let sent): return try send(sent)
        case .reserve(let presented, let length): return try reserve(presented, for: length)
        case .redeem(let presented): return try redeem(presented)
        case .confirm(let held): return try confirm(held)
        case .release(let held): return try release(held)
        case .revoke(let revocation): return try revoke(revocation)
        case .reportLeak(let tenant, let coupon): return try reportLeak(tenant, coupon)
        case .countAttempts(let tenant, let failed):
            return Decision([LogEvent(.coupon(.attempts(CouponAttempts(tenant: tenant, failed: failed))))])
        case .settle(let batch): return try settle(batch)
        }
    }

    /// One coupon for the holder of a request, that a policy awarded: guaranteed, so no limit counts. The entry follows
    /// the posting of `claimKey`; everything in the tables follows from the entry.
    ///
    /// - Parameters:
    ///   - minted: how many coupons this decision has minted before.
    func awardedCoupon(
        _ claimKey: ClaimKey, to owner: WalletOwner, _ amount: Amount, until: Instant, minted: Int64 = 0
    ) throws -> LogEvent {
        let key = try couponKeys.key(directory.coupons.version)
        let number = try nextCoupon() + minted
        return LogEvent(
            .coupon(
                .minted(
                    CouponMinted(
                        tenant: owner.tenant, kind: .singleUse, unit: amount.unit.rawValue, minor: amount.minor,
                        until: until, version: Int64(key.version), first: number,
                        coupons: [key.code(of: number, tenant: owner.tenant.text).reference], reason: .compensation,
                        bound: .holder, by: nil, claimKey: claimKey.text, journal: [], holder: owner.holder, key: nil,
                        note: nil, idempotency: nil))))
    }

    private func mint(_ order: CouponOrder) throws -> Decision {
        guard now < order.until else { throw Refusal(.invalidRequest, "It would be over already.", at: "/until") }
        let key = try couponKeys.key(directory.coupons.version)
        let total = order.minor * Int64(order.count)
        try checkLimits(order, total)
        let first = try nextCoupon()
        guard first + Int64(order.count) <= CouponKey.numbers.upperBound else {
            throw Refusal(.overLimit, "There are no more numbers for coupons.")
        }
        let names = (0..<Int64(order.count)).map { key.code(of: first + $0, tenant: order.tenant.text).reference }
        let bound: CouponBinding = order.holder != nil ? .holder : order.keyThumbprint != nil ? .key : .nobody
        return Decision([
            LogEvent(
                .coupon(
                    .minted(
                        CouponMinted(
                            tenant: order.tenant, kind: order.kind, unit: order.unit, minor: order.minor,
                            until: order.until, version: Int64(key.version), first: first, coupons: names,
                            reason: order.reason, bound: bound, by: order.by, claimKey: nil,
                            journal: .movement(
                                .mint, in: nextSeq, debit: .compensationExpense,
                                credit: .coupons(batch: String(nextSeq)), unit: order.unit, minor: total),
                            holder: order.holder, key: order.keyThumbprint, note: order.note,
                            idempotency: order.idempotency))))
        ])
    }

    private func nextCoupon() throws -> Int64 {
        let last = try state.records(
            Scan(CouponBatchRecord.self, index: "coupon_batch_by_first", isDescending: true, limit: 1)
        ).first
        return last.map { $0.first + $0.count } ?? 0
    }

    /// The most batches that are added up for one decision.
    private static let countedBatches = 10_000

    private func checkLimits(_ order: CouponOrder, _ total: Int64) throws {
        guard let limits = directory.coupons.limits(of: order.tenant, order.unit) else {
            throw Refusal(
                .overLimit,
                "Nobody said how much \(order.unit) may be minted at \(order.tenant); see `punctual coupon limits`.")
        }
        let recent = try state.records(
            Scan(
                CouponBatchRecord.self, index: "coupon_batch_by_tenant", equals: [.text(order.tenant.text)],
                above: [.integer((now - Self.budgetWindow).milliseconds)], limit: Self.countedBatches)
        ).filter { $0.unit == order.unit && $0.claimKey == nil }
        let spent = recent.reduce(0) { $0 + $1.minor * $1.count }
        guard spent + total <= limits.budget, recent.count < Self.countedBatches else {
            throw Refusal(
                .overLimit, "\(spent) of \(limits.budget) \(order.unit) were minted in 30 days; \(total) is too much.")
        }
        guard let by = order.by else { return }
        let today = (now - Self.agentWindow).milliseconds
        let own = recent.filter { $0.by == by && $0.at > today }.reduce(0) { $0 + $1.minor * $1.count }
        guard own + total <= limits.perAgent else {
            throw Refusal(
                .overLimit, "You minted \(own) of \(limits.perAgent) \(order.unit) in 24 hours; \(total) is too much.")
        }
    }

    private func send(_ sent: SentCoupon) throws -> Decision {
        let coupon = try coupon(sent.coupon, of: sent.tenant)
        try requireOpen(coupon)
        guard coupon.holder.isEmpty || sent.holder == nil || sent.holder == coupon.holder else {
            throw Refusal.couponBound
        }
        guard coupon.keyThumbprint.isEmpty || sent.holder == nil else {
            throw Refusal(.couponBound, "It is bound to a key, not to a holder.", at: "/holder")
        }
        return Decision([
            LogEvent(
                .coupon(
                    .sent(
                        CouponSent(
                            tenant: sent.tenant, coupon: sent.coupon, channel: sent.channel, by: sent.by,
                            holder: sent.holder, idempotency: sent.idempotency))))
        ])
    }

    private func reserve(_ presented: PresentedCoupon, for length: Milliseconds) throws -> Decision {
        let coupon = try coupon(presented.coupon, of: presented.tenant)
        let minor = try worth(of: coupon, to: presented)
        var decision = Decision(releaseTimedOut(coupon, presented.tenant))
        decision.answer(
            with: LogEvent(
                .coupon(
                    .reserved(
                        CouponReserved(
                            tenant: presented.tenant, coupon: coupon.coupon,
                            reservation: nextSeq + Int64(decision.events.count), minor: minor, until: now + length,
                            holder: presented.holder, reference: presented.reference,
                            idempotency: presented.idempotency)))))
        return decision
    }

    private func redeem(_ presented: PresentedCoupon) throws -> Decision {
        let coupon = try coupon(presented.coupon, of: presented.tenant)
        let minor = try worth(of: coupon, to: presented)
        var decision = Decision(releaseTimedOut(coupon, presented.tenant))
        decision.answer(
            with: try redemption(
                of: coupon, presented.tenant, minor, presented.holder, presented.reference, presented.idempotency,
                in: nextSeq + Int64(decision.events.count)))
        return decision
    }

    private func redemption(
        of coupon: CouponRecord, _ tenant: TenantID, _ minor: Int64, _ holder: String?, _ reference: String?,
        _ idempotency: Idempotency, in seq: Int64
    ) throws -> LogEvent {
        let batch = try batch(coupon.batch)
        return LogEvent(
            .coupon(
                .redeemed(
                    CouponRedeemed(
                        tenant: tenant, coupon: coupon.coupon, minor: minor,
                        journal: .movement(
                            .redeem, in: seq, debit: .coupons(batch: batch.account), credit: .revenue,
                            unit: batch.unit, minor: minor), holder: holder, reference: reference,
                        idempotency: idempotency))))
    }

    private func confirm(_ held: HeldCredits) throws -> Decision {
        let coupon = try reservedCoupon(held)
        guard let minor = coupon.reservedMinor else {
            throw StoreError.corrupt("coupon \(coupon.coupon) is reserved for nothing")
        }
        let holder = coupon.holder.isEmpty ? nil : coupon.holder
        return Decision([
            try redemption(of: coupon, held.tenant, minor, holder, nil, held.idempotency, in: nextSeq)
        ])
    }

    private func release(_ held: HeldCredits) throws -> Decision {
        let coupon = try reservedCoupon(held)
        return Decision([
            LogEvent(
                .coupon(
                    .released(
                        CouponReleased(
                            tenant: held.tenant, coupon: coupon.coupon, why: .asked, idempotency: held.idempotency))))
        ])
    }

    private func reservedCoupon(_ held: HeldCredits) throws -> CouponRecord {
        let scan = Scan(
            CouponRecord.self, index: "coupon_by_reservation", equals: [.integer(held.number)], limit: 1)
        guard let coupon = try state.records(scan).first, coupon.tenant == held.tenant.text else {
            throw Refusal.unknownReservation
        }
        guard coupon.isReserved(at: now.milliseconds), !coupon.isOver else {
            throw Refusal.reservationEnded("ran out")
        }
        return coupon
    }

    private func revoke(_ revocation: CouponRevocation) throws -> Decision {
        guard let batch = try state.record(CouponBatchRecord.self, .integer(revocation.batch)),
            batch.tenant == revocation.tenant.text
        else { throw Refusal.unknownCoupon }
        let left = try coupons(of: batch).filter {
            !$0.isOver && (revocation.coupon == nil || $0.coupon == revocation.coupon)
                && (now.milliseconds < $0.until || $0.isReserved(at: now.milliseconds))
        }
        let minor = left.reduce(0) { $0 + $1.left }
        guard minor > 0 else {
            throw Refusal(.couponUnavailable, "Nothing is left of it that could be revoked.")
        }
        return Decision([
            LogEvent(
                .coupon(
                    .revoked(
                        CouponsRevoked(
                            tenant: revocation.tenant, batch: batch.seq, coupon: revocation.coupon, minor: minor,
                            by: revocation.by, reason: revocation.reason,
                            journal: .movement(
                                .revoke, in: nextSeq, debit: .coupons(batch: batch.account),
                                credit: .compensationExpense, unit: batch.unit, minor: minor),
                            note: revocation.note, idempotency: revocation.idempotency))))
        ])
    }

    private func reportLeak(_ tenant: TenantID, _ name: String) throws -> Decision {
        let coupon = try coupon(name, of: tenant)
        guard coupon.isLeaked == 0 else { return Decision() }
        return Decision([LogEvent(.coupon(.leaked(CouponLeaked(tenant: tenant, coupon: name))))])
    }

    /// Carts that ran out, and coupons that nobody redeemed in time.
    private func settle(_ seq: Int64) throws -> Decision {
        let batch = try batch(seq)
        guard let tenant = TenantID(batch.tenant) else { throw StoreError.corrupt("batch \(seq) is nobody's") }
        let open = try coupons(of: batch).filter { !$0.isOver }
        var decision = Decision(open.flatMap { releaseTimedOut($0, tenant) })
        let over = open.filter { $0.until <= now.milliseconds && !$0.isReserved(at: now.milliseconds) }
        let minor = over.reduce(0) { $0 + $1.left }
        guard minor > 0 else { return decision }
        decision.events.append(
            LogEvent(
                .coupon(
                    .expired(
                        CouponsExpired(
                            tenant: tenant, batch: seq, coupons: over.map(\.coupon), minor: minor,
                            journal: .movement(
                                .expire, in: nextSeq + Int64(decision.events.count),
                                debit: .coupons(batch: batch.account), credit: .breakage, unit: batch.unit,
                                minor: minor))))))
        return decision
    }

    private func releaseTimedOut(_ coupon: CouponRecord, _ tenant: TenantID) -> [LogEvent] {
        guard coupon.reservation != nil, !coupon.isReserved(at: now.milliseconds) else { return [] }
        return [
            LogEvent(
                .coupon(
                    .released(
                        CouponReleased(tenant: tenant, coupon: coupon.coupon, why: .timeout, idempotency: nil))))
        ]
    }

    /// What somebody may take of a coupon; refused when they may not.
    private func worth(of coupon: CouponRecord, to presented: PresentedCoupon) throws -> Int64 {
        guard coupon.holder.isEmpty || presented.holder == coupon.holder,
            coupon.keyThumbprint.isEmpty || presented.keyThumbprint == coupon.keyThumbprint
        else { throw Refusal.couponBound }
        // One that was bound to a holder who was erased is nobody's.
        let batch = try batch(coupon.batch)
        guard batch.bound != .holder || !coupon.holder.isEmpty else { throw Refusal.unknownCoupon }
        try requireOpen(coupon)
        guard !coupon.isReserved(at: now.milliseconds) else {
            throw Refusal(.couponUnavailable, "Somebody's cart holds the coupon; try again later.")
        }
        let minor = presented.minor ?? coupon.left
        guard 1...coupon.left ~= minor, batch.kind == .giftCard || minor == coupon.left else {
            throw Refusal(
                .insufficientCredits, "The coupon is worth \(coupon.left) \(batch.unit), not \(minor).", at: "/minor")
        }
        return minor
    }

    private func requireOpen(_ coupon: CouponRecord) throws {
        guard !coupon.isOver, now.milliseconds < coupon.until || coupon.isReserved(at: now.milliseconds) else {
            throw Refusal(
                .couponUnavailable, "The coupon was \(coupon.state(at: now.milliseconds)); nothing is left of it.")
        }
    }

    private func coupon(_ name: String, of tenant: TenantID) throws -> CouponRecord {
        guard let coupon = try state.record(CouponRecord.self, .text(name)), coupon.tenant == tenant.text else {
            throw Refusal.unknownCoupon
        }
        return coupon
    }

    private func batch(_ seq: Int64) throws -> CouponBatchRecord {
        guard let batch = try state.record(CouponBatchRecord.self, .integer(seq)) else {
            throw StoreError.corrupt("there is no batch \(seq)")
        }
        return batch
    }

    private func coupons(of batch: CouponBatchRecord) throws -> [CouponRecord] {
        try state.records(
            Scan(
                CouponRecord.self, index: "coupon_by_batch", equals: [.integer(batch.seq)],
                limit: CouponOrder.maximumCount))
    }
}

extension Refusal {
    static let unknownCoupon = Refusal(
        .unknownCoupon, "This institution has no such coupon. Compare the code with what was sent.")
    static let couponBound = Refusal(
        .couponBound, "The coupon is somebody else's: only the holder or key that it is bound to can redeem it.")
}

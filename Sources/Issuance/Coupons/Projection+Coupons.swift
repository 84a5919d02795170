import Temporal

/// What follows from an entry about coupons.
extension Projection {
    func apply(_ fact: CouponFact, at place: Place) throws {
        if let owner = fact.owner, !owner.holder.isEmpty {
            try writer.insert(
                HolderEntryRecord(tenant: owner.tenant.text, holder: owner.holder, seq: place.seq))
        }
        if let idempotency = fact.idempotency, let tenant = fact.owner?.tenant {
            try keep(idempotency, of: tenant, at: place)
        }
        switch fact {
        case .minted(let minted):
            try writer.insert(CouponBatchRecord(minted, at: place))
            for (offset, name) in minted.coupons.enumerated() {
                try writer.insert(
                    CouponRecord(name, number: minted.first + Int64(offset), of: minted, seq: place.seq))
            }
        case .sent(let sent):
            try change(sent.coupon) { coupon in
                coupon.state = .sent
                coupon.channel = sent.channel
                coupon.sentAt = place.at.milliseconds
                if let holder = sent.holder { coupon.holder = holder }
            }
        case .reserved(let reserved):
            try change(reserved.coupon) { coupon in
                coupon.reservation = place.seq
                coupon.reservedMinor = reserved.minor
                coupon.reservedUntil = reserved.until.milliseconds
            }
        case .released(let released): try change(released.coupon) { $0.release() }
        case .redeemed(let redeemed):
            try change(redeemed.coupon) { coupon in
                coupon.release()
                coupon.left -= redeemed.minor
                if coupon.left == 0 { coupon.end(as: .redeemed) }
            }
        case .expired(let expired):
            for name in expired.coupons { try change(name) { $0.end(as: .expired) } }
        case .revoked(let revoked): try revoke(revoked, at: place)
        case .leaked(let leaked): try change(leaked.coupon) { $0.isLeaked = 1 }
        // What a start must read again to know what may be minted.
        case .key, .limits: try writer.insert(IssuerEntryRecord(seq: place.seq))
        case .attempts: break
        }
    }

    private func revoke(_ revoked: CouponsRevoked, at place: Place) throws {
        let scan = Scan(
            CouponRecord.self, index: "coupon_by_batch", equals: [.integer(revoked.batch)],
            limit: CouponOrder.maximumCount)
        let at = place.at.milliseconds
        for coupon in try writer.records(scan) {
            guard !coupon.isOver, revoked.coupon == nil || revoked.coupon == coupon.coupon,
                at < coupon.until || coupon.isReserved(at: at)
            else { continue }
            try change(coupon.coupon) { $0.end(as: .revoked) }
        }
    }

    private func change(_ name: String, _ body: (inout CouponRecord) -> Void) throws {
        guard let known = try writer.record(CouponRecord.self, .text(name)), !known.isOver || known.left >= 0 else {
            throw StoreError.corrupt("coupon \(name) is none")
        }
        var coupon = known
        body(&coupon)
        guard coupon.left >= 0 else { throw StoreError.corrupt("coupon \(name) would be worth \(coupon.left)") }
        try writer.update(coupon, from: known)
    }
}

extension CouponRecord {
    fileprivate mutating func release() {
        reservation = nil
        reservedMinor = nil
        reservedUntil = nil
    }

    fileprivate mutating func end(as last: State) {
        release()
        state = last
        liveUntil = nil
    }
}

import CanonicalJSON
import Compensation
import Temporal

/// Coupons as institutions, their staff and the operator use them.
extension Service {
    /// Mints coupons; the codes are in the answer, computed and not kept.
    ///
    /// - Parameter agent: the member of staff; nil for the institution itself.
    package func mintCoupons(
        _ draft: CouponMintDraft, at tenant: TenantID, by agent: String?, under idempotency: Idempotency,
        _ reply: @escaping Sequencer.Completion
    ) {
        let order = CouponOrder(
            tenant: tenant, kind: draft.kind, unit: draft.unit, minor: draft.minor, until: draft.until,
            count: draft.count, reason: draft.reason, by: agent, holder: draft.holder,
            keyThumbprint: draft.keyThumbprint, note: draft.note, idempotency: idempotency,
            subjectKey: randomBytes(32))
        sequencer.submit(.coupon(.mint(order))) { [couponKeys] result in
            reply(Result { try result.get().addingCodes(couponKeys, tenant) })
        }
    }

    /// Notes that a coupon was given to somebody, which binds one that was nobody's to the holder that is named.
    package func sendCoupon(
        _ coupon: String, by channel: CouponChannel, to holder: String?, at tenant: TenantID, agent: String?,
        under idempotency: Idempotency, _ reply: @escaping Sequencer.Completion
    ) {
        let sent = SentCoupon(
            tenant: tenant, coupon: coupon, channel: channel, holder: holder, by: agent, idempotency: idempotency,
            subjectKey: randomBytes(32))
        sequencer.submit(.coupon(.send(sent)), reply)
    }

    /// Redeems a coupon, or holds it for a cart: of any number who try at once, one does.
    ///
    /// - Parameter address: where the attempt comes from; wrong codes from one address are slowed down.
    package func present(
        _ presentation: CouponPresentation, at tenant: TenantID, from address: String,
        under idempotency: Idempotency, _ reply: @escaping Sequencer.Completion
    ) throws {
        let now = now()
        let holder = presentation.holder
        // A retry gets what was answered, however many codes were wrong since.
        let directory = directory
        if let stored = try store.read({ try StoredAnswer.find(idempotency, of: tenant, in: $0, directory) }) {
            return reply(stored.mapError { $0 })
        }
        try couponGuard.check(tenant, holder: holder, address: address, at: now)
        let failed: @Sendable (Refusal) -> Void = { [self] refusal in
            guard refusal.isAboutCode else { return }
            if let count = couponGuard.note(tenant, holder: holder, address: address, at: now) {
                sequencer.submit(.coupon(.countAttempts(tenant: tenant, failed: count))) { _ in }
            }
        }
        do {
            let code = try knownCode(presentation.code, of: tenant)
            let name = code.reference
            let presented = PresentedCoupon(
                tenant: tenant, coupon: name, minor: presentation.minor, holder: holder,
                keyThumbprint: try presentation.provenThumbprint(tenant, code, idempotency),
                reference: presentation.reference, idempotency: idempotency, subjectKey: randomBytes(32))
            let command = presentation.length.map { CouponCommand.reserve(presented, for: $0) } ?? .redeem(presented)
            sequencer.submit(.coupon(command)) { [self] result in
                if case .failure(let refusal as Refusal) = result {
                    failed(refusal)
                    if refusal == .couponBound, holder != nil {
                        sequencer.submit(.coupon(.reportLeak(tenant: tenant, coupon: name))) { _ in }
                    }
                }
                reply(result)
            }
        } catch let refusal as Refusal {
            failed(refusal)
            throw refusal
        }
    }

    /// Resolves a cart's reservation, once.
    package func resolveCoupon(
        _ number: Int64, _ resolution: Resolution, of tenant: TenantID, under idempotency: Idempotency,
        _ reply: @escaping Sequencer.Completion
    ) {
        let held = HeldCredits(tenant: tenant, number: number, idempotency: idempotency)
        sequencer.submit(.coupon(resolution == .confirm ? .confirm(held) : .release(held)), reply)
    }

    /// Makes a coupon, or what is left of its batch, worthless at once.
    package func revokeCoupons(
        batch: Int64, coupon: String?, for reason: CouponsRevoked.Reason, note: String?, at tenant: TenantID,
        by agent: String?, under idempotency: Idempotency, _ reply: @escaping Sequencer.Completion
    ) {
        let revocation = CouponRevocation(
            tenant: tenant, batch: batch, coupon: coupon, by: agent, reason: reason, note: note,
            idempotency: idempotency, subjectKey: randomBytes(32))
        sequencer.submit(.coupon(.revoke(revocation)), reply)
    }

    /// Says how much may be minted at an institution from now on.
    package func limitCoupons(
        at tenant: TenantID, unit: String, budget: Int64, perAgent: Int64, _ reply: @escaping Sequencer.Completion
    ) throws {
        guard tenant == .default || directory.tenants.values.contains(tenant) else {
            throw Refusal(.invalidRequest, "There is no institution \(tenant).", at: "/institution")
        }
        guard let known = UnitOfAccount(rawValue: unit), known.isWorthOfCoupons, budget >= 0, 0...budget ~= perAgent
        else {
            throw Refusal(.invalidRequest, "Limits are whole amounts of a unit, the agent's within the budget.")
        }
        let limits = CouponLimitsSet(tenant: tenant, unit: unit, budget: budget, perAgent: perAgent)
        sequencer.submit(.coupon(.limit(limits)), reply)
    }

    /// Makes new codes with the next version of the key, which must be in the vault.
    package func rotateCouponKey(_ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.coupon(.addKey(version: directory.coupons.version + 1)), reply)
    }

    /// The version of the key that makes codes.
    package var couponKeyVersion: Int { directory.coupons.version }

    /// Books what time did to coupons; nothing that anybody sees depends on it.
    package func bookExpiredCoupons() throws {
        let now = committer.logTime(now())
        var batches: Set<Int64> = []
        var scan = Scan(
            CouponRecord.self, index: "coupon_live", above: [.integer(Int64.min)],
            below: [.integer(now.milliseconds + 1)], limit: Self.maximumRows)
        while true {
            let rows = try store.read { try $0.records(scan) }
            for row in rows where !row.isReserved(at: now.milliseconds) { batches.insert(row.batch) }
            guard rows.count == scan.limit, let last = rows.last else { break }
            scan.above = [.optional(last.liveUntil), .text(last.coupon)]
        }
        for batch in batches.sorted() {
            _ = try sequencer.performAll([.coupon(.settle(batch: batch))]).first?.get()
        }
    }

    /// The code that a person typed, if it was made here for that institution.
    private func knownCode(_ text: String, of tenant: TenantID) throws -> CouponCode {
        let code: CouponCode
        do throws(CouponCodeError) {
            code = try CouponCode(text)
        } catch {
            throw Refusal(.unknownCoupon, "This is no coupon: \(error).", at: "/code")
        }
        guard code.version <= directory.coupons.version, let key = try? couponKeys.key(code.version),
            key.number(of: code, tenant: tenant.text) != nil
        else { throw Refusal.unknownCoupon }
        return code
    }
}

extension Refusal {
    /// Whether whoever typed the code may be guessing.
    fileprivate var isAboutCode: Bool { code == .unknownCoupon || code == .couponBound }
}

extension Answer {
    /// The answer to a command about coupons; without the codes, which no entry has.
    init(to fact: CouponFact) {
        switch fact {
        case .minted(let minted):
            var body = minted.facts
            body["journal"] = nil
            body["until"] = .string(minted.until.rfc3339)
            body["batch"] = minted.batch.map(JSON.integer)
            self.init(.created, body)
        case .sent(let sent): self.init(.done, sent.facts)
        case .reserved(let reserved):
            var body = reserved.facts
            body["until"] = .string(reserved.until.rfc3339)
            body["state"] = "reserved"
            self.init(.created, body)
        case .redeemed(let redeemed):
            var body = redeemed.facts
            body["journal"] = nil
            body["state"] = "redeemed"
            body["unit"] = redeemed.journal.first?.lines.first.map { .string($0.unit) }
            self.init(.done, body)
        case .released(let released):
            var body = released.facts
            body["state"] = "released"
            self.init(.done, body)
        case .revoked(let revoked):
            var body = revoked.facts
            body["journal"] = nil
            body["state"] = "revoked"
            self.init(.done, body)
        case .key(let added): self.init(.created, added.facts)
        case .limits(let limits): self.init(.created, limits.facts)
        case .expired, .leaked, .attempts: self.init(.done, [:])
        }
    }

    /// With the code of each coupon that was minted.
    fileprivate func addingCodes(_ keys: CouponKeys, _ tenant: TenantID) throws -> Answer {
        guard let version = body["version"]?.integerValue, let first = body["first"]?.integerValue,
            let names = body["coupons"]?.arrayValue
        else { return self }
        let key = try keys.key(Int(version))
        var body = body
        body["coupons"] = .array(
            names.enumerated().map { offset, name in
                ["coupon": name, "code": .string(key.code(of: first + Int64(offset), tenant: tenant.text).description)]
            })
        return Answer(kind, body)
    }
}

extension CouponMinted {
    /// The number of its entry, which the account of the batch is named by.
    fileprivate var batch: Int64? {
        journal.first?.lines.last.flatMap { line in
            line.account.split(separator: ":", maxSplits: 1).last.flatMap { Int64($0) }
        }
    }
}

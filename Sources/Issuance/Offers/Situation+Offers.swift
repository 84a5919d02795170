import CanonicalJSON
import Compensation
import ServiceLevels
import Temporal

/// What may be offered for a broken promise, and what is given when it is accepted.
extension Situation {
    /// The most offers of one request: each menu is tried, and somebody thought again.
    static let maximumOffers: Int64 = 16

    func decide(_ command: OfferCommand) throws -> Decision {
        switch command {
        case .make(let target, let draft, let by): try offer(target, draft, by)
        case .accept(let target): try accept(target)
        case .decline(let target, let note):
            try answer(
                try openOffer(target),
                .declined(
                    OfferDeclined(offer: target.id.number, note: note, idempotency: target.request.idempotency)))
        }
    }

    /// Every offer of a request, in order.
    func offers(of request: RequestID) throws -> [OfferRecord] {
        try state.records(
            Scan(
                OfferRecord.self, index: "offer_by_request", equals: [.text(request.text)],
                limit: Int(Self.maximumOffers)))
    }

    private func offer(_ target: TenantRequest, _ draft: OfferDraft, _ by: StaffID) throws -> Decision {
        let member = try requireStaff(by, in: [.agent])
        let promise = try promise(of: target)
        let menu = try runningMenu(promise)
        let grant = try menu.grant(draft, of: promise)
        let before = try offers(of: target.id)
        guard before.allSatisfy({ $0.state == .declined }) else {
            throw Refusal(.wrongState, "An offer for this request stands already: wait for its answer.")
        }
        guard Int64(before.count) < Self.maximumOffers else {
            throw Refusal(.wrongState, "\(Self.maximumOffers) offers were made for this request, which is the most.")
        }
        try requireRoom(for: grant.amount, of: member)
        let made = OfferMade(
            offer: Int64(before.count) + 1, by: by, benefit: draft.benefit, grant: grant, reason: draft.reason,
            channel: draft.channel, words: draft.words, idempotency: target.idempotency)
        return try answer(promise, .made(made))
    }

    /// What somebody may offer in one day (UTC), where that is limited.
    private func requireRoom(for amount: Amount, of member: StaffMember) throws {
        guard let limit = member.limits.first(where: { $0.unit == amount.unit }) else { return }
        let day = now.milliseconds - now.milliseconds % Milliseconds.days(1).count
        let made = try state.records(
            Scan(
                OfferRecord.self, index: "offer_by_staff", equals: [.text(member.id.text)],
                above: [.integer(day - 1)], limit: 10_000))
        let sum = made.filter { $0.unit == amount.unit.rawValue }.reduce(amount.minor) { $0 + $1.minor }
        guard sum <= limit.minor else {
            throw Refusal(
                .notPermitted, "\(member.id) may offer \(limit) in a day (UTC); this would make it \(sum).")
        }
    }

    private func accept(_ target: ClaimTarget) throws -> Decision {
        let promise = try openOffer(target)
        guard let row = try offers(of: target.id.request).first(where: { $0.number == target.id.number }),
            let grant = row.grant
        else { throw Refusal.unknownOffer }
        let accepted = OfferAccepted(offer: target.id.number, idempotency: target.request.idempotency)
        var decision = try answer(promise, .accepted(accepted))
        let before = promise.posted.sum(of: grant.type, in: grant.amount.unit).minor
        let most = min(grant.amount.minor, promise.compensation.cap(of: grant.amount.unit)?.minor ?? .max)
        guard most > before, case .personalised(let menu) = promise.compensation.model else { return decision }
        let award = Award(
            offer: target.id.number, menu.benefits[Int(row.benefit)], at: Int(row.benefit),
            of: promise.record.id, tenant: promise.record.tenant, policy: promise.compensation.hash,
            amount: Amount(most - before, grant.amount.unit),
            trail: [
                "accepted: offer \(target.id.number) of \(grant.amount)",
                "at most \(most) for one request, given before: \(before)", "posted now: \(most - before)",
            ])
        try post(award, of: promise, in: &decision)
        return decision
    }

    /// The request of an offer that can still be answered.
    private func openOffer(_ target: ClaimTarget) throws -> Promise {
        let found: Promise
        do {
            found = try promise(of: target.request)
        } catch let refusal as Refusal where refusal.code == .unknownRequest {
            throw Refusal.unknownOffer
        }
        guard let offer = try offers(of: target.id.request).first(where: { $0.number == target.id.number }) else {
            throw Refusal.unknownOffer
        }
        _ = try runningMenu(found)
        guard offer.state == .open else { throw Refusal(.wrongState, "The offer is \(offer.state.rawValue).") }
        return found
    }

    /// The menu of a broken promise, while somebody may choose from it; the last instant is in time.
    func runningMenu(_ promise: Promise) throws(Refusal) -> CompensationPolicy.Menu {
        if promise.record.erasedAt != nil { throw .erased }
        guard case .personalised(let menu) = promise.compensation.model else {
            throw Refusal(.wrongState, "The policy of this request has no menu: what it gives comes by itself.")
        }
        guard promise.record.breachedAt != nil, let due = promise.clock.due else {
            throw Refusal(.wrongState, "The promise to this request is not broken, so nothing is offered for it.")
        }
        guard now <= due + menu.decideWithin.length else {
            throw Refusal(.wrongState, "The time for an offer is over; what the policy gives then comes by itself.")
        }
        return menu
    }

    private func answer(_ promise: Promise, _ event: OfferEvent) throws -> Decision {
        var decision = Decision([LogEvent(.offer(event), of: promise.id)])
        decision.answering = 0
        decision.request = promise.record
        return decision
    }
}

extension CompensationPolicy.Menu {
    /// What an offer gives: what the menu says at its place, or less, within what one offer may come to.
    fileprivate func grant(_ draft: OfferDraft, of promise: Promise) throws(Refusal) -> GivenAmount {
        guard let place = Int(exactly: draft.benefit), benefits.indices.contains(place),
            let amount = benefits[place].amount
        else { throw Refusal(.invalidRequest, "The menu has no such place with an amount.", at: "/benefit") }
        let minor = draft.minor ?? amount.minor
        let most = min(amount.minor, self.most(of: amount.unit)?.minor ?? 0)
        guard (1...max(most, 1)).contains(minor), most > 0 else {
            throw Refusal(.invalidRequest, "At this place at most \(most) \(amount.unit.rawValue).", at: "/minor")
        }
        let cap = promise.compensation.cap(of: amount.unit)?.minor ?? .max
        guard minor <= cap else {
            throw Refusal(.invalidRequest, "One request is given at most \(cap) \(amount.unit.rawValue).", at: "/minor")
        }
        return GivenAmount(benefits[place].type, Amount(minor, amount.unit))
    }
}

extension Refusal {
    package static let unknownOffer = Refusal(.unknownClaim, "Check the identifier: there is no such offer here.")
}

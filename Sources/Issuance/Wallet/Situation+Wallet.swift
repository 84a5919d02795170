import CanonicalJSON
import Compensation
import Temporal

/// Decides what becomes of a wallet (rules 35 to 37).
extension Situation {
    /// The longest reservation: a cart, or a booking that somebody must confirm.
    static let maximumReservation = Milliseconds.days(30)

    func decide(_ command: WalletCommand) throws -> Decision {
        switch command {
        case .spend(let order):
            var decision = Decision()
            let spent = try spend(order, in: &decision)
            decision.answer(with: LogEvent(.wallet(.spent(spent))))
            return decision
        case .reserve(let order, let length): return try reserve(order, for: length)
        case .confirm(let held): return try confirm(held)
        case .release(let held): return try release(held)
        case .settle(let owner): return try settle(owner)
        }
    }

    /// The free issuance that pays for a request.
    func payWithIssuance(_ request: RequestID, of owner: WalletOwner, in decision: inout Decision) throws {
        let purpose = SpendPurpose(purpose: "issuance", reference: request.text)
        let spent = try spend(Amount(1, .issuances), of: owner, for: purpose, under: nil, in: &decision)
        decision.events.append(LogEvent(.wallet(.spent(spent))))
    }

    private func spend(_ order: WalletOrder, in decision: inout Decision) throws -> CreditsSpent {
        try spend(order.amount, of: order.owner, for: order.purpose, under: order.idempotency, in: &decision)
    }

    private func spend(
        _ amount: Amount, of owner: WalletOwner, for purpose: SpendPurpose, under idempotency: Idempotency?,
        in decision: inout Decision
    ) throws -> CreditsSpent {
        let lots = try take(amount, of: owner, in: &decision)
        return CreditsSpent(
            owner: owner, unit: amount.unit.rawValue, minor: amount.minor, lots: lots, purpose: purpose,
            journal: .movement(
                .spend, in: nextSeq + Int64(decision.events.count), debit: .wallets, credit: .revenue,
                unit: amount.unit.rawValue, minor: amount.minor), idempotency: idempotency)
    }

    /// Which lots an amount comes from, after what ran out was released.
    private func take(_ amount: Amount, of owner: WalletOwner, in decision: inout Decision) throws -> [LotPart] {
        let held = try HolderWallet(of: owner, at: now, in: state)
        try release(held.timedOut, of: owner, in: &decision)
        do throws(InsufficientCredits) {
            return try held.wallet.taking(amount, at: now).map {
                LotPart(claimKey: $0.claimKey.text, minor: $0.minor)
            }
        } catch {
            throw Refusal.insufficientCredits(
                asked: amount.minor, available: error.available.minor, unit: amount.unit.rawValue)
        }
    }

    private func reserve(_ order: WalletOrder, for length: Milliseconds) throws -> Decision {
        guard try state.liveReservations(of: order.owner).count < HolderWallet.maximumReservations else {
            throw Refusal(
                .overLimit, "The holder has \(HolderWallet.maximumReservations) reservations; confirm or release one.")
        }
        var decision = Decision()
        let lots = try take(order.amount, of: order.owner, in: &decision)
        let seq = nextSeq + Int64(decision.events.count)
        let (unit, minor) = (order.amount.unit.rawValue, order.amount.minor)
        decision.answer(
            with: LogEvent(
                .wallet(
                    .reserved(
                        CreditsReserved(
                            owner: order.owner, unit: unit, minor: minor, until: now + length, lots: lots,
                            purpose: order.purpose,
                            journal: .movement(
                                .hold, in: seq, debit: .wallets, credit: .reserved(seq), unit: unit, minor: minor),
                            idempotency: order.idempotency)))))
        return decision
    }

    private func confirm(_ held: HeldCredits) throws -> Decision {
        let (record, owner) = try reservation(held)
        return Decision([
            LogEvent(
                .wallet(
                    .confirmed(
                        CreditsConfirmed(
                            owner: owner, of: record.seq,
                            journal: .movement(
                                .confirm, in: nextSeq, debit: .reserved(record.seq), credit: .revenue,
                                unit: record.unit, minor: record.minor), idempotency: held.idempotency))))
        ])
    }

    private func release(_ held: HeldCredits) throws -> Decision {
        let (record, owner) = try reservation(held)
        var decision = Decision()
        decision.answer(with: try release(record, .asked, in: decision, under: held.idempotency))
        try bookEnded(try record.parts, owner, in: &decision)
        return decision
    }

    /// The reservation, which must still hold something.
    private func reservation(_ held: HeldCredits) throws -> (ReservationRecord, WalletOwner) {
        guard let record = try state.record(ReservationRecord.self, .integer(held.number)),
            record.tenant == held.tenant.text, !record.holder.isEmpty
        else { throw Refusal.unknownReservation }
        guard record.state == .live else { throw Refusal.reservationEnded("was \(record.state.rawValue)") }
        guard now.milliseconds < record.until else {
            throw Refusal.reservationEnded("ran out at \(Instant(milliseconds: record.until).rfc3339)")
        }
        return (record, WalletOwner(tenant: held.tenant, holder: record.holder))
    }

    private func release(
        _ record: ReservationRecord, _ why: CreditsReleased.Why, in decision: Decision,
        under idempotency: Idempotency? = nil
    ) throws -> LogEvent {
        guard let tenant = TenantID(record.tenant) else {
            throw StoreError.corrupt("reservation \(record.seq) is no institution's")
        }
        return LogEvent(
            .wallet(
                .released(
                    CreditsReleased(
                        owner: WalletOwner(tenant: tenant, holder: record.holder), of: record.seq, why: why,
                        journal: .movement(
                            .release, in: nextSeq + Int64(decision.events.count), debit: .reserved(record.seq),
                            credit: .wallets, unit: record.unit, minor: record.minor), idempotency: idempotency))))
    }

    /// Notes that reservations ran out, before anything else happens to the wallet.
    private func release(
        _ timedOut: [ReservationRecord], of owner: WalletOwner, in decision: inout Decision
    ) throws {
        for record in timedOut { decision.events.append(try release(record, .timeout, in: decision)) }
        try bookEnded(try timedOut.flatMap { try $0.parts }, owner, in: &decision)
    }

    /// What comes back to lots that have expired meanwhile is lost, and booked at once: nobody looks at them again.
    private func bookEnded(_ back: [LotPart], _ owner: WalletOwner, in decision: inout Decision) throws {
        let ended = try Set(back.map(\.claimKey)).sorted().compactMap { key in
            try state.record(LotRecord.self, .text(key)).flatMap { $0.until <= now.milliseconds ? $0 : nil }
        }
        book(ended, back, owner, .expiry, in: &decision)
    }

    private func expiry(
        of parts: [LotPart], _ unit: String, _ owner: WalletOwner, _ why: CreditsExpired.Why, in seq: Int64
    ) -> [LogEvent] {
        let minor = parts.reduce(0) { $0 + $1.minor }
        guard minor > 0 else { return [] }
        return [
            LogEvent(
                .wallet(
                    .expired(
                        CreditsExpired(
                            owner: owner, unit: unit, minor: minor, why: why, lots: parts,
                            journal: .movement(
                                .expire, in: seq, debit: .wallets, credit: .breakage, unit: unit, minor: minor)))))
        ]
    }

    /// The most lots that one entry books: their names must fit into an opening that is read in one go.
    private static let lotsOfOneEntry = 256

    /// What time did to a wallet and nobody booked.
    private func settle(_ owner: WalletOwner) throws -> Decision {
        let held = try HolderWallet(of: owner, at: now, in: state)
        var decision = Decision()
        for record in held.timedOut { decision.events.append(try release(record, .timeout, in: decision)) }
        let back = try held.timedOut.flatMap { try $0.parts }
        let lots = try state.lots(of: owner.holder, at: owner.tenant, above: Int64.min)
            .prefix { $0.until <= now.milliseconds }
        book(lots, back, owner, .expiry, in: &decision)
        return decision
    }

    /// One entry for each unit and so many lots, of what they hold with what was given back to them.
    private func book(
        _ lots: some Sequence<LotRecord>, _ back: [LotPart], _ owner: WalletOwner, _ why: CreditsExpired.Why,
        in decision: inout Decision
    ) {
        var given: [String: Int64] = [:]
        for part in back { given[part.claimKey, default: 0] += part.minor }
        var byUnit: [String: [LotPart]] = [:]
        for lot in lots where lot.left + given[lot.claimKey, default: 0] > 0 {
            byUnit[lot.unit, default: []].append(
                LotPart(claimKey: lot.claimKey, minor: lot.left + given[lot.claimKey, default: 0]))
        }
        for (unit, parts) in byUnit.sorted(by: { $0.key < $1.key }) {
            for start in stride(from: 0, to: parts.count, by: Self.lotsOfOneEntry) {
                let some = Array(parts[start..<min(parts.count, start + Self.lotsOfOneEntry)])
                decision.events += expiry(of: some, unit, owner, why, in: nextSeq + Int64(decision.events.count))
            }
        }
    }
}

extension Situation {
    /// What comes before a person is erased: their wallet is emptied, and which entries are forgotten is kept for the
    /// institution. Nothing when no entry outside of requests says anything of them.
    func eraseWallets(of erasure: Erasure, _ names: ErasedNames, in decision: inout Decision) throws {
        let paid = try creditsPaid(by: decision)
        for holder in Set(erasure.holders).sorted() {
            let owner = WalletOwner(tenant: erasure.tenant, holder: holder)
            var entries = try state.entries(of: owner)
            let start = decision.events.count
            var back: [LotPart] = []
            for record in try state.liveReservations(of: owner) {
                let why: CreditsReleased.Why = now.milliseconds < record.until ? .erasure : .timeout
                decision.events.append(try release(record, why, in: decision))
                back += try record.parts
            }
            let lots = try state.lots(of: holder, at: erasure.tenant, above: Int64.min) + (paid[holder] ?? [])
            book(lots, back, owner, .erasure, in: &decision)
            entries += (start..<decision.events.count).map { nextSeq + Int64($0) }
            guard !entries.isEmpty else { continue }
            let answers = try entries.compactMap { seq in
                try storedOpenings(seq, in: state)["idempotency"]?["key"]?.stringValue.map { names.name(of: $0) }
            }
            decision.events.append(
                LogEvent(
                    .wallet(.erased(WalletErased(tenant: erasure.tenant, entries: entries, answers: answers)))))
        }
    }
}

extension Situation {
    /// The lots that this decision is about to make, by holder: what was owed is paid before a person is erased.
    private func creditsPaid(by decision: Decision) throws -> [String: [LotRecord]] {
        var lots: [String: [LotRecord]] = [:]
        for event in decision.events {
            guard case .settling(.paid(let paid)) = event.event, paid.isWindowPublic,
                let row = try state.record(OwedRecord.self, .text(paid.claimKey)),
                let request = try state.record(RequestRecord.self, .text(row.request))
            else { continue }
            lots[request.holder, default: []].append(
                LotRecord(
                    claimKey: paid.claimKey, tenant: request.tenant, holder: request.holder, unit: row.unit,
                    granted: row.minor, left: row.minor, from: now.milliseconds, until: now.milliseconds))
        }
        return lots
    }
}

extension StoreReader {
    /// Every entry about no request that commits to something of a holder.
    func entries(of owner: WalletOwner) throws -> [Int64] {
        var entries: [Int64] = []
        var scan = Scan(
            HolderEntryRecord.self, equals: [.text(owner.tenant.text), .text(owner.holder)],
            limit: Service.maximumRows)
        while true {
            let page = try records(scan)
            entries += page.map(\.seq)
            guard page.count == Service.maximumRows, let last = page.last else { return entries }
            scan.above = [.integer(last.seq)]
        }
    }
}

extension Refusal {
    static func insufficientCredits(asked: Int64, available: Int64, unit: String) -> Refusal {
        Refusal(
            .insufficientCredits, "The holder can spend \(available) \(unit), not \(asked). Nothing was taken.",
            at: "/minor")
    }

    static let unknownReservation = Refusal(
        .unknownReservation, "Check the number: this institution has no such reservation.")

    static func reservationEnded(_ how: String) -> Refusal {
        Refusal(.reservationEnded, "The reservation \(how). It is resolved once, and holds nothing any more.")
    }
}

extension [CompensationPosted.JournalEntry] {
    /// See `CompensationPosted.JournalEntry.movement`.
    static func movement(
        _ step: CompensationPosted.JournalEntry.Step, in seq: Int64, debit: WalletAccount, credit: WalletAccount,
        unit: String, minor: Int64
    ) -> [CompensationPosted.JournalEntry] {
        CompensationPosted.JournalEntry.movement(step, in: seq, debit: debit, credit: credit, unit: unit, minor: minor)
    }
}

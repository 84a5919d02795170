package import CanonicalJSON
import Compensation
import Synchronization
import Temporal

/// What an institution asks of a holder's wallet, read strictly from a body.
package struct SpendDraft: Sendable {
    let holder: String
    let amount: Amount
    let purpose: SpendPurpose
    /// How long credits are to be held; nil to spend them.
    let length: Milliseconds?

    /// - Parameter isReservation: whether `timeoutSeconds` must be there, or must not.
    package init(_ body: JSON, isReservation: Bool) throws(JSONShapeError) {
        var reader = try ObjectReader(body)
        holder = try reader.holder("holder")
        let name = try reader.string("unit")
        guard let unit = UnitOfAccount(rawValue: name), unit.isSpentFromWallets else {
            throw JSONShapeError(pointer: reader.pointer(to: "unit"), problem: "nothing to spend is counted in this")
        }
        let minor = try reader.integer("minor")
        guard 1...Benefit.largestAmount ~= minor else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "minor"), problem: "expected 1 to \(Benefit.largestAmount)")
        }
        amount = Amount(minor, unit)
        purpose = SpendPurpose(
            purpose: try reader.shortText("purpose"), reference: try reader.shortText("reference"))
        if isReservation {
            let seconds = try reader.integer("timeoutSeconds")
            let most = Situation.maximumReservation.count / 1000
            guard 1...most ~= seconds else {
                throw JSONShapeError(pointer: reader.pointer(to: "timeoutSeconds"), problem: "expected 1 to \(most)")
            }
            length = .seconds(seconds)
        } else {
            length = nil
        }
        try reader.finish()
    }
}

extension UnitOfAccount {
    /// Whether wallets hold lots of it.
    var isSpentFromWallets: Bool { self == .pocketFitCredits || self == .issuances }

    /// Whether a coupon can be worth it.
    var isWorthOfCoupons: Bool { isSpentFromWallets || isMoney }
}

extension ObjectReader {
    /// The id of a holder.
    mutating func holder(_ key: String) throws(JSONShapeError) -> String {
        let id = try string(key)
        guard (1...Holder.maximumIDBytes).contains(id.utf8.count), !id.utf8.contains(where: { $0 < 0x20 }) else {
            throw JSONShapeError(
                pointer: pointer(to: key),
                problem: "expected the id of a holder, 1 to \(Holder.maximumIDBytes) bytes")
        }
        return id
    }

    /// A text of an institution's own, if it is there.
    mutating func shortText(_ key: String) throws(JSONShapeError) -> String? {
        guard let text = try optionalString(key) else { return nil }
        guard (1...SpendPurpose.maximumBytes).contains(text.utf8.count) else {
            throw JSONShapeError(
                pointer: pointer(to: key), problem: "expected 1 to \(SpendPurpose.maximumBytes) bytes")
        }
        return text
    }
}

/// Wallets as institutions use them.
extension Service {
    /// Takes credits of a holder for good, or holds them: all that was asked for, or nothing.
    ///
    /// - Parameter idempotency: the same key with the same body gets the same answer, and takes nothing twice.
    package func spend(
        _ draft: SpendDraft, of tenant: TenantID, under idempotency: Idempotency,
        _ reply: @escaping Sequencer.Completion
    ) {
        let order = WalletOrder(
            owner: WalletOwner(tenant: tenant, holder: draft.holder), amount: draft.amount, purpose: draft.purpose,
            idempotency: idempotency)
        sequencer.submit(.wallet(draft.length.map { .reserve(order, for: $0) } ?? .spend(order)), reply)
    }

    /// What becomes of credits that are held.
    package enum Resolution: Sendable { case confirm, release }

    /// Resolves a reservation, once.
    package func resolve(
        _ number: Int64, _ resolution: Resolution, of tenant: TenantID, under idempotency: Idempotency,
        _ reply: @escaping Sequencer.Completion
    ) {
        let held = HeldCredits(tenant: tenant, number: number, idempotency: idempotency)
        sequencer.submit(.wallet(resolution == .confirm ? .confirm(held) : .release(held)), reply)
    }

    /// Books what time did to wallets: reservations that ran out, credits that expired. Nothing that anybody sees
    /// depends on it; a missed call loses nothing.
    ///
    package func bookBreakage() throws {
        let now = committer.logTime(now())
        let instant = booked.withLock { $0 }
        var seen: Set<WalletOwner> = []
        try forEachOwner(
            of: Scan(
                ReservationRecord.self, index: "reservation_live", above: [.integer(Int64.min)],
                below: [.integer(now.milliseconds + 1)], limit: Self.maximumRows)
        ) {
            [.optional($0.liveUntil), .integer($0.seq)]
        } owner: {
            ($0.tenant, $0.holder)
        } seen: {
            seen.insert($0)
        }
        try forEachOwner(
            of: Scan(
                LotRecord.self, index: "lot_by_end", above: [.integer(instant?.milliseconds ?? Int64.min)],
                below: [.integer(now.milliseconds + 1)], limit: Self.maximumRows)
        ) {
            [.integer($0.until), .text($0.claimKey)]
        } owner: {
            $0.left > 0 ? ($0.tenant, $0.holder) : nil
        } seen: {
            seen.insert($0)
        }
        let owners = Array(seen)
        for start in stride(from: 0, to: owners.count, by: Sequencer.maximumBatch) {
            let some = owners[start..<min(owners.count, start + Sequencer.maximumBatch)]
            for result in sequencer.performAll(some.map { .wallet(.settle($0)) }) { _ = try result.get() }
        }
        booked.withLock { $0 = now }
        try bookExpiredCoupons()
    }

    private func forEachOwner<R: Record>(
        of first: Scan<R>, _ place: (R) -> [ColumnValue], owner: (R) -> (tenant: String, holder: String)?,
        seen: (WalletOwner) -> Void
    ) throws {
        var scan = first
        while true {
            let rows = try store.read { try $0.records(scan) }
            for row in rows {
                guard let (tenant, holder) = owner(row), !holder.isEmpty, let id = TenantID(tenant) else { continue }
                seen(WalletOwner(tenant: id, holder: holder))
            }
            guard rows.count == first.limit, let last = rows.last else { return }
            scan.above = place(last)
        }
    }

    /// The newest of what was spent, reserved and lost of a holder's wallet, from the entries.
    func movements(of owner: WalletOwner, in reader: any StoreReader) throws -> [JSON] {
        let rows = try reader.records(
            Scan(
                HolderEntryRecord.self, equals: [.text(owner.tenant.text), .text(owner.holder)], isDescending: true,
                limit: Self.maximumRows))
        return try rows.compactMap { row in
            guard let record = try reader.record(EntryRecord.self, .integer(row.seq)),
                case .wallet(let fact)? = try storedEvent(row.seq, in: reader)?.event
            else { return nil }
            return try fact.words(seq: row.seq, at: record.instant)
        }
    }
}

extension StoreReader {
    /// Whether some window of a holder's premium access holds an instant. Windows do not overlap, so few end after it.
    func hasPremium(of holder: String, at tenant: TenantID, on instant: Instant) throws -> Bool {
        let windows = try records(
            Scan(
                PremiumRecord.self, index: "premium_by_holder", equals: [.text(tenant.text), .text(holder)],
                above: [.integer(instant.milliseconds)], limit: Service.maximumRows))
        return windows.contains {
            PremiumWindow(from: Instant(milliseconds: $0.from), until: Instant(milliseconds: $0.until))
                .contains(instant)
        }
    }
}

extension HolderWallet {
    /// By unit, what can be spent; Pocket FIT credits also where there are none.
    func balances(at now: Instant) -> JSON {
        var balances: JSONObject = [:]
        for unit in Set(wallet.lots.map(\.left.unit) + [.pocketFitCredits]) {
            let balance = wallet.balance(of: unit, at: now)
            if balance.minor > 0 || unit == .pocketFitCredits { balances[unit.rawValue] = .integer(balance.minor) }
        }
        return .object(balances)
    }
}

extension ReservationRecord {
    var json: JSON {
        [
            "reservation": .integer(seq), "unit": .string(unit), "minor": .integer(minor),
            "until": .string(Instant(milliseconds: until).rfc3339),
        ]
    }
}

extension EntryRecord {
    /// The `t` of the entry.
    var instant: Instant {
        get throws {
            guard let t = try JSON(parsing: body)["t"]?.integerValue else {
                throw StoreError.corrupt("entry \(seq) has no t")
            }
            return Instant(milliseconds: t)
        }
    }
}

extension JSONObject {
    /// Numbers by name.
    init(_ numbers: [String: Int64]) {
        self.init()
        for (name, number) in numbers { self[name] = .integer(number) }
    }
}

extension WalletFact {
    /// One movement, for the holder.
    fileprivate func words(seq: Int64, at instant: Instant) throws -> JSON? {
        var line: JSONObject = ["entry": .integer(seq), "at": .string(instant.rfc3339)]
        func tell(_ what: String, _ unit: String, _ minor: Int64, _ lots: [LotPart], _ purpose: SpendPurpose? = nil) {
            line["movement"] = .string(what)
            line["unit"] = .string(unit)
            line["minor"] = .integer(minor)
            line["lots"] = .array(lots.map(\.json))
            line["purpose"] = purpose?.purpose.map(JSON.string)
            line["reference"] = purpose?.reference.map(JSON.string)
        }
        switch self {
        case .spent(let fact): tell("spent", fact.unit, fact.minor, fact.lots, fact.purpose)
        case .reserved(let fact): tell("reserved", fact.unit, fact.minor, fact.lots, fact.purpose)
        case .expired(let fact): tell("expired", fact.unit, fact.minor, fact.lots)
        case .confirmed(let fact):
            line["movement"] = "confirmed"
            line["reservation"] = .integer(fact.of)
        case .released(let fact):
            line["movement"] = "released"
            line["reservation"] = .integer(fact.of)
            line["why"] = .string(fact.why.rawValue)
        case .erased: return nil
        }
        return .object(line)
    }
}

extension Answer {
    /// The answer to a command about a wallet.
    init(to fact: WalletFact) {
        switch fact {
        case .spent(let spent):
            self.init(
                .done,
                [
                    "state": "spent", "unit": .string(spent.unit), "minor": .integer(spent.minor),
                    "lots": .array(spent.lots.map(\.json)),
                ])
        case .reserved(let reserved):
            var body: JSONObject = [
                "state": "reserved", "unit": .string(reserved.unit), "minor": .integer(reserved.minor),
                "until": .string(reserved.until.rfc3339), "lots": .array(reserved.lots.map(\.json)),
            ]
            body["reservation"] = reserved.number.map(JSON.integer)
            self.init(.created, body)
        case .confirmed(let confirmed):
            self.init(.done, ["state": "confirmed", "reservation": .integer(confirmed.of)])
        case .released(let released):
            self.init(.done, ["state": "released", "reservation": .integer(released.of)])
        case .expired: self.init(.done, [:])
        case .erased: self = .erased
        }
    }
}

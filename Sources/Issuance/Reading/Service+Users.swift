package import CanonicalJSON
import Compensation
import Temporal

/// What an institution may know of what its holders were given and told.
extension Service {
    /// The most rows of one kind that an answer lists; a balance counts all.
    static let maximumRows = 1000

    /// Balance, lots that can still be spent, and the newest transactions of a holder's wallet. Validity is judged now,
    /// so that nothing has to be swept.
    package func credits(of holder: String, at tenant: TenantID) throws -> JSONObject {
        let now = now()
        return try store.read { reader in
            let lots = try unexpiredLots(of: holder, at: tenant, now, in: reader)
            let balance = Wallet(lots: try lots.map { try $0.creditLot }).balance(at: now)
            let issuances = lots.filter { $0.unit == UnitOfAccount.issuances.rawValue && $0.from <= now.milliseconds }
            var balances: JSONObject = [balance.unit.rawValue: .integer(balance.minor)]
            if !issuances.isEmpty {
                balances[UnitOfAccount.issuances.rawValue] = .integer(issuances.reduce(0) { $0 + $1.left })
            }
            return [
                "balance": .object(balances),
                "lots": .array(lots.prefix(Self.maximumRows).map(\.json)),
                "transactions": .array(try transactions(of: holder, at: tenant, in: reader)),
            ]
        }
    }

    /// Every lot of a holder that has not expired, earliest expiry first.
    func unexpiredLots(
        of holder: String, at tenant: TenantID, _ now: Instant, in reader: any StoreReader
    ) throws -> [LotRecord] {
        var lots: [LotRecord] = []
        var scan = Scan(
            LotRecord.self, index: "lot_by_holder", equals: [.text(tenant.text), .text(holder)],
            above: [.integer(now.milliseconds)], limit: Self.maximumRows)
        while true {
            let page = try reader.records(scan)
            lots += page
            guard page.count == Self.maximumRows, let last = page.last else { return lots }
            scan.above = [.integer(last.until), .text(last.claimKey)]
        }
    }

    /// The newest payments to a holder with the lines of their journals.
    private func transactions(of holder: String, at tenant: TenantID, in reader: any StoreReader) throws -> [JSON] {
        let payments = try reader.records(
            Scan(
                PaymentRecord.self, index: "payment_by_holder", equals: [.text(tenant.text), .text(holder)],
                isDescending: true, limit: Self.maximumRows))
        return try payments.filter { $0.benefitType != CompensationPosted.premium }.map { payment in
            let (trail, journal) = try paymentEntry(payment, in: reader)
            return [
                "claimKey": .string(payment.claimKey), "request": .string(payment.request),
                "type": .string(payment.benefitType),
                "at": .string(Instant(milliseconds: payment.at).rfc3339), "unit": .string(payment.unit),
                "minor": .integer(payment.minor), "entry": .integer(payment.seq),
                "reasons": .array(trail.map(JSON.string)), "journal": .array(journal.map(\.json)),
            ]
        }
    }

    /// What the entry of a payment says of it: one that was owed before said its reasons then.
    private func paymentEntry(
        _ payment: PaymentRecord, in reader: any StoreReader
    ) throws -> (trail: [String], journal: [CompensationPosted.JournalEntry]) {
        switch try storedEvent(payment.seq, in: reader)?.event {
        case .compensationPosted(let event)?: return (event.trail, event.journal)
        case .settling(.paid(let event))?: return ([], event.journal)
        default: throw StoreError.corrupt("payment \(payment.claimKey) points to an entry that is none")
        }
    }

    /// The last windows of premium access that a holder was given, `[from, to)`, in order.
    package func entitlements(of holder: String, at tenant: TenantID) throws -> JSONObject {
        try store.read { reader in
            let windows = try reader.records(
                Scan(
                    PremiumRecord.self, index: "premium_by_holder", equals: [.text(tenant.text), .text(holder)],
                    isDescending: true, limit: Self.maximumRows)
            ).reversed()
            return [
                "windows": .array(
                    windows.map { window in
                        [
                            "feature": "premium", "claimKey": .string(window.claimKey),
                            "from": .string(Instant(milliseconds: window.from).rfc3339),
                            "to": .string(Instant(milliseconds: window.until).rfc3339),
                        ]
                    })
            ]
        }
    }

    /// What a holder is told, newest first, in words.
    package func notices(of holder: String, at tenant: TenantID) throws -> JSONObject {
        try store.read { reader in
            let notices = try reader.records(
                Scan(
                    NoticeRecord.self, index: "outbox_by_holder", equals: [.text(tenant.text), .text(holder)],
                    isDescending: true, limit: Self.maximumRows))
            return [
                "notices": .array(
                    try notices.map { notice in
                        guard let about = try storedEvent(notice.about, in: reader) else {
                            throw StoreError.corrupt("notice \(notice.seq) tells of an entry that is none")
                        }
                        return [
                            "entry": .integer(notice.seq), "at": .string(Instant(milliseconds: notice.at).rfc3339),
                            "request": .string(notice.request), "notice": .string(notice.notice),
                            "text": .string(NoticeText.text(about.event)),
                        ]
                    })
            ]
        }
    }
}

extension LotRecord {
    fileprivate var creditLot: CreditLot {
        get throws {
            guard let key = ClaimKey(claimKey), let unit = UnitOfAccount(rawValue: unit) else {
                throw StoreError.corrupt("lot \(claimKey) is not one that a policy gives")
            }
            return CreditLot(
                claimKey: key, left: Amount(left, unit), from: Instant(milliseconds: from),
                until: Instant(milliseconds: until))
        }
    }

    fileprivate var json: JSON {
        [
            "claimKey": .string(claimKey), "unit": .string(unit), "granted": .integer(granted),
            "left": .integer(left), "from": .string(Instant(milliseconds: from).rfc3339),
            "until": .string(Instant(milliseconds: until).rfc3339),
        ]
    }
}

package import CanonicalJSON
import Compensation
package import Temporal

/// What an institution may know of what its holders were given and told.
extension Service {
    /// The most rows of one kind that an answer lists; a balance counts all.
    static let maximumRows = 1000

    /// Balance, lots that can still be spent, and the newest transactions of a holder's wallet. Validity is judged now,
    /// so that nothing has to be swept.
    package func credits(of holder: String, at tenant: TenantID) throws -> JSONObject {
        let now = now()
        return try store.read { reader in
            let owner = WalletOwner(tenant: tenant, holder: holder)
            let held = try HolderWallet(of: owner, at: now, in: reader)
            let lots = try reader.unexpiredLots(of: holder, at: tenant, now)
            var left: [String: Int64] = [:]
            for lot in held.wallet.lots { left[lot.claimKey.text] = lot.left.minor }
            return [
                "balance": held.balances(at: now), "reserved": .object(JSONObject(held.reserved)),
                "reservations": .array(held.live.map(\.json)),
                "lots": .array(lots.prefix(Self.maximumRows).map { $0.json(left: left[$0.claimKey] ?? $0.left) }),
                "transactions": .array(try transactions(of: holder, at: tenant, in: reader)),
                "movements": .array(try movements(of: owner, in: reader)),
            ]
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
    ///
    /// - Parameter instant: when nil, now; whether there is access then is said too.
    package func entitlements(
        of holder: String, at tenant: TenantID, on instant: Instant? = nil
    ) throws -> JSONObject {
        let instant = instant ?? now()
        return try store.read { reader in
            let windows = try reader.records(
                Scan(
                    PremiumRecord.self, index: "premium_by_holder", equals: [.text(tenant.text), .text(holder)],
                    isDescending: true, limit: Self.maximumRows)
            ).reversed()
            return [
                "at": .string(instant.rfc3339),
                "premium": .bool(try reader.hasPremium(of: holder, at: tenant, on: instant)),
                "windows": .array(
                    windows.map { window in
                        [
                            "feature": "premium", "claimKey": .string(window.claimKey),
                            "from": .string(Instant(milliseconds: window.from).rfc3339),
                            "to": .string(Instant(milliseconds: window.until).rfc3339),
                        ]
                    }),
            ]
        }
    }

    /// Whether a plan says when somebody hears of what was queued.
    private func isPlanned(_ notice: NoticeRecord, _ reader: any StoreReader) throws -> Bool {
        guard directory.policies.hasNotices else { return false }
        return try reader.record(NoticeStandingRecord.self, .text(notice.request)) != nil
    }

    /// What a holder is told, newest first, in words.
    /// Under a plan of notices, what was sent; else what was queued, as soon as it was.
    ///
    /// - Parameter locale: as in `Accept-Language`.
    package func notices(
        of holder: String, at tenant: TenantID, in locale: String? = nil
    ) throws -> JSONObject {
        try store.read { reader in
            let notices = try reader.records(
                Scan(
                    NoticeRecord.self, index: "outbox_by_holder", equals: [.text(tenant.text), .text(holder)],
                    isDescending: true, limit: Self.maximumRows))
            return [
                "notices": .array(
                    try notices.compactMap { notice -> JSON? in
                        if notice.notice == NoticeRecord.sent {
                            return .object(try sentNotice(notice, in: locale, reader))
                        }
                        if try isPlanned(notice, reader) { return nil }
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
    fileprivate func json(left: Int64) -> JSON {
        [
            "claimKey": .string(claimKey), "unit": .string(unit), "granted": .integer(granted),
            "left": .integer(left), "from": .string(Instant(milliseconds: from).rfc3339),
            "until": .string(Instant(milliseconds: until).rfc3339),
        ]
    }
}

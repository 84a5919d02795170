package import CanonicalJSON
import Temporal

/// What an institution may know of what its holders were given and told.
extension Service {
    /// The most rows of one kind that an answer holds; what is beyond is counted by `more`.
    static let maximumRows = 1000

    /// Balance, lots and transactions of a holder's wallet. Validity is judged now, so that nothing has to be swept.
    package func credits(of holder: String, at tenant: TenantID) throws -> JSONObject {
        let now = now().milliseconds
        return try store.read { reader in
            let lots = try reader.records(
                Scan(
                    LotRecord.self, index: "lot_by_holder", equals: [.text(tenant.text), .text(holder)],
                    limit: Self.maximumRows))
            var balance: [String: Int64] = ["PFC": 0]
            for lot in lots where lot.isValid(at: now) { balance[lot.unit, default: 0] += lot.left }
            var units: JSONObject = [:]
            for (unit, minor) in balance { units[unit] = .integer(minor) }
            return [
                "balance": .object(units), "lots": .array(lots.map { $0.json(at: now) }),
                "transactions": .array(try transactions(of: holder, at: tenant, in: reader)),
            ]
        }
    }

    /// Every payment to a holder with the lines of its journal, oldest first.
    private func transactions(of holder: String, at tenant: TenantID, in reader: any StoreReader) throws -> [JSON] {
        let payments = try reader.records(
            Scan(
                PaymentRecord.self, index: "payment_by_holder", equals: [.text(tenant.text), .text(holder)],
                limit: Self.maximumRows))
        return try payments.filter { $0.benefitType == CompensationPosted.credit }.map { payment in
            guard case .compensationPosted(let event)? = try storedEvent(payment.seq, in: reader)?.event else {
                throw StoreError.corrupt("payment \(payment.claimKey) points to an entry that is none")
            }
            return [
                "claimKey": .string(payment.claimKey), "request": .string(payment.request),
                "at": .string(Instant(milliseconds: payment.at).rfc3339), "unit": .string(payment.unit),
                "minor": .integer(payment.minor), "entry": .integer(payment.seq),
                "reasons": .array(event.trail.map(JSON.string)), "journal": .array(event.journal.map(\.json)),
            ]
        }
    }

    /// The windows of premium access that a holder was given, `[from, to)`, in order.
    package func entitlements(of holder: String, at tenant: TenantID) throws -> JSONObject {
        try store.read { reader in
            let windows = try reader.records(
                Scan(
                    PremiumRecord.self, index: "premium_by_holder", equals: [.text(tenant.text), .text(holder)],
                    limit: Self.maximumRows))
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
    fileprivate func isValid(at now: Int64) -> Bool { from <= now && now < until }

    fileprivate func json(at now: Int64) -> JSON {
        [
            "claimKey": .string(claimKey), "unit": .string(unit), "granted": .integer(granted),
            "left": .integer(isValid(at: now) ? left : 0),
            "from": .string(Instant(milliseconds: from).rfc3339),
            "until": .string(Instant(milliseconds: until).rfc3339),
        ]
    }
}

import CanonicalJSON
import Temporal

/// What follows from an entry about a wallet. An entry of somebody who was erased opens to nobody and no lots, and then
/// changes no lot: those of the erased are empty in the end.
extension Projection {
    func apply(_ fact: WalletFact, at place: Place) throws {
        if case .erased(let erased) = fact { return try forget(erased, at: place) }
        let owner = fact.owner
        if !owner.holder.isEmpty {
            try writer.insert(
                HolderEntryRecord(tenant: owner.tenant.text, holder: owner.holder, seq: place.seq))
        }
        if let idempotency = fact.idempotency { try keep(idempotency, of: owner.tenant, at: place) }
        switch fact {
        case .spent(let spent): try change(spent.lots, by: -1)
        case .expired(let expired): try change(expired.lots, by: -1)
        case .reserved(let reserved):
            try change(reserved.lots, by: -1)
            try writer.insert(
                ReservationRecord(
                    seq: place.seq, tenant: owner.tenant.text, holder: owner.holder, unit: reserved.unit,
                    minor: reserved.minor, until: reserved.until.milliseconds,
                    lots: JSON.array(reserved.lots.map(\.json)).canonicalBytes))
        case .confirmed(let confirmed): _ = try resolve(confirmed.of, as: .confirmed)
        case .released(let released): try change(try resolve(released.of, as: .released).parts, by: 1)
        case .erased: break
        }
    }

    /// The answer to a command about no request.
    func keep(_ idempotency: Idempotency, of tenant: TenantID, at place: Place) throws {
        // In a replay, one that was erased since.
        guard !idempotency.key.isEmpty else { return }
        try writer.insert(
            AnswerRecord(
                tenant: tenant.text, key: idempotency.key, digest: idempotency.digest, seq: place.seq, refusal: nil))
    }

    private func change(_ lots: [LotPart], by sign: Int64) throws {
        for part in lots {
            guard let known = try writer.record(LotRecord.self, .text(part.claimKey)) else {
                throw StoreError.corrupt("lot \(part.claimKey) is none")
            }
            var lot = known
            lot.left += sign * part.minor
            guard 0...lot.granted ~= lot.left else {
                throw StoreError.corrupt("lot \(part.claimKey) would hold \(lot.left) of \(lot.granted)")
            }
            try writer.update(lot, from: known)
        }
    }

    private func resolve(_ seq: Int64, as state: ReservationRecord.State) throws -> ReservationRecord {
        guard let known = try writer.record(ReservationRecord.self, .integer(seq)), known.state == .live else {
            throw StoreError.corrupt("reservation \(seq) is not one that can be resolved")
        }
        var record = known
        record.state = state
        record.liveUntil = nil
        try writer.update(record, from: known)
        return record
    }

    /// A coupon of somebody who was erased names nobody.
    private func unbind(couponsOf row: HolderEntryRecord) throws {
        let scan = Scan(
            CouponRecord.self, index: "coupon_by_holder", equals: [.text(row.tenant), .text(row.holder)], limit: 256)
        while true {
            let coupons = try writer.records(scan)
            if coupons.isEmpty { return }
            for known in coupons {
                var coupon = known
                coupon.holder = ""
                try writer.update(coupon, from: known)
            }
        }
    }

    private func forget(_ erased: WalletErased, at place: Place) throws {
        for seq in erased.entries {
            try writer.insert(ErasedEntryRecord(entry: seq, seq: place.seq))
            let known = Scan(HolderEntryRecord.self, index: "holder_entry_by_seq", equals: [.integer(seq)], limit: 1)
            // In a replay there is none: the entry opened to nobody.
            if let row = try writer.records(known).first {
                try writer.delete(HolderEntryRecord.self, key: row.key)
                try unbind(couponsOf: row)
            }
            if var reservation = try writer.record(ReservationRecord.self, .integer(seq)) {
                reservation.holder = ""
                reservation.lots = JSON.array([]).canonicalBytes
                try writer.update(reservation)
            }
        }
        for name in erased.answers {
            try writer.insert(
                ErasedAnswerRecord(tenant: erased.tenant.text, name: name, asked: nil, seq: place.seq))
        }
    }
}

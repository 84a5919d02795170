import CanonicalJSON
import Compensation
import Temporal

/// A holder's wallet as it is at an instant, whatever was or was not booked: reservations that ran out are given back.
struct HolderWallet {
    let wallet: Wallet
    /// Reservations that hold something.
    let live: [ReservationRecord]
    /// Reservations that ran out and were not released yet.
    let timedOut: [ReservationRecord]

    /// The most reservations of one holder at once: more than anybody's carts, few enough to look at for each spend.
    static let maximumReservations = 100

    init(of owner: WalletOwner, at now: Instant, in reader: any StoreReader) throws {
        let reservations = try reader.liveReservations(of: owner)
        live = reservations.filter { now.milliseconds < $0.until }
        timedOut = reservations.filter { now.milliseconds >= $0.until }
        let lots = try reader.unexpiredLots(of: owner.holder, at: owner.tenant, now)
        wallet = Wallet(lots: try lots.map { try $0.creditLot }).givingBack(try timedOut.flatMap { try $0.slices })
    }

    /// What live reservations hold, by unit.
    var reserved: [String: Int64] {
        live.reduce(into: [:]) { $0[$1.unit, default: 0] += $1.minor }
    }
}

extension StoreReader {
    /// Reservations of a holder that are not resolved, by when they run out.
    func liveReservations(of owner: WalletOwner) throws -> [ReservationRecord] {
        try records(
            Scan(
                ReservationRecord.self, index: "reservation_by_holder",
                equals: [.text(owner.tenant.text), .text(owner.holder)], above: [.integer(Int64.min)],
                limit: HolderWallet.maximumReservations + 1))
    }

    /// Every lot of a holder that has not expired, earliest expiry first.
    func unexpiredLots(of holder: String, at tenant: TenantID, _ now: Instant) throws -> [LotRecord] {
        try lots(of: holder, at: tenant, above: now.milliseconds)
    }

    /// Every lot of a holder that ends after an instant, earliest expiry first.
    func lots(of holder: String, at tenant: TenantID, above instant: Int64) throws -> [LotRecord] {
        var lots: [LotRecord] = []
        var scan = Scan(
            LotRecord.self, index: "lot_by_holder", equals: [.text(tenant.text), .text(holder)],
            above: [.integer(instant)], limit: Service.maximumRows)
        while true {
            let page = try records(scan)
            lots += page
            guard page.count == Service.maximumRows, let last = page.last else { return lots }
            scan.above = [.integer(last.until), .text(last.claimKey)]
        }
    }
}

extension ReservationRecord {
    /// From which lots it holds.
    var parts: [LotPart] {
        get throws {
            var reader = try ObjectReader(["lots": JSON(parsing: lots)])
            return try LotPart.list(&reader, "lots")
        }
    }

    /// The same, as the rules take it.
    var slices: [LotSlice] {
        get throws {
            try parts.map { part in
                guard let key = ClaimKey(part.claimKey), part.minor > 0 else {
                    throw StoreError.corrupt("reservation \(seq) holds what no lot is")
                }
                return LotSlice(claimKey: key, minor: part.minor)
            }
        }
    }
}

extension LotRecord {
    /// The lot as the rules take it.
    var creditLot: CreditLot {
        get throws {
            guard let key = ClaimKey(claimKey), let unit = UnitOfAccount(rawValue: unit) else {
                throw StoreError.corrupt("lot \(claimKey) is not one that a policy gives")
            }
            return CreditLot(
                claimKey: key, left: Amount(left, unit), from: Instant(milliseconds: from),
                until: Instant(milliseconds: until))
        }
    }
}

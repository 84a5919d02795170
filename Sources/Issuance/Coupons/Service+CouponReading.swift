package import CanonicalJSON
import Compensation
import Temporal

/// What an institution may know of its coupons.
extension Service {
    /// One coupon with its code.
    package func coupon(_ name: String, at tenant: TenantID) throws -> JSONObject {
        let now = now()
        let (coupon, batch) = try store.read { reader in
            guard let coupon = try reader.record(CouponRecord.self, .text(name)), coupon.tenant == tenant.text,
                let batch = try reader.record(CouponBatchRecord.self, .integer(coupon.batch))
            else { throw Refusal.unknownCoupon }
            return (coupon, batch)
        }
        var document = coupon.document(batch, at: now)
        let key = try couponKeys.key(Int(batch.version))
        document["code"] = .string(key.code(of: coupon.number, tenant: tenant.text).description)
        return document
    }

    /// The newest coupons of an institution, or of one holder, without their codes.
    package func coupons(of holder: String?, at tenant: TenantID) throws -> JSONObject {
        let now = now()
        return try store.read { reader in
            let index = holder == nil ? "coupon_by_tenant" : "coupon_by_holder"
            let path = [ColumnValue.text(tenant.text)] + (holder.map { [.text($0)] } ?? [])
            let coupons = try reader.records(
                Scan(CouponRecord.self, index: index, equals: path, isDescending: true, limit: Self.maximumRows))
            return [
                "coupons": .array(
                    try coupons.map { coupon in
                        guard let batch = try reader.record(CouponBatchRecord.self, .integer(coupon.batch)) else {
                            throw StoreError.corrupt("coupon \(coupon.coupon) is of no batch")
                        }
                        return .object(coupon.document(batch, at: now))
                    })
            ]
        }
    }

    /// How many coupons were minted and what became of them, in all and by agent, channel, day, reason and batch.
    package func couponReport(at tenant: TenantID) throws -> JSONObject {
        let now = now().milliseconds
        var report = CouponReport()
        try store.read { reader in
            var batches: [Int64: CouponBatchRecord] = [:]
            var scan = Scan(
                CouponRecord.self, index: "coupon_by_tenant", equals: [.text(tenant.text)], limit: Self.maximumRows)
            while true {
                let rows = try reader.records(scan)
                for coupon in rows {
                    if batches[coupon.batch] == nil {
                        batches[coupon.batch] = try reader.record(CouponBatchRecord.self, .integer(coupon.batch))
                    }
                    guard let batch = batches[coupon.batch] else {
                        throw StoreError.corrupt("coupon \(coupon.coupon) is of no batch")
                    }
                    report.add(coupon, of: batch, at: now)
                }
                guard rows.count == scan.limit, let last = rows.last else { return }
                scan.above = [.integer(last.number)]
            }
        }
        return report.json
    }
}

/// Counts of coupons, and their worth, by what they have in common.
private struct CouponReport {
    private struct Line {
        var minted: Int64 = 0
        var worth: Int64 = 0
        var left: Int64 = 0
        var states: [String: Int64] = [:]

        mutating func add(_ coupon: CouponRecord, at now: Int64) {
            minted += 1
            worth += coupon.granted
            let isOver = coupon.isOver || (now >= coupon.until && !coupon.isReserved(at: now))
            left += isOver ? 0 : coupon.left
            states[coupon.state(at: now), default: 0] += 1
        }
    }

    private struct Place: Hashable {
        let group: String
        let name: String
        let unit: String
    }

    private static let groups = ["all", "agent", "channel", "day", "reason", "batch"]
    private var lines: [Place: Line] = [:]

    mutating func add(_ coupon: CouponRecord, of batch: CouponBatchRecord, at now: Int64) {
        let day = String(Instant(milliseconds: batch.at).rfc3339.prefix(10))
        let names = [
            "all", batch.by ?? "institution", coupon.channel?.rawValue ?? "not sent", day, batch.reason.rawValue,
            String(batch.seq),
        ]
        for (group, name) in zip(Self.groups, names) {
            lines[Place(group: group, name: name, unit: batch.unit), default: Line()].add(coupon, at: now)
        }
    }

    var json: JSONObject {
        var report: JSONObject = [:]
        for group in Self.groups {
            let found = lines.filter { $0.key.group == group }
                .sorted { ($0.key.name, $0.key.unit) < ($1.key.name, $1.key.unit) }
            report[group] = .array(
                found.map { place, line in
                    [
                        group: .string(place.name), "unit": .string(place.unit), "minted": .integer(line.minted),
                        "worth": .integer(line.worth), "left": .integer(line.left),
                        "states": .object(JSONObject(line.states)),
                    ]
                })
        }
        return report
    }
}

extension CouponRecord {
    fileprivate func document(_ batch: CouponBatchRecord, at now: Instant) -> JSONObject {
        var document: JSONObject = [
            "coupon": .string(coupon), "batch": .integer(self.batch), "kind": .string(batch.kind.rawValue),
            "unit": .string(batch.unit), "minor": .integer(granted), "left": .integer(left),
            "until": .string(Instant(milliseconds: until).rfc3339), "state": .string(state(at: now.milliseconds)),
            "reason": .string(batch.reason.rawValue), "leaked": .bool(isLeaked == 1),
        ]
        document["holder"] = holder.isEmpty ? nil : .string(holder)
        document["keyThumbprint"] = keyThumbprint.isEmpty ? nil : .string(keyThumbprint)
        document["channel"] = channel.map { .string($0.rawValue) }
        document["by"] = batch.by.map(JSON.string)
        document["sentAt"] = sentAt.map { .string(Instant(milliseconds: $0).rfc3339) }
        document["reservedUntil"] =
            isReserved(at: now.milliseconds)
            ? reservedUntil.map { .string(Instant(milliseconds: $0).rfc3339) } : nil
        return document
    }
}

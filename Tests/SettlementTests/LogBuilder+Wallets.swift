import CanonicalJSON
import Cryptography
import Settlement
import Temporal
import TransparencyLog

/// The entries of rules 35 to 39, as the page says them.
extension LogBuilder {
    /// One transaction, of an entry that will have this number.
    static func journal(
        _ step: String, in seq: Int, _ debit: String, _ credit: String, _ minor: Int64, _ unit: String = "PFC"
    ) -> JSON {
        let id = SHA256.hash(Array("journal v1\n\(seq)\n\(step)".utf8)).description.prefix(32)
        return [
            [
                "id": .string(String(id)),
                "lines": [
                    ["account": .string(debit), "unit": .string(unit), "minor": .integer(minor)],
                    ["account": .string(credit), "unit": .string(unit), "minor": .integer(-minor)],
                ],
            ]
        ]
    }

    /// What `lots` opens to, of an entry that will have this number.
    static func lots(_ parts: [(String, Int64)]) throws -> Opening {
        let value = JSON.array(parts.map { ["claimKey": .string($0.0), "minor": .integer($0.1)] })
        return try Opening(field: "lots", salt: [UInt8](repeating: 3, count: 32), value: value.canonicalBytes)
    }

    /// A spend, a reservation or an expiry.
    @discardableResult
    mutating func move(
        _ type: String, _ minor: Int64, from parts: [(String, Int64)], at t: Int64, tenant: String = "default",
        until: Int64? = nil, why: String? = nil, seq: Int? = nil
    ) throws -> (seq: Int, opening: Opening) {
        let seq = seq ?? drafts.count
        let (step, credit) =
            switch type {
            case "credits.spent": ("spend", "revenue")
            case "credits.reserved": ("hold", "reserved:\(seq)")
            default: ("expire", "breakage")
            }
        var facts: JSONObject = [
            "tenant": .string(tenant), "unit": "PFC", "minor": .integer(minor),
            "journal": Self.journal(step, in: seq, "wallets", credit, minor),
        ]
        facts["until"] = until.map(JSON.integer)
        facts["why"] = why.map(JSON.string)
        let opening = try Self.lots(parts)
        add(type, at: t, facts, cm: ["lots": opening.commitment])
        return (seq, opening)
    }

    /// A confirmation, or a release when it says why.
    @discardableResult
    mutating func resolve(_ of: Int, _ minor: Int64, at t: Int64, why: String? = nil, tenant: String = "default") -> Int
    {
        let seq = drafts.count
        let journal =
            why == nil
            ? Self.journal("confirm", in: seq, "reserved:\(of)", "revenue", minor)
            : Self.journal("release", in: seq, "reserved:\(of)", "wallets", minor)
        var facts: JSONObject = ["tenant": .string(tenant), "of": .integer(Int64(of)), "journal": journal]
        facts["why"] = why.map(JSON.string)
        add(why == nil ? "credits.confirmed" : "credits.released", at: t, facts)
        return seq
    }

    /// A batch of coupons of so many names.
    @discardableResult
    mutating func mint(
        _ names: [String], each minor: Int64, at t: Int64, until: Int64, first: Int64 = 0, kind: String = "single-use",
        by: String? = nil, claimKey: String? = nil
    ) -> Int {
        let seq = drafts.count
        var facts: JSONObject = [
            "tenant": "default", "kind": .string(kind), "unit": "PFC", "minor": .integer(minor),
            "until": .integer(until), "version": 1, "first": .integer(first),
            "coupons": .array(names.map(JSON.string)), "reason": "goodwill", "bound": "nobody",
        ]
        facts["by"] = by.map(JSON.string)
        facts["claimKey"] = claimKey.map(JSON.string)
        if claimKey == nil {
            facts["journal"] = Self.journal(
                "mint", in: seq, "expense:compensation", "coupon:\(seq)", minor * Int64(names.count))
        }
        add("coupon.minted", at: t, facts)
        return seq
    }

    mutating func limit(budget: Int64, perAgent: Int64, at t: Int64) {
        add(
            "coupon.limits", at: t,
            ["tenant": "default", "unit": "PFC", "budget": .integer(budget), "perAgent": .integer(perAgent)])
    }

    mutating func redeem(_ name: String, _ minor: Int64, of batch: Int, at t: Int64) {
        add(
            "coupon.redeemed", at: t,
            [
                "tenant": "default", "coupon": .string(name), "minor": .integer(minor),
                "journal": Self.journal("redeem", in: drafts.count, "coupon:\(batch)", "revenue", minor),
            ])
    }

    mutating func revoke(_ batch: Int, _ minor: Int64, coupon: String? = nil, at t: Int64) {
        var facts: JSONObject = [
            "tenant": "default", "batch": .integer(Int64(batch)), "minor": .integer(minor), "reason": "fraud",
            "journal": Self.journal("revoke", in: drafts.count, "coupon:\(batch)", "expense:compensation", minor),
        ]
        facts["coupon"] = coupon.map(JSON.string)
        add("coupon.revoked", at: t, facts)
    }

    mutating func expire(_ names: [String], _ minor: Int64, of batch: Int, at t: Int64) {
        add(
            "coupon.expired", at: t,
            [
                "tenant": "default", "batch": .integer(Int64(batch)), "coupons": .array(names.map(JSON.string)),
                "minor": .integer(minor),
                "journal": Self.journal("expire", in: drafts.count, "coupon:\(batch)", "breakage", minor),
            ])
    }

    /// What a stranger says who is shown these lots, all of one holder unless it is said otherwise.
    func walletReport(
        at now: Int64, _ openings: [Int: Opening] = [:],
        holder: @escaping @Sendable (String) -> String? = { _ in "ada" }
    ) throws -> SettlementReport {
        let shown = openings
        var recomputation = Recomputation(lots: LotOpenings(lots: { shown[Int($0)] }, holder: holder))
        for entry in try entries() { recomputation.read(entry) }
        return recomputation.finish(at: Instant(milliseconds: now))
    }
}

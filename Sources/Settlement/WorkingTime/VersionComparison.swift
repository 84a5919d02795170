import CanonicalJSON

/// Whether one version of a compensation policy is better than another for a request: rule 79, from the documents as
/// they stand in the log.
struct VersionComparison {
    /// Both are what `spec` says.
    let bound: JSON
    let later: JSON
    let due: Int64
    let counting: Counting

    private struct Kind: Hashable {
        let type: String
        let unit: String
    }

    /// One benefit of a tier.
    private struct Gift {
        /// The last instant that has not reached its tier.
        let last: Int64
        let kind: Kind
        let minor: Int64
        /// Milliseconds; nil without an end.
        let expires: Int64?
        let isFavour: Bool
    }

    /// Whether the later one gives nowhere less and somewhere more.
    var isBetter: Bool {
        guard Self.rest(bound) == Self.rest(later), ["pocket-fit", "tiered"].contains(bound["model"]?["kind"]),
            let old = try? gifts(of: bound), let new = try? gifts(of: later), keepsTerms(old, new)
        else { return false }
        var isMore = false
        for instant in Set((old + new).map(\.last)) {
            let (before, after) = (Self.sums(old, beyond: instant), Self.sums(new, beyond: instant))
            if before.contains(where: { after[$0.key, default: 0] < $0.value }) { return false }
            if after.contains(where: { $0.value > before[$0.key, default: 0] }) { isMore = true }
        }
        return isMore
    }

    /// A document without what may differ.
    private static func rest(_ spec: JSON) -> JSON {
        var rest = spec.objectValue ?? [:]
        rest["earlierRequests"] = nil
        var model = rest["model"]?.objectValue ?? [:]
        model["tiers"] = nil
        rest["model"] = .object(model)
        return .object(rest)
    }

    /// - Throws: where a benefit is of a sort that is not compared.
    private func gifts(of spec: JSON) throws(JSONShapeError) -> [Gift] {
        var origin = due
        if let measure = spec["measure"] {
            var reader = try ObjectReader(measure)
            if let grace = try reader.optionalAnySpan("grace") { origin = counting.ends(grace, from: due) }
        }
        var reader = try ObjectReader(spec)
        var model = try reader.object("model")
        var gifts: [Gift] = []
        for (json, pointer) in try model.array("tiers") {
            var tier = try ObjectReader(json, at: pointer)
            try tier.expect("severityAtLeast", oneOf: "minor")
            let last = json["over"] == "deadline" ? origin : counting.ends(try tier.anySpan("over"), from: origin)
            for (json, pointer) in try tier.array("benefits") {
                gifts.append(try gift(json, at: pointer, last: last, caps: spec["caps"]?.arrayValue ?? []))
            }
        }
        return gifts
    }

    private func gift(_ json: JSON, at pointer: JSONPointer, last: Int64, caps: [JSON]) throws(JSONShapeError) -> Gift {
        var reader = try ObjectReader(json, at: pointer)
        let type = try reader.string("type")
        try reader.expect("type", oneOf: "credit", "premium-extension")
        let (unit, minor) = try reader.unitAndMinor("amount")
        let limits = caps.compactMap { cap -> Int64? in
            guard cap["scope"] == "request", cap["limit"]?["unit"]?.stringValue == unit.text else { return nil }
            return cap["limit"]?["minor"]?.integerValue
        }
        return Gift(
            last: last, kind: Kind(type: type, unit: unit.text), minor: min(minor, limits.min() ?? minor),
            expires: try reader.optionalSpan("expires"), isFavour: json["class"] == "discretionary")
    }

    /// Whether nothing expires sooner, and nothing guaranteed became a favour.
    private func keepsTerms(_ old: [Gift], _ new: [Gift]) -> Bool {
        old.allSatisfy { before in
            new.allSatisfy { after in
                guard after.kind.type == before.kind.type else { return true }
                let isSooner = after.expires.map { expires in before.expires.map { expires < $0 } ?? true } ?? false
                return !isSooner && (before.isFavour || !after.isFavour)
            }
        }
    }

    private static func sums(_ gifts: [Gift], beyond instant: Int64) -> [Kind: Int64] {
        var sums: [Kind: Int64] = [:]
        for gift in gifts where gift.last <= instant { sums[gift.kind] = max(sums[gift.kind] ?? 0, gift.minor) }
        return sums
    }
}

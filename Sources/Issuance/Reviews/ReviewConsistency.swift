import CanonicalJSON
import Compensation

/// Whether people were treated alike in a month, as far as the entries say (rule 87): not by language, which stands
/// beside the log.
struct ReviewConsistency: Sendable {
    private var claims = ConsistencyTable()
    private var offers = ConsistencyTable()
    /// What is open or was decided once, by request and number.
    private var filed: [String: Filed] = [:]

    private struct Filed: Sendable {
        var groups: [String: String]
        var given: Gift?
    }

    private struct Gift: Sendable {
        let unit: String
        let minor: Int64

        init?(_ json: JSON?) {
            guard let unit = json?["unit"]?.stringValue, let minor = json?["minor"]?.integerValue else { return nil }
            (self.unit, self.minor) = (unit, minor)
        }
    }

    /// - Parameters:
    ///   - request: nil where its promise was kept and it is over.
    ///   - isCounted: whether the entry is of the month.
    mutating func take(
        _ type: String, _ rid: String, _ facts: JSONObject, of request: ReviewFold.Request?, isCounted: Bool
    ) {
        let isClaim = type.hasPrefix("claim.")
        let number = facts.number(isClaim ? "claim" : "offer")
        let key = "\(isClaim ? "claim" : "offer") \(rid) \(number)"
        switch type {
        case "claim.filed", "offer.made":
            var groups = ["channel": facts.text("channel")]
            // Of a request whose promise was kept nothing is remembered.
            if let request, request.isLate { groups["tenant"] = request.tenant }
            if !isClaim { groups["agent"] = facts.text("by") }
            filed[key] = Filed(groups: groups, given: Gift(facts["grant"]))
        case "claim.decided":
            guard isCounted, var groups = filed[key]?.groups else { return }
            groups["reviewer"] = facts["by"]?.stringValue ?? "silence"
            let given = Gift(facts["grant"])
            claims.add(
                groups, isGranted: facts.text("outcome") == "granted", given: given.map { ($0.unit, $0.minor) })
        case "offer.accepted", "offer.declined":
            guard isCounted, let offer = filed[key] else { return }
            offers.add(
                offer.groups, isGranted: type == "offer.accepted", given: offer.given.map { ($0.unit, $0.minor) })
        default: break
        }
    }

    var json: JSON {
        [
            "minimum": .integer(ConsistencyTable.smallestGroup), "claims": .object(claims.json()),
            "offers": .object(offers.json()),
        ]
    }
}

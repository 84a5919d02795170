import CanonicalJSON
import Cryptography

/// Rules 71 to 73: the counts of a month, as far as they follow from the entries.
extension Recomputation {
    mutating func review(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (name, size, hash) = (try facts.string("month"), try facts.integer("size"), try facts.string("hash"))
        let document = try facts.value("document")
        let right = "sha256:\(SHA256.hash(document.canonicalBytes))"
        if hash != right { report(.wrongReview, event, "the hash of the document is \(right), not \(hash)") }
        guard let month = surveys.next else {
            return report(.wrongReview, event, "no document of kind Review was published")
        }
        surveys.next = month + 1
        let expected = MonthCounts.name(month)
        guard name == expected, event.t >= MonthCounts.start(month + 1) else {
            return report(.wrongReview, event, "it is the turn of \(expected) when that is over, not of \(name)")
        }
        var numbers = expectedNumbers(of: month)
        numbers["size"] = surveys.months.size(of: month) ?? Int64(event.seq)
        if size != numbers["size"] {
            report(.wrongReview, event, "\(name) ends at entry \(numbers["size"] ?? 0), not \(size)")
        }
        for (place, number) in numbers.sorted(by: { $0.key < $1.key }) {
            let found = Self.number(place, in: document)
            guard found != number else { continue }
            report(.wrongReview, event, "\(place) of \(name) is \(number), not \(found.map { "\($0)" } ?? "absent")")
        }
        requireFigures(document["surveys"]?["all"], surveyed(month), event)
        judgeConsistency(document, of: month, event)
    }

    private static func number(_ place: String, in document: JSON) -> Int64? {
        place.split(separator: "/").reduce(document) { (json: JSON?, part) -> JSON? in
            json.flatMap { json in
                if let list = json.arrayValue { return list.first { $0["objective"]?.stringValue == String(part) } }
                return json[String(part)]
            }
        }?.integerValue
    }

    /// Of what everybody can count, each number by its place in the document.
    private func expectedNumbers(of month: Int64) -> [String: Int64] {
        let counts = surveys.months.counts(of: month)
        var numbers = [
            "requests/accepted": counts.accepted, "requests/issued": counts.issued,
            "requests/cancelled": counts.cancelled, "affected": counts.affected, "surveys/all/spared": counts.spared,
        ]
        // A review says of denials only where there are any.
        if counts.denied > 0 { numbers["requests/denied"] = counts.denied }
        // Where nobody can tell what binds a request, nobody can tell whether its promise was kept.
        if tally.unjudged == 0 {
            numbers["promises/issue/kept"] = counts.kept
            numbers["promises/issue/broken"] = counts.broken
        }
        let all = surveyed(month)
        numbers["surveys/all/asked"] = Int64(all.count)
        numbers["surveys/all/answered"] = Int64(all.count { $0.csat != nil })
        numbers["surveys/all/withdrawn"] = Int64(all.count { $0.csat != nil && $0.isErased })
        return numbers
    }

    private func surveyed(_ month: Int64) -> [SurveyBook.Item] {
        let range = MonthCounts.start(month)..<MonthCounts.start(month + 1)
        return surveys.items.values.filter { $0.state == .asked && range.contains($0.until) }
    }

    /// Whether hundredths of a percent are a share to the nearest, half away from zero: without a division that rounds.
    private static func isNearest(_ value: Int64, to part: Int64, of count: Int64) -> Bool {
        guard -10_000...10_000 ~= value else { return false }
        let twice = 2 * (value * count - part * 10_000)
        return part < 0 ? twice >= -count && twice < count : twice > -count && twice <= count
    }

    /// The figures of all surveys, or that none is stated.
    private mutating func requireFigures(_ row: JSON?, _ items: [SurveyBook.Item], _ event: Event) {
        let answers = items.filter { $0.csat != nil }
        let minimum = items.map(\.minimum).max() ?? 1
        let isStated = answers.count >= minimum && !answers.isEmpty
        guard isStated == (row?["csat"] != nil), isStated == (row?["nps"] != nil) else {
            let found = isStated ? "missing" : "stated"
            return report(
                .wrongReview, event, "of \(answers.count) answers, where \(minimum) are needed, a figure is \(found)")
        }
        guard isStated else { return }
        let satisfied = Int64(answers.count { ($0.csat ?? 0) >= 4 })
        let net = Int64(answers.count { $0.nps >= 9 }) - Int64(answers.count { $0.nps <= 6 })
        let count = Int64(answers.count)
        for (name, part) in [("csat", satisfied), ("nps", net)] {
            let value = row?[name]?["value"]?.integerValue
            guard let value, Self.isNearest(value, to: part, of: count) else {
                report(.wrongReview, event, "\(name) is \(part) of \(count) answers, which is not what it says")
                continue
            }
        }
    }
}

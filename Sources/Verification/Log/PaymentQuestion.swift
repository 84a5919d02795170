import CanonicalJSON
import TransparencyLog

/// What was given for the delay, added up. Whether it is what the policy gives, recomputing tells.
enum PaymentQuestion {
    private struct Sum {
        let unit: String
        let isPremium: Bool
        var minor: Int64 = 0
        var postings = 0
    }

    static func check(_ events: [LogEntry]) -> Check {
        var sums: [Sum] = []
        for entry in events where entry.type == EntryType.compensationPosted.rawValue {
            guard let unit = entry.facts["unit"]?.stringValue, let minor = entry.facts["minor"]?.integerValue,
                let type = entry.facts["benefitType"]?.stringValue
            else { return Check(.paid, .failed, "Entry \(entry.seq) does not say what it gives.") }
            let isPremium = type == "premium-extension"
            let known = sums.firstIndex { $0.unit.utf8.elementsEqual(unit.utf8) && $0.isPremium == isPremium }
            if known == nil { sums.append(Sum(unit: unit, isPremium: isPremium)) }
            let index = known ?? sums.count - 1
            let (sum, isTooMuch) = sums[index].minor.addingReportingOverflow(minor)
            guard !isTooMuch else { return Check(.paid, .failed, "More \(unit) is given than can be counted.") }
            sums[index].minor = sum
            sums[index].postings += 1
        }
        return answer(sums, isBroken: events.contains { $0.type == EntryType.promiseBroken.rawValue })
    }

    private static func answer(_ sums: [Sum], isBroken: Bool) -> Check {
        let facts: JSONObject = [
            "paid": .array(
                sums.map { sum in
                    [
                        "unit": .string(sum.unit), "minor": .integer(sum.minor),
                        "benefitType": .string(sum.isPremium ? "premium-extension" : "credit"),
                        "postings": .integer(Int64(sum.postings)),
                    ]
                })
        ]
        guard !sums.isEmpty else {
            let sentence =
                isBroken
                ? "The promise was broken, and nothing has been given for it yet." : "Nothing, as far as it goes."
            return Check(.paid, .passed, sentence, facts: facts)
        }
        let words = sums.map { "\($0.minor) \($0.isPremium ? "days of premium access" : $0.unit)" }
        return Check(.paid, .passed, "Given for the delay: \(words.joined(separator: ", ")).", facts: facts)
    }
}

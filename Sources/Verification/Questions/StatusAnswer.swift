import CanonicalJSON
import Credentials
import Temporal

/// What a list says about one credential, judged by when the list was made.
struct StatusAnswer {
    let outcome: Check.Outcome
    /// What the list says, as the beginning of a sentence.
    let words: String
    /// Whether it stays so for ever: for that, no list is too old.
    let isFinal: Bool
    let madeAt: Instant?
    /// Until when the list may be used.
    let until: Instant?
    /// Whether the issuer wants a newer list to be fetched by now.
    var shouldRefresh = false
    /// What the list lacks, behind "by a list of 2026-…".
    var lacking = ""

    func check(facts: JSONObject, trusting trust: Trust) -> Check {
        let now = trust.instant
        var facts = facts
        facts["madeAt"] = madeAt.map { .string($0.rfc3339) }
        facts["ageMilliseconds"] = madeAt.map { .integer((now - $0).count) }
        func check(_ outcome: Check.Outcome, _ sentence: String, _ need: Check.Need? = nil) -> Check {
            Check(.status, outcome, sentence, facts: facts, need: need)
        }
        let made = (madeAt.map { "of \($0.dateTimeStamp), \((now - $0).inWords) old" } ?? "of no stated date") + lacking
        if let madeAt, now < madeAt {
            return check(.cannotTell, "The list was made \(madeAt.dateTimeStamp), after the instant to judge.")
        }
        if isFinal { return check(outcome, "\(words) by a list \(made).") }
        if let until, until < now {
            return check(
                .cannotTell, "The list \(made), may be used until \(until.dateTimeStamp) only.", .newerStatusList)
        }
        if let bound = trust.maximumStatusAge, madeAt.map({ now - $0 > bound }) ?? true {
            return check(.cannotTell, "The list \(made), is not known to be within \(bound).", .newerStatusList)
        }
        let note = shouldRefresh ? " Its issuer publishes newer ones by now." : ""
        return check(outcome, "\(words) by a list \(made).\(note)")
    }
}

extension Milliseconds {
    /// The length in its largest whole unit: "3 hours".
    var inWords: String {
        let units: [(name: String, length: Int64)] = [
            ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000),
        ]
        let (name, length) = units.first { count >= $0.length } ?? ("second", 1000)
        let number = count / length
        return "\(number) \(name)\(number == 1 ? "" : "s")"
    }
}

import CanonicalJSON

/// What must be remembered of notices: nothing of requests that no plan is bound to.
struct NoticeBook: Sendable {
    /// Something that waits to be told.
    struct Item: Sendable {
        let seq: Int64
        let step: String
        let t: Int64
        let facts: [String: NoticeWord]
        /// Whether it stands for a breach that nobody was told of.
        var isUrgent = false
    }

    /// One request.
    struct Case: Sendable {
        let terms: NoticeTerms
        let clock: ZoneTimes?
        var waiting: [Item] = []
        var sent: [Int64] = []
        var open: (seq: Int64, t: Int64)?
        var promised: (seq: Int64, due: Int64)?
        var broken: (seq: Int64, due: Int64)?
        var stopped: (seq: Int64, isIssued: Bool)?

        func isCritical(_ item: Item) -> Bool {
            terms.steps[item.step]?.isCritical ?? false
                || (item.isUrgent && terms.steps["breach"]?.isCritical ?? false)
        }

        /// From when on it could be told, were nothing against it.
        func base(_ item: Item) -> Int64 {
            if isCritical(item) || item.step == "nothing-new" { return item.t }
            let collected = item.t + terms.digest
            return silence.map { min(collected, max(item.t, $0)) } ?? collected
        }

        /// From when on it is late.
        func deadline(_ item: Item) -> Int64 {
            terms.firstAllowed(from: base(item), isCritical: isCritical(item), sent: sent, clock)
                + (terms.steps[item.step]?.within ?? 900_000)
        }

        /// What waits, or that there is nothing new.
        var due: [Item] {
            guard waiting.isEmpty, let silence, let open else { return waiting }
            return [Item(seq: open.seq, step: "nothing-new", t: silence, facts: [:])]
        }

        /// When nothing was heard for as long as the plan lets it be.
        private var silence: Int64? {
            guard let every = terms.every, let open else { return nil }
            return max(open.t, sent.last ?? 0) + every
        }
    }

    var cases: [String: Case] = [:]
    /// By the hash of the document, with quotation marks.
    var plans: [CanonicalText: NoticeTerms] = [:]
    /// Requests whose plan nobody can read.
    var unjudged: Set<String> = []
    /// What the first entry says where the service is.
    var service = ""
    /// The last entry that says why, by incident.
    var causes: [Int64: (seq: Int64, cause: String)] = [:]
}

/// A fact before it is written in a language.
enum NoticeWord: Hashable, Sendable {
    case moment(Int64)
    case atLatest(Int64)
    case plain(String)
    case key(table: String, String)
    case sum(type: String, unit: String, Int64)
    case holds
}

extension NoticeBook {
    /// The step of an entry, and what it says: the table of rule 81.
    static func told(_ type: String, _ facts: JSON, at t: Int64) -> (step: String, facts: [String: NoticeWord])? {
        func moment(_ name: String) -> NoticeWord? { facts[name]?.integerValue.map(NoticeWord.moment) }
        func key(_ table: String, _ name: String) -> NoticeWord? {
            facts[name]?.stringValue.map { .key(table: table, $0) }
        }
        var sum: NoticeWord? {
            guard let type = facts["benefitType"]?.stringValue, let unit = facts["unit"]?.stringValue,
                let minor = facts["minor"]?.integerValue
            else { return nil }
            return .sum(type: type, unit: unit, minor)
        }
        var said: [String: NoticeWord] = [:]
        switch type {
        case "request.accepted": return ("acknowledged", said)
        case "request.at-risk": return ("at-risk", said)
        case "request.escalated":
            return facts["to"]?.arrayValue?.contains("requester") ?? false ? ("at-risk", said) : nil
        case "sla.breach":
            said["what"] = key("objective", "objective")
            said["missed"] = moment("dueAt")
            said[facts["suspension"] == nil ? "paysByItself" : "suspended"] = .holds
            return ("breach", said)
        case "request.updated": return ("update", ["lookedAt": .moment(t)])
        case "credential.issued", "request.cancelled", "request.denied": return ("resolved", said)
        case "compensation.post":
            if facts["benefitType"]?.stringValue == "apology" { return ("compensated", ["apology": .holds]) }
            said["given"] = sum
            said["spendBy"] = moment("until")
        case "compensation.paid":
            said["handedOver"] = .holds
            said["spendBy"] = moment("until")
        case "compensation.owed":
            said["owed"] = sum
            said["waitsFor"] = key("why", "why")
        case "compensation.capped": said["notGiven"] = sum
        case "compensation.declined": said["declined"] = key("rule", "rule")
        case "compensation.late": said["payLate"] = moment("dueAt")
        case "compensation.reversed":
            said["takenBack"] = facts["minor"]?.integerValue.map { .plain("\($0)") }
            said["whyTaken"] = key("reason", "reason")
            return ("compensation-reversed", said)
        case "credential.upgraded": return ("checked", ["signedAgain": .holds])
        case "assurance.checked":
            return facts["result"]?.stringValue == "failed" ? ("checked", ["notPassed": .holds]) : nil
        case "claim.decided":
            said["outcome"] = key("outcome", "outcome")
            return ("claim-decision", said)
        case "survey.asked":
            said["answerBy"] = moment("until")
            return ("feedback", said)
        default: return nil
        }
        return ("compensated", said)
    }
}

/// The text: rule 83.
extension NoticeBook.Case {
    func text(_ items: [NoticeBook.Item], _ shared: [String: NoticeWord], in locale: String) -> String {
        var (body, contact): ([String], [String]) = ([], [])
        for item in items {
            let known = shared.merging(item.facts) { _, own in own }
            let template = terms.steps[item.step]?.template ?? ""
            for piece in terms.templates[template]?[locale]?.arrayValue ?? [] {
                let conditions = piece["if"]?.arrayValue ?? []
                guard conditions.allSatisfy({ known[$0.stringValue ?? ""] != nil }),
                    let sentence = fill(piece["say"]?.stringValue ?? "", known, in: locale)
                else { continue }
                if piece["part"]?.stringValue == "contact" {
                    if !contact.contains(sentence) { contact.append(sentence) }
                } else if !body.contains(sentence) {
                    body.append(sentence)
                }
            }
        }
        return (body + contact).joined(separator: " ")
    }

    /// Nil when something in braces is not known.
    private func fill(_ say: String, _ known: [String: NoticeWord], in locale: String) -> String? {
        var parts = say.split(separator: "{", omittingEmptySubsequences: false)
        var text = String(parts.removeFirst())
        for part in parts {
            let halves = part.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, let word = known[String(halves[0])] else { return nil }
            text += write(word, in: locale) + halves[1]
        }
        return text
    }

    private func write(_ word: NoticeWord, in locale: String) -> String {
        func look(_ table: String, _ key: String) -> String? { terms.words[table]?[key]?[locale]?.stringValue }
        switch word {
        case .moment(let t): return moment(t)
        case .atLatest(let t): return moment(t + 59_999)
        case .plain(let text): return text
        case .key(let table, let key): return look(table, key) ?? key
        case .holds: return ""
        case .sum(let type, let unit, let minor):
            let named = unit == "money" ? nil : look("unit", unit)
            let counted = named.map { "\(minor) \($0)" } ?? "\(minor) \(look("unit", "money") ?? "money") \(unit)"
            return look("gift", type).map { "\(counted) \($0)" } ?? counted
        }
    }

    private func moment(_ t: Int64) -> String {
        let offset = clock?.stretch(at: t).offset ?? 0
        let wall = shown(t + offset)
        let minutes = abs(offset) / 60_000
        let (hours, rest) = (minutes / 60, minutes % 60)
        let sign = offset < 0 ? "-" : "+"
        let zone = offset == 0 ? "" : "\(sign)\(hours)" + (rest == 0 ? "" : rest < 10 ? ":0\(rest)" : ":\(rest)")
        return "\(wall.prefix(10)) \(wall.dropFirst(11).prefix(5)) (UTC\(zone))"
    }
}

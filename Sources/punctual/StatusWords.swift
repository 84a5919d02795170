import CanonicalJSON
import Console
import ServiceLevels
import Temporal

/// A status document in plain words: where it is, when it was due, why it is late, when it is expected, what was given.
struct StatusWords {
    private let status: JSON
    private let terminal: Terminal

    init(_ status: JSON, _ terminal: Terminal) {
        self.status = status
        self.terminal = terminal
    }

    var lines: [String] {
        let facts = [headline, "  asked for   " + moment("acceptedAt"), due, stopped, erased, why, risk, expected]
        return facts.compactMap { $0 } + promises + given + upgrade + told
    }

    /// The promises beside the credential, each with its deadline.
    private var promises: [String] {
        (status["promises"]?.arrayValue ?? []).map { promise in
            let ordinal = promise["ordinal"]?.integerValue.map { " \($0)" } ?? ""
            let name = (promise["objective"]?.stringValue ?? "").replacing("-", with: " ")
            let due = promise["dueAt"]?.stringValue.map { "by " + Self.moment($0) } ?? "not due now"
            return "  promised    \(name)\(ordinal) \(due): \(promise["state"]?.stringValue ?? "")"
        }
    }

    private var isLate: Bool { lateBy > 0 }
    private var lateBy: Int64 { status["lateMilliseconds"]?.integerValue ?? 0 }
    private var hasStopped: Bool { status["stoppedAt"] != nil }

    private var headline: String {
        let words =
            switch status["state"]?.stringValue {
            case "available": "Your credential is ready."
            case "cancelled": "Your request was cancelled."
            case "denied": "Your request was denied: there will be no credential."
            case "revoked": "Your credential was issued, and has been revoked since."
            case "paused": "Your request is on hold, and its clock is paused."
            default: isLate ? "Your credential is late. We are sorry." : "Your credential is on its way, and in time."
            }
        return terminal.styled(words, isLate && !hasStopped ? .warning : .strong)
    }

    private var due: String? {
        guard status["dueAt"] != nil else { return "  due         not while the pause lasts" }
        let pause = status["pausedUntilAtMost"] == nil ? "" : ", if the pause runs to its end"
        let missed = isLate ? ", missed by \(Milliseconds(lateBy).roundedWords)" : ""
        return "  due         " + moment("dueAt") + pause + missed
    }

    private var stopped: String? {
        guard hasStopped else { return nil }
        let state = status["state"]?.stringValue ?? ""
        let word = ["cancelled", "denied"].contains(state) ? state : "ready"
        let reason = status["reason"]?.stringValue.map { ": \($0.replacing("-", with: " "))" } ?? ""
        return "  " + word + String(repeating: " ", count: 12 - word.count) + moment("stoppedAt") + reason
    }

    private var erased: String? {
        guard status["erased"] == true else { return nil }
        return "  erased      " + moment("erasedAt") + ": who it was for is known here no more"
    }

    private var why: String? {
        switch status["waitingFor"]?.stringValue {
        case nil: nil
        case "review": "  waiting     for the review: a check by a person or an outside service"
        case "service": "  waiting     for us"
        case let reason?: "  waiting     \(reason.replacing("-", with: " ")), which stops the clock"
        }
    }

    /// By which method it is at risk, and why that one; nothing where nobody foresees.
    private var risk: String? {
        guard !hasStopped, let forecast = status["forecast"] else { return nil }
        let method = forecast["method"]?.stringValue ?? ""
        if let chance = forecast["chance"]?.integerValue {
            return "  at risk     \(chance.asPercent) of such requests became late (\(method))"
        }
        let since = forecast["atRiskSince"] == nil ? "no" : "yes"
        return "  at risk     \(since), by the time that has passed (\(method))"
    }

    private var expected: String? {
        if hasStopped { return nil }
        guard status["expectedAt"] != nil else {
            return isLate ? "  expected    cannot be told yet: too few like it have been issued" : nil
        }
        if let forecast = status["forecast"], let share = forecast["share"]?.integerValue,
            let kept = forecast["kept"]?.integerValue, let of = forecast["of"]?.integerValue, of > 0
        {
            let shown = (kept * 1_000_000 / of).asPercent
            return "  expected    \(share.asPercent) like this were done by \(moment("expectedAt"));\n"
                + "              kept \(shown) of the last \(of)"
        }
        return "  expected    by \(moment("expectedAt")): nine in ten that waited this long were ready by then"
    }

    private var given: [String] {
        let given = status["given"]?.arrayValue ?? []
        if given.isEmpty { return isLate ? ["  given       nothing yet; it comes by itself, within seconds"] : [] }
        return given.filter { $0["type"] != "assurance-upgrade" }.map { gift in
            let minor = gift["minor"]?.integerValue ?? 0
            let what = gift["unit"]?.stringValue == "DAYS" ? "days of premium access" : "Pocket FIT credits"
            return "  given       \(minor) \(what), entry \(gift["entry"]?.integerValue ?? 0) of the public log"
        }
    }

    /// The further check that the delay gave, and where it stands.
    private var upgrade: [String] {
        guard let upgrade = status["upgrade"] else { return [] }
        let (level, entry) = (upgrade["level"]?.stringValue ?? "", upgrade["closedBy"]?.integerValue ?? 0)
        let reason = upgrade["reason"]?.stringValue ?? ""
        let words =
            switch upgrade["state"]?.stringValue {
            case "done": "made; your credential was signed again, entry \(entry) of the public log"
            case "waived": "not passed (\(reason)), entry \(entry) of the public log"
            case "void": "no more, \(reason) with entry \(entry) of the public log"
            default:
                upgrade["waitsFor"] == "credential" ? "owed, once your credential is ready" : "owed; our staff makes it"
            }
        let lines = Self.broken("a further check, for assurance \(level): \(words)", at: 64)
        return lines.enumerated().map { ($0 == 0 ? "  checked     " : "              ") + $1 }
    }

    /// What the person was told, each notice with its time, broken to lines of a narrow terminal.
    private var told: [String] {
        (status["notices"]?.arrayValue ?? []).flatMap { notice in
            let at = notice["at"]?.stringValue.map(Self.moment) ?? "unknown"
            let entry = notice["entry"]?.integerValue ?? 0
            return ["  told        \(at), entry \(entry) of the public log"]
                + Self.broken(notice["text"]?.stringValue ?? "", at: 64).map { "              " + $0 }
        }
    }

    /// Lines of at most so many characters, broken between words.
    private static func broken(_ text: String, at width: Int) -> [String] {
        text.split(separator: " ").reduce(into: []) { lines, word in
            guard let last = lines.last, last.count + 1 + word.count <= width else { return lines.append(String(word)) }
            lines[lines.count - 1] = "\(last) \(word)"
        }
    }

    private func moment(_ member: String) -> String {
        status[member]?.stringValue.map(Self.moment) ?? "unknown"
    }

    /// 2026-11-21T22:06:04.123Z as people write it.
    private static func moment(_ text: String) -> String {
        text.prefix(10) + " " + text.dropFirst(11).prefix(8) + " UTC"
    }
}

extension Milliseconds {
    /// For people, who do not care for milliseconds when there are seconds, nor for seconds when there are hours.
    fileprivate var roundedWords: String {
        let unit: Int64 = count >= 3_600_000 ? 60_000 : count >= 1000 ? 1000 : 1
        return Milliseconds(count / unit * unit).inWords
    }
}

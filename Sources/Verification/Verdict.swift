package import CanonicalJSON

/// What verification came to. There is no fourth answer, and no doubt that counts as yes.
package enum Conclusion: String, Hashable, Sendable {
    /// Every question that arose was answered with yes.
    case valid
    /// At least one was answered with no.
    case invalid
    /// None was answered with no, but for one something is missing.
    case cannotTell

    /// The conclusion over several: the worst of them; over none, nobody can tell.
    package static func over(_ conclusions: some Sequence<Conclusion>) -> Conclusion {
        let all = Set(conclusions)
        return all.contains(.invalid) ? .invalid : all == [.valid] ? .valid : .cannotTell
    }
}

/// The answer about one piece of evidence: every question with its reason, and what follows.
package struct Verdict: Hashable, Sendable {
    /// What was verified; nil when it could not be told what it is.
    package let kind: Evidence.Kind?

    /// What it stood in.
    package let container: Evidence.Container

    /// The questions in the order in which they were put; at least one.
    package let checks: [Check]

    /// What the entries of an audit bundle say, in order; empty unless the log proves them.
    package let story: [StoryEvent]

    /// The documents inside an audit bundle or a presentation, each verified like one handed in by itself.
    package let parts: [Verdict]

    init(
        _ kind: Evidence.Kind?, _ checks: [Check], story: [StoryEvent] = [], parts: [Verdict] = [],
        container: Evidence.Container = .none
    ) {
        precondition(!checks.isEmpty, "a verdict without a question would be valid")
        self.kind = kind
        self.checks = checks
        self.story = story
        self.parts = parts
        self.container = container
    }

    /// What follows from all checks, those of the parts included.
    package var conclusion: Conclusion { conclusion(disregarding: []) }

    /// What would follow if nobody had put these questions. The W3C's interfaces do not ask who stands behind a key:
    /// they leave out ``Check/Name/vouching``.
    package func conclusion(disregarding names: Set<Check.Name>) -> Conclusion {
        let own = checks.filter { !names.contains($0.name) }.map(\.outcome.conclusion)
        return Conclusion.over(own + parts.map { $0.conclusion(disregarding: names) })
    }

    /// What keeps the verdict from being valid, without the questions named: everything that was answered with no, or
    /// when nothing was, everything that could not be told. Those of the parts stand behind the own.
    package func problems(disregarding names: Set<Check.Name> = []) -> [Check] {
        let asked = allChecks.filter { !names.contains($0.name) }
        let failed = asked.filter { $0.outcome == .failed }
        return failed.isEmpty ? asked.filter { $0.outcome == .cannotTell } : failed
    }

    private var allChecks: [Check] { checks + parts.flatMap(\.allChecks) }

    /// The verdict for a program; `container`, `story` and `parts` only where there are any.
    package var json: JSONObject {
        var json: JSONObject = [
            "verdict": .string(conclusion.rawValue), "kind": .string(kind?.rawValue ?? "unknown"),
            "checks": .array(checks.map { .object($0.json) }),
        ]
        if container != .none { json["container"] = .string(container.rawValue) }
        if !story.isEmpty { json["story"] = .array(story.map { .object($0.json) }) }
        if !parts.isEmpty { json["parts"] = .array(parts.map { .object($0.json) }) }
        return json
    }
}

extension Check.Outcome {
    fileprivate var conclusion: Conclusion {
        switch self {
        case .failed: .invalid
        case .cannotTell: .cannotTell
        case .passed, .notApplicable: .valid
        }
    }
}

import CanonicalJSON
import Console
import Credentials
import Temporal
import Verification

/// The verdicts on all files, as they are printed.
struct Report {
    private let instant: Instant
    private let verdicts: [(file: String, verdict: Verdict)]

    init(at instant: Instant, _ verdicts: [(file: String, verdict: Verdict)]) {
        self.instant = instant
        self.verdicts = verdicts
    }

    /// The worst of all.
    var conclusion: Conclusion { Conclusion.over(verdicts.map(\.verdict.conclusion)) }

    /// For a program: each verdict under the file that it is about.
    var json: JSON {
        let files = verdicts.map { file, verdict in
            var json = verdict.json
            json["file"] = .string(file)
            return JSON.object(json)
        }
        return [
            "verdict": .string(conclusion.rawValue), "at": .string(instant.rfc3339), "files": .array(files),
        ]
    }
}

extension Report {
    /// For a person; what would help, where something is missing, goes to standard error.
    func print(on terminal: Terminal, explaining isExplaining: Bool) {
        for (number, (file, verdict)) in verdicts.enumerated() {
            if number > 0 { terminal.print("") }
            let name = file.printable(limit: Self.maximumName)
            let title = "\(name) (\(verdict.words))"
            terminal.print(terminal.styled(verdict.conclusion.words, verdict.conclusion.style) + ": " + title)
            if isExplaining { terminal.print("Judged as of \(instant.dateTimeStamp).") }
            print(verdict, on: terminal, explaining: isExplaining)
        }
        for hint in hints { terminal.note(hint) }
    }

    /// A path can be four times as long.
    private static let maximumName = 1024

    private func print(_ verdict: Verdict, on terminal: Terminal, explaining isExplaining: Bool) {
        for (index, check) in verdict.checks.enumerated() {
            terminal.print(isExplaining ? check.explanation(number: index + 1, on: terminal) : check.line(on: terminal))
        }
        if isExplaining, !verdict.story.isEmpty {
            terminal.print("\n" + terminal.styled("What the log says about this request:", .strong))
            let width = verdict.story.map(\.label.count).max() ?? 0
            for event in verdict.story { terminal.print(event.text(width: width)) }
        }
        for part in verdict.parts {
            let title = "Inside it, \(part.kind == nil ? "something" : part.words): "
            terminal.print(
                (isExplaining ? "\n" : "") + title + terminal.styled(part.conclusion.words, part.conclusion.style))
            print(part, on: terminal, explaining: isExplaining)
        }
    }

    /// One line for each option that would turn a "cannot tell" into an answer.
    private var hints: [String] {
        func needs(of verdict: Verdict) -> [Check.Need] {
            verdict.checks.filter { $0.outcome == .cannotTell }.compactMap(\.need) + verdict.parts.flatMap(needs)
        }
        let all = Set(verdicts.flatMap { needs(of: $0.verdict) })
        return Check.Need.allCases.filter(all.contains).map(\.hint)
    }
}

extension Verdict {
    /// What was verified, and in what it stood.
    fileprivate var words: String {
        let kind = kind?.words ?? "of an unknown kind"
        return switch container {
        case .none: kind
        case .envelope: kind + " in an envelope"
        case .png: kind + " baked into a PNG"
        case .svg: kind + " baked into an SVG"
        }
    }
}

extension StoryEvent {
    fileprivate var label: String { "entry \(seq)" }

    /// The entry in a column of its own, as wide as the widest.
    fileprivate func text(width: Int) -> String {
        String(layOut(label, "\(at.dateTimeStamp) \(words)", width: width).dropLast())
    }
}

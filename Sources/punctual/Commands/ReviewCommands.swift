import CanonicalJSON
import Console
import Cryptography
import Hosting
import Issuance
import Mirroring
import ServiceLevels
import TransparencyLog

/// The review of a month: computed from the entries, and compared with one that somebody was handed.
extension Command {
    private static let source: [CommandSyntax.Option] = [
        .init("data", "DIR", "The data directory of the service."),
        .init("from", "DIR-OR-URL", "Instead of --data: a log in a folder or on the web, verified on the way."),
        .logKey, .logPolicy,
    ]

    static let review = Command(
        syntax: CommandSyntax(
            "review", "What a month was like, computed from the entries of the log alone.",
            options: [.init("month", "YYYY-MM", "Which month, in UTC.", isRequired: true)] + source
                + [
                    .init("signed", nil, "With --data: the published one with its signature, as verify takes it."),
                    .passphraseFile, .json,
                ],
            example: "punctual review --month 2026-10 --data ./issuer"),
        run: { arguments, terminal in
            let text = arguments.required("month")
            guard let month = ReviewMonth(text) else { throw UsageError("--month takes a month such as 2026-10.") }
            if arguments.has("signed") {
                guard arguments.value("data") != nil else { throw UsageError("--signed needs --data DIR.") }
                terminal.print(try operate("/reviews/\(month)", nil, arguments).canonicalString)
                return .done
            }
            return try folded(month, arguments, terminal) { folded in
                if arguments.has("json") {
                    terminal.print(folded.review.document.canonicalString)
                } else {
                    for line in ReviewWords.lines(folded.review.document) { terminal.print(line) }
                    if !folded.isOver { terminal.print("The month is not over in this log: more may come.") }
                }
                return .done
            }
        })

    static let verifyReview = Command(
        syntax: CommandSyntax(
            "review verify", "Compute a review again from the log, and compare it byte for byte.",
            positionals: [.init("FILE", "What review --signed wrote, or /reviews/YYYY-MM answered.")],
            options: source + [.json],
            example: "punctual review verify october.json --from ./log --log-key issuer.vkey"),
        run: { arguments, terminal in
            let file = arguments.positionals[0]
            let bytes = try readFile(file, maximumBytes: LogEntry.maximumBytes + SignedNote.maximumBytes)
            guard let json = try? JSON(parsing: bytes), let claimed = json["review"].flatMap({ MonthlyReview($0) }),
                let note = json["note"]?.stringValue
            else { throw Failure("\(file) is not a review with its signature.", .cannotTell) }
            return try folded(claimed.month, arguments, terminal) { folded in
                var problems: [String] = []
                if folded.review.document.canonicalBytes != claimed.document.canonicalBytes {
                    problems.append("the entries add up to another review: \(difference(folded.review, claimed))")
                }
                if !folded.isOver { problems.append("the log ends before the month does") }
                if let published = folded.published, published != claimed.hash.text {
                    problems.append("the log published another one, \(published)")
                }
                if folded.published == nil { problems.append("the log published none of \(claimed.month)") }
                do {
                    let signed = try SignedNote(parsing: Array(note.utf8))
                    let text = claimed.noteText(origin: folded.origin)
                    if signed.text != text { problems.append("the signature is under something else") }
                    _ = try signed.verifiedSignatures(by: folded.keys)
                } catch let error as TransparencyLogError {
                    problems.append("the signature does not hold: \(error)")
                }
                if arguments.has("json") {
                    terminal.print(
                        JSON.object([
                            "month": .string(claimed.month.description), "size": .integer(claimed.size),
                            "verified": .bool(problems.isEmpty), "problems": .array(problems.map(JSON.string)),
                        ]).canonicalString)
                } else if problems.isEmpty {
                    terminal.print("The review of \(claimed.month) follows from the first \(claimed.size) entries.")
                } else {
                    for problem in problems { terminal.print("Not verified: \(problem).") }
                }
                return problems.isEmpty ? .done : .negative
            }
        })

    /// What the entries say of a month.
    private struct Folded {
        let review: MonthlyReview
        /// Whether the log goes on behind the month.
        let isOver: Bool
        let origin: String
        /// The keys that sign the log, or did.
        let keys: [VerifierKey]
        /// The hash of the review that stands in the log.
        let published: String?
    }

    /// One pass over the entries, verified against a checkpoint where they come from elsewhere.
    private static func folded(
        _ month: ReviewMonth, _ arguments: Arguments, _ terminal: Terminal, _ body: (Folded) throws -> ExitCode
    ) throws -> ExitCode {
        var fold = ReviewFold(of: month)
        var (isOver, origin, keys, published) = (false, "", [VerifierKey](), String?.none)
        var problem: (any Error)?
        func take(_ bytes: [UInt8]) {
            do {
                let entry = try LogEntry(parsing: bytes)
                if !fold.read(entry) { isOver = true }
                origin = entry.origin
                let key = entry.facts[entry.type == "log.opened" ? "logKey" : "key"]?.stringValue
                if ["log.opened", "log.key"].contains(entry.type), let key { keys.append(try VerifierKey(vkey: key)) }
                if entry.type == "review.published", entry.facts["month"]?.stringValue == month.description {
                    published = entry.facts["hash"]?.stringValue
                }
            } catch {
                problem = error
            }
        }
        if let data = arguments.value("data") {
            guard arguments.value("from") == nil else { throw UsageError("Name one log: --data DIR, or --from.") }
            try DataDirectory(data).openReader().reader.read { reader in
                try reader.forEach(EntryRecord.self) { take($0.body) }
            }
        } else {
            let code = try withSource(arguments) { source, trust in
                try mirrored(arguments, terminal) { () throws(MirrorError) in
                    _ = try MirrorAudit.verify(
                        source, trust: trust.log, progress: { terminal.progress("reading entry \($0)") },
                        entry: { take($0) })
                    terminal.endProgress()
                    return .done
                }
            }
            guard code == .done else { return code }
        }
        if let problem { throw problem }
        return try body(
            Folded(
                review: fold.finish(), isOver: isOver, origin: origin, keys: Array(Set(keys)), published: published))
    }

    /// The first member that differs.
    private static func difference(_ right: MonthlyReview, _ found: MonthlyReview) -> String {
        for (name, value) in right.document.objectValue ?? [:] where found.document[name] != value {
            return "\(name) is \(value.canonicalString)"
        }
        return "it has a member that none may have"
    }
}

/// A review for people.
enum ReviewWords {
    static func lines(_ review: JSON) -> [String] {
        func number(_ json: JSON?) -> String { json?.integerValue.map { "\($0)" } ?? "-" }
        var lines = [
            "Review of \(review["month"]?.stringValue ?? ""), of \(number(review["size"])) entries",
            "  requests     \(number(review["requests"]?["accepted"])) accepted, "
                + "\(number(review["requests"]?["issued"])) issued, "
                + "\(number(review["requests"]?["cancelled"])) cancelled"
                + (review["requests"]?["denied"]?.integerValue.map { ", \($0) denied" } ?? ""),
        ]
        for row in review["promises"]?.arrayValue ?? [] {
            let kept = row["kept"] == nil ? "" : "\(number(row["kept"])) kept, "
            lines.append(
                "  promises     \(row["objective"]?.stringValue ?? ""): \(kept)\(number(row["broken"])) broken")
        }
        lines.append("  missed       \(number(review["missed"]))")
        for row in review["payments"]?.arrayValue ?? [] {
            lines.append(
                "  given        \(number(row["minor"])) \(row["unit"]?.stringValue ?? "") in \(number(row["count"])) "
                    + "payments (\(row["model"]?.stringValue ?? ""))")
        }
        for row in review["costPerAffected"]?.arrayValue ?? [] where row["thousandths"] != nil {
            lines.append(
                "  per late     \(number(row["thousandths"])) thousandths of \(row["unit"]?.stringValue ?? "")")
        }
        let times = review["timeToPayment"]
        if times?["median"] != nil {
            lines.append(
                "  paid after   \(number(times?["median"])) ms half of the time, at the longest "
                    + "\(number(times?["longest"])) ms")
        }
        lines.append(
            "  incidents    \(number(review["incidents"]?["opened"])) opened, "
                + "\(number(review["incidents"]?["resolved"])) resolved")
        lines.append(
            "  lessons      \(number(review["actions"]?["open"])) open, "
                + "\(number(review["actions"]?["overdue"])) overdue")
        return lines + surveyed(review["surveys"]?["all"])
    }

    private static func surveyed(_ row: JSON?) -> [String] {
        let (asked, answered) = (row?["asked"]?.integerValue ?? 0, row?["answered"]?.integerValue ?? 0)
        var lines = ["  surveys      \(asked) asked, \(answered) answered"]
        if asked > answered {
            lines.append("               what the others think is not known; the bounds say how much it matters")
        }
        for (member, name) in [("csat", "satisfied"), ("nps", "net score")] {
            guard let figure = row?[member] else {
                let least = row?["minAnswers"]?.integerValue ?? 0
                lines.append("  \(name)    not stated of fewer than \(least) answers")
                continue
            }
            func percent(_ member: String) -> String { hundredths(figure[member]?.integerValue ?? 0) }
            lines.append(
                "  \(name)    \(percent("value")) (\(percent("low")) to \(percent("high"))); with those who did not "
                    + "answer \(percent("worst")) to \(percent("best"))")
        }
        return lines
    }

    /// `92.00 %`.
    private static func hundredths(_ value: Int64) -> String {
        let digits = "\(abs(value) % 100)"
        return "\(value < 0 ? "-" : "")\(abs(value) / 100).\(digits.count < 2 ? "0" : "")\(digits) %"
    }
}

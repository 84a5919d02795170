import CanonicalJSON
import Console
import Credentials
import OpenBadges

/// One `badge make`: every row, batch after batch.
struct BadgeRun {
    let rows: BadgeRows
    let folder: BadgeFolder
    let image: BadgeImage?
    private(set) var outcomes: [Outcome] = []

    init(rows: BadgeRows, folder: BadgeFolder, image: BadgeImage?) {
        (self.rows, self.folder, self.image) = (rows, folder, image)
    }

    /// What became of a row.
    struct Outcome {
        let row: Int
        var request: String?
        var files: [String] = []
        var problems: [BadgeProblems.Problem] = []
    }

    /// Writes the drafts, unsigned.
    mutating func writeDrafts(_ progress: (Int) -> Void) {
        for row in rows.table.rows {
            let outcome = outcome(of: row.number) { () throws(BadgeProblems) in
                let draft = JSON.object(try rows.draft(row).json)
                let file = try folder.write(draft.canonicalBytes, as: "row-\(row.number).json")
                return Outcome(row: row.number, files: [file])
            }
            outcomes.append(outcome)
            progress(outcomes.count)
        }
    }

    /// Has every row signed and writes the badges.
    ///
    /// - Throws: `Failure` when the service cannot go on; ``outcomes`` then has the rows until there.
    mutating func make(by service: BadgeService, _ progress: (Int) -> Void) throws(Failure) {
        var known: [String: Int] = [:]
        var rest = rows.table.rows[...]
        while !rest.isEmpty {
            let batch = rest.prefix(BadgeService.linesPerBatch)
            rest = rest.dropFirst(batch.count)
            let lines = batch.compactMap { line(of: $0, &known) }
            let answers = lines.isEmpty ? [] : try service.issue(lines)
            for (line, answer) in zip(lines, answers) {
                let outcome = outcome(of: line.row) { () throws(BadgeProblems) in
                    let badge = try answer.get()
                    let (file, baked) = try folder.write(badge, row: line.row, image: image)
                    return Outcome(row: line.row, request: badge.id, files: [file, baked].compactMap(\.self))
                }
                outcomes.append(outcome)
            }
            progress(outcomes.count)
        }
    }

    /// The line to send for a row; nil when it has ended already.
    private mutating func line(of row: CSVTable.Row, _ known: inout [String: Int]) -> BadgeLine? {
        do throws(BadgeProblems) {
            let line = try rows.line(row)
            if let first = known[line.key] { throw BadgeProblems("it is the same as row \(first)") }
            known[line.key] = row.number
            return line
        } catch {
            outcomes.append(Outcome(row: row.number, problems: error.all))
            return nil
        }
    }

    private func outcome(of row: Int, _ work: () throws(BadgeProblems) -> Outcome) -> Outcome {
        do throws(BadgeProblems) {
            return try work()
        } catch {
            return Outcome(row: row, problems: located(error.all))
        }
    }

    /// With the columns where the service named a place in the badge.
    private func located(_ problems: [BadgeProblems.Problem]) -> [BadgeProblems.Problem] {
        problems.map { problem in
            var problem = problem
            if problem.columns.isEmpty, let pointer = problem.pointer {
                problem.columns = rows.template.columns(at: pointer)
            }
            return problem
        }
    }
}

extension BadgeRun {
    var isComplete: Bool { outcomes.count == rows.table.rows.count && outcomes.allSatisfy(\.problems.isEmpty) }

    /// Files go to standard output, rows that became none to standard error.
    func report(_ terminal: Terminal) {
        let sorted = outcomes.sorted { $0.row < $1.row }
        for outcome in sorted where outcome.problems.isEmpty {
            for file in outcome.files { terminal.print(file) }
        }
        let problems = sorted.flatMap { outcome in outcome.problems.map { (outcome.row, $0) } }
        for (row, problem) in problems.prefix(Self.maximumProblems) {
            terminal.note("row \(row): \(problem.description)")
        }
        if problems.count > Self.maximumProblems {
            terminal.note("and \(problems.count - Self.maximumProblems) more; --json shows all")
        }
        let made = sorted.count { $0.problems.isEmpty }
        terminal.note("\(made) of \(rows.table.rows.count) rows became badges in \(folder.path).")
    }

    /// More than a person reads at once.
    private static let maximumProblems = 20

    var summary: JSON {
        let sorted = outcomes.sorted { $0.row < $1.row }
        return [
            "rows": .integer(Int64(rows.table.rows.count)),
            "made": .integer(Int64(sorted.count { $0.problems.isEmpty })),
            "outcomes": .array(sorted.map(\.json)),
        ]
    }
}

extension BadgeRun.Outcome {
    fileprivate var json: JSON {
        var json: JSONObject = ["row": .integer(Int64(row))]
        json["request"] = request.map(JSON.string)
        if !files.isEmpty { json["files"] = .array(files.map(JSON.string)) }
        if !problems.isEmpty { json["problems"] = .array(problems.map(\.json)) }
        return .object(json)
    }
}

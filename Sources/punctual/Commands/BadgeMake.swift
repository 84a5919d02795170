import CanonicalJSON
import Console
import OpenBadges

extension Command {
    static let makeBadges = Command(
        syntax: CommandSyntax(
            "badge make", "Make a badge of Open Badges 3.0 from each row of a table.",
            positionals: [.init("TEMPLATE", "What all of them have in common, JSON with {column} where they differ.")],
            options: [
                .init(
                    "rows", "FILE", "The table: CSV in UTF-8 with a header, which is row 1.",
                    isRequired: true),
                .init("server", "URL", "The service that signs them. A row sent again is not issued again."),
                .init("key-file", "FILE", "A file with the API key; else PUNCTUAL_API_KEY is asked."),
                .init("issuer", "NAME", "Who signs; the service's default issuer if not given."),
                .init("holder", "COLUMN", "How the service calls a person; the recipient's id if not given."),
                .init("email", "COLUMN", "Where the service writes to a person when something is late."),
                .init("image", "FILE", "Put each badge into a copy of this PNG or SVG, too."),
                .init("out", "DIR", "Where the files go; made if missing. Here if not given."),
                .init("drafts", nil, "Only check the rows and write them unsigned; needs no service."),
                .json,
            ],
            example: """
                punctual badge make course.json --rows people.csv \\
                    --server https://issuer.example --key-file api.key --out badges
                """),
        run: { arguments, terminal in
            let service = try badgeService(arguments)
            let rows = try badgeRows(arguments)
            var run = BadgeRun(
                rows: rows, folder: try BadgeFolder(arguments.value("out") ?? "."),
                image: try arguments.value("image").map { try badgeImage($0) })
            let progress = { (done: Int) in terminal.progress("\(done) of \(rows.table.rows.count) rows") }
            var failure: Failure?
            do throws(Failure) {
                if let service { try run.make(by: service, progress) } else { run.writeDrafts(progress) }
            } catch {
                failure = error
            }
            terminal.endProgress()
            if arguments.has("json") { terminal.print(run.summary.canonicalString) } else { run.report(terminal) }
            if let failure, failure.exitCode == .cannotTell {
                throw Failure(failure.description + " Run the same again: nothing is issued twice.", .cannotTell)
            }
            if let failure { throw failure }
            return run.isComplete ? .done : .negative
        })

    /// The service to sign; nil for drafts.
    private static func badgeService(_ arguments: Arguments) throws -> BadgeService? {
        switch (arguments.value("server"), arguments.has("drafts")) {
        case (nil, true): return nil
        case (_?, true): throw UsageError("--drafts needs no --server; give one of them.")
        case (nil, false): throw UsageError("--server URL is missing; or give --drafts, to sign nothing.")
        case (let url?, false): return try BadgeService(url, apiKey: Machine.apiKey(arguments.value("key-file")))
        }
    }

    private static func badgeRows(_ arguments: Arguments) throws -> BadgeRows {
        let (templateFile, tableFile) = (arguments.positionals[0], arguments.required("rows"))
        let template: BadgeTemplate
        do {
            template = try BadgeTemplate(JSON(parsing: readFile(templateFile, maximumBytes: maximumTemplateBytes)))
        } catch let error as BadgeError {
            throw UsageError("\(templateFile): \(error)")
        } catch let error as JSONError {
            throw UsageError("\(templateFile) is not JSON: \(error)")
        }
        let table: CSVTable
        do {
            table = try CSVTable(readFile(tableFile, maximumBytes: CSVTable.maximumBytes))
        } catch let error as CSVError {
            throw UsageError("\(tableFile): \(error).")
        }
        let rows = BadgeRows(
            template: template, table: table, holderColumn: arguments.value("holder"),
            emailColumn: arguments.value("email"), issuer: arguments.value("issuer"),
            saltKey: arguments.has("drafts")
                ? Array("drafts".utf8) : try Machine.apiKey(arguments.value("key-file")))
        try rows.check()
        return rows
    }

    /// A page of rules has less.
    private static let maximumTemplateBytes = 1 << 20
}

import CanonicalJSON
import Console
import Cryptography
import Hosting
import Issuance
import Multiformats
import TransparencyLog

extension CommandSyntax.Option {
    /// Where a service keeps its rows, when that is not a file of its data directory.
    static let store = CommandSyntax.Option(
        "store", "URL", "Where the log is: postgres://…, without a password; remembered in DIR.")
}

extension Arguments {
    /// The data directory, and where its store is if that was said.
    func dataDirectory() throws -> DataDirectory {
        var directory = DataDirectory(required("data"))
        directory.store = try value("store").map { try StoreAddress($0) }
        return directory
    }
}

extension Command {
    static let migrate = Command(
        syntax: CommandSyntax(
            "migrate", "Move a service that does not run, with its log, into a PostgreSQL database.",
            options: [
                .init("from", "DIR", "The data directory; keys and anchor stay in it.", isRequired: true),
                .init("to", "URL", "An empty database or schema, as postgres://….", isRequired: true),
                .passphraseFile, .json,
            ],
            example: "punctual migrate --from ./issuer --to \"postgres://punctual@db.example/issuer\""),
        run: { arguments, terminal in
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let directory = DataDirectory(arguments.required("from"))
            let move = ServiceMove(directory, to: try StoreAddress(arguments.required("to")), on: machine) {
                terminal.progress(words($0))
            }
            defer { terminal.endProgress() }
            let moved: ServiceMove.Summary
            do {
                moved = try move.run()
            } catch let failure as AuditFailure {
                terminal.endProgress()
                throw Failure("what arrived fails at \(failure)")
            }
            terminal.endProgress()
            let root = Base64.encode(moved.head.root.bytes)
            if arguments.has("json") {
                let result: JSON = [
                    "place": .string(moved.place), "entries": .integer(Int64(moved.head.size)), "root": .string(root),
                    "tables": .integer(Int64(moved.tables)), "rows": .integer(Int64(moved.rows)),
                ]
                terminal.print(result.canonicalString)
            } else {
                terminal.print("Moved to \(moved.place): \(moved.rows) rows in \(moved.tables) tables.")
                terminal.print("The log arrived whole: \(moved.head.size) entries, root \(root).")
                terminal.note("Next: punctual serve --data \(directory.path) --listen HOST:PORT")
                terminal.note("The file punctual.sqlite is never served again. It holds personal data that no")
                terminal.note("erasure reaches any more: delete it when the database has its first backup.")
            }
            return .done
        })

    private static func words(_ progress: ServiceMove.Progress) -> String {
        switch progress {
        case .copying(let table, let rows): "copying \(table): \(rows) rows"
        case .comparing(let table, let rows): "comparing \(table): \(rows) rows"
        case .hashing(let entry): "hashing entry \(entry)"
        }
    }
}

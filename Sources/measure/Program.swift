import CanonicalJSON
import Console
import Figures
import Glibc

/// Makes the figures that are published.
@main
enum Program {
    static let name = "measure"
    static let commands: [Subcommand] =
        Measurement.every.map(Subcommand.init) + [.all, .compare]

    static func main() {
        let terminal = Terminal()
        exit(run(Array(CommandLine.arguments.dropFirst()), terminal).rawValue)
    }

    private static func run(_ typed: [String], _ terminal: Terminal) -> ExitCode {
        do {
            guard let first = typed.first, !["help", "--help", "-h"].contains(first) else {
                terminal.print(overview())
                return .done
            }
            guard let command = commands.first(where: { typed.starts(with: $0.syntax.words) }) else {
                throw UsageError("There is no measurement \"\(first)\".")
            }
            let arguments = try Arguments(Array(typed.dropFirst(command.syntax.words.count)), command.syntax)
            guard !arguments.wantsHelp else {
                terminal.print(command.syntax.help(program: name))
                return .done
            }
            return try command.run(arguments, terminal)
        } catch let error as UsageError {
            terminal.note("\(name): \(error) See \(name) help.")
            return .usage
        } catch {
            terminal.note("\(name): \(error)")
            return .internal
        }
    }

    private static func overview() -> String {
        let width = commands.map { $0.syntax.words.joined(separator: " ").count }.max() ?? 0
        return commands.reduce("Makes the figures that are published.\n\nUsage: \(name) WHAT [options]\n\n") {
            $0 + layOut($1.syntax.words.joined(separator: " "), $1.syntax.summary, width: width)
        }
    }
}

/// Something that can be typed.
struct Subcommand: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (Arguments, Terminal) throws -> ExitCode
}

extension Subcommand {
    /// One measurement: its record, as a table or as JSON.
    init(_ measurement: Measurement) {
        self.init(syntax: measurement.syntax) { arguments, terminal in
            let record = try measurement.record(arguments, terminal)
            terminal.endProgress()
            terminal.print(arguments.has("json") ? record.json.canonicalString : record.text)
            return .done
        }
    }
}

extension CommandSyntax.Option {
    static let json = CommandSyntax.Option("json", nil, "Print JSON for programs.")
    static let seconds = CommandSyntax.Option("seconds", "N", "How long each workload runs in all; 2 if not given.")
    static let cores = CommandSyntax.Option("cores", "N", "How many threads work at once; 1 if not given.")
    static let folder = CommandSyntax.Option(
        "folder", "DIR", "On the disk to measure; where temporary files go if not given.")
}

extension Arguments {
    /// A positive number, or a default.
    func number(
        _ option: String, default standard: Int, in range: ClosedRange<Int> = 1...3600
    ) throws(UsageError) -> Int {
        guard let text = value(option) else { return standard }
        guard let number = Int(text), range ~= number else {
            let bounds = "\(range.lowerBound) to \(range.upperBound)"
            throw UsageError("--\(option) takes a whole number from \(bounds); \"\(text)\" is none.")
        }
        return number
    }

    /// Where files go that are gone afterwards.
    var folder: String {
        let temporary = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) }
        return value("folder") ?? temporary ?? "/tmp"
    }
}

import CanonicalJSON
import Console
import Glibc

/// Makes the figures that are published.
@main
enum Program {
    static let name = "measure"
    static let measurements: [Measurement] = [
        .suites, .canonicalization, .didkit, .clocks, .log, .coupons, .incident, .breach,
    ]

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
            guard let measurement = measurements.first(where: { typed.starts(with: $0.syntax.words) }) else {
                throw UsageError("There is no measurement \"\(first)\".")
            }
            let arguments = try Arguments(
                Array(typed.dropFirst(measurement.syntax.words.count)), measurement.syntax)
            guard !arguments.wantsHelp else {
                terminal.print(measurement.syntax.help(program: name))
                return .done
            }
            let report = try measurement.run(arguments, terminal)
            terminal.endProgress()
            terminal.print(arguments.has("json") ? report.json.canonicalString : report.text)
            return .done
        } catch let error as UsageError {
            terminal.note("\(name): \(error) See \(name) help.")
            return .usage
        } catch {
            terminal.note("\(name): \(error)")
            return .internal
        }
    }

    private static func overview() -> String {
        let width = measurements.map { $0.syntax.words.joined(separator: " ").count }.max() ?? 0
        return measurements.reduce("Makes the figures that are published.\n\nUsage: \(name) WHAT [options]\n\n") {
            $0 + layOut($1.syntax.words.joined(separator: " "), $1.syntax.summary, width: width)
        }
    }
}

/// Something that can be measured.
struct Measurement: Sendable {
    let syntax: CommandSyntax
    let run: @Sendable (Arguments, Terminal) throws -> Report
}

extension CommandSyntax.Option {
    static let json = CommandSyntax.Option("json", nil, "Print JSON for programs.")
    static let seconds = CommandSyntax.Option("seconds", "N", "How long each workload runs in all; 2 if not given.")
    static let cores = CommandSyntax.Option("cores", "N", "How many threads work at once; 1 if not given.")
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
}

import Console
import Glibc
import Temporal
import VerificationConsole

/// The offline verifier: reads what was typed, names the clock and the files, and ends with the verdict.
@main
enum Program {
    static func main() {
        exit(run(Array(CommandLine.arguments.dropFirst()), on: Terminal()).rawValue)
    }

    private static func run(_ typed: [String], on terminal: Terminal) -> ExitCode {
        let name = "vcverify"
        let syntax = VerifyCommand.syntax(program: name)
        do {
            let arguments = try Arguments(typed, syntax)
            if arguments.wantsHelp {
                terminal.print(String(syntax.help(program: name).dropLast()))
                return .done
            }
            return try VerifyCommand.run(arguments, now: now(), reading: readFile, on: terminal)
        } catch let error as UsageError {
            terminal.note("\(name): \(error)\nTry \(name) --help.")
            return .usage
        } catch {
            terminal.note("\(name): \(error)")
            return .internal
        }
    }

    private static func now() -> Instant {
        var time = timespec()
        guard unsafe clock_gettime(CLOCK_REALTIME, &time) == 0 else { fatalError("the system has no clock") }
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

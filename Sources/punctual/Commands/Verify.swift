import Console
import VerificationConsole

extension Command {
    static let verify = Command(
        syntax: VerifyCommand.syntax(words: "verify", program: Program.name),
        run: { arguments, terminal in
            try VerifyCommand.run(
                arguments, now: Machine.now(), reading: readFile, on: terminal)
        })
}

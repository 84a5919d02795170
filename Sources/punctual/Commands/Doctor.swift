import CanonicalJSON
import Console
import Hosting
import Issuance

extension Command {
    static let doctor = Command(
        syntax: CommandSyntax(
            "doctor", "Look at everything a start looks at, and more, and explain it. Changes nothing.",
            options: [.data, .passphraseFile, .json], example: "punctual doctor --data ./issuer"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            guard !Machine.names(in: directory.path).isEmpty else {
                throw UsageError("\(directory.path) is not a folder with a service in it.")
            }
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let diagnoses = directory.examine(on: machine) { terminal.progress("hashing entry \($0)") }
            terminal.endProgress()
            if arguments.has("json") {
                terminal.print(JSON.object(document(diagnoses)).canonicalString)
            } else {
                show(diagnoses, terminal)
            }
            return conclusion(diagnoses)
        })

    static let recover = Command(
        syntax: CommandSyntax(
            "doctor recover", "Put a good copy in the place of a damaged database, or a lost anchor back.",
            options: [
                .data,
                .init("from", "COPY", "Another data directory, or a database file, that has what was acknowledged."),
                .init("checkpoint", "FILE", "A signed checkpoint that somebody kept; where the anchor is lost."),
                .passphraseFile,
            ],
            example: "punctual doctor recover --data ./issuer --from /backup/issuer"),
        run: { arguments, terminal in
            let directory = DataDirectory(arguments.required("data"))
            let machine = try Machine.forService(passphraseFile: arguments.value("passphrase-file"))
            let checkpoint = try arguments.value("checkpoint").map { try readFile($0, maximumBytes: 1 << 16) }
            guard arguments.value("from") != nil || checkpoint != nil else {
                throw UsageError("Give --from COPY, or --checkpoint FILE where only the anchor is lost.")
            }
            defer { terminal.endProgress() }
            let done: [String]
            do {
                done = try directory.recover(from: arguments.value("from"), checkpoint: checkpoint, on: machine) {
                    terminal.progress("reading entry \($0) again")
                }
            } catch let refusal as RecoveryRefusal {
                terminal.endProgress()
                throw Failure(wrapped("\(refusal) Nothing was changed.", behind: "\(Program.name): "))
            }
            terminal.endProgress()
            for line in done { terminal.print(wrapped(line)) }
            return .done
        })

    /// A text in lines of 80 columns at most; the first stands behind something else.
    static func wrapped(_ text: String, behind: String = "") -> String {
        var lines: [String] = []
        var line = behind
        for word in text.split(separator: " ") {
            if line.count + word.count >= 80 {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty || line.hasSuffix(" ") ? word : " " + word
        }
        lines.append(line)
        return String(lines.joined(separator: "\n").dropFirst(behind.count))
    }

    private static func conclusion(_ diagnoses: [Diagnosis]) -> ExitCode {
        if diagnoses.contains(where: { $0.state == .wrong }) { return .refusesToStart }
        return diagnoses.contains { $0.state == .unknown } ? .cannotTell : .done
    }

    private static func document(_ diagnoses: [Diagnosis]) -> JSONObject {
        let verdict =
            switch conclusion(diagnoses) {
            case .done: "fine"
            case .cannotTell: "cannotTell"
            default: "wrong"
            }
        return [
            "verdict": .string(verdict),
            "checks": .array(
                diagnoses.map { diagnosis in
                    var check: JSONObject = [
                        "check": .string(diagnosis.check), "state": .string(diagnosis.state.rawValue),
                        "found": .string(diagnosis.found),
                    ]
                    check["means"] = diagnosis.meaning.map(JSON.string)
                    check["do"] = diagnosis.remedy.map(JSON.string)
                    return .object(check)
                }),
        ]
    }

    private static func show(_ diagnoses: [Diagnosis], _ terminal: Terminal) {
        let width = diagnoses.map(\.check.count).max() ?? 0
        for diagnosis in diagnoses {
            let mark =
                switch diagnosis.state {
                case .fine: terminal.styled(" ", .good)
                case .attention: terminal.styled("!", .warning)
                case .unknown: terminal.styled("?", .warning)
                case .wrong: terminal.styled("X", .bad)
                }
            let text = layOut(diagnosis.check, diagnosis.found, width: width)
            terminal.print(mark + text.dropFirst().trimmed)
            for (name, words) in [("means", diagnosis.meaning), ("do", diagnosis.remedy)] {
                if let words { terminal.print(layOut(name, words, width: width).trimmed) }
            }
        }
        switch conclusion(diagnoses) {
        case .done: terminal.print(terminal.styled("The log is what it was.", .good))
        case .cannotTell: terminal.print(terminal.styled("It cannot be told whether all is well.", .warning))
        default: terminal.print(terminal.styled("The log is not what it was. The service does not start.", .bad))
        }
    }
}

extension StringProtocol {
    /// Without the newlines at the end.
    fileprivate var trimmed: String {
        var text = String(self)
        while text.last == "\n" { text.removeLast() }
        return text
    }
}

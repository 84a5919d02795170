import CanonicalJSON
import Console
import Figures
import Glibc

extension Subcommand {
    static let all = Subcommand(
        syntax: CommandSyntax(
            "all", "Every measurement, small enough for ten minutes together, and a file with all of them.",
            options: [
                .init("out", "FILE", "Where the file goes; report.json if not given."), .folder,
                .init("agent", "FILE", "The python that has aries-cloudagent; without it that one is left out."),
                .init("didkit", "FILE", "The python that has didkit; needs --conformance too."),
                .init("conformance", "DIR", "The conformance folder, with the documents for didkit."),
                .init("scripts", "DIR", "Where their scripts are; Tests/InteropTests/Python if not given."), .json,
            ],
            example: "measure all --out report.json --folder /var/lib"),
        run: { arguments, terminal in
            let file = arguments.value("out") ?? "report.json"
            var records: [JSON] = []
            let start = Race.now()
            for typed in Parts.small(arguments) {
                guard let measurement = Measurement.every.first(where: { $0.syntax.words == [typed[0]] }) else {
                    preconditionFailure("there is no measurement \(typed[0])")
                }
                terminal.note("\(elapsed(since: start)) measure \(typed.joined(separator: " "))")
                let record = try measurement.record(Arguments(Array(typed.dropFirst()), measurement.syntax), terminal)
                terminal.endProgress()
                if !arguments.has("json") { terminal.print(record.text + "\n") }
                records.append(record.json)
                // After each, so that what was measured is there when a later one fails.
                try write(Records.json(records), to: file)
            }
            for peer in Parts.missingPeers(arguments) { terminal.note("Left out: \(peer).") }
            terminal.note("\(elapsed(since: start)) written to \(file)")
            if arguments.has("json") { terminal.print(Records.json(records).canonicalString) }
            return .done
        })

    private static func elapsed(since start: UInt64) -> String {
        let seconds = Int((Race.now() - start) / 1_000_000_000)
        return "\(seconds / 60):" + (seconds % 60 < 10 ? "0" : "") + String(seconds % 60)
    }

    private static func write(_ json: JSON, to path: String) throws {
        let draft = path + ".new"
        guard let file = unsafe fopen(draft, "w") else {
            throw UsageError("\(draft) cannot be made: \(Disk.systemError()).")
        }
        let bytes = json.canonicalBytes
        let isWritten = unsafe fwrite(bytes, 1, bytes.count, file) == bytes.count
        guard unsafe fclose(file) == 0, isWritten, unsafe rename(draft, path) == 0 else {
            throw UsageError("\(path) cannot be written: \(Disk.systemError()).")
        }
    }
}

/// What `all` runs.
private enum Parts {
    /// Each as it would be typed, with sizes that together take some six minutes on two cores.
    static func small(_ arguments: Arguments) -> [[String]] {
        let folder = ["--folder", arguments.folder]
        var parts = [
            ["suites", "--seconds", "1"], ["canonicalization", "--seconds", "1"], ["clocks", "--seconds", "1"],
            ["log", "--entries", "200000", "--commands", "16384", "--seconds", "1"] + folder,
            ["issuance"] + folder, ["load"] + folder, ["coupons", "--rounds", "5"] + folder,
            ["incident", "--requests", "20000"] + folder, ["breach", "--seconds", "5"] + folder, ["short"] + folder,
        ]
        let scripts = arguments.value("scripts") ?? "Tests/InteropTests/Python"
        if let python = arguments.value("agent") {
            parts.append(["agent", "--python", python, "--script", scripts + "/acapy_rate.py"] + folder)
        }
        if let python = arguments.value("didkit"), let conformance = arguments.value("conformance") {
            parts.append(["didkit", conformance, "--python", python, "--script", scripts + "/didkit_rate.py"])
        }
        return parts
    }

    /// What would be measured if it had been installed.
    static func missingPeers(_ arguments: Arguments) -> [String] {
        var missing: [String] = []
        if arguments.value("agent") == nil {
            missing.append("ACA-Py (pip install 'aries-cloudagent[askar]', then --agent PYTHON)")
        }
        if arguments.value("didkit") == nil || arguments.value("conformance") == nil {
            missing.append("didkit (pip install didkit, then --didkit PYTHON --conformance DIR)")
        }
        return missing
    }
}

extension Subcommand {
    static let compare = Subcommand(
        syntax: CommandSyntax(
            "compare", "Ratios of two files side by side; never a time, never a rate.",
            positionals: [
                .init("OLD", "What measure printed with --json, or wrote as report.json."), .init("NEW", "Another."),
            ],
            options: [
                .init("fail-below", "N", "Exit with 1 when a ratio is less than so much of the old one, such as 0.75.")
            ],
            example: "measure compare vectors/measure/baseline.json short.json --fail-below 0.75"),
        run: { arguments, terminal in
            let comparison = try Comparison(old: read(arguments.positionals[0]), new: read(arguments.positionals[1]))
            terminal.print(comparison.text)
            guard let text = arguments.value("fail-below") else { return .done }
            guard let limit = Double(text), 0...10 ~= limit else {
                throw UsageError("--fail-below takes a number from 0 to 10; \"\(text)\" is none.")
            }
            let worse = comparison.worse(than: limit)
            guard !worse.isEmpty else { return .done }
            terminal.note("Worse than \(text) of what it was, or gone: \(worse.map(\.name).joined(separator: "; ")).")
            return .negative
        })

    private static func read(_ path: String) throws -> JSON {
        do {
            return try JSON(
                parsing: readFile(path, maximumBytes: 1 << 24),
                limits: JSONLimits(maximumBytes: 1 << 24, maximumDepth: 16))
        } catch let error as JSONError {
            throw UsageError("\(path) is no JSON: \(error).")
        }
    }
}

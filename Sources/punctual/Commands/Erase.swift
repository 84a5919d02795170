import CanonicalJSON
import Console

extension Command {
    static let erase = Command(
        syntax: CommandSyntax(
            "erase", "Destroy what is kept of a person; the log stays whole, and says nothing of them.",
            positionals: [
                .init("SUBJECT", "The id of a holder, as requests have it; several are mixed.", isRepeated: true)
            ],
            options: [
                .data, .init("institution", "ID", "Whose holder it is, such as i0123456789abcdef.", isRequired: true),
                .init("yes", nil, "Do it; without this only what would be destroyed is shown."),
                .passphraseFile, .json,
            ],
            example: "punctual erase --data ./issuer --institution i0123456789abcdef --yes urn:uuid:7f9c"),
        run: { arguments, terminal in
            let holders = arguments.positionals.map(JSON.string)
            let body: JSON = ["institution": .string(arguments.required("institution")), "holders": .array(holders)]
            guard arguments.has("yes") else {
                show(try operate("/operator/erasures/preview", body.canonicalBytes, arguments), arguments, terminal)
                return .negative
            }
            let erased = try operate("/operator/erasures", body.canonicalBytes, arguments)
            if arguments.has("json") {
                terminal.print(erased.canonicalString)
            } else {
                for line in words(erased) { terminal.print(line) }
            }
            return .done
        })

    private static func show(_ preview: JSON, _ arguments: Arguments, _ terminal: Terminal) {
        if arguments.has("json") { return terminal.print(preview.canonicalString) }
        let open = preview["open"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let credits = preview["credits"]?.objectValue ?? [:]
        terminal.print("Would be destroyed, and cannot be brought back:")
        terminal.print("  requests     what \(count(preview, "requests")) of them say of the person")
        for (unit, minor) in credits { terminal.print("  credits      \(minor.integerValue ?? 0) \(unit) not spent") }
        terminal.print("  premium      \(count(preview, "premiumWindows")) windows that have not ended")
        if open.isEmpty {
            terminal.print("Nothing was destroyed. To do it, add --yes.")
        } else {
            terminal.print("It would be refused: these requests are open. Cancel them, or wait until they are issued.")
            for id in open { terminal.print("  \(id)") }
        }
    }

    private static func words(_ erased: JSON) -> [String] {
        let headline =
            erased["state"] == "erased"
            ? "Erased: \(count(erased, "requests")) requests say nothing of their person any more."
            : "Nothing is kept of them: they were erased already, or were never here."
        let rest =
            erased["purged"] == true
            ? "No byte of what was erased is left in the data directory. Backups are yours to destroy."
            : "Bytes remain in the write-ahead log while a reader holds an older state; the service removes them later."
        return [headline, rest]
    }

    private static func count(_ preview: JSON, _ member: String) -> Int64 { preview[member]?.integerValue ?? 0 }
}

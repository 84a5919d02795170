/// What was typed behind the words of a command, read by its syntax.
package struct Arguments: Sendable {
    private var values: [String: [String]] = [:]
    private var switches: Set<String> = []
    package private(set) var positionals: [String] = []

    /// - Throws: `UsageError` that names what is unknown, missing, double or too much. Not thrown when `--help` is
    /// asked.
    package init(_ typed: [String], _ syntax: CommandSyntax) throws(UsageError) {
        var rest = typed[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positionals += rest
                break
            }
            guard word.hasPrefix("--"), word.count > 2 else {
                positionals.append(word)
                continue
            }
            try readOption(word, &rest, syntax)
        }
        if wantsHelp { return }
        try checkCounts(syntax)
    }

    package var wantsHelp: Bool { switches.contains("help") }

    /// Whether a switch was given.
    package func has(_ name: String) -> Bool { switches.contains(name) }

    /// The value of an option; nil when it was not given.
    package func value(_ name: String) -> String? { values[name]?.first }

    /// The values of an option that may be repeated, in the order in which they were given.
    package func values(_ name: String) -> [String] { values[name] ?? [] }

    /// The value of a required option; its presence was checked when the arguments were read.
    package func required(_ name: String) -> String {
        guard let value = value(name) else { preconditionFailure("--\(name) is not a required option") }
        return value
    }

    private mutating func readOption(
        _ word: String, _ rest: inout ArraySlice<String>, _ syntax: CommandSyntax
    ) throws(UsageError) {
        let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = syntax.options.first(where: { $0.name == name }) else {
            throw UsageError("There is no option --\(name)." + hint(name, syntax.options.map(\.name)))
        }
        guard values[name] == nil || option.isRepeated, !switches.contains(name) else {
            throw UsageError("--\(name) is given twice.")
        }
        guard let placeholder = option.value else {
            guard parts.count == 1 else { throw UsageError("--\(name) takes no value.") }
            switches.insert(name)
            return
        }
        guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst() else {
            throw UsageError("--\(name) needs a value: --\(name) \(placeholder).")
        }
        values[name, default: []].append(value)
    }

    private func checkCounts(_ syntax: CommandSyntax) throws(UsageError) {
        for option in syntax.options where option.isRequired && values[option.name] == nil {
            throw UsageError("--\(option.name) \(option.value ?? "") is missing: \(option.help)")
        }
        let needed = syntax.positionals.filter { !$0.isOptional }
        if positionals.count < needed.count {
            let missing = needed[positionals.count]
            throw UsageError("\(missing.name) is missing: \(missing.help)")
        }
        let isOpenEnded = syntax.positionals.contains(where: \.isRepeated)
        if !isOpenEnded, positionals.count > syntax.positionals.count {
            throw UsageError("\"\(positionals[syntax.positionals.count])\" is one argument too many.")
        }
    }
}

/// " Did you mean --data?" when something known is at most two edits away.
package func hint(_ typed: String, _ known: [String], prefix: String = "--") -> String {
    let nearest = known.map { ($0, editDistance(typed, $0)) }.min { $0.1 < $1.1 }
    guard let (name, distance) = nearest, distance <= 2 else { return "" }
    return " Did you mean \(prefix)\(name)?"
}

/// Insertions, deletions and replacements that turn one word into the other.
private func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, y) in b.enumerated() {
            let above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
            diagonal = above
        }
    }
    return row[b.count]
}

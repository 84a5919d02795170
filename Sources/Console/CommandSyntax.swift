/// One command: what may be typed, and the help that says so.
package struct CommandSyntax: Sendable {
    /// The words that choose it: `["policy", "publish"]`.
    package let words: [String]
    package let summary: String
    package let positionals: [Positional]
    package let options: [Option]
    package let example: String

    /// What stands behind the words and has no name.
    package struct Positional: Sendable {
        package let name: String
        package let help: String
        package let isOptional: Bool
        package let isRepeated: Bool

        package init(_ name: String, _ help: String, isOptional: Bool = false, isRepeated: Bool = false) {
            self.name = name
            self.help = help
            self.isOptional = isOptional
            self.isRepeated = isRepeated
        }
    }

    /// A `--name`, with a value or as a switch.
    package struct Option: Sendable {
        /// Without the dashes.
        package let name: String
        /// What stands for the value in the help; nil for a switch.
        package let value: String?
        package let help: String
        package let isRequired: Bool
        /// Whether it may be given more than once.
        package let isRepeated: Bool

        package init(
            _ name: String, _ value: String? = nil, _ help: String, isRequired: Bool = false, isRepeated: Bool = false
        ) {
            self.name = name
            self.value = value
            self.help = help
            self.isRequired = isRequired
            self.isRepeated = isRepeated
        }
    }

    package init(
        _ words: String, _ summary: String, positionals: [Positional] = [], options: [Option] = [], example: String
    ) {
        self.words = words.split(separator: " ").map(String.init)
        self.summary = summary
        self.positionals = positionals
        self.options = options + [Option("help", nil, "Show this.")]
        self.example = example
    }

    /// `punctual policy publish --data DIR FILE`
    package func usage(program: String) -> String {
        let required = options.filter(\.isRequired).map { "--\($0.name) \($0.value ?? "")" }
        let rest = options.contains { !$0.isRequired && $0.name != "help" } ? ["[options]"] : []
        let arguments = positionals.map { $0.isOptional ? "[\($0.name)]" : $0.isRepeated ? "\($0.name)…" : $0.name }
        return ([program] + words + required + rest + arguments).joined(separator: " ")
    }

    /// The whole help of the command, for 80 columns.
    package func help(program: String) -> String {
        var text = summary + "\n\nUsage: " + usage(program: program) + "\n"
        let rows =
            positionals.map { ($0.name, $0.help) }
            + options.map { ("--\($0.name)" + ($0.value.map { " \($0)" } ?? ""), $0.help) }
        let width = min(rows.map(\.0.count).max() ?? 0, 24)
        text += "\n"
        for (name, help) in rows {
            text += layOut(name, help, width: width)
        }
        return text + "\nExample:\n  \(example)\n"
    }
}

/// A name in a column of its own, and its help beside it, broken at spaces to stay within 80 columns.
package func layOut(_ name: String, _ help: String, width: Int) -> String {
    let indent = String(repeating: " ", count: width + 4)
    let padding = String(repeating: " ", count: max(width - name.count, 0))
    var lines: [String] = []
    var line = ""
    for word in help.split(separator: " ") {
        if !line.isEmpty, line.count + word.count + 1 > 80 - indent.count {
            lines.append(line)
            line = ""
        }
        line += (line.isEmpty ? "" : " ") + word
    }
    lines.append(line)
    let first = name.count > width ? "  \(name)\n\(indent)" : "  \(name)\(padding)  "
    return first + lines.joined(separator: "\n" + indent) + "\n"
}

extension String {
    /// The text as it may be shown to a person, in at most `limit` Unicode scalars and a mark where it was cut: what
    /// would steer a terminal, or could not be seen, is written as `\u{…}`.
    package func printable(limit: Int) -> String {
        var text = ""
        var count = 0
        for scalar in unicodeScalars {
            let shown = scalar.isVisible ? String(scalar) : "\\u{\(String(scalar.value, radix: 16))}"
            count += shown.unicodeScalars.count
            guard count <= limit else { return text + "…" }
            text += shown
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Not a control character, a mark that turns the direction of writing, a line break, or unassigned.
    fileprivate var isVisible: Bool {
        if (0x20...0x7E).contains(value) { return true }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

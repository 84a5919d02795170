import Glibc

/// Where a program writes: results to standard output, everything else to standard error.
package struct Terminal: Sendable {
    /// Whether a person looks at standard output, and at standard error.
    package let isOutputTerminal: Bool
    package let isErrorTerminal: Bool
    private let usesColour: Bool

    package init() {
        isOutputTerminal = isatty(STDOUT_FILENO) == 1
        isErrorTerminal = isatty(STDERR_FILENO) == 1
        let noColour = unsafe getenv("NO_COLOR").map { unsafe $0.pointee != 0 } ?? false
        usesColour = isOutputTerminal && !noColour
    }

    /// How a text stands out; the raw value is that of SGR (ECMA-48, 8.3.117).
    package enum Style: Int, Sendable {
        case strong = 1
        case faint = 2
        case bad = 31
        case good = 32
        case warning = 33
    }

    /// The text in a style where a person sees it, else as it is.
    package func styled(_ text: String, _ style: Style) -> String {
        usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A line of the result.
    package func print(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }

    /// A line for the person, not part of the result.
    package func note(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

    /// Progress of long work, on one line that is written over; only where a person watches.
    package func progress(_ text: String) {
        guard isErrorTerminal else { return }
        write("\r\u{1B}[K" + text, to: STDERR_FILENO)
    }

    /// Clears the line of progress.
    package func endProgress() { progress("") }

    private func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0 && errno == EINTR { continue }
            // Whoever read our output has gone: there is nobody left to tell.
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }
}

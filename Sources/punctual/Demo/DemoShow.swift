import Console
import Temporal

/// What a person sees while the demo runs; nothing of it when the result is for a program.
struct DemoShow: Sendable {
    let terminal: Terminal
    let isQuiet: Bool

    func stage(_ text: String) {
        if !isQuiet {
            terminal.endProgress()
            terminal.print(terminal.styled("• ", .faint) + text)
        }
    }

    func line(_ text: String) {
        if !isQuiet { terminal.print(text) }
    }

    /// One line that is written over.
    func progress(_ counts: DemoCounts.Values, _ elapsed: Milliseconds) {
        if !isQuiet { terminal.progress(words(counts, elapsed)) }
    }

    func endProgress(_ counts: DemoCounts.Values, _ elapsed: Milliseconds) {
        if isQuiet { return }
        terminal.endProgress()
        terminal.print(words(counts, elapsed))
    }

    private func words(_ counts: DemoCounts.Values, _ elapsed: Milliseconds) -> String {
        let seconds = "\(elapsed.count / 1000).\(elapsed.count % 1000 / 100) s"
        return "  \(seconds)  accepted \(counts.accepted)  issued \(counts.issued)  late \(counts.late.count)  "
            + "compensated \(counts.compensated.count)"
    }
}

import CanonicalJSON
import Console
import Temporal

/// What a running service says on standard error, for a person or for a program that collects it. Never a body, a key
/// or anything of a person: of requests only their identifiers, which are in the public log.
struct ServiceLog: Sendable {
    private let terminal: Terminal
    private let isJSON: Bool

    /// How much it matters. The words are those of the journal and of most collectors.
    enum Level: String {
        case info, warning, error
    }

    /// - Parameter form: `text`, `json`, or nil for text.
    /// - Throws: `UsageError` for any other.
    init(_ form: String?, on terminal: Terminal) throws {
        guard ["text", "json", nil].contains(form) else {
            throw UsageError("--log takes text or json; \"\(form ?? "")\" is neither.")
        }
        self.terminal = terminal
        isJSON = form == "json"
    }

    /// A sentence of the service.
    func note(_ text: String, _ level: Level? = nil) {
        guard isJSON else { return terminal.note(text) }
        write(level ?? Self.level(of: text), ["message": .string(text)])
    }

    /// Something that happened, with its facts; in text as an object too, as programs that read it expect.
    func event(_ name: String, _ facts: JSONObject) {
        guard isJSON else { return terminal.note(JSON.object(facts).canonicalString) }
        var line = facts
        line["event"] = .string(name)
        write(.info, line)
    }

    private func write(_ level: Level, _ members: JSONObject) {
        var line = members
        line["time"] = .string(Machine.now().rfc3339)
        line["level"] = .string(level.rawValue)
        terminal.note(JSON.object(line).canonicalString)
    }

    /// What stops all signing is an error, what failed and is tried again a warning.
    private static func level(of text: String) -> Level {
        if text.hasPrefix("ALARM") || text.hasPrefix("internal error") { return .error }
        let isTrouble = ["could not", "cannot", "failed", "is full", "is damaged", "may damage", "quarantined"]
            .contains { text.contains($0) }
        return isTrouble ? .warning : .info
    }
}

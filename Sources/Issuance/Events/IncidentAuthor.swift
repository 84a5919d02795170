import CanonicalJSON

/// Who decided something of an incident, and in which words. Where the rules decided there is neither.
package struct IncidentAuthor: Hashable, Sendable {
    /// Somebody of the staff, or ``machine``; nil for the rules, and for an institution that speaks for itself.
    package let by: String?
    /// In their words; beside the log.
    package let note: String?
    /// The command; nil for the rules.
    package let idempotency: Idempotency?

    /// Who sits at the machine of the service.
    package static let machine = "operator"

    /// Nobody: what the published rules say by themselves.
    package static let rules = IncidentAuthor(by: nil, note: nil, idempotency: nil)

    /// The longest note, in UTF-8 bytes: a page of text.
    package static let maximumNoteBytes = 4096

    package init(by: String?, note: String?, idempotency: Idempotency?) {
        self.by = by
        self.note = note
        self.idempotency = idempotency
    }

    /// Reads what the entry says of its author.
    init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        by = try facts.optionalString("by")
        note = try openings.optionalString("note")
        idempotency = try Idempotency(optional: &openings)
    }

    /// The facts of an event with who decided it.
    func signing(_ facts: JSONObject) -> JSONObject {
        var facts = facts
        facts["by"] = by.map(JSON.string)
        return facts
    }

    /// What the entry commits to.
    var openings: JSONObject { idempotency.map { noted(note, $0) } ?? [:] }
}

extension ObjectReader {
    /// Reads a text that must be of a known form, or nothing where the member is absent.
    mutating func optionallyParsed<Value>(_ key: String, _ parse: (String) -> Value?) throws(JSONShapeError) -> Value? {
        guard let text = try optionalString(key) else { return nil }
        guard let value = parse(text) else {
            throw JSONShapeError(pointer: pointer(to: key), problem: "not a value that may stand here: \(text)")
        }
        return value
    }
}

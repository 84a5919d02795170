/// An identifier that is a prefix and the sequence number of the entry that began what it names: so it is unique, and
/// whoever reads it finds the entry. Public.
package protocol EntryNamed: Hashable, Sendable, CustomStringConvertible {
    /// What stands before the number.
    static var prefix: String { get }
    /// Where it begins.
    var seq: Int64 { get }
    init(seq: Int64)
}

extension EntryNamed {
    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let seq = Int64(text.dropFirst(Self.prefix.count)), seq >= 0,
            text == Self.prefix + String(seq)
        else { return nil }
        self.init(seq: seq)
    }

    /// The text form.
    package var text: String { Self.prefix + String(seq) }
    package var description: String { text }
}

/// The identifier of an incident, from its `incident.opened` or `incident.split`.
package struct IncidentID: EntryNamed, Comparable {
    package let seq: Int64
    package static let prefix = "inc-"

    package init(seq: Int64) { self.seq = seq }

    package static func < (a: IncidentID, b: IncidentID) -> Bool { a.seq < b.seq }
}

/// The identifier of a question about an incident, from its first `question.gathered`.
package struct QuestionID: EntryNamed {
    package let seq: Int64
    package static let prefix = "q-"

    package init(seq: Int64) { self.seq = seq }
}

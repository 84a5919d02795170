/// The identifier of an incident: `inc-` and the sequence number of the entry that began it, so that it is unique, and
/// whoever reads it finds the entry. Public.
package struct IncidentID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Where it begins.
    package let seq: Int64

    private static let prefix = "inc-"

    /// - Parameter seq: of its `incident.opened` or `incident.split`.
    package init(seq: Int64) { self.seq = seq }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let seq = Int64(text.dropFirst(Self.prefix.count)), seq >= 0,
            text == Self.prefix + String(seq)
        else { return nil }
        self.seq = seq
    }

    package var text: String { Self.prefix + String(seq) }
    package var description: String { text }

    package static func < (a: IncidentID, b: IncidentID) -> Bool { a.seq < b.seq }
}

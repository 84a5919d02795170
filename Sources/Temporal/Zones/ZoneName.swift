/// The name of a zone in the database of the IANA, like `Europe/Berlin`, fit to be the path of a file.
///
/// Names as the database's own rules have them: parts of ASCII letters, digits, `.`, `-`, `_` and `+` between slashes,
/// none of them `.` or `..`, none beginning with `-`. So a name never leads out of the folder of the database.
package struct ZoneName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name.
    package let text: String

    /// Each part is at most 14 characters there; three parts and some room.
    private static let maximumBytes = 64

    /// Reads a name; upper and lower case are different names, as files are.
    package init(parsing text: String) throws(TemporalError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard text.utf8.count <= Self.maximumBytes, (1...3).contains(parts.count), parts.allSatisfy(Self.isPart) else {
            throw .malformedZoneName(text: String(text.prefix(TemporalError.maximumTextBytes)))
        }
        self.text = text
    }

    private static func isPart(_ part: Substring.UTF8View) -> Bool {
        guard let first = part.first, first != UInt8(ascii: "-"), !part.allSatisfy({ $0 == UInt8(ascii: ".") }) else {
            return false
        }
        return part.allSatisfy { byte in
            0x41...0x5A ~= byte || 0x61...0x7A ~= byte || 0x30...0x39 ~= byte || ".-_+".utf8.contains(byte)
        }
    }

    /// The name.
    package var description: String { text }

    /// The order of their bytes.
    package static func < (left: ZoneName, right: ZoneName) -> Bool { left.text < right.text }
}

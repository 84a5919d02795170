import Cryptography

/// What a log says about itself in a note: its origin, its size and its root, unverified
/// ([tlog-checkpoint](https://c2sp.org/tlog-checkpoint)).
package struct Checkpoint: Hashable, Sendable {
    /// Sizes are stored in signed 64-bit columns.
    package static let maximumSize: UInt64 = 1 << 63 - 1

    /// The name of the log: one line of text, not empty.
    package let origin: String
    /// What the log says its size and root are.
    package let head: TreeHead
    /// Lines below that other logs may write. They mean nothing here; ours writes none.
    package let extensionLines: [String]

    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if the origin is not one line, or the size too large.
    package init(origin: String, head: TreeHead) throws(TransparencyLogError) {
        guard !origin.isEmpty && origin.utf8.allSatisfy({ $0 >= 0x20 }) else {
            throw .malformed(.checkpoint, problem: "the origin must be one line, not empty")
        }
        guard head.size <= Self.maximumSize else {
            throw .malformed(.checkpoint, problem: "the size is larger than 2^63 - 1")
        }
        self.origin = origin
        self.head = head
        extensionLines = []
    }

    /// Reads the text of a note. What it takes, ``text`` gives back unchanged.
    package init(parsing text: String) throws(TransparencyLogError) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // The newline behind the last line leaves one empty piece.
        guard lines.count >= 4, lines.last?.isEmpty == true, lines.dropLast().allSatisfy({ !$0.isEmpty }) else {
            throw .malformed(.checkpoint, problem: "it must be three or more lines, none empty")
        }
        guard lines.joined().allSatisfy({ $0 >= 0x20 }) else {
            throw .malformed(.checkpoint, problem: "a control character other than newline")
        }
        guard let size = UInt64(strictDecimal: lines[1]), size <= Self.maximumSize else {
            throw .malformed(.checkpoint, problem: "the size must be decimal, without leading zeros, below 2^63")
        }
        guard let root = SHA256Digest(base64: lines[2].span) else {
            throw .malformed(.checkpoint, problem: "the root must be the canonical base64 of 32 bytes")
        }
        origin = String(Substring(lines[0]))
        head = TreeHead(size: size, root: root)
        extensionLines = lines[3..<lines.count - 1].map { String(Substring($0)) }
    }

    /// The text of the note, ending in a newline.
    package var text: String {
        ([origin, String(head.size), head.root.base64] + extensionLines).map { $0 + "\n" }.joined()
    }
}

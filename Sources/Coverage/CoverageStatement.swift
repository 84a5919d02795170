import Cryptography
import Multiformats
package import TransparencyLog

/// What a service states about the first entries of its log: the text of a note, in form, but with nothing verified.
package struct CoverageStatement: Hashable, Sendable {
    /// More units than any service pays in.
    package static let maximumUnits = 256

    /// The name of the log.
    package let origin: String
    /// The first so many entries of the log, and their root.
    package let log: TreeHead
    /// The `t` of the last of these entries, in milliseconds: as of when it speaks.
    package let time: Int64
    /// What the tree is over.
    package let units: [String]
    /// Its root, with the counts and the sums.
    package let tree: CoverageNode

    /// - Throws: ``CoverageError/malformed(_:)`` if the origin or a unit is not one line, or the units are not sorted.
    package init(
        origin: String, log: TreeHead, time: Int64, units: [String], tree: CoverageNode
    ) throws(CoverageError) {
        guard units.count <= Self.maximumUnits else { throw .malformed("more than \(Self.maximumUnits) units") }
        for text in [origin] + units where text.isEmpty || text.utf8.contains(where: { $0 < 0x20 }) {
            throw .malformed("the origin, and each unit, is one line")
        }
        for (unit, next) in zip(units, units.dropFirst())
        where !unit.utf8.lexicographicallyPrecedes(next.utf8) {
            throw .malformed("the units are not sorted, or one stands twice")
        }
        guard tree.sum.amounts.count == units.count, log.size <= Checkpoint.maximumSize, time >= 0
        else {
            throw .malformed("the sums are not those of the units, or the size is larger than 2^63 - 1")
        }
        (self.origin, self.log, self.time, self.units, self.tree) = (origin, log, time, units, tree)
    }

    /// Reads the text of a note. What it takes, ``text`` gives back unchanged.
    package init(parsing text: String) throws(CoverageError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 9, lines.last == "", lines[1] == "coverage v1" else {
            throw .malformed("the second line of a statement is: coverage v1")
        }
        let size = try Self.number(lines[2], "size")
        let time = try Self.number(lines[3], "time")
        let root = try Self.digest(lines[4], "log")
        let tree = try Self.digest(lines[5], "tree")
        let (requests, breached) = (try Self.number(lines[6], "requests"), try Self.number(lines[7], "breached"))
        var (units, amounts): ([String], [Amounts]) = ([], [])
        for line in lines[8..<lines.count - 1] {
            let words = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: false)
            guard words.count == 5, words[0] == "sum", let paid = Int64(strictDecimal: words[1]),
                let owed = Int64(strictDecimal: words[2]), let waived = Int64(strictDecimal: words[3])
            else { throw .malformed("a line of sums is: sum <paid> <owed> <waived> <unit>") }
            units.append(String(words[4]))
            amounts.append(try Amounts(paid: paid, owed: owed, waived: waived))
        }
        let sum = try CoverageSum(requests: requests, breached: breached, amounts: amounts)
        try self.init(
            origin: lines[0], log: TreeHead(size: UInt64(size), root: root), time: time,
            units: units, tree: CoverageNode(hash: tree, sum: sum))
        guard self.text.utf8.elementsEqual(text.utf8) else { throw .malformed("the statement has more than one form") }
    }

    /// The text of the note, ending in a newline.
    package var text: String {
        var lines = [
            origin, "coverage v1", "size \(log.size)", "time \(time)", "log \(log.root.base64)",
            "tree \(tree.hash.base64)",
            "requests \(tree.sum.requests)", "breached \(tree.sum.breached)",
        ]
        for (unit, amounts) in zip(units, tree.sum.amounts) {
            lines.append("sum \(amounts.paid) \(amounts.owed) \(amounts.waived) \(unit)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static func value(_ line: String, _ name: String) throws(CoverageError) -> Substring {
        guard line.hasPrefix(name + " ") else { throw .malformed("expected a line: \(name) …") }
        return line.dropFirst(name.count + 1)
    }

    private static func number(_ line: String, _ name: String) throws(CoverageError) -> Int64 {
        guard let number = Int64(strictDecimal: try value(line, name)) else {
            throw .malformed("\(name) must be decimal, without leading zeros, below 2^63")
        }
        return number
    }

    private static func digest(_ line: String, _ name: String) throws(CoverageError) -> SHA256Digest {
        guard let digest = SHA256Digest(coverageBase64: String(try value(line, name))) else {
            throw .malformed("\(name) must be the base64 of 32 bytes")
        }
        return digest
    }
}

extension Int64 {
    /// A decimal number with no sign and no leading zero.
    init?(strictDecimal text: Substring) {
        guard let number = Int64(text), number >= 0, String(number) == text else { return nil }
        self = number
    }
}

extension SHA256Digest {
    init?(coverageBase64 text: String) {
        guard let bytes = try? Base64.decode(text), let digest = SHA256Digest(bytes), digest.base64 == text else {
            return nil
        }
        self = digest
    }
}

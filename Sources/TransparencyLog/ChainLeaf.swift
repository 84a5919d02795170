package import CanonicalJSON
package import Cryptography

/// How far the entries about one request or one issuer go: how many there are, and which is the last.
///
/// A leaf of the tree that an entry `log.requests` commits to. Its bytes are the RFC 8785 form of
/// `{"about", "entries", "last"}`.
package struct ChainLeaf: Hashable, Sendable {
    /// What the entries are about, and where the leaf stands among the others: they are sorted by these bytes.
    package struct About: Hashable, Sendable, Comparable, CustomStringConvertible {
        /// `request/<rid>` or `issuer/<name>`, visible ASCII without quotation mark and backslash, as in an entry.
        package let text: String

        /// A request, by its identifier as entries have it in `rid`.
        /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` for another identifier.
        package static func request(_ rid: String) throws(TransparencyLogError) -> About { try About("request", rid) }

        /// An issuer, by its name of 1 to 64 such characters.
        /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` for another name.
        package static func issuer(_ name: String) throws(TransparencyLogError) -> About { try About("issuer", name) }

        private init(_ kind: String, _ name: String) throws(TransparencyLogError) {
            let isToken = name.utf8.allSatisfy { 0x21...0x7E ~= $0 && $0 != 0x22 && $0 != 0x5C }
            guard LogEntry.nameBytes ~= name.utf8.count, isToken else {
                throw .malformed(.chainLeaf, problem: "\(kind) \(name.debugDescription) is no name in a log")
            }
            text = "\(kind)/\(name)"
        }

        init(parsing text: String) throws(TransparencyLogError) {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard parts.count == 2, ["request", "issuer"].contains(parts[0]) else {
                throw .malformed(.chainLeaf, problem: "it is about neither a request nor an issuer")
            }
            try self.init(parts[0], parts[1])
        }

        package var description: String { text }

        /// By bytes, as the leaves are sorted; of ASCII texts that is the order of strings.
        package static func < (a: About, b: About) -> Bool { a.text < b.text }
    }

    /// What the entries are about.
    package let about: About
    /// How many there are, 1 or more.
    package let entries: UInt64
    /// The leaf hash of the last of them.
    package let last: SHA256Digest

    /// A leaf of one entry or more.
    package init(_ about: About, entries: UInt64, last: SHA256Digest) {
        precondition(entries > 0, "what has no entry has no leaf")
        self.about = about
        self.entries = entries
        self.last = last
    }

    /// Reads a leaf.
    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` for a member too many, too few or of another form.
    package init(_ json: JSON) throws(TransparencyLogError) {
        guard case .object(let object) = json, object.count == 3, let about = object["about"]?.stringValue,
            let entries = object["entries"]?.integerValue, entries > 0, let text = object["last"]?.stringValue,
            let last = SHA256Digest(base64: text.utf8.span)
        else { throw .malformed(.chainLeaf, problem: "expected exactly the members about, entries and last") }
        self.init(try About(parsing: about), entries: UInt64(entries), last: last)
    }

    /// The leaf as an object.
    package var json: JSONObject {
        ["about": .string(about.text), "entries": .integer(Int64(entries)), "last": .string(last.base64)]
    }

    /// `SHA-256(0x00 || bytes)`, its hash in the tree.
    package var hash: SHA256Digest {
        // Written here and not by `JSONObject`, because an audit makes millions of them; no text in it needs escaping.
        let text = "{\"about\":\"\(about.text)\",\"entries\":\(entries),\"last\":\"\(last.base64)\"}"
        return MerkleTree.leafHash(Array(text.utf8))
    }
}

import Cryptography

/// An entry with all that can be found out about it without those before it: whoever has more threads than one makes
/// these on another than the one that judges.
package struct ScannedEntry: Sendable {
    let bytes: [UInt8]
    let frame: Result<EntryFrame, EntryProblem>
    let type: EntryType?
    /// Empty if the entry is not about a request.
    let rid: String
    /// RFC 6962, 2.1.
    let leafHash: SHA256Digest

    /// - Parameter bytes: of one entry, whether or not it is one.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        leafHash = SHA256.hash(prefix: 0, bytes)
        do {
            let frame = try EntryFrame(bytes)
            self.frame = .success(frame)
            type = frame.entryType
            rid = frame.rid.map { bytes.text($0) } ?? ""
        } catch {
            (frame, type, rid) = (.failure(error), nil, "")
        }
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Temporal
import TransparencyLog

/// What the entries of a log say about one key of an issuer.
struct KeyRecord: Hashable, Sendable {
    /// The entry that says that the key was added.
    let entry: UInt64
    /// The name of the issuer in the service.
    let issuer: String
    /// The identifier that the key signs for.
    let did: URI
    /// The URL of the key.
    let url: URI
    let publicKey: PublicKey
    let publicKeyJwk: JSON
    let from: Instant
    /// From when on the key signs no more.
    var retired: Instant?
    /// From when on what the key signs is not the issuer's.
    var revoked: Instant?

    /// Reads `key.added`.
    init(_ entry: LogEntry) throws(JSONShapeError) {
        var facts = try ObjectReader(.object(entry.facts), at: JSONPointer().appending("facts"))
        self.entry = entry.seq
        issuer = try facts.string("issuer")
        did = try facts.parsed("did") { (text) throws(CredentialError) in try URI(text) }
        url = try facts.parsed("key") { (text) throws(CredentialError) in try URI(text) }
        from = try facts.instant("from")
        publicKeyJwk = try facts.value("publicKeyJwk")
        do throws(JOSEError) {
            publicKey = try JSONWebKey(publicKeyJwk).publicKey
        } catch {
            throw JSONShapeError(pointer: facts.pointer(to: "publicKeyJwk"), problem: "\(error)")
        }
    }

    /// The period for which the log says that the key was the issuer's, in words.
    var period: String {
        "from \(from.dateTimeStamp)" + (retired.map { " until \($0.dateTimeStamp)" } ?? " on")
    }
}

/// The keys that a log speaks of, as far as its entries are shown. Entries about a key are not numbered like those of a
/// request, so that nothing shows whether one is left out.
struct KeyHistory: Sendable {
    private(set) var records: [URI: KeyRecord] = [:]
    /// Entries that make no sense, as half sentences.
    private(set) var problems: [String] = []

    /// - Parameter entries: proven, of any type, in any order.
    init(_ entries: [LogEntry]) {
        for entry in entries.sorted(by: { $0.seq < $1.seq }) {
            do throws(JSONShapeError) {
                try read(entry)
            } catch {
                problems.append("entry \(entry.seq): \(error)")
            }
        }
    }

    private mutating func read(_ entry: LogEntry) throws(JSONShapeError) {
        guard let type = EntryType(rawValue: entry.type) else { return }
        var facts = try ObjectReader(.object(entry.facts), at: JSONPointer().appending("facts"))
        switch type {
        case .keyAdded:
            let record = try KeyRecord(entry)
            // A key is added once; a second entry cannot undo what was said about the first.
            if records[record.url] == nil { records[record.url] = record }
        case .keyRetired:
            let (url, at) = (try facts.url("key"), try facts.instant("at"))
            let known = records[url]?.retired ?? at
            records[url]?.retired = min(at, known)
        case .keyRevoked:
            let (url, since) = (try facts.url("key"), try facts.instant("since"))
            let known = records[url]?.revoked ?? since
            records[url]?.revoked = min(since, known)
        default: break
        }
    }

    /// What both say.
    func merging(_ other: KeyHistory) -> KeyHistory {
        var history = self
        history.problems += other.problems
        history.records.merge(other.records) { first, second in
            var record = first
            record.retired = [first.retired, second.retired].compactMap(\.self).min()
            record.revoked = [first.revoked, second.revoked].compactMap(\.self).min()
            return record
        }
        return history
    }
}

extension ObjectReader {
    fileprivate mutating func url(_ key: String) throws(JSONShapeError) -> URI {
        try parsed(key) { (text) throws(CredentialError) in try URI(text) }
    }
}

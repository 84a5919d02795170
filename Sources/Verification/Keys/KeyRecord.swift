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
    /// Among how many first entries of the log none about the issuer is left out; nil when that is not shown.
    var completeSize: UInt64?

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
/// request: only an index of the log shows that none is left out.
struct KeyHistory: Sendable {
    /// An issuer of whom no entry is left out among the first so many of the log.
    struct Complete: Hashable, Sendable {
        let issuer: String
        let size: UInt64
    }

    private(set) var records: [URI: KeyRecord] = [:]
    /// Entries that make no sense, as half sentences.
    private(set) var problems: [String] = []

    /// - Parameters:
    ///   - entries: proven, of any type, in any order.
    ///   - complete: the issuer of whom nothing is left out, where that is shown.
    init(_ entries: [LogEntry], complete: Complete? = nil) {
        for entry in entries.sorted(by: { $0.seq < $1.seq }) {
            do throws(JSONShapeError) {
                try read(entry)
            } catch {
                problems.append("entry \(entry.seq): \(error)")
            }
        }
        guard let complete else { return }
        for (url, record) in records where record.issuer.utf8.elementsEqual(complete.issuer.utf8) {
            records[url]?.completeSize = complete.size
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
            record.completeSize = [first.completeSize, second.completeSize].compactMap(\.self).max()
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

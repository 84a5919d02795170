import CanonicalJSON
import Cryptography
import Multiformats
import TestSupport
import TransparencyLog

/// What a service hands out of such a log: an index as the last entry, and bundles with it.
extension SampleLog {
    /// The log with an index of all its entries behind them.
    func indexed(_ change: (inout [ChainLeaf]) -> Void = { _ in }) throws -> SampleLog {
        var log = self
        var leaves = try chains(size: entries.count)
        change(&leaves)
        let head = TreeHead(size: UInt64(leaves.count), root: Self.mth(leaves.map(\.hash)[...]))
        let index = ChainIndex(size: UInt64(entries.count), tree: head)
        try log.append(ChainIndex.entryType, at: entries.last?.t ?? .accepted, index.facts)
        return log
    }

    /// How far the entries about each request and issuer go, sorted.
    func chains(size: Int) throws -> [ChainLeaf] {
        var found: [ChainLeaf.About: [LogEntry]] = [:]
        for entry in entries.prefix(size) {
            if let about = try about(entry) { found[about, default: []].append(entry) }
        }
        return found.sorted { $0.key < $1.key }.map { about, entries in
            ChainLeaf(about, entries: UInt64(entries.count), last: entries[entries.count - 1].leafHash)
        }
    }

    private func about(_ entry: LogEntry) throws -> ChainLeaf.About? {
        if let rid = entry.request?.rid { return try .request(rid) }
        guard entry.type.hasPrefix("key.") || entry.type.hasPrefix("issuer."), let key = entry.facts["key"] else {
            return nil
        }
        let added = entries.first { $0.type == "key.added" && $0.facts["key"] == key }
        return try (added?.facts["issuer"]?.stringValue).map { try ChainLeaf.About.issuer($0) }
    }

    /// The audit bundle of a request in the log with an index behind it, with those openings whose field is among
    /// `shown`.
    ///
    /// - Parameter service: the numbers of the entries about the issuer; nil: all.
    func bundle(
        of rid: String = SampleLog.rid, showing shown: Set<String> = ["credential", "receipt", "window"],
        service: Set<Int>? = nil
    ) throws -> JSONObject {
        try bundle(of: rid, showing: shown, service: service, in: indexed())
    }

    /// - Parameter log: this one with an index somewhere, and perhaps more.
    func bundle(
        of rid: String = SampleLog.rid, showing shown: Set<String> = ["credential", "receipt", "window"],
        service: Set<Int>? = nil, in log: SampleLog
    ) throws -> JSONObject {
        let own = entries.filter { $0.request?.rid == rid }
        let aboutIssuers = try entries.filter { entry in
            try about(entry)?.text.hasPrefix("issuer/") == true && service?.contains(Int(entry.seq)) ?? true
        }
        let issuer = try aboutIssuers.first.flatMap(about)
        var bundle: JSONObject = [
            "type": "PunctualAuditBundle", "version": 2, "checkpoint": .string(try log.note()),
            "entries": .array((aboutIssuers + own).map(log.shownEntry)), "timestamps": [],
            "openings": .array(
                openings.filter { opened in
                    shown.contains(opened.opening.field) && own.contains { $0.seq == opened.seq }
                }.map(Self.shown)),
        ]
        bundle["index"] = try log.shownIndex(of: [.request(rid)] + [issuer].compactMap(\.self))
        return bundle
    }

    private static func shown(_ seq: UInt64, _ opening: Opening, _ value: JSON) -> JSON {
        [
            "seq": .integer(Int64(seq)), "field": .string(opening.field),
            "salt": .string(Base64.encode(opening.salt)), "value": value,
        ]
    }

    /// An index with these leaves, the newest unless another is asked for; nil when the log has none.
    func shownIndex(of abouts: [ChainLeaf.About], at seq: UInt64? = nil) throws -> JSON? {
        let indexes = entries.filter { $0.type == ChainIndex.entryType }
        guard let entry = indexes.last(where: { seq == nil || $0.seq == seq }) else { return nil }
        let leaves = try chains(size: Int(ChainIndex(entry).size))
        return shownIndex(
            entry, leaves, showing: abouts.compactMap { about in leaves.firstIndex { $0.about == about } })
    }

    /// An index over these leaves with the proofs of some.
    func shownIndex(_ entry: LogEntry, _ leaves: [ChainLeaf], showing positions: [Int]) -> JSON {
        var shown: JSONObject = ["entry": shownEntry(entry)]
        for position in positions {
            let about = leaves[position].about
            let path = Self.path(position, leaves.map(\.hash)[...])
            shown[about.text.hasPrefix("issuer/") ? "issuer" : "request"] = [
                "leaf": .object(leaves[position].json), "position": .integer(Int64(position)),
                "path": .array(path.map { .string($0.base64) }),
            ]
        }
        return .object(shown)
    }

    /// An entry as a bundle has it.
    func shownEntry(_ entry: LogEntry) -> JSON {
        let proof = Self.path(Int(entry.seq), entries.map(\.leafHash)[...])
        return [
            "seq": .integer(Int64(entry.seq)), "entry": .string(String(decoding: entry.bytes, as: UTF8.self)),
            "proof": .array(proof.map { .string($0.base64) }),
        ]
    }

    /// The head of the first entries.
    func head(_ size: Int) -> TreeHead {
        TreeHead(size: UInt64(size), root: Self.mth(entries.prefix(size).map(\.leafHash)[...]))
    }

    /// The signed checkpoint of the whole log, or of its first entries.
    func note(origin: String = SampleLog.origin, size: Int? = nil) throws -> String {
        let text = try Checkpoint(origin: origin, head: head(size ?? entries.count)).text
        return String(decoding: try SignedNote(signing: text, by: signer).bytes, as: UTF8.self)
    }

    /// RFC 6962, section 2.1, word for word.
    static func mth(_ d: ArraySlice<SHA256Digest>) -> SHA256Digest {
        guard d.count > 1 else { return d.first ?? SHA256.hash([]) }
        return MerkleTree.nodeHash(mth(d.prefix(split(d.count))), mth(d.dropFirst(split(d.count))))
    }

    private static func path(_ m: Int, _ d: ArraySlice<SHA256Digest>) -> [SHA256Digest] {
        guard d.count > 1 else { return [] }
        let k = split(d.count)
        return m < k ? path(m, d.prefix(k)) + [mth(d.dropFirst(k))] : path(m - k, d.dropFirst(k)) + [mth(d.prefix(k))]
    }

    /// `PROOF(m, D[n])` of section 2.1.2, word for word.
    func consistency(_ m: Int, _ n: Int) -> [SHA256Digest] {
        Self.subproof(m, entries.prefix(n).map(\.leafHash)[...], true)
    }

    private static func subproof(_ m: Int, _ d: ArraySlice<SHA256Digest>, _ b: Bool) -> [SHA256Digest] {
        if m == d.count { return b ? [] : [mth(d)] }
        let k = split(d.count)
        return m <= k
            ? subproof(m, d.prefix(k), b) + [mth(d.dropFirst(k))]
            : subproof(m - k, d.dropFirst(k), false) + [mth(d.prefix(k))]
    }

    private static func split(_ n: Int) -> Int {
        var k = 1
        while 2 * k < n { k *= 2 }
        return k
    }
}

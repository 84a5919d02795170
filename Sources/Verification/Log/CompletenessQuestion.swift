import CanonicalJSON
import Credentials
import Temporal
import TransparencyLog

/// Whether the entries are all there are about the request, and about its issuer: the proofs of entries show that none
/// is missing between, and the index that the log commits to shows how far they go.
///
/// The log itself made the index. Whoever audits a log makes it again, and so finds one that leaves out a request, says
/// too few entries, or has two leaves for one request; a bundle alone cannot show that.
struct CompletenessQuestion {
    let check: Check
    /// The issuer of whom no entry is left out among the first so many of the log; nil when that is not shown.
    let issuer: KeyHistory.Complete?

    init(_ index: AuditBundle.Index?, _ entries: ProvenEntries, in checkpoint: VerifiedCheckpoint) {
        guard let index else {
            check = Check(
                .complete, .cannotTell,
                "No index of the log is shown: entries that came after these could have been left out.",
                need: .newerBundle)
            issuer = nil
            return
        }
        do {
            let examined = try Self.examine(index, entries, in: checkpoint)
            (check, issuer) = (examined.check, examined.issuer)
        } catch {
            (check, issuer) = (Check(.complete, .failed, error.sentence), nil)
        }
    }

    private struct Fault: Error { let sentence: String }

    /// An index in the log of the checkpoint.
    private struct Proven {
        let entry: LogEntry
        let index: ChainIndex
    }

    private static func examine(
        _ shown: AuditBundle.Index, _ entries: ProvenEntries, in checkpoint: VerifiedCheckpoint
    ) throws(Fault) -> (check: Check, issuer: KeyHistory.Complete?) {
        let index = try prove(shown.entry, in: checkpoint)
        let size = index.index.size
        let issuer = try issuer(shown.issuer, entries.service, index)
        let events = entries.timeline.events
        guard let rid = events[0].request?.rid, let leaf = shown.request else {
            guard events[0].seq >= size else {
                throw Fault(
                    sentence: "The index in entry \(index.entry.seq) covers the request, but is not shown of it.")
            }
            return (tooYoung(index), issuer.complete)
        }
        let covered = events.filter { $0.seq < size }
        try compare(leaf, "request/\(rid)", covered, index)
        let check = issuer.isHidden ? hidden(index) : passed(index, covered.count, events.count - covered.count)
        return (check, issuer.complete)
    }

    private static func prove(
        _ shown: AuditBundle.Entry, in checkpoint: VerifiedCheckpoint
    ) throws(Fault) -> Proven {
        do throws(TransparencyLogError) {
            let entry = try EntriesQuestion.prove(shown.evidence, in: checkpoint)
            guard entry.seq == shown.seq else {
                throw .malformed(.chainIndex, problem: "entry \(entry.seq) of the log is filed as entry \(shown.seq)")
            }
            return Proven(entry: entry, index: try ChainIndex(entry))
        } catch {
            throw Fault(sentence: "The index is not proven to be one of the log: \(error).")
        }
    }

    /// Holds a leaf against the entries that the index covers.
    private static func compare(
        _ shown: AuditBundle.Leaf, _ about: String, _ covered: [LogEntry], _ index: Proven
    ) throws(Fault) {
        guard shown.leaf.about.text.utf8.elementsEqual(about.utf8) else {
            throw Fault(sentence: "The index is shown of \(shown.leaf.about), and not of \(about).")
        }
        do throws(TransparencyLogError) {
            try index.index.verify(shown.leaf, at: shown.position, path: shown.path)
        } catch {
            throw Fault(sentence: "What the index says of \(about) is not proven: \(error).")
        }
        guard shown.leaf.entries == UInt64(covered.count), shown.leaf.last == covered.last?.leafHash else {
            throw Fault(
                sentence: """
                    Entries are left out: by the index in entry \(index.entry.seq), \(about) had \
                    \(shown.leaf.entries) among the first \(index.index.size) of the log, and \(covered.count) are \
                    shown.
                    """)
        }
    }

    /// - Returns: the issuer whose entries are complete; and whether the index covers one that it is not shown of.
    private static func issuer(
        _ leaf: AuditBundle.Leaf?, _ service: [LogEntry], _ index: Proven
    ) throws(Fault) -> (complete: KeyHistory.Complete?, isHidden: Bool) {
        var keys: [[UInt8]: String] = [:]
        var chains: [String: [LogEntry]] = [:]
        for entry in service.sorted(by: { $0.seq < $1.seq }) where entry.seq < index.index.size {
            guard let kind = IssuerEntryKind(rawValue: entry.type), let name = try? kind.issuer(in: entry.facts, &keys)
            else { continue }
            chains[name, default: []].append(entry)
        }
        guard let leaf else { return (nil, !chains.isEmpty) }
        let name = String(leaf.leaf.about.text.dropFirst("issuer/".count))
        try compare(leaf, "issuer/\(name)", chains[name] ?? [], index)
        let others = chains.keys.contains { !$0.utf8.elementsEqual(name.utf8) }
        return (KeyHistory.Complete(issuer: name, size: index.index.size), others)
    }
}

extension CompletenessQuestion {
    private static func facts(_ index: Proven) -> JSONObject {
        [
            "index": .integer(Int64(index.entry.seq)), "size": .integer(Int64(index.index.size)),
            "leaves": .integer(Int64(index.index.tree.size)), "at": .string(index.entry.t.rfc3339),
        ]
    }

    private static func passed(_ index: Proven, _ covered: Int, _ later: Int) -> Check {
        var facts = facts(index)
        facts["entries"] = .integer(Int64(covered))
        facts["later"] = .integer(Int64(later))
        var sentence = """
            These are all \(covered) entries about the request among the first \(index.index.size) of the log, by the \
            index in entry \(index.entry.seq) of \(index.entry.t.dateTimeStamp).
            """
        if later > 0 { sentence += " \(later) came after that; whether more did is not shown." }
        return Check(.complete, .passed, sentence, facts: facts)
    }

    private static func tooYoung(_ index: Proven) -> Check {
        Check(
            .complete, .cannotTell,
            """
            The request is younger than the index in entry \(index.entry.seq), which covers the first \
            \(index.index.size) of the log: entries that came after these could have been left out.
            """, facts: facts(index), need: .newerBundle)
    }

    private static func hidden(_ index: Proven) -> Check {
        Check(
            .complete, .cannotTell,
            """
            The index in entry \(index.entry.seq) is not shown of the issuer: a later word about its keys could have \
            been left out.
            """, facts: facts(index), need: .newerBundle)
    }
}

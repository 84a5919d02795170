import CanonicalJSON
import Credentials
import Cryptography
import OpenTimestamps
import Temporal
import TransparencyLog

/// Whether others than the log say that the entries existed when it says.
///
/// A timestamp over a checkpoint is one over all entries in its tree: none of them is younger than it. An entry that
/// says an earlier time than its own was still written before the timestamp behind it, so that the time between the two
/// bounds the lie.
struct TimeQuestion {
    /// By when the first so many entries existed, and who says so.
    private struct Bound {
        let size: UInt64
        let by: Instant
        let source: String
    }

    /// How far the clocks of a log and an authority may be apart before one of them lies: as long as a log may take to
    /// write down a request.
    private static let tolerance = Milliseconds.minutes(1)
    /// How far the time in a block may be off: two hours, by the rules of that chain.
    private static let blockTolerance = Milliseconds.hours(2)

    private let trust: Trust
    private let log: VerifiedCheckpoint
    private let count: Int
    private var bounds: [Bound] = []
    private var faults: [String] = []
    /// Tokens that say nothing to this verifier, as half sentences.
    private var unread: [String] = []

    init(_ stamped: [AuditBundle.Stamped], in log: VerifiedCheckpoint, trusting trust: Trust) {
        (self.log, self.trust, count) = (log, trust, stamped.count)
        for stamped in stamped {
            do throws(TransparencyLogError) {
                try verifyPlace(of: stamped)
            } catch {
                faults.append(
                    "the stamped checkpoint of \(stamped.checkpoint.head.size) entries does not hold: \(error)")
                continue
            }
            readAuthorities(of: stamped)
            for token in stamped.tokens where token.kind != Self.authority { readBlocks(token, stamped) }
        }
    }

    private static let authority = "rfc3161"
    private static let blocks = "openTimestamps"

    /// That the stamped checkpoint is one of the same log, grown into the bundle's or out of it.
    private func verifyPlace(of stamped: AuditBundle.Stamped) throws(TransparencyLogError) {
        let checkpoint = try CheckpointQuestion.verify(stamped.note, stamped.checkpoint, trusting: trust)
        guard checkpoint.checkpoint.origin.utf8.elementsEqual(log.checkpoint.origin.utf8) else {
            throw .wrongOrigin(expected: log.checkpoint.origin, found: checkpoint.checkpoint.origin)
        }
        let heads = [checkpoint.head, log.head].sorted { $0.size < $1.size }
        try MerkleTree.verifyConsistency(from: heads[0], to: heads[1], proof: stamped.consistency)
    }

    /// The timestamps of each authority over one checkpoint, with their renewals.
    private mutating func readAuthorities(of stamped: AuditBundle.Stamped) {
        let bySource = Dictionary(grouping: stamped.tokens.filter { $0.kind == Self.authority }, by: \.source)
        for (source, tokens) in bySource.sorted(by: { $0.key < $1.key }) {
            let line = tokens.sorted { $0.number < $1.number }
            guard line.map(\.number) == Array(0..<Int64(line.count)) else {
                faults.append("the renewals of the timestamp by \(source) are not numbered 0, 1, 2 and so on")
                continue
            }
            guard let roots = trust.timestampRoots else {
                unread.append("\(source), whose roots you gave none of")
                continue
            }
            do throws(TimestampError) {
                let timestamps = try TimestampLine.verify(
                    tokens: line.map(\.bytes), note: stamped.bytes, roots: roots,
                    atMilliseconds: trust.instant.milliseconds)
                let first = timestamps[0]
                let by = first.genTimeMilliseconds + (first.accuracyMilliseconds ?? 0)
                bounds.append(
                    Bound(
                        size: stamped.checkpoint.head.size,
                        by: Instant(milliseconds: min(by, Instant.latest.milliseconds)),
                        source: first.authority))
            } catch {
                switch error {
                case .untrustedChain, .outsideValidity: unread.append("\(source): \(error)")
                default: faults.append("the timestamp by \(source) does not hold: \(error)")
                }
            }
        }
    }

    /// What a calendar said, which a block may bear out.
    private mutating func readBlocks(_ token: AuditBundle.Token, _ stamped: AuditBundle.Stamped) {
        guard token.kind == Self.blocks else {
            unread.append("\(token.source), of the unknown kind \(token.kind)")
            return
        }
        do throws(OpenTimestampsError) {
            let file = try OTSFile(parsing: token.bytes)
            guard file.digest == TimestampLine.imprint(note: stamped.bytes) else {
                faults.append("the proof from \(token.source) is about something else")
                return
            }
            guard let headers = trust.blockHeaders,
                let block = file.earliestBlock(headers: headers, limit: trust.blockLimit)
            else {
                unread.append("\(token.source), which waits for a block or whose block you gave no header of")
                return
            }
            bounds.append(
                Bound(
                    size: stamped.checkpoint.head.size, by: block.time + Self.blockTolerance,
                    source: "block \(block.height), \(block.blockHash), if that is on the chain"))
        } catch {
            faults.append("the proof from \(token.source) does not hold: \(error)")
        }
    }
}

extension TimeQuestion {
    /// - Parameter events: proven, in order.
    func check(_ events: [LogEntry]) -> Check {
        var facts: JSONObject = [
            "checkpoints": .integer(Int64(count)), "unread": .array(unread.map(JSON.string)),
            "sources": .array(Set(bounds.map(\.source)).sorted().map(JSON.string)),
        ]
        guard faults.isEmpty else {
            return Check(.when, .failed, faults.joined(separator: "; ") + ".", facts: facts)
        }
        guard trust.timestampRoots != nil || trust.blockHeaders != nil else {
            let offer = count > 0 ? "the timestamps in it were not read" : "no timestamp is in it"
            return Check(
                .when, .notApplicable,
                "You named nobody who could say when; \(offer), and the times are the log's own word.", facts: facts)
        }
        let told = events.map { event in
            (event: event, bound: bounds.filter { $0.size > event.seq }.min { $0.by < $1.by })
        }
        facts["entries"] = .array(
            told.map { event, bound in
                var json: JSONObject = ["entry": .integer(Int64(event.seq)), "at": .string(event.t.rfc3339)]
                json["by"] = bound.map { .string($0.by.rfc3339) }
                return .object(json)
            })
        return answer(told, facts)
    }

    private func answer(_ told: [(event: LogEntry, bound: Bound?)], _ facts: JSONObject) -> Check {
        if let (event, bound) = told.first(where: { event, bound in
            bound.map { $0.by + Self.tolerance < event.t } ?? false
        }),
            let bound
        {
            return Check(
                .when, .failed,
                """
                Entry \(event.seq) says that it is of \(event.t.dateTimeStamp), but it existed \
                \(bound.by.dateTimeStamp): \(bound.source).
                """, facts: facts)
        }
        let uncovered = told.filter { $0.bound == nil }.map { String($0.event.seq) }
        guard uncovered.isEmpty, let last = told.last, let by = last.bound?.by else {
            return Check(
                .when, .cannotTell,
                """
                No timestamp that you can check covers the entries \(uncovered.joined(separator: ", ")); their times \
                are the log's own word.
                """, facts: facts, need: .newerBundle)
        }
        let gap = told.compactMap { told in told.bound.map { $0.by - told.event.t } }.max() ?? Milliseconds(0)
        return Check(
            .when, .passed,
            """
            Each existed at the latest \(max(gap, Milliseconds(0)).iso8601) after the time that it has, the last by \
            \(by.dateTimeStamp); so say others than the log.
            """, facts: facts)
    }
}

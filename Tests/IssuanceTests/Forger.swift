import CanonicalJSON
import Cryptography
import Issuance
import Settlement
import Temporal
import TransparencyLog

/// An operator who changes entries and then writes the whole log anew, consistent in every hash.
struct Forger {
    struct Draft {
        let id: Int
        var t: Int64
        var type: String
        var rid: String?
        var facts: JSONObject
        var cm: [String: Commitment]
        /// The draft that a notice is about.
        var about: Int?
    }

    var drafts: [Draft] = []
    private let origin: String
    private let holders: [String: String]
    private let now: Instant

    init(_ world: SettlingWorld) throws { try self.init(world.world) }

    init(_ world: World) throws {
        var origin = ""
        for (id, row) in try world.rows(EntryRecord.self).enumerated() {
            let entry = try LogEntry(parsing: row.body)
            origin = entry.origin
            drafts.append(
                Draft(
                    id: id, t: entry.t.milliseconds, type: entry.type, rid: entry.request?.rid, facts: entry.facts,
                    cm: entry.cm, about: entry.facts["about"]?.integerValue.map { Int($0) }))
        }
        self.origin = origin
        holders = Dictionary(
            uniqueKeysWithValues: try world.rows(RequestRecord.self).map {
                ($0.id, $0.tenant + "\n" + $0.holder)
            })
        now = try world.logTime()
    }

    /// Changes the facts of the n-th entry of a type.
    mutating func change(_ type: String, _ index: Int = 0, _ change: (inout JSONObject) -> Void) {
        change(&drafts[place(type, index)].facts)
    }

    /// Removes the n-th entry of a type, with the notice about it.
    mutating func drop(_ type: String, _ index: Int = 0) {
        let id = drafts[place(type, index)].id
        drafts.removeAll { $0.id == id || $0.about == id }
    }

    /// The same entry once more, with a notice, at the end.
    mutating func `repeat`(_ type: String, _ index: Int = 0) {
        let original = drafts[place(type, index)]
        let last = drafts[drafts.count - 1].t
        let id = drafts.count + 1000
        drafts.append(
            Draft(id: id, t: last, type: original.type, rid: original.rid, facts: original.facts, cm: original.cm))
        guard let notice = drafts.first(where: { $0.about == original.id }) else { return }
        drafts.append(
            Draft(id: id + 1, t: last, type: notice.type, rid: notice.rid, facts: notice.facts, cm: [:], about: id))
    }

    /// Puts an entry behind the n-th one of a type.
    mutating func insert(behind type: String, _ index: Int = 0, _ new: String, _ facts: JSONObject) {
        let place = place(type, index)
        let draft = Draft(
            id: drafts.count + 2000, t: drafts[place].t, type: new, rid: drafts[place].rid, facts: facts, cm: [:])
        drafts.insert(draft, at: place + 1)
    }

    private func place(_ type: String, _ index: Int) -> Int { drafts.indices.filter { drafts[$0].type == type }[index] }

    /// What a stranger with openings says of the forged log; without, where `knowsHolders` is false.
    func report(knowsHolders: Bool = true) throws -> SettlementReport {
        let holders = holders
        let opened: @Sendable (String) -> String? = { knowsHolders ? holders[$0] : nil }
        var recomputation = Recomputation(holder: opened)
        let places = Dictionary(uniqueKeysWithValues: drafts.enumerated().map { ($1.id, $0) })
        var previous = LogEntry.genesisPrevious(origin: origin)
        var last: [String: LogEntry] = [:]
        for (seq, draft) in drafts.enumerated() {
            var facts = draft.facts
            if let about = draft.about { facts["about"] = .integer(Int64(places[about] ?? 999_999)) }
            let request = draft.rid.map { rid in
                last[rid].map { LogEntry.Request(rid: rid, rn: ($0.request?.rn ?? 0) + 1, rprev: $0.leafHash) }
                    ?? LogEntry.Request(first: rid)
            }
            let entry = try LogEntry(
                origin: origin, seq: UInt64(seq), prev: previous, t: Instant(milliseconds: draft.t), type: draft.type,
                request: request, cm: draft.cm, facts: facts)
            previous = entry.leafHash
            if let rid = draft.rid { last[rid] = entry }
            recomputation.read(entry)
        }
        return recomputation.finish(at: now)
    }
}

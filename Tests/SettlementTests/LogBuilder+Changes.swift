import CanonicalJSON
import Settlement

/// What a dishonest or broken operator does to a log before signing all of it.
extension LogBuilder {
    /// Changes the first draft of a type, or the one of that index among them.
    mutating func change(_ type: String, _ index: Int = 0, _ body: (inout Draft) -> Void) {
        let place = place(type, index)
        body(&drafts[place])
    }

    /// Changes the facts of a posting so that they agree with each other again.
    mutating func repost(_ index: Int = 0, _ posting: Posting) {
        let facts = facts(of: posting)
        change("compensation.post", index) { $0.facts = facts }
    }

    mutating func drop(_ type: String, _ index: Int = 0) {
        drafts.remove(at: place(type, index))
    }

    /// Drops entries of a type with the notices about them.
    mutating func dropAll(_ types: Set<String>) {
        let dropped = Set(drafts.filter { types.contains($0.type) }.map(\.id))
        drafts.removeAll { dropped.contains($0.id) || $0.about.map(dropped.contains) ?? false }
    }

    /// Puts what `body` appends behind the first draft of a type.
    mutating func insert(after type: String, _ body: (inout LogBuilder) -> Void) {
        let count = drafts.count
        body(&self)
        let added = Array(drafts[count...])
        drafts.removeLast(added.count)
        drafts.insert(contentsOf: added, at: place(type, 0) + 1)
    }

    /// The same entry once more, at another time.
    static func copy(_ draft: Draft, id: Int, t: Int64) -> Draft {
        Draft(id: id, t: t, type: draft.type, rid: draft.rid, facts: draft.facts, cm: draft.cm, about: draft.about)
    }

    /// Puts entries written request by request into the order of a log.
    mutating func sortByTime() {
        drafts.sort { ($0.t, $0.id) < ($1.t, $1.id) }
    }

    private func place(_ type: String, _ index: Int) -> Int {
        drafts.indices.filter { drafts[$0].type == type }[index]
    }
}

extension SettlementReport {
    /// The kinds of the findings, each once.
    var kinds: Set<Finding.Kind> { Set(findingCounts.keys) }
}

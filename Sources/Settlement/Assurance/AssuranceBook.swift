/// What must be remembered of further checks: nothing but of the requests that are owed one.
struct AssuranceBook: Sendable {
    /// The upgrade of one request as the entries so far leave it.
    struct Upgrade: Sendable {
        /// To which level, by the policy; nil where that names none.
        let level: String?
        /// The posting.
        let seq: UInt64
        var state = State.open
        /// The check that passed, until the entry behind it: its `seq` and `t`.
        var passed: (seq: UInt64, t: Int64)?
    }

    enum State: String, Sendable, CaseIterable { case open, done, waived, void }

    var upgrades: [String: Upgrade] = [:]

    /// Closes an upgrade that is open.
    mutating func close(_ rid: String, _ state: State) {
        guard upgrades[rid]?.state == .open else { return }
        upgrades[rid]?.state = state
    }

    /// How many there are in each state, and in all as `owed`; empty where none ever was.
    var counts: [String: Int] {
        guard !upgrades.isEmpty else { return [:] }
        var counts = ["owed": upgrades.count]
        for state in State.allCases {
            counts[state.rawValue] = upgrades.values.count { $0.state == state }
        }
        return counts
    }
}

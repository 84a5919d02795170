import Compensation
import Temporal

/// What is owed, until it is paid.
extension Service {
    /// Pays what has waited long enough: approvals that ran out, pots that are full, budgets that have room again; and
    /// tells what has become late. In ordered slices, each award a command of its own; what is left after a crash is
    /// what the next call finds.
    ///
    /// - Returns: what could not be settled.
    package func settleDue() throws -> [Postponed] {
        let now = committer.logTime(now()).milliseconds
        var postponed: [Postponed] = []
        for index in ["owed_by_late", "owed_by_wake"] {
            postponed += try sweep(index, of: OwedRecord.self, upTo: now, settle)
        }
        var queue = ""
        while let next = try nextQueue(after: queue) {
            postponed += try payQueue(next)
            queue = next
        }
        return postponed
    }

    private func nextQueue(after queue: String) throws -> String? {
        try store.read { reader in
            try reader.records(
                Scan(OwedRecord.self, index: "owed_by_queue", above: [.text(queue)], limit: 1)
            ).first?.queue
        }
    }

    /// Slice after slice from the head of the queue, as long as there is room for the head.
    private func payQueue(_ queue: String) throws -> [Postponed] {
        var head: String?
        while true {
            let rows = try store.read { reader in
                let rows = try reader.records(
                    Scan(
                        OwedRecord.self, index: "owed_by_queue", equals: [.text(queue)],
                        limit: Sequencer.maximumBatch))
                let situation = Situation(
                    state: reader, directory: directory, now: committer.logTime(now()), nextSeq: 0)
                guard let head = rows.first, try situation.hasRoom(for: head) else { return [OwedRecord]() }
                return rows
            }
            // A head that could not be paid after all holds up its queue; the next call tries again.
            guard let first = rows.first?.claimKey, first != head else { return [] }
            head = first
            let postponed = settle(rows)
            if !postponed.isEmpty { return postponed }
        }
    }

    private func settle(_ rows: [OwedRecord]) -> [Postponed] {
        perform(rows.compactMap { row in ClaimKey(row.claimKey).map { (row.request, .settle($0)) } })
    }

    /// Somebody's word about what waits for people.
    package func decide(_ word: ApprovalWord, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.decide(word), reply)
    }

    /// Takes back what was paid and not spent.
    package func reverse(_ reversal: Reversal, _ reply: @escaping Sequencer.Completion) {
        sequencer.submit(.reverse(reversal), reply)
    }
}

extension Situation {
    /// Whether something that waits for a budget could be paid now.
    func hasRoom(for row: OwedRecord) throws -> Bool {
        let settler = try settler(of: row)
        guard let award = try settler.award(of: row) else { return true }
        let place = Settler.Place(row, queue: settler.queue(of: award.amount.unit))
        let facts = try settler.waitFacts(for: award.amount, place)
        return facts.budget.map { $0.allows(award.amount.minor) } ?? true
    }
}

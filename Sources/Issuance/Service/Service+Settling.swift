import Compensation
import Temporal

/// What is owed, until it is paid.
extension Service {
    /// Pays what has waited long enough: approvals that ran out, pots that are full, budgets that have room again; and
    /// tells what has become late. In ordered slices, each award a command of its own; what is left after a crash is
    /// what the next call finds.
    ///
    /// - Returns: what could not be settled; it is tried again at the next call.
    package func settleDue() throws -> [(request: String, error: any Error)] {
        let now = committer.logTime(now())
        var failures = try settle("owed_by_late", upTo: now, \.lateAt)
        failures += try settle("owed_by_wake", upTo: now, \.wakeAt)
        var queue = ""
        while let next = try nextQueue(after: queue) {
            failures += try payQueue(next)
            queue = next
        }
        return failures
    }

    private func settle(
        _ index: String, upTo now: Instant, _ instant: (OwedRecord) -> Int64?
    ) throws -> [(request: String, error: any Error)] {
        var failures: [(request: String, error: any Error)] = []
        var above: [ColumnValue] = [.integer(Int64.min)]
        while true {
            let rows = try store.read { reader in
                try reader.records(
                    Scan(
                        OwedRecord.self, index: index, above: above, below: [.integer(now.milliseconds + 1)],
                        limit: Sequencer.maximumBatch))
            }
            guard let last = rows.last, let lastInstant = instant(last) else { return failures }
            failures += settle(rows)
            above = [.integer(lastInstant), .text(last.claimKey)]
        }
    }

    private func nextQueue(after queue: String) throws -> String? {
        try store.read { reader in
            try reader.records(
                Scan(OwedRecord.self, index: "owed_by_queue", above: [.text(queue)], limit: 1)
            ).first?.queue
        }
    }

    /// Slice after slice from the head of the queue, as long as there is room for the head.
    private func payQueue(_ queue: String) throws -> [(request: String, error: any Error)] {
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
            let failures = settle(rows)
            if !failures.isEmpty { return failures }
        }
    }

    private func settle(_ rows: [OwedRecord]) -> [(request: String, error: any Error)] {
        let commands = rows.compactMap { ClaimKey($0.claimKey).map(Command.settle) }
        return zip(rows, sequencer.performAll(commands)).compactMap { row, result in
            if case .failure(let error) = result { (row.request, error) } else { nil }
        }
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

import CanonicalJSON
import Settlement
import Temporal
import TestSupport
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let ticks = 160

/// Some requests under one random policy, each written on its own, and what they add up to.
private struct RandomHistory {
    /// The policies.
    let head: LogBuilder
    let operators: [TickedOperator]
    let end: Int64

    init(seed: UInt64, endsAll: Bool = false) {
        var random = SeededRandom(seed: seed)
        let policy = TickedPolicy(using: &random)
        var log = LogBuilder.standard(policy.serviceLevel, policy.compensation)
        head = log
        var operators: [TickedOperator] = []
        for index in 0..<10 {
            // All end at one instant, whatever their phase within a tick, or hours before.
            let accepted = start + Int64.random(in: 0...2, using: &random) * 250
            var request = TickedOperator(policy, rid: "r\(index)", accepted: accepted, log: log)
            request.run(ticks: ticks, endsAll: endsAll, using: &random)
            log = request.log
            operators.append(request)
        }
        self.operators = operators
        end = start + Int64(ticks) * TickedPolicy.tick
    }

    func isVoid(_ rid: String?) -> Bool { operators.contains { $0.rid == rid && $0.isVoid } }

    /// One of the orders in which a log may hold these entries.
    func interleaved(using random: inout SeededRandom) -> LogBuilder {
        var log = operators.last?.log ?? head
        var queues = operators.map { request in log.drafts.filter { $0.rid == request.rid }[...] }
        log.drafts = head.drafts
        while let earliest = queues.compactMap(\.first?.t).min() {
            let ready = queues.indices.filter { queues[$0].first?.t == earliest }
            guard let index = ready.randomElement(using: &random), let draft = queues[index].popFirst() else { break }
            log.drafts.append(draft)
        }
        log.chainWindows()
        return log
    }
}

extension LogBuilder {
    /// Lays the premium windows of two holders end to end, in the order of the log.
    fileprivate mutating func chainWindows() {
        var ends: [String: Int64] = [:]
        for (index, draft) in drafts.enumerated() where draft.facts["unit"] == "DAYS" {
            let holder = draft.rid.map { $0 < "r5" ? "alice" : "bob" } ?? ""
            let from = max(draft.t, ends[holder] ?? 0)
            let until = from + (draft.facts["minor"]?.integerValue ?? 0) * Self.day
            ends[holder] = until
            let value: JSON = ["from": .integer(from), "until": .integer(until)]
            let salt = [UInt8](repeating: 7, count: Opening.saltByteCount)
            guard let opening = try? Opening(field: "window", salt: salt, value: value.canonicalBytes) else { continue }
            openings[draft.id] = WindowOpening(opening, holder: holder)
            drafts[index].cm["window"] = opening.commitment
        }
    }
}

@Suite("Random histories, against an operator who counts ticks")
struct RandomHistoryTests {
    @Test("an honest history is settled, and adds up to what was counted", arguments: 0..<60 as Range<UInt64>)
    func honest(seed: UInt64) throws {
        let history = RandomHistory(seed: seed)
        var random = SeededRandom(seed: seed)
        // Every request has reached the same tick when the clock stands there for the first of them.
        let report = try history.interleaved(using: &random).report(at: history.end)
        requireSettled(report)
        let requests = history.operators
        #expect(report.requests == requests.count)
        #expect(report.issued + report.cancelled == requests.count(where: \.isStopped))
        #expect(report.breached == requests.count(where: \.isBroken))
        #expect(report.compensated == requests.count(where: \.isCompensated))
        #expect(report.open == requests.reduce(0) { $0 + $1.open })
        let granted = requests.reduce(into: [:]) { $0.merge($1.granted, uniquingKeysWith: +) }
        #expect(report.granted == granted)
    }

    @Test(
        "every order in which a log may hold the same entries gives the same report", arguments: 0..<20 as Range<UInt64>
    )
    func interleavings(seed: UInt64) throws {
        let history = RandomHistory(seed: seed)
        var random = SeededRandom(seed: seed)
        let report = try history.interleaved(using: &random).report(at: history.end)
        for _ in 0..<5 {
            #expect(try history.interleaved(using: &random).report(at: history.end) == report)
        }
    }

    /// What may be done to one entry of a history that has ended, and what is found then.
    private static func spoil(
        _ log: inout LogBuilder, using random: inout SeededRandom
    ) -> (rid: String?, kind: Finding.Kind)? {
        let types = ["request.accepted", "sla.breach", "compensation.post", "notice.queued"]
        let places = log.drafts.indices.filter { types.contains(log.drafts[$0].type) }
        guard let place = places.randomElement(using: &random) else { return nil }
        let draft = log.drafts[place]
        func kind() -> Finding.Kind {
            switch (draft.type, Bool.random(using: &random)) {
            case ("request.accepted", let isFirst):
                log.drafts[place].facts[isFirst ? "dueAt" : "compensation"] = isFirst ? 1 : "sha256:0"
                return isFirst ? .wrongDeadline : .wrongPolicy
            case ("sla.breach", true):
                log.drafts.append(LogBuilder.copy(draft, id: -1, t: log.drafts.last?.t ?? 0))
                return .duplicateBreach
            case ("sla.breach", false):
                log.drafts.removeAll { $0.id == draft.id || $0.about == draft.id }
                return .missedBreach
            case ("compensation.post", true):
                log.drafts.append(LogBuilder.copy(draft, id: -1, t: log.drafts.last?.t ?? 0))
                return .doublePayment
            case ("compensation.post", false):
                log.drafts.removeAll { $0.id == draft.id || $0.about == draft.id }
                return .missedPayment
            default:
                log.drafts.remove(at: place)
                return .missingNotice
            }
        }
        return (draft.rid, kind())
    }

    @Test("one spoiled entry is found, with its request", arguments: 100..<160 as Range<UInt64>)
    func spoiled(seed: UInt64) throws {
        let history = RandomHistory(seed: seed, endsAll: true)
        var random = SeededRandom(seed: seed)
        let honest = history.interleaved(using: &random)
        requireSettled(try honest.report(at: history.end + 1000 * LogBuilder.day))
        for _ in 0..<8 {
            var log = honest
            guard let (rid, kind) = Self.spoil(&log, using: &random) else { continue }
            // Of a request that is void nothing need have been posted, and nobody can tell that it was.
            if [.missedBreach, .missedPayment].contains(kind), history.isVoid(rid) { continue }
            let report = try log.report(at: history.end + 1000 * LogBuilder.day)
            #expect(
                report.findings.contains { $0.rid == rid && $0.kind == kind },
                "\(kind): \(report.findings.map(\.description))")
        }
    }
}

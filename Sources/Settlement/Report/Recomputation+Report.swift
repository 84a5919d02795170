package import Temporal
import TransparencyLog

/// What is missing can only be said at an instant.
extension Recomputation {
    /// What the entries read so far add up to at `now`, or at the `t` of the last entry if that is later. Reading can
    /// go on afterwards.
    package func finish(at now: Instant) -> SettlementReport {
        var count = Missing(findings: findings, claims: claims, now: max(now.milliseconds, time))
        for (place, record) in requests.records.enumerated() where !record.isForgotten {
            let terms = record.terms.map { policies.terms[$0] }
            let suspension = terms.flatMap { terms in
                record.clock.due.flatMap { policies.suspension(of: terms, brokenAt: $0) }
            }
            count.add(record, terms, isSuspended: suspension != nil)
            count.open += missingClaims(of: place, at: count.now, &count.findings)
        }
        for (rid, known) in claims.cases where known.isCompensated {
            let isCounted = requests.place(of: rid).map { requests.records[$0].isCompensated } ?? false
            if !isCounted { count.compensated += 1 }
        }
        missingCoupons(&count.findings)
        missingOfClaims(at: count.now, &count.findings)
        count.open += missingPromises(at: count.now, &count.findings)
        missingSurveys(at: count.now, &count.findings)
        missingEscalations(at: count.now, &count.findings)
        missingUpgrades(&count.findings)
        missingNotices(at: count.now, &count.findings)
        let owed = missingSettlements(at: count.now, &count.findings)
        for incident in incidents.all.values where incident.mergedInto == nil {
            guard let late = lateness(of: incident, at: count.now) else { continue }
            count.findings.add(.lateFreeze, seq: UInt64(incident.seq), rid: nil, late)
        }
        for stage in incidents.overripe {
            count.findings.add(
                .missedIncident, seq: UInt64(entryCount), rid: nil,
                "an incident of the stage \(stage) could be opened for a while, and was not")
        }
        for (stage, since) in incidents.ripeSince where count.now > since + incidents.currentTerms.openWithin {
            count.findings.add(
                .missedIncident, seq: UInt64(entryCount), rid: nil,
                "an incident of the stage \(stage) could be opened since \(shown(since)), and was not")
        }
        for head in kept.beyond {
            count.findings.add(
                .missingEntries, seq: UInt64(entryCount), rid: nil,
                "a checkpoint that was kept has \(head.size) entries; here are \(entryCount)")
        }
        return SettlementReport(
            entries: entryCount, requests: tally.requests, issued: tally.issued, cancelled: tally.cancelled,
            breached: count.breached, compensated: count.compensated, granted: tally.grantedByUnit,
            detectorMisses: claims.detectorMisses, open: count.open,
            owed: owed, unjudgedSettlements: settling.unjudged, unjudged: tally.unjudged, judgedWindows: windows.judged,
            unjudgedWindows: windows.unjudged,
            spent: wallets.spent, expired: wallets.expired, judgedMovements: wallets.judged,
            unjudgedMovements: wallets.unjudged, judgedCoverage: coverage.judged,
            unjudgedCoverage: coverage.unjudged, coupons: coupons.counts,
            upgrades: assurance.counts,
            findings: count.findings.sorted, findingCounts: count.findings.counts, unknowns: unknowns.kept)
    }
}

/// Walks over the records and adds what should have been posted.
private struct Missing {
    var findings: FindingList
    let claims: ClaimTable
    let now: Int64
    var breached = 0
    var compensated = 0
    var open = 0

    mutating func add(_ record: RequestRecord, _ terms: Terms?, isSuspended: Bool) {
        if record.isCompensated { compensated += 1 }
        for entry in record.unannounced {
            findings.add(
                .missingNotice, seq: entry.seq, rid: record.rid,
                "no notice.queued about this entry follows; it is \(entry.kind.rawValue)")
        }
        guard let terms, let due = record.clock.due, let delay = record.clock.delay(at: now), delay > 0 else { return }
        let deadline = terms.payBy(from: due)
        if record.hasBreach || !record.isVoid(by: deadline) { breached += 1 }
        if now > deadline, !record.hasBreach, !record.isBreachReported, !record.isVoid(by: deadline) {
            findings.add(
                .missedBreach, seq: record.seq, rid: record.rid,
                "due at \(shown(due)), missed by \(delay) ms, and no sla.breach by \(shown(deadline))")
        }
        guard !isSuspended else { return }
        for (index, slot) in terms.compensation.slots.enumerated() where slot.expected > 0 {
            let last = terms.counting.ends(slot.over, from: due)
            let deadline = terms.payBy(from: last)
            guard due + delay > last, !record.isPosted(index), !record.isVoid(by: deadline) else { continue }
            // A grant on a claim came before it, and was no less.
            if claims.expected(record.rid, index, terms.compensation) == 0 { continue }
            guard now > deadline else {
                open += 1
                continue
            }
            findings.add(
                .missedPayment, seq: record.seq, rid: record.rid,
                "benefit \(slot.benefit) of tier \(slot.tier), \(slot.expected) \(slot.unit), is owed for a delay of "
                    + "\(delay) ms since \(shown(due)), and is not posted by \(shown(deadline))")
        }
    }
}

extension FindingList {
    /// What is kept, in the order of the log.
    fileprivate var sorted: [Finding] {
        kept.sorted {
            ($0.seq, $0.kind.rawValue, $0.sentence) < ($1.seq, $1.kind.rawValue, $1.sentence)
        }
    }
}

import CanonicalJSON

/// Rules 1 to 4: what binds a request, when it is due, what pauses and stops its clock.
extension Recomputation {
    /// Rule 2, in milliseconds.
    private static let acceptanceLimit: Int64 = 60_000

    mutating func accept(_ event: Event, _ facts: AcceptanceFacts) {
        guard requests.place(of: event.rid) == nil else {
            report(.misplacedEntry, event, "the request was accepted before")
            return
        }
        tally.requests += 1
        surveys.months.count { $0.accepted += 1 }
        coverage.note(.request, event)
        incidents.accepted += 1
        if !(0...Self.acceptanceLimit ~= event.t - facts.acceptedAt) {
            report(
                .acceptedTooLate, event,
                "accepted at \(shown(facts.acceptedAt)); the log may say so from then until 60 s later, "
                    + "and says it at \(shown(event.t))")
        }
        let frame = event.frame
        let about = RequestFacts(
            tenant: frame.text(facts.tenant), tier: frame.text(facts.tier),
            credentialType: facts.credentialType.map { frame.text($0) })
        let index = terms(for: about, event, facts)
        let target = index.map { policies.terms[$0].serviceLevel.target } ?? .elapsed(0)
        let counting = index.map { policies.terms[$0].counting } ?? Counting(hours: nil)
        let due = index == nil ? facts.dueAt : counting.end(of: target, from: facts.acceptedAt)
        if facts.dueAt != due { reportDeadline(event, expected: due, found: facts.dueAt) }
        let clock = RequestClock(start: facts.acceptedAt, due: due, target: target, by: counting)
        var record = RequestRecord(rid: event.rid, seq: event.seq, tenant: about.tenant, terms: index, clock: clock)
        record.isReviewed = facts.isReviewed
        if let index, policies.terms[index].compensation.models != nil { record.asked = asked(about, event, facts) }
        requests.insert(record)
        guard let index else { return }
        rememberForClaims(event, about.tenant, terms: index, acceptedAt: facts.acceptedAt)
        promise(event, tenant: about.tenant, terms: index, acceptedAt: facts.acceptedAt)
        rememberForSurveys(event, terms: index, acceptedAt: facts.acceptedAt)
        beginLadder(event, terms: index, start: facts.acceptedAt)
        bindNotices(event, facts, terms: index)
    }

    /// Rule 20: the rules of a zone have the hash that the entry says.
    mutating func pin(_ event: Event) throws(EntryProblem) {
        let zone: ZoneTimes
        let stated: String
        do {
            var facts = try ObjectReader(JSON(parsing: Array(event.frame.bytes[event.frame.facts])))
            facts.ignore("release", "zone")
            stated = try facts.string("sha256")
            zone = try ZoneTimes(&facts)
            try facts.finish()
        } catch {
            throw EntryProblem("\(error)")
        }
        guard stated == zone.hash else {
            return report(.wrongZone, event, "the hash of the rules is \(zone.hash), not \(stated)")
        }
        policies.pin(zone)
    }

    /// Compares the calendar and the zone that an entry names with those that bind.
    private mutating func requireCalendar(_ calendar: Terms.Calendar?, _ facts: AcceptanceFacts, _ event: Event) {
        guard let calendar else {
            if facts.calendar != nil { report(.wrongPolicy, event, "no calendar binds, and the entry names one") }
            return
        }
        guard let named = facts.calendar, let zone = facts.zone else {
            return report(.wrongPolicy, event, "the calendar that binds is \(calendar.hash), and the entry names none")
        }
        requireHash(calendar.hash, in: named, "the calendar", event)
        requireHash(calendar.zone, in: zone, "the zone", event)
    }

    /// Finds what binds a new request, and compares it with what the entry says.
    private mutating func terms(for about: RequestFacts, _ event: Event, _ facts: AcceptanceFacts) -> Int? {
        switch policies.binding(of: about, acceptedAt: facts.acceptedAt) {
        case .cannotTell(let seq):
            unknowns.addRequest(to: seq)
            tally.unjudged += 1
            return nil
        case .none(let reason):
            report(.wrongPolicy, event, "the request must not be accepted: \(reason)")
            return nil
        case .bound(let index):
            let terms = policies.terms[index]
            requireHash(terms.serviceLevelHash, in: facts.serviceLevel, "the service level", event)
            requireHash(terms.compensationHash, in: facts.compensation, "the compensation policy", event)
            requireCalendar(terms.calendar, facts, event)
            return index
        }
    }

    /// Compares the hash of a policy that an entry names with that of the one that binds.
    mutating func requireHash(_ hash: CanonicalText, in range: Range<Int>, _ name: String, _ event: Event) {
        guard !event.frame.bytes.holds(hash.bytes, in: range) else { return }
        report(.wrongPolicy, event, "\(name) that binds is \(hash), not \(event.frame.bytes.text(range))")
    }

    mutating func reportDeadline(_ event: Event, expected: Int64?, found: Int64) {
        report(.wrongDeadline, event, "the deadline is \(expected.map(shown) ?? "none yet"), not \(shown(found))")
    }

    mutating func hold(_ event: Event, _ facts: PauseFacts) {
        guard let place = openRequest(of: event), let index = requests.records[place].terms else { return }
        let terms = policies.terms[index].serviceLevel
        requireMissedUpdates(before: event)
        do {
            let until = try requests.records[place].clock.pause(
                event.frame.text(facts.reason), event.frame.text(facts.evidence), from: facts.from, at: event.t,
                by: terms)
            requests.records[place].isPausedInVain = false
            promises.cases[event.rid]?.hold(at: event.t, from: facts.from ?? event.t, until: until)
            ladders.places[event.rid]?.pause(from: facts.from ?? event.t)
            guard until != facts.until else { return }
            let (expected, found) = (until.map(shown) ?? "never", facts.until.map(shown) ?? "never")
            report(.illegalPause, event, "the pause ends at the latest \(expected), not \(found)")
        } catch {
            requests.records[place].isPausedInVain = !requests.records[place].clock.isPaused
            report(.illegalPause, event, "the clock may not be paused: \(error.sentence)")
        }
    }

    mutating func resume(_ event: Event, _ facts: ResumptionFacts) {
        guard let place = requests.place(of: event.rid) else { return reportEnded(event) }
        guard requests.records[place].terms != nil else { return }
        let record = requests.records[place]
        if record.clock.stop != nil, !record.clock.hasUnnotedEnd { return reportEnded(event) }
        if record.isPausedInVain {
            requests.records[place].isPausedInVain = false
        } else if !requests.records[place].clock.resume(at: event.t) {
            report(.illegalPause, event, "no pause runs or has ended")
        } else {
            promises.cases[event.rid]?.resume(at: event.t)
        }
        ladders.places[event.rid]?.resume(at: requests.records[place].clock.lastEnd)
        let due = requests.records[place].clock.due
        if due != facts.dueAt { reportDeadline(event, expected: due, found: facts.dueAt) }
    }

    /// A credential is signed by a key that the log names and has not ended.
    mutating func judgeIssue(_ event: Event, _ facts: IssueFacts) {
        let key = event.frame.bytes.text(facts.key)
        if !keys.contains(key) { report(.unknownKey, event, "the key \(key) does not sign at this time") }
        judgeStep(event, .credentialIssued)
    }

    /// An event without facts that matter to the clock: approval, cancellation, denial, issue, revocation.
    mutating func judgeStep(_ event: Event, _ type: EntryType) {
        guard type != .credentialRevoked else { return revoke(event) }
        guard let place = openRequest(of: event), type != .requestApproved else { return }
        if type == .credentialIssued {
            requests.records[place].issuedSeq = event.seq
        } else {
            assurance.close(event.rid, .void)
        }
        endLadder(event)
        incidents.stopped += 1
        incidents.stops(place, at: event.t)
        if requests.records[place].clock.stop(at: event.t) {
            report(.illegalPause, event, "the clock is paused; its stop must be preceded by a request.resumed")
        }
        claims.stop(event.rid, at: event.t)
        promises.cases[event.rid]?.stop(at: event.t)
        let isKept = requests.records[place].clock.delay(at: event.t).map { $0 <= 0 } ?? true
        surveys.months.count { counts in
            switch type {
            case .credentialIssued: counts.issued += 1
            case .requestDenied: counts.denied += 1
            default: counts.cancelled += 1
            }
            if isKept { counts.kept += 1 }
        }
        if type == .credentialIssued {
            tally.issued += 1
        } else {
            tally.cancelled += 1
            // Whoever denies is whoever owes, so a denial voids nothing.
            let terms = requests.records[place].terms.map { policies.terms[$0].serviceLevel }
            requests.records[place].isVoid = type == .requestCancelled && terms?.isVoidOnCancel ?? false
        }
        if requests.records[place].isSettled(at: event.t), promises.cases[event.rid] == nil {
            requests.forget(place)
            surveys.forget(event.rid)
        }
    }

    private mutating func revoke(_ event: Event) {
        assurance.close(event.rid, .void)
        if let place = requests.place(of: event.rid) { requests.records[place].isRevoked = true }
    }

    /// A promise to nobody cannot be kept: only what has ended may be erased, and once.
    mutating func erase(_ event: Event) {
        if claims.erase(event.rid) {
            report(.erasedTooEarly, event, "a claim is open: its decision would be owed to nobody")
        }
        promises.cases[event.rid]?.isErased = true
        assurance.close(event.rid, .void)
        guard let place = requests.place(of: event.rid) else { return }
        if requests.records[place].clock.stop == nil {
            report(.erasedTooEarly, event, "the request is open: what it is promised would be owed to nobody")
        } else if requests.records[place].isErased {
            report(.entryAfterEnd, event, "the request was erased before")
        }
        requests.records[place].isErased = true
        surveys.items[event.rid]?.isErased = true
        settling.paidEarly[event.rid] = nil
        if settling.owed.values.contains(where: { $0.rid == event.rid && $0.isOpen }) {
            report(.erasedTooEarly, event, "something is owed for the request, and would be to nobody")
        }
        incidents.erase(place, at: event.t)
    }

    /// The place of a request whose clock has not been stopped; reports the event if there is none.
    private mutating func openRequest(of event: Event) -> Int? {
        guard let place = requests.place(of: event.rid), requests.records[place].clock.stop == nil else {
            reportEnded(event)
            return nil
        }
        return place
    }

    private mutating func reportEnded(_ event: Event) {
        report(.entryAfterEnd, event, "\(event.typeText), but the request had ended before")
    }
}

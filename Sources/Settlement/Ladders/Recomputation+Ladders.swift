import CanonicalJSON

/// Rules 64 to 67: what is foreseen, and who is told.
extension Recomputation {
    /// Within what time of its instant a step is in the log, in milliseconds.
    static let toldWithin: Int64 = 900_000

    private static let types: [StaticString] = [
        "forecast.fitted", "request.at-risk", "request.escalated", "escalation.acknowledged",
    ]

    /// - Returns: false for an entry of another page.
    mutating func judgeLadder(_ event: Event) throws(EntryProblem) -> Bool {
        guard let name = Self.types.first(where: { event.frame.bytes.holds($0, in: event.frame.type) }) else {
            return false
        }
        let type = "\(name)"
        guard (type == "forecast.fitted") == (event.frame.rid == nil) else {
            throw EntryProblem("\(type) \(event.frame.rid == nil ? "must name its request" : "names a request")")
        }
        guard event.frame.rid == nil || event.frame.rn > 0 else {
            report(.misplacedEntry, event, "event 0 of a request is \(type)")
            return true
        }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            try type == "forecast.fitted" ? judgeFit(event, &facts) : judgeStep(event, type, &facts)
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    /// Rule 64: the form, and that no midnight comes twice. The table itself is not counted again here.
    private mutating func judgeFit(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        facts.ignore("requests", "late", "brier", "skill", "calibrationError", "policy")
        let (asOf, document) = (try facts.integer("asOf"), try facts.string("document"))
        let method = try facts.string("method")
        guard document.hasPrefix("sha256:"), document.utf8.count == 71,
            ["landmark-slack", "consumed-fraction"].contains(method)
        else { throw JSONShapeError(pointer: facts.pointer(to: "document"), problem: "not the hash of a table") }
        if asOf % 86_400_000 != 0 || asOf > event.t || asOf <= ladders.lastFit {
            report(.wrongForecast, event, "\(shown(asOf)) is no midnight that is over and has no table yet")
        }
        ladders.lastFit = max(asOf, ladders.lastFit)
        ladders.fits.insert(Int64(event.seq))
    }

    private mutating func judgeStep(
        _ event: Event, _ type: String, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        guard try facts.string("objective") == "issue" else {
            throw JSONShapeError(pointer: facts.pointer(to: "objective"), problem: "no ladder is for that")
        }
        guard var place = ladders.places[event.rid] else {
            facts.ignore("cause", "chance", "fit", "step", "to", "by")
            // Where nobody can tell what binds the request, nobody can tell its ladder.
            if requests.place(of: event.rid).map({ requests.records[$0].terms == nil }) ?? false { return }
            return report(.wrongEscalation, event, "the request has no ladder")
        }
        if place.end != nil { report(.entryAfterEnd, event, "\(type), but the wait had ended before") }
        switch type {
        case "request.at-risk": try risk(event, &place, &facts)
        case "request.escalated": try escalate(event, &place, &facts)
        default: try take(event, &place, &facts)
        }
        ladders.places[event.rid] = place
    }

    private mutating func risk(
        _ event: Event, _ place: inout LadderBook.Place, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let cause = try cause(event, &facts)
        if place.atRisk != nil { report(.wrongEscalation, event, "it was said before that the request is at risk") }
        place.atRisk = place.atRisk ?? event.t
        switch cause {
        case "forecast" where place.terms.hasForecast: break
        case "consumed": validate(event, place.riskAt, "the request is at risk")
        default: report(.wrongEscalation, event, "no rule says that it is at risk because of \(cause)")
        }
    }

    private mutating func escalate(
        _ event: Event, _ place: inout LadderBook.Place, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let cause = try cause(event, &facts)
        let (number, to) = (Int(try facts.integer("step")), try facts.value("to"))
        guard number == place.step + 1, number < place.terms.steps.count, !place.isTaken else {
            let reason = place.isTaken ? "somebody took the request" : "step \(place.step + 1) is the next"
            return report(.wrongEscalation, event, "step \(number) cannot come now: \(reason)")
        }
        let step = place.terms.steps[number]
        if step.to != to { report(.wrongEscalation, event, "step \(number) is for \(step.to.canonicalString)") }
        let due = requests.place(of: event.rid).flatMap { requests.records[$0].clock.due }
        switch (cause, step.at) {
        case ("forecast", .forecast): break
        case ("consumed", .forecast), ("consumed", .consumed), ("breach", .breach):
            validate(event, place.instant(of: number, due: due), "step \(number)")
        case ("silence", _): validate(event, place.silentAt, "step \(number)")
        default: report(.wrongEscalation, event, "step \(number) does not come because of \(cause)")
        }
        (place.step, place.stepAt) = (number, event.t)
        if step.tellsRequester { announce(event, .atRisk) }
    }

    private mutating func take(
        _ event: Event, _ place: inout LadderBook.Place, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let (number, by) = (Int(try facts.integer("step")), try facts.string("by"))
        guard number == place.step, number >= 0, !place.isTaken else {
            return report(.wrongEscalation, event, "step \(number) does not wait for anybody")
        }
        if !staff.may(by, at: event.t, place.terms.steps[number].roles) {
            report(.notPermitted, event, "\(by) has no role of step \(number) at this time")
        }
        place.isTaken = true
    }

    private mutating func cause(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let cause = try facts.string("cause")
        let (chance, fit) = (try facts.optionalInteger("chance"), try facts.optionalInteger("fit"))
        guard (cause == "forecast") == (chance != nil), (chance != nil) == (fit != nil),
            chance.map({ 0...1_000_000 ~= $0 }) ?? true
        else {
            throw JSONShapeError(pointer: facts.pointer(to: "chance"), problem: "a chance stands with a forecast only")
        }
        if let fit, !ladders.fits.contains(fit) { report(.wrongForecast, event, "entry \(fit) made no table") }
        return cause
    }

    /// Not before its instant, and soon after it.
    private mutating func validate(_ event: Event, _ instant: Int64?, _ what: String) {
        guard let instant, event.t >= instant else {
            return report(
                .wrongEscalation, event, "\(what) comes \(instant.map(shown) ?? "later"), not \(shown(event.t))")
        }
        if event.t > instant + Self.toldWithin {
            report(.lateEscalation, event, "\(what) came \(shown(instant)), and it is said \(shown(event.t))")
        }
    }
}

/// What moves the clocks of ladders.
extension Recomputation {
    mutating func beginLadder(_ event: Event, terms index: Int, start: Int64) {
        let terms = policies.terms[index]
        guard let ladder = terms.serviceLevel.ladder else { return }
        ladders.places[event.rid] = LadderBook.Place(
            seq: event.seq, ladder, start: start, target: terms.serviceLevel.target, by: terms.counting)
    }

    /// The wait ended: what had not come in time is missing.
    mutating func endLadder(_ event: Event) {
        guard var place = ladders.places[event.rid] else { return }
        if let missing = missing(of: event.rid, place, at: event.t) {
            findings.add(.missedEscalation, seq: place.seq, rid: event.rid, missing)
        }
        place.end = event.t
        // Of one that nobody was told of, nothing can follow any more.
        ladders.places[event.rid] = place.atRisk == nil ? nil : place
    }

    /// What is missing at the end of the entries.
    func missingEscalations(at now: Int64, _ findings: inout FindingList) {
        for (rid, place) in ladders.places where place.end == nil {
            guard let missing = missing(of: rid, place, at: now) else { continue }
            findings.add(.missedEscalation, seq: place.seq, rid: rid, missing)
        }
    }

    private func missing(of rid: String, _ place: LadderBook.Place, at now: Int64) -> String? {
        let due = requests.place(of: rid).flatMap { requests.records[$0].clock.due }
        guard let (what, at) = place.missing(due: due), now > at + Self.toldWithin else { return nil }
        return "\(what) came \(shown(at)), and nothing says so by \(shown(at + Self.toldWithin))"
    }
}

import CanonicalJSON
import Cryptography

/// Rules 68 to 70: who is asked, when, once; and who answers.
extension Recomputation {
    /// How late somebody may be asked, and how long an answer is taken, in milliseconds.
    private static let askedWithin: Int64 = 86_400_000
    private static let answeredWithin: Int64 = 30 * 86_400_000

    /// Judges an entry about a survey or a review.
    ///
    /// - Returns: false for another entry.
    mutating func judgeSurvey(_ event: Event) throws(EntryProblem) -> Bool {
        let name = event.typeText
        let isReview = name == "review.published"
        guard isReview || ["survey.asked", "survey.spared", "survey.answered"].contains(name) else { return false }
        guard (event.frame.rid == nil) == isReview else {
            throw EntryProblem("\(name) \(isReview ? "names a request" : "must name its request")")
        }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            switch name {
            case "survey.asked": try ask(event, isSpared: false, &facts)
            case "survey.spared": try ask(event, isSpared: true, &facts)
            case "survey.answered": try answer(event, &facts)
            default: try review(event, &facts)
            }
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private mutating func ask(
        _ event: Event, isSpared: Bool, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let policy = try facts.string("policy")
        let incident = isSpared ? try facts.string("incident") : try facts.optionalString("incident")
        let until = isSpared ? 0 : try facts.integer("until")
        if !isSpared, let place = requests.place(of: event.rid) {
            requests.records[place].unannounced.append(.init(seq: event.seq, kind: .survey))
        }
        if isSpared { surveys.months.count { $0.spared += 1 } }
        guard var item = surveys.items[event.rid], let place = requests.place(of: event.rid), item.isLate else {
            return report(.wrongSurvey, event, "the request was not drawn, or its promise is kept")
        }
        guard item.state == .open, !item.isErased else {
            return report(.wrongSurvey, event, "the person was asked or spared before, or erased")
        }
        item.state = isSpared ? .spared : .asked
        item.until = until
        surveys.items[event.rid] = item
        if policy != item.policy { report(.wrongPolicy, event, "surveyed by \(item.policy), not \(policy)") }
        let root = incidents.incident(of: place).flatMap { incidents.root($0) }
        let right = root.map { "inc-\($0.seq)" }
        if incident != right {
            report(.wrongSurvey, event, "it stands in \(right ?? "no incident"), not in \(incident ?? "none")")
        }
        if let problem = timeProblem(of: item, place, at: event.t) { report(.wrongSurvey, event, problem) }
        if isSpared {
            guard let root, !hasSurvey(in: root, but: event.rid) else { return }
            report(.wrongSurvey, event, "nobody was asked about another request of that incident")
        } else if until != event.t + Self.answeredWithin {
            reportDeadline(event, expected: event.t + Self.answeredWithin, found: until)
        }
    }

    /// Why nobody may be asked about a request at that time.
    private func timeProblem(of item: SurveyBook.Item, _ place: Int, at t: Int64) -> String? {
        guard let due = askAt(of: item, place) else { return "the delay, or its incident, is not over" }
        if t < due { return "nobody is asked before \(shown(due))" }
        return t > due + Self.askedWithin
            ? "whoever was to be asked from \(shown(due)) on is asked a day too late" : nil
    }

    /// From when on somebody is asked; nil while something is not over.
    private func askAt(of item: SurveyBook.Item, _ place: Int) -> Int64? {
        guard let after = surveys.policies[item.policy]?.terms.after, var last = requests.records[place].clock.stop
        else { return nil }
        if let root = incidents.incident(of: place).flatMap({ incidents.root($0) }) {
            guard let resolvedAt = root.resolvedAt else { return nil }
            last = max(last, resolvedAt)
        }
        return last + after
    }

    private func hasSurvey(in root: Incidents.Incident, but rid: String) -> Bool {
        incidents.parts(of: root).contains { part in
            part.members.contains { place in
                let other = requests.records[place].rid
                return other != rid && surveys.items[other]?.state == .asked
            }
        }
    }

    private mutating func answer(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (csat, nps) = (try facts.integer("csat"), try facts.integer("nps"))
        guard 1...5 ~= csat, 0...10 ~= nps else {
            throw JSONShapeError(pointer: facts.pointer(to: "csat"), problem: "not on the scale")
        }
        guard let item = surveys.items[event.rid], item.state == .asked, item.csat == nil, !item.isErased else {
            return report(.wrongAnswer, event, "nobody was asked, or they answered before, or were erased")
        }
        if event.t >= item.until {
            report(.wrongAnswer, event, "answers were taken until \(shown(item.until))")
        }
        surveys.items[event.rid]?.csat = csat
        surveys.items[event.rid]?.nps = nps
    }

    /// Rule 69, last sentences: who should have been asked.
    func missingSurveys(at now: Int64, _ findings: inout FindingList) {
        for (rid, item) in surveys.items where item.isLate && item.state == .open && !item.isErased {
            guard let place = requests.place(of: rid), !requests.records[place].isErased,
                let due = askAt(of: item, place), now > due + Self.askedWithin
            else { continue }
            findings.add(
                .missedSurvey, seq: item.seq, rid: rid,
                "drawn, and to be asked from \(shown(due)) on; a day later nobody was asked or spared")
        }
    }

    /// Rule 68: what will be asked about a request that was just accepted.
    mutating func rememberForSurveys(_ event: Event, terms index: Int, acceptedAt: Int64) {
        guard !surveys.policies.isEmpty,
            let hash = policies.review(of: policies.terms[index].tenant, at: acceptedAt)
        else { return }
        surveys.accept(event.rid, seq: event.seq, by: hash)
    }

    mutating func publishForSurveys(_ event: Event, _ document: PolicyDocument, effectiveAt: Int64) {
        guard case .success(.review(let read)) = document.spec, case .success(let terms) = read else { return }
        surveys.publish(
            document.hash.text, terms, at: SHA256.hash(prefix: 0, event.frame.bytes), effectiveAt: effectiveAt)
    }
}

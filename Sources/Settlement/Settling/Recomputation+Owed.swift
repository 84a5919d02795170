/// What the other files about settling share, and what is missing in the end.
extension Recomputation {
    /// The request of an entry and its terms; reports an entry about a request that is owed nothing.
    mutating func boundTerms(_ event: Event) -> (place: Int, terms: Int)? {
        guard let place = requests.place(of: event.rid) else {
            report(.paidWithoutBreach, event, "the request ended in time, or was never accepted")
            return nil
        }
        guard !requests.records[place].isErased else {
            report(.entryAfterEnd, event, "the request was erased before and owes nothing")
            return nil
        }
        return requests.records[place].terms.map { (place, $0) }
    }

    /// Whether it can be told what binds the request of an entry; else nothing of it is judged.
    func isBound(_ event: Event) -> Bool {
        requests.place(of: event.rid).map { requests.records[$0].terms != nil } ?? true
    }

    /// A notice must follow.
    mutating func announce(_ event: Event, _ kind: NoticeKind) {
        guard let place = requests.place(of: event.rid) else { return }
        requests.records[place].unannounced.append(.init(seq: event.seq, kind: kind))
    }

    /// An award that is not paid by its entry counts as posted.
    mutating func markPosted(_ event: Event, _ facts: PostingFacts, _ place: Int, _ terms: Terms) {
        guard !facts.isLateBenefit(in: event.frame) else {
            return giveLate(event, facts, requests.records[place].terms ?? 0, place)
        }
        match(event, facts, place, terms, isPaid: false)
    }

    mutating func validateAccrual(_ event: Event, _ facts: PostingFacts) {
        let key = event.frame.bytes[facts.claimKey.dropFirst().dropLast()]
        let journal = PostingText.journal(
            [.accrue], key: key, rid: event.rid, holder: "", unit: event.frame.text(facts.unit), minor: facts.minor)
        guard !event.frame.bytes.holds(journal, in: facts.journal) else { return }
        report(.wrongJournal, event, "the journal is \(String(decoding: journal, as: UTF8.self))")
    }

    mutating func validateJournal(
        _ event: Event, _ found: Range<Int>?, _ steps: [PostingText.Step], _ owed: SettlingBook.Owed,
        _ key: CanonicalText
    ) {
        let bare = key.bytes.dropFirst().dropLast()
        let kind = GiftKind(rawValue: String(decoding: owed.type.dropFirst().dropLast(), as: UTF8.self))
        let name = kind == .cashRefund ? "" : String(decoding: bare, as: UTF8.self)
        let account = kind?.account.map { "\($0)" } ?? ""
        let journal = PostingText.journal(
            steps, key: bare, rid: owed.rid, holder: "\(account)\(name)",
            unit: owed.unit, minor: owed.minor)
        guard let found, event.frame.bytes.holds(journal, in: found) else {
            report(.wrongJournal, event, "the journal is \(String(decoding: journal, as: UTF8.self))")
            return
        }
    }

    /// What should have been written by `now`.
    ///
    /// - Returns: what is still owed, by unit.
    func missingSettlements(at now: Int64, _ findings: inout FindingList) -> [String: Int64] {
        var sums: [String: Int64] = [:]
        for (key, owed) in settling.owed where owed.isOpen {
            sums[owed.unit.plain, default: 0] += owed.minor
            guard now > owed.payBy, owed.why != "hold", owed.why != "minimum" || owed.isReleased == true else {
                continue
            }
            let isOpen = owed.why == "budget" || owed.why == "approval" && owed.until.map { now < $0 } ?? false
            let kind: Finding.Kind = isOpen ? .latePayment : .missedPayment
            findings.add(
                kind, seq: owed.seq, rid: owed.rid,
                "\(owed.minor) \(owed.unit) under \(key) is owed and waits for \(owed.why); it had to be paid by "
                    + shown(owed.payBy))
        }
        for (key, seq) in settling.unasked {
            findings.add(.wrongApproval, seq: seq, rid: settling.owed[key]?.rid, "nobody is asked for this approval")
        }
        for (rid, seq) in settling.paidEarly {
            findings.add(.wrongWait, seq: seq, rid: rid, "paid before enough had come together")
        }
        for (warning, seq) in settling.budgets.unwarned {
            findings.add(
                .wrongBudget, seq: seq, rid: nil,
                "no budget.warned of \(warning.part.num)/\(warning.part.den) for \(warning.unit) follows")
        }
        for (key, untold) in settling.lateUntold {
            findings.add(
                .missedLateBenefit, seq: untold, rid: key.rid, "posted late, and no compensation.late says so")
        }
        addMissingLateBenefits(&findings)
        return sums
    }

    /// A payment that was late gives each benefit of `ifLate`.
    private func addMissingLateBenefits(_ findings: inout FindingList) {
        for (key, given) in settling.late {
            guard let place = requests.place(of: key.rid), let index = requests.records[place].terms,
                policies.terms[index].compensationHash == key.policy
            else { continue }
            let benefits = policies.terms[index].compensation.payment.ifLate
            for (number, benefit) in benefits.enumerated() where !given.contains(Int64(number)) {
                findings.add(
                    .missedLateBenefit, seq: requests.records[place].seq, rid: key.rid,
                    "a payment was late, and late benefit \(number), \(benefit.minor) \(benefit.unit), is not given")
            }
        }
    }
}

extension Event {
    /// A text of the facts without its quotation marks.
    func plain(_ range: Range<Int>) -> String { frame.bytes.text(range.dropFirst().dropLast()) }
}

extension SettlingBook.Owed {
    /// What is taken back of a payment, for its journal.
    init(reversing paid: SettlingBook.Paid, _ minor: Int64) {
        self.init(
            rid: paid.rid, seq: 0, terms: paid.terms, type: paid.type, unit: paid.unit, minor: minor, objective: "",
            isDiscretionary: false, dueAt: 0, payBy: 0, why: "", since: paid.at)
    }
}

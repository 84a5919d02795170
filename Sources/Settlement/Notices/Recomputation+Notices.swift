import CanonicalJSON
import Cryptography

/// Rules 80 to 83: who is told what, when, and in which words.
extension Recomputation {
    mutating func publishForNotices(_ document: PolicyDocument) {
        guard case .success(.notices(let read)) = document.spec, case .success(let terms) = read else { return }
        notices.plans[document.hash] = terms
    }

    /// Rule 80: the plan that binds a request is the one that its entry names.
    mutating func bindNotices(_ event: Event, _ facts: AcceptanceFacts, terms index: Int) {
        let bound = policies.notices(of: policies.terms[index].tenant, at: facts.acceptedAt)
        let named = facts.notices.map { event.frame.text($0) }
        if bound != named {
            let (right, found) = (bound.map { "\($0)" } ?? "none", named.map { "\($0)" } ?? "none")
            report(.wrongPolicy, event, "the plan of notices that binds is \(right), not \(found)")
        }
        guard let bound else { return }
        guard let plan = notices.plans[bound] else {
            notices.unjudged.insert(event.rid)
            return
        }
        notices.cases[event.rid] = NoticeBook.Case(terms: plan, clock: policies.terms[index].calendar?.hours.zone)
    }

    /// What an entry brings forth to be told, after it was judged by its own rules.
    mutating func noteForNotices(_ event: Event) {
        if event.seq == 0 || event.type == .incidentClassified { noteForAll(event) }
        guard var place = notices.cases[event.rid], let facts = try? event.frame.factsJSON() else { return }
        let (type, seq) = (event.typeText, Int64(event.seq))
        if type == "subject.erased" {
            requireTold(place, place.due, by: event)
            notices.cases[event.rid] = nil
            return
        }
        guard type != "notice.sent" else { return }
        let due = facts["dueAt"]?.integerValue ?? 0
        if ["request.accepted", "request.resumed"].contains(type) { place.promised = (seq, due) }
        let isOfIssue = type == "sla.breach" && facts["objective"]?.stringValue == "issue"
        if isOfIssue, place.broken == nil { place.broken = (seq, due) }
        let told = NoticeBook.told(type, facts, at: event.t)
        defer { notices.cases[event.rid] = place }
        guard let told else { return }
        if told.step == "resolved" {
            guard place.stopped == nil else { return }
            stopTelling(&place, event, isIssued: type == "credential.issued")
        }
        if told.step == "at-risk" || isOfIssue, place.stopped == nil, place.open == nil { place.open = (seq, event.t) }
        var step = told.step
        if step == "compensation-reversed", place.terms.steps[step] == nil { step = "compensated" }
        guard place.terms.steps[step] != nil else { return }
        // A silence that lasted too long is not healed by what comes after it.
        if place.waiting.isEmpty { requireTold(place, place.due, by: event) }
        var item = NoticeBook.Item(seq: seq, step: step, t: event.t, facts: told.facts)
        if step == "resolved" {
            item.isUrgent = place.waiting.contains { $0.isUrgent }
            place.waiting.removeAll { $0.isUrgent }
        }
        place.waiting.append(item)
    }

    private mutating func noteForAll(_ event: Event) {
        guard let facts = try? event.frame.factsJSON() else { return }
        if event.seq == 0 { notices.service = facts["url"]?.stringValue ?? "" }
        guard let cause = facts["cause"]?.stringValue, let name = facts["incident"]?.stringValue,
            let incident = Int64(name.dropFirst(4))
        else { return }
        notices.causes[incident] = (Int64(event.seq), cause)
    }

    /// The wait is over: what was stale by then had to be told before.
    private mutating func stopTelling(_ place: inout NoticeBook.Case, _ event: Event, isIssued: Bool) {
        let stale: Set = ["acknowledged", "at-risk", "update", "nothing-new"]
        requireTold(place, place.due.filter { stale.contains($0.step) }, by: event)
        place.waiting.removeAll { stale.contains($0.step) }
        (place.stopped, place.open) = ((Int64(event.seq), isIssued), nil)
        guard place.terms.steps["resolved"] != nil else { return }
        for index in place.waiting.indices where place.waiting[index].seq == place.broken?.seq {
            requireTold(place, [place.waiting[index]], by: event)
            place.waiting[index].isUrgent = true
        }
    }

    private mutating func requireTold(_ place: NoticeBook.Case, _ items: [NoticeBook.Item], by event: Event) {
        for item in items where event.t > place.deadline(item) {
            report(
                .missedNotice, event,
                "\(item.step) (entry \(item.seq)) was to be told by \(shown(place.deadline(item))), and was not")
        }
    }

    /// - Returns: false for an entry of another page.
    mutating func judgeNotice(_ event: Event) throws(EntryProblem) -> Bool {
        guard event.frame.bytes.holds("notice.sent", in: event.frame.type) else { return false }
        guard event.frame.rid != nil, event.frame.rn > 0 else {
            throw EntryProblem("notice.sent must name its request, and is never its first entry")
        }
        let object = try event.frame.factsObject()
        let facts: NoticeSentFacts
        do throws(JSONShapeError) {
            facts = try NoticeSentFacts(object)
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        guard var place = notices.cases[event.rid] else {
            // Where nobody can tell what binds the request, nobody can tell its plan.
            if notices.unjudged.contains(event.rid) { return true }
            if requests.place(of: event.rid).map({ requests.records[$0].terms == nil }) ?? false { return true }
            report(.wrongNotice, event, "no plan of notices is bound to the request, or its person was erased")
            return true
        }
        judge(event, facts, place)
        let told = Set(facts.items.map(\.about))
        place.waiting.removeAll { told.contains($0.seq) }
        place.sent.append(event.t)
        place.sent = place.sent.suffix(24)
        notices.cases[event.rid] = place
        return true
    }

    private mutating func judge(_ event: Event, _ facts: NoticeSentFacts, _ place: NoticeBook.Case) {
        let due = place.due
        var items: [NoticeBook.Item] = []
        for (about, step) in facts.items {
            guard let item = due.first(where: { $0.seq == about && $0.step == step }) else {
                report(.wrongNotice, event, "entry \(about) was told before, or is nothing that is told as \(step) now")
                continue
            }
            items.append(item)
            let (isCritical, sent) = (place.isCritical(item), place.sent)
            if let against = place.terms.obstacle(at: event.t, isCritical: isCritical, sent: sent, place.clock) {
                report(.earlyNotice, event, "entry \(about) may not be told now: \(against.sentence)")
            }
            let deadline = place.deadline(item)
            if event.t > deadline {
                report(.lateNotice, event, "\(step) (entry \(about)) was to be told by \(shown(deadline))")
            }
        }
        if !items.isEmpty, !items.contains(where: { place.base($0) <= event.t }) {
            report(.earlyNotice, event, "nothing of it is due before \(shown(items.map(place.base).min() ?? 0))")
        }
        for item in due where !items.contains(where: { $0.seq == item.seq }) && item.step != "nothing-new" {
            let isCritical = place.isCritical(item)
            guard place.terms.obstacle(at: event.t, isCritical: isCritical, sent: place.sent, place.clock) == nil
            else { continue }
            report(.wrongNotice, event, "it leaves out entry \(item.seq), which waits and may be told")
        }
        guard items.count == facts.items.count, !items.isEmpty else { return }
        if items.map(\.seq) != items.map(\.seq).sorted() { report(.wrongNotice, event, "not in the order of the log") }
        judgeText(event, facts, items, place)
    }

    private mutating func judgeText(
        _ event: Event, _ facts: NoticeSentFacts, _ items: [NoticeBook.Item], _ place: NoticeBook.Case
    ) {
        var from: [String: Int64] = [:]
        var shared: [String: NoticeWord] = ["request": .plain(event.rid), "service": .plain(notices.service)]
        if let promised = place.promised {
            (from["promised"], shared["promised"]) = (promised.seq, .moment(promised.due))
        }
        if let broken = place.broken { (from["broken"], shared["broken"]) = (broken.seq, .moment(broken.due)) }
        if let stopped = place.stopped {
            from["stopped"] = stopped.seq
            shared[stopped.isIssued ? "issued" : "cancelled"] = .holds
        }
        if let open = place.open {
            from["open"] = open.seq
            if let every = place.terms.every { shared["nextNews"] = .atLatest(event.t + every) }
        }
        let root = requests.place(of: event.rid).flatMap { incidents.incident(of: $0) }.flatMap { incidents.root($0) }
        if let known = root.flatMap({ notices.causes[$0.seq] }), known.cause != "unknown" {
            from["cause"] = known.seq
            shared["cause"] = .key(table: "cause", known.cause)
            if place.terms.beyondControl.contains(known.cause) { shared["beyondControl"] = .holds }
        }
        if facts.from != from {
            report(.wrongNotice, event, "what it says comes from entries \(from.sorted { $0.key < $1.key })")
        }
        var right: [String: String] = [:]
        for locale in place.terms.locales {
            right[locale] = "sha256:\(SHA256.hash(Array(place.text(items, shared, in: locale).utf8)))"
        }
        guard facts.texts != right else { return }
        report(.wrongNoticeText, event, "the plan and the entries give another text than the one that was sent")
    }

    /// What should have been told by the end of the entries.
    func missingNotices(at now: Int64, _ findings: inout FindingList) {
        for (rid, place) in notices.cases {
            for item in place.due where now > place.deadline(item) {
                findings.add(
                    .missedNotice, seq: UInt64(item.seq), rid: rid,
                    "\(item.step) was to be told by \(shown(place.deadline(item))), and was not")
            }
        }
    }
}

/// A `notice.sent`.
struct NoticeSentFacts {
    let items: [(about: Int64, step: String)]
    let from: [String: Int64]
    let texts: [String: String]

    init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        try reader.expect("channel", oneOf: "in-app")
        var items: [(about: Int64, step: String)] = []
        for (json, place) in try reader.array("items") {
            var item = try ObjectReader(json, at: place)
            items.append((try item.integer("about"), try item.string("step")))
            try item.finish()
        }
        guard !items.isEmpty else {
            throw JSONShapeError(pointer: reader.pointer(to: "items"), problem: "it tells of nothing")
        }
        self.items = items
        guard case .object(let from) = try reader.value("from"), case .object(let texts) = try reader.value("texts")
        else { throw JSONShapeError(pointer: reader.pointer(to: "from"), problem: "not of the form of the page") }
        self.from = Dictionary(uniqueKeysWithValues: from.map { ($0.key, $0.value.integerValue ?? -1) })
        self.texts = Dictionary(uniqueKeysWithValues: texts.map { ($0.key, $0.value.stringValue ?? "") })
        try reader.finish()
    }
}

extension EntryFrame {
    /// All facts of an entry.
    fileprivate func factsJSON() throws -> JSON { try JSON(parsing: Array(bytes[facts])) }
}

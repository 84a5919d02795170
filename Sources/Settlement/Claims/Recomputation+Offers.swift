import CanonicalJSON

/// Rule 49: what support offers, and what the holder says to it.
extension Recomputation {
    /// Judges an entry whose type begins with `offer.`.
    ///
    /// - Returns: false for another entry.
    mutating func judgeOffer(_ event: Event) throws(EntryProblem) -> Bool {
        let name = event.typeText
        guard ["offer.made", "offer.accepted", "offer.declined"].contains(name) else { return false }
        guard event.frame.rid != nil else { throw EntryProblem("\(name) must name its request") }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            let number = try facts.integer("offer")
            if name == "offer.made" { try offer(event, number, &facts) } else { answer(event, number, name) }
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private mutating func offer(
        _ event: Event, _ number: Int64, _ facts: inout ObjectReader
    ) throws(JSONShapeError) {
        let by = try facts.string("by")
        let benefit = try facts.integer("benefit")
        _ = try ClaimAmount(facts.object("grant"))
        let (reason, channel) = (try facts.string("reason"), try facts.string("channel"))
        guard ["delay", "inconvenience", "error", "goodwill"].contains(reason), benefit >= 0,
            ["web", "email", "chat", "phone", "social", "institution"].contains(channel)
        else { throw JSONShapeError(pointer: facts.pointer(to: "reason"), problem: "no reason, or no channel") }
        if !staff.may(by, at: event.t, ["agent"]) { report(.notPermitted, event, "\(by) is not there as agent") }
        let before = claims.offers[event.rid] ?? .init()
        if number != Int64(before.states.count) + 1 || number > 16
            || before.states.contains(where: { $0 != "declined" })
        {
            report(.wrongClaim, event, "offer \(number) cannot be the next: another stands, or the number is wrong")
        }
        claims.offers[event.rid, default: .init()].states.append("open")
        claims.offers[event.rid]?.actors.insert(by)
    }

    private mutating func answer(_ event: Event, _ number: Int64, _ name: String) {
        let place = Int(number) - 1
        guard claims.offers[event.rid]?.states[safe: place] == "open" else {
            return report(.wrongClaim, event, "there is no open offer \(number)")
        }
        claims.offers[event.rid]?.states[place] = String(name.dropFirst(6))
    }
}

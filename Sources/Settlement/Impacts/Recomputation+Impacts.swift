import CanonicalJSON

/// Rule 89: what people say that a delay did to them. Nothing that is owed is computed from it here.
extension Recomputation {
    private static let mostOfKind = 4

    /// Judges a declaration.
    ///
    /// - Returns: false for another entry.
    mutating func judgeImpact(_ event: Event) throws(EntryProblem) -> Bool {
        guard event.typeText == "impact.declared" else { return false }
        guard event.frame.rid != nil else { throw EntryProblem("impact.declared must name its request") }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            let kind = try facts.string("kind")
            try facts.expect("kind", oneOf: "money", "time", "opportunity")
            _ = try facts.string("band")
            try facts.expect("band", oneOf: "small", "considerable", "severe")
            try facts.finish()
            judgeImpact(event, kind)
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private mutating func judgeImpact(_ event: Event, _ kind: String) {
        guard let place = requests.place(of: event.rid), requests.records[place].hasBreach else {
            return report(.misplacedEntry, event, "there is no delay that could have done anything")
        }
        if requests.records[place].isErased { report(.entryAfterEnd, event, "the request was erased") }
        let count = impacts[event.rid, default: [:]][kind, default: 0] + 1
        impacts[event.rid, default: [:]][kind] = count
        if count > Self.mostOfKind { report(.misplacedEntry, event, "it was said \(Self.mostOfKind) times before") }
    }
}

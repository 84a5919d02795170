/// Rule 13: what an index of requests says.
extension Recomputation {
    mutating func judgeIndex(_ event: Event, _ facts: IndexFacts) {
        let (seq, before) = (event.frame.seq, chains.indexed)
        guard before < facts.size, facts.size <= seq, seq - facts.size <= Chains.maximumLag else {
            report(
                .wrongIndex, event,
                "it covers \(facts.size) entries; the index before covers \(before), and \(seq) stand before this one")
            return
        }
        let expected = chains.index(of: facts.size)
        guard facts.leaves == expected.leaves, event.frame.text(facts.root) == CanonicalText(expected.root) else {
            report(
                .wrongIndex, event,
                "the first \(facts.size) entries give \(expected.leaves) leaves with the root \(expected.root), not "
                    + "\(facts.leaves) with \(event.frame.bytes.text(facts.root))")
            return
        }
    }
}

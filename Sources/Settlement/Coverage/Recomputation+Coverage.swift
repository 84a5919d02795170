/// Rules 60 to 62: what a coverage statement says.
extension Recomputation {
    /// Reads an entry if it is a statement.
    mutating func judgeCoverage(_ event: Event) throws(EntryProblem) -> Bool {
        guard event.typeText == "coverage.stated" else { return false }
        guard event.frame.rid == nil else { throw EntryProblem("coverage.stated names a request") }
        judge(event, try CoverageFacts(event.frame))
        return true
    }

    private mutating func judge(_ event: Event, _ facts: CoverageFacts) {
        let (seq, before) = (Int64(event.seq), coverage.stated)
        guard before < facts.size, facts.size <= seq, seq - facts.size <= CoverageBook.maximumLag else {
            return report(
                .wrongCoverage, event,
                "it is about \(facts.size) entries; the statement before is about \(before), and \(seq) stand before "
                    + "this one")
        }
        if coverage.leaves?.size == UInt64(facts.size) {
            coverage.leaves?.stated = (event.seq, event.plain(facts.root))
        }
        coverage.unjudged += 1
        guard let expected = coverage.statement(of: facts.size) else {
            return report(.wrongCoverage, event, "the sums are 2^53 or more, and cannot be stated")
        }
        // What binds some request is unknown, and so may be what became of its awards.
        guard tally.unjudged == 0 else { return }
        let found = event.frame.bytes.text(facts.sums)
        guard facts.requests == expected.requests, facts.breached == expected.breached, found == expected.sums else {
            return report(
                .wrongCoverage, event,
                "the first \(facts.size) entries give \(expected.requests) requests, \(expected.breached) breached, "
                    + "\(expected.sums), not \(facts.requests), \(facts.breached), \(found)")
        }
    }

    /// Judges the root of the statement that was asked for, when everything was read.
    ///
    /// - Parameter salt: that of a leaf, from the key of its person; nil where it is not at hand, and then nothing is
    ///   judged.
    package mutating func judgeCoverageRoot(
        salt: (_ rid: String, _ acceptedSeq: UInt64) throws -> [UInt8]?
    ) rethrows {
        guard tally.unjudged == 0, let leaves = coverage.leaves, let stated = leaves.stated,
            let root = try leaves.root(salt: salt)
        else {
            return
        }
        coverage.unjudged -= 1
        coverage.judged += 1
        guard root != stated.root else { return }
        findings.add(
            .wrongCoverage, seq: stated.seq, rid: nil,
            "the root of the tree over all requests is \(root), not \(stated.root)")
    }
}

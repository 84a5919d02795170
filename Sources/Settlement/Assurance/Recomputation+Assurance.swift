import CanonicalJSON

/// Rules 74 to 76: further checks, and what they lead to.
extension Recomputation {
    private static let checks: Set = [
        "identity-document", "in-person", "video-call", "register-lookup", "issuer-record",
    ]
    private static let reasons: Set = ["not-confirmed", "insufficient-evidence", "holder-absent", "holder-declined"]
    private static let levels: Set = ["substantial", "high"]
    /// Who may check.
    private static let checkers: Set = ["agent", "customer-experience"]

    /// Rule 74: from its posting on it is owed.
    mutating func oweUpgrade(_ event: Event, _ record: RequestRecord) {
        guard assurance.upgrades[event.rid] == nil else { return }
        let level = record.terms.flatMap { policies.terms[$0].compensation.trust }
        assurance.upgrades[event.rid] = .init(level: level, seq: event.seq)
        // What is gone before anybody noticed that it was late cannot be checked any more.
        if record.clock.stop != nil, record.issuedSeq == nil || record.isRevoked {
            assurance.close(event.rid, .void)
        }
    }

    /// - Returns: false for an entry of another page.
    mutating func judgeAssurance(_ event: Event) throws(EntryProblem) -> Bool {
        let name = event.typeText
        guard ["assurance.checked", "credential.upgraded"].contains(name) else { return false }
        guard event.frame.rid != nil else { throw EntryProblem("\(name) must name its request") }
        guard event.frame.rn > 0 else {
            report(.misplacedEntry, event, "event 0 of a request is \(name)")
            return true
        }
        var facts = try event.frame.factsObject()
        do throws(JSONShapeError) {
            try name == "assurance.checked" ? judgeCheck(event, &facts) : judgeUpgrade(event, &facts)
            try facts.finish()
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    /// Rule 75.
    private mutating func judgeCheck(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (by, kind, level) = (try facts.string("by"), try facts.string("check"), try facts.string("level"))
        let result = try facts.string("result")
        let isPassed = result == "passed"
        guard Self.checks.contains(kind), Self.levels.contains(level), isPassed || result == "failed" else {
            throw JSONShapeError(pointer: facts.pointer(to: "check"), problem: "no check, level or result of the page")
        }
        if !isPassed, !Self.reasons.contains(try facts.string("reason")) {
            throw JSONShapeError(pointer: facts.pointer(to: "reason"), problem: "no reason of the page")
        }
        if !staff.may(by, at: event.t, Self.checkers) {
            report(.notPermitted, event, "\(by) is not there as agent or customer-experience")
        }
        let actors = (claims.cases[event.rid]?.actors ?? []).union(claims.offers[event.rid]?.actors ?? [])
        if actors.contains(by) { report(.wrongCheck, event, "\(by) had to do with the request before") }
        if !isPassed { announce(event, .checkFailed) }
        guard var upgrade = assurance.upgrades[event.rid] else {
            return report(.wrongCheck, event, "no further check is owed for this request")
        }
        guard upgrade.state == .open, upgrade.passed == nil else {
            return report(.wrongCheck, event, "the further check of this request was made before, or is void")
        }
        if let right = upgrade.level, right != level {
            report(.wrongCheck, event, "the policy promises the level \(right), not \(level)")
        }
        let record = requests.place(of: event.rid).map { requests.records[$0] }
        if record?.issuedSeq == nil { report(.wrongCheck, event, "there is no credential that could be checked") }
        if isPassed { upgrade.passed = (event.seq, event.t) } else { upgrade.state = .waived }
        assurance.upgrades[event.rid] = upgrade
    }

    /// Rule 76.
    private mutating func judgeUpgrade(_ event: Event, _ facts: inout ObjectReader) throws(JSONShapeError) {
        let (check, former) = (try facts.integer("check"), try facts.integer("former"))
        let (key, level, purpose) = (try facts.string("key"), try facts.string("level"), try facts.string("purpose"))
        _ = try facts.string("securing")
        announce(event, .upgraded)
        if !keys.contains(JSON.string(key).canonicalString) {
            report(.unknownKey, event, "the key \(key) does not sign at this time")
        }
        guard let upgrade = assurance.upgrades[event.rid], upgrade.state == .open else {
            return report(.wrongUpgrade, event, "no upgrade is owed for this request, or it was made before")
        }
        guard let passed = upgrade.passed, passed.seq + 1 == event.seq, passed.t == event.t,
            check == Int64(passed.seq)
        else {
            return report(.wrongUpgrade, event, "no check that passed stands before it: it was marked, and not made")
        }
        if let right = upgrade.level, right != level {
            report(.wrongUpgrade, event, "the check was for the level \(right), not \(level)")
        }
        let issued = requests.place(of: event.rid).flatMap { requests.records[$0].issuedSeq }
        if issued.map({ Int64($0) }) != former || purpose != "revocation" {
            report(
                .wrongUpgrade, event,
                "it must revoke the credential of entry \(issued.map { "\($0)" } ?? "none"); it says \(purpose) of "
                    + "\(former)")
        }
        assurance.close(event.rid, .done)
    }

    /// Checks that passed, and nothing was signed again.
    func missingUpgrades(_ findings: inout FindingList) {
        for (rid, upgrade) in assurance.upgrades {
            guard upgrade.state != .done, let passed = upgrade.passed else { continue }
            findings.add(
                .missedUpgrade, seq: passed.seq, rid: rid,
                "the check passed, and no credential.upgraded stands behind it")
        }
    }
}

import CanonicalJSON
import Cryptography
import TransparencyLog

/// What was granted on claims is posted, and set off against what comes by itself.
extension Recomputation {
    /// A request from which claims may come; remembers what must be known of it then.
    mutating func rememberForClaims(_ event: Event, _ tenant: CanonicalText, terms index: Int, acceptedAt: Int64) {
        guard let policy = policies.claims(of: policies.terms[index].tenant, at: acceptedAt) else { return }
        let place = claims.place(of: policy.hash, policy.terms)
        claims.claimables[event.rid] = .init(seq: event.seq, tenant: tenant, terms: index, policy: place)
    }

    /// Judges a posting on a claim.
    ///
    /// - Returns: false for another posting.
    mutating func judgeGrant(_ event: Event) throws(EntryProblem) -> Bool {
        guard let known = claims.cases[event.rid], let claimable = claims.claimables[event.rid] else { return false }
        var facts = try event.frame.factsObject()
        guard facts.optionalValue("objective") == "claim" else { return false }
        do throws(JSONShapeError) {
            let posting = try GrantPosting(&facts)
            try facts.finish()
            if let problem = tally.grant(posting.amount.minor, of: CanonicalText(posting.amount.unit)) {
                report(.overflow, event, problem)
            }
            coverage.note(.paid, event, CanonicalText(posting.amount.unit), posting.amount.minor)
            claims.cases[event.rid]?.given[.init(type: posting.amount.type, unit: posting.amount.unit), default: 0] +=
                posting.amount.minor
            claims.cases[event.rid]?.unannounced.append(event.seq)
            claims.cases[event.rid]?.isCompensated = true
            claims.cases[event.rid]?.owed = nil
            compare(posting, with: known.owed, event, claimable)
        } catch {
            throw EntryProblem("\(error.pointer): \(error.problem)")
        }
        return true
    }

    private mutating func compare(
        _ posting: GrantPosting, with owed: ClaimTable.Owed?, _ event: Event, _ claimable: ClaimTable.Claimable
    ) {
        guard let owed, owed.t == event.t, owed.claim == posting.tier, (owed.isAppeal ? 1 : 0) == posting.benefit else {
            return report(.paidWithoutBreach, event, "no decision at this time grants this on a claim")
        }
        if owed.amount != posting.amount {
            report(
                .wrongAmount, event,
                "expected \(owed.amount.minor) \(owed.amount.unit) as \(owed.amount.type), found "
                    + "\(posting.amount.minor) \(posting.amount.unit) as \(posting.amount.type)")
        }
        let terms = policies.terms[claimable.terms]
        if posting.compensation != terms.compensationHash.text {
            report(.wrongPolicy, event, "the compensation policy that binds is \(terms.compensationHash)")
        }
        let key = Self.grantKey(posting, rid: event.rid, claimable, policy: claims.policies[claimable.policy].hash)
        if posting.claimKey != key { report(.wrongClaimKey, event, "the claim key is \(key), not \(posting.claimKey)") }
        let journal = Self.journal(posting, rid: event.rid)
        if posting.journal != journal {
            report(.wrongJournal, event, "the journal is \(journal.canonicalString), not that")
        }
        validateWindow(of: posting, event, terms.compensation)
    }

    private mutating func validateWindow(of posting: GrantPosting, _ event: Event, _ terms: CompensationTerms) {
        guard posting.amount.type == "credit" else {
            if posting.from != nil || posting.until != nil {
                report(.wrongPremiumWindow, event, "a premium extension must not say from or until in the clear")
            }
            if let problem = windows.problem(of: event, days: posting.amount.minor) {
                report(.wrongPremiumWindow, event, problem)
            }
            return
        }
        let year: Int64 = 365 * 86_400_000
        let length = terms.slots.filter { $0.type == .credit }.compactMap(\.expires).max() ?? year
        guard posting.from == event.t, posting.until == event.t + length else {
            return report(
                .wrongCreditWindow, event, "from and until are \(shown(event.t)) and \(shown(event.t + length))")
        }
    }

    private static func grantKey(
        _ posting: GrantPosting, rid: String, _ claimable: ClaimTable.Claimable, policy: String
    ) -> String {
        let identity: JSON = [
            "benefit": .integer(posting.benefit), "objective": "claim", "policy": .string(policy),
            "request": .string(rid), "tenant": .string(claimable.tenant.text), "tier": .integer(posting.tier),
        ]
        return SHA256.hash(identity.canonicalBytes).description
    }

    private static func journal(_ posting: GrantPosting, rid: String) -> JSON {
        func transaction(_ step: String, _ debit: String, _ credit: String) -> JSON {
            let digest = SHA256.hash(Array("journal v1\n\(posting.claimKey)\n\(step)".utf8)).description
            func line(_ account: String, _ minor: Int64) -> JSON {
                ["account": .string(account), "unit": .string(posting.amount.unit), "minor": .integer(minor)]
            }
            return [
                "id": .string(String(digest.prefix(32))),
                "lines": [line(debit, posting.amount.minor), line(credit, -posting.amount.minor)],
            ]
        }
        let account = (posting.amount.type == "credit" ? "wallet:" : "premium:") + posting.claimKey
        return [
            transaction("accrue", "expense:compensation", "provision:\(rid)"),
            transaction("pay", "provision:\(rid)", account),
        ]
    }

    /// A notice about a posting on a claim.
    ///
    /// - Returns: false when it is about something else.
    mutating func isGrantAnnounced(_ event: Event, _ facts: NoticeFacts) -> Bool {
        guard facts.about >= 0, let seqs = claims.cases[event.rid]?.unannounced,
            let place = seqs.firstIndex(of: UInt64(facts.about))
        else { return false }
        claims.cases[event.rid]?.unannounced.remove(at: place)
        if facts.kind != .compensated {
            report(.wrongNotice, event, "the notice about entry \(facts.about) is compensated")
        }
        return true
    }

    /// What comes by itself counts for what is granted later.
    mutating func countForClaims(_ event: Event, _ facts: PostingFacts) {
        guard claims.cases[event.rid] != nil else { return }
        let type = facts.isCredit ? "credit" : "premium-extension"
        let unit = event.frame.text(facts.unit).text
        claims.cases[event.rid]?.given[.init(type: type, unit: unit), default: 0] += facts.minor
    }

    /// What is missing of claims at an instant.
    func missingOfClaims(at now: Int64, _ findings: inout FindingList) {
        for (rid, known) in claims.cases.sorted(by: { $0.key < $1.key }) {
            for seq in known.unannounced {
                findings.add(.missingNotice, seq: seq, rid: rid, "no notice.queued about this posting follows")
            }
            if let owed = known.owed {
                findings.add(
                    .missedPayment, seq: owed.seq, rid: rid,
                    "\(owed.amount.minor) \(owed.amount.unit) were granted, and are not posted at once")
            }
            guard let claimable = claims.claimables[rid], !claimable.isErased,
                let terms = claims.policies[claimable.policy].terms
            else { continue }
            for claim in known.claims where claim.state == .open {
                let due = claim.dueAfterAsking(terms, counting(claimable))
                guard now > due + Self.silenceNotedWithin else { continue }
                findings.add(
                    .lateDecision, seq: claim.seq, rid: rid,
                    "nobody decided by \(shown(due)), and nothing says what silence did within 24 hours")
            }
        }
    }
}

/// A posting on a claim, read member by member.
private struct GrantPosting {
    let claimKey: String
    let compensation: String
    let tier: Int64
    let benefit: Int64
    let amount: ClaimAmount
    let journal: JSON
    let from: Int64?
    let until: Int64?

    init(_ facts: inout ObjectReader) throws(JSONShapeError) {
        claimKey = try facts.string("claimKey")
        compensation = try facts.string("compensation")
        tier = try facts.integer("tier")
        benefit = try facts.integer("benefit")
        amount = ClaimAmount(
            type: try facts.string("benefitType"), unit: try facts.string("unit"), minor: try facts.integer("minor"))
        journal = try facts.value("journal")
        from = try facts.optionalInteger("from")
        until = try facts.optionalInteger("until")
        _ = try facts.array("trail")
    }
}

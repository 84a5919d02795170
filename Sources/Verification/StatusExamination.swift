import CanonicalJSON
import Credentials
import Proofs
import StatusLists
import Temporal

/// Whether the issuer has withdrawn a credential, by the status lists at hand.
struct StatusExamination {
    private let credential: UnsecuredCredential
    /// Whoever has the keys that signed the credential.
    private let signers: [URI]
    private let verifier: Verifier

    init(of credential: UnsecuredCredential, signedBy signers: [URI], by verifier: Verifier) {
        self.credential = credential
        self.signers = signers
        self.verifier = verifier
    }

    /// One check for each entry of `credentialStatus`, at least one.
    var checks: [Check] {
        let entries = credential.statusEntries
        guard !entries.isEmpty else {
            return [Check(.status, .notApplicable, "It has no status: its issuer keeps no way to withdraw it.")]
        }
        let place = JSONPointer().appending("credentialStatus")
        let isList = credential.json["credentialStatus"]?.arrayValue != nil
        return entries.enumerated().map { check($1, at: isList ? place.appending($0) : place) }
    }

    /// For a credential that is a status list: whether its bits can be read, and its own status if it has one.
    var ownChecks: [Check] {
        let ownStatus = credential.statusEntries.isEmpty ? [] : checks
        do {
            let list = try StatusListCredential(credential)
            let purposes = list.statusPurposes.map(\.rawValue)
            return ownStatus + [
                Check(
                    .list, .passed, "It has \(list.bitstring.count) bits, for \(purposes.joined(separator: ", ")).",
                    facts: [
                        "bits": .integer(Int64(list.bitstring.count)),
                        "statusPurposes": .array(purposes.map(JSON.string)),
                    ])
            ]
        } catch {
            return ownStatus + [Check(.list, .failed, "It is not a status list: \(error).")]
        }
    }

    private func check(_ json: JSONObject, at place: JSONPointer) -> Check {
        let types = (json["type"].map { $0.arrayValue ?? [$0] } ?? []).compactMap(\.stringValue)
        guard types.contains(BitstringStatusListEntry.type) else {
            let type = types.first ?? ""
            return missing(
                "its status is of the type \(type.debugDescription), which is not known here", facts: [:], nil)
        }
        let entry: BitstringStatusListEntry
        do {
            entry = try BitstringStatusListEntry(json, at: place)
        } catch {
            // An entry of more than eight bits is allowed, and not supported.
            let isUnsupported = error.type == .statusVerification
            return Check(.status, isUnsupported ? .cannotTell : .failed, "Its status cannot be read: \(error).")
        }
        let lists = verifier.statusLists.filter { $0.id == .string(entry.statusListCredential.description) }
        let answers = lists.map { answer(of: $0, to: entry) }
        for outcome in [Check.Outcome.failed, .passed, .cannotTell] {
            if let answer = answers.first(where: { $0.outcome == outcome }) { return answer }
        }
        return missing(
            "the status list \(entry.statusListCredential) is not at hand", facts: entry.facts, .statusList)
    }

    private func missing(_ what: String, facts: JSONObject, _ need: Check.Need?) -> Check {
        verifier.trust.mayLackStatusList
            ? Check(.status, .notApplicable, "Left out, as you asked: \(what).", facts: facts)
            : Check(.status, .cannotTell, "Whether it was withdrawn: \(what).", facts: facts, need: need)
    }
}

extension StatusExamination {
    private func answer(of handed: HandedStatusList, to entry: BitstringStatusListEntry) -> Check {
        let list: StatusListCredential
        switch handed.state {
        case .unusable(let outcome, let sentence): return Check(.status, outcome, sentence, facts: entry.facts)
        case .signed(let signed, let controllers):
            // The issuer speaks by their own key, by the one that signed the credential, or by one that is vouched for.
            let trusted = [credential.issuer.uri] + signers + verifier.trust.issuers.map(\.uri)
            guard signed.credential.issuer == credential.issuer, controllers.contains(where: trusted.contains) else {
                let sentence = "The status list is not signed by the issuer of the credential."
                return Check(.status, .failed, sentence, facts: entry.facts)
            }
            list = signed
        }
        do {
            return answer(of: try list.status(of: entry, at: list.instant(nearest: verifier.trust.instant)), to: entry)
        } catch {
            return Check(.status, .failed, "The status list does not serve: \(error).", facts: entry.facts)
        }
    }

    /// What follows from the bit, and from when the list was made.
    private func answer(of result: StatusResult, to entry: BitstringStatusListEntry) -> Check {
        let now = verifier.trust.instant
        var facts = entry.facts
        facts["status"] = .integer(Int64(result.status))
        facts["isSet"] = .bool(result.isSet)
        facts["madeAt"] = result.validFrom.map { .string($0.rfc3339) }
        facts["ageMilliseconds"] = result.age(at: now).map { .integer($0.count) }
        func check(_ outcome: Check.Outcome, _ sentence: String, _ need: Check.Need? = nil) -> Check {
            Check(.status, outcome, sentence, facts: facts, need: need)
        }
        let made = result.validFrom.map { "of \($0.dateTimeStamp), \((now - $0).inWords) old" } ?? "of no stated date"
        if let madeAt = result.validFrom, now < madeAt {
            return check(.cannotTell, "The list was made \(madeAt.dateTimeStamp), after the instant to judge.")
        }
        // What was revoked stays revoked, so for this answer no list is too old.
        if result.isSet, result.purpose == .revocation { return check(.failed, "It is revoked by a list \(made).") }
        if let end = result.validUntil, end < now {
            return check(
                .cannotTell, "The list \(made), may be used until \(end.dateTimeStamp) only.", .newerStatusList)
        }
        if let bound = verifier.trust.maximumStatusAge, result.validFrom.map({ now - $0 > bound }) ?? true {
            return check(.cannotTell, "The list \(made), is not known to be within \(bound).", .newerStatusList)
        }
        return check(result.outcome, "\(result.words) by a list \(made).")
    }
}

extension StatusListCredential {
    /// The instant within the list's own period that is nearest to another: when it may be used is judged apart from
    /// what it says.
    fileprivate func instant(nearest instant: Instant) -> Instant {
        min(max(instant, credential.validFrom ?? .earliest), credential.validUntil ?? .latest)
    }
}

extension StatusResult {
    fileprivate var outcome: Check.Outcome {
        switch purpose {
        case .revocation, .suspension: isSet ? .failed : .passed
        case .refresh, .message: .passed
        default: isSet ? .cannotTell : .passed
        }
    }

    fileprivate var words: String {
        switch purpose {
        case .revocation: isSet ? "It is revoked" : "Not revoked"
        case .suspension: isSet ? "It is suspended" : "Not suspended"
        case .refresh: isSet ? "A newer credential is to be had" : "No newer credential is to be had"
        case .message: "Its issuer says \((message ?? String(status)).debugDescription)"
        default: "The status \(purpose.rawValue.debugDescription) is \(isSet ? "set" : "not set")"
        }
    }
}

extension BitstringStatusListEntry {
    fileprivate var facts: JSONObject {
        [
            "statusListCredential": .string(statusListCredential.description),
            "statusListIndex": .string(String(statusListIndex)), "statusPurpose": .string(statusPurpose.rawValue),
        ]
    }
}

extension Milliseconds {
    /// The length in its largest whole unit: "3 hours".
    fileprivate var inWords: String {
        let units: [(name: String, length: Int64)] = [
            ("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000),
        ]
        let (name, length) = units.first { count >= $0.length } ?? ("second", 1000)
        let number = count / length
        return "\(number) \(name)\(number == 1 ? "" : "s")"
    }
}

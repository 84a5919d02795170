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
        switch json.types.first {
        case BitstringStatusListEntry.type: return bitstringCheck(json, at: place)
        case OneEdTechRevocationList.type: return plainCheck(json)
        case let type:
            let words = "its status is of the type \((type ?? "").debugDescription), which is not known here"
            return verifier.lackingStatus(words, facts: [:], nil)
        }
    }

    private func bitstringCheck(_ json: JSONObject, at place: JSONPointer) -> Check {
        let entry: BitstringStatusListEntry
        do {
            entry = try BitstringStatusListEntry(json, at: place)
        } catch {
            let isUnsupported = error.type == .statusVerification
            return Check(
                .status, isUnsupported ? .cannotTell : .failed, "Its status cannot be read: \(error).",
                problem: error.type)
        }
        return verifier.statusAnswer(at: entry.statusListCredential, facts: entry.facts) { answer(of: $0, to: entry) }
    }
}

extension StatusExamination {
    private func answer(of handed: HandedStatusList, to entry: BitstringStatusListEntry) -> Check {
        guard case .bitstring(let list) = handed.state else {
            if case .unusable(let outcome, let sentence) = handed.state {
                return Check(.status, outcome, sentence, facts: entry.facts)
            }
            return Check(.status, .failed, "What is at hand is another sort of status list.", facts: entry.facts)
        }
        // The issuer speaks by their own key, by the one that signed the credential, or by one that is vouched for.
        let trusted = [credential.issuer.uri] + signers + verifier.trust.issuers
        guard list.credential.issuer == credential.issuer, handed.signers.contains(where: trusted.contains) else {
            let sentence = "The status list is not signed by the issuer of the credential."
            return Check(.status, .failed, sentence, facts: entry.facts)
        }
        do {
            return answer(of: try list.status(of: entry, at: list.instant(nearest: verifier.trust.instant)), to: entry)
        } catch {
            return Check(
                .status, .failed, "The status list does not serve: \(error).", facts: entry.facts,
                problem: error.type)
        }
    }

    /// What follows from the bits, and from when the list was made.
    private func answer(of result: StatusResult, to entry: BitstringStatusListEntry) -> Check {
        var facts = entry.facts
        facts["status"] = .integer(Int64(result.status))
        facts["isSet"] = .bool(result.isSet)
        facts["message"] = result.message.map(JSON.string)
        // What was revoked stays revoked.
        return StatusAnswer(
            outcome: result.outcome, words: result.words, isFinal: result.isSet && result.purpose == .revocation,
            madeAt: result.validFrom, until: result.validUntil,
            shouldRefresh: result.shouldRefresh(at: verifier.trust.instant)
        ).check(facts: facts, trusting: verifier.trust)
    }

    /// A list that nobody signed says as much as the way on which it came; the verifier stands up for that.
    private func plainCheck(_ json: JSONObject) -> Check {
        guard let text = json["id"]?.stringValue, let url = try? URI(text) else {
            return Check(.status, .failed, "Its status does not say where its list is.")
        }
        let facts: JSONObject = ["id": .string(text)]
        return verifier.statusAnswer(at: url, facts: facts) { handed in
            guard case .plain(let list) = handed.state else {
                if case .unusable(let outcome, let sentence) = handed.state {
                    return Check(.status, outcome, sentence, facts: facts)
                }
                return Check(.status, .failed, "What is at hand is another sort of status list.", facts: facts)
            }
            guard let id = credential.id else {
                return Check(.status, .failed, "It has no id, by which the list could name it.", facts: facts)
            }
            let revocation = list.revocation(of: id)
            let reason = (revocation?.reason).map { " (\($0.debugDescription))" } ?? ""
            return StatusAnswer(
                outcome: revocation == nil ? .passed : .failed,
                words: revocation == nil ? "Not revoked" : "It is revoked\(reason)", isFinal: revocation != nil,
                madeAt: nil, until: nil, lacking: ", which nobody signed"
            ).check(facts: facts, trusting: verifier.trust)
        }
    }
}

extension Verifier {
    /// The answer of the lists at an address: the first that knows, and a no before a yes.
    func statusAnswer(at url: URI, facts: JSONObject, _ answer: (HandedStatusList) -> Check) -> Check {
        var answers = statusLists.filter { $0.id == .string(url.description) }.map(answer)
        if answers.isEmpty, let evidence = trust.statusList?(url) {
            let list = HandedStatusList(evidence.content, by: self)
            if list.id == .string(url.description) { answers = [answer(list)] }
        }
        for outcome in [Check.Outcome.failed, .passed, .cannotTell] {
            if let answer = answers.first(where: { $0.outcome == outcome }) { return answer }
        }
        return lackingStatus("the status list \(url) is not at hand", facts: facts, .statusList)
    }

    /// What follows when the status cannot be found out.
    func lackingStatus(_ what: String, facts: JSONObject, _ need: Check.Need?) -> Check {
        trust.mayLackStatusList
            ? Check(.status, .notApplicable, "Left out, as you asked: \(what).", facts: facts)
            : Check(.status, .cannotTell, "Whether it was withdrawn: \(what).", facts: facts, need: need)
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

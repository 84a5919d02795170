package import CanonicalJSON

/// One question that was put to the evidence, with its answer and the reason.
package struct Check: Hashable, Sendable {
    /// How the question was answered.
    package enum Outcome: String, Hashable, Sendable {
        /// Yes.
        case passed
        /// No: something was changed, forged, withdrawn or is over.
        case failed
        /// Something is missing that would be needed to answer.
        case cannotTell
        /// The question does not arise, or was not asked.
        case notApplicable
    }

    /// What the verifier would have to be given for a better answer.
    package enum Need: String, Hashable, Sendable, CaseIterable {
        /// The identifier of the issuer that the verifier means, learnt from elsewhere.
        case issuer
        /// The verifier key of the log, learnt from elsewhere.
        case logKey
        /// The status list that the credential names.
        case statusList
        /// The same list, made later.
        case newerStatusList
    }

    /// Which question.
    package let name: Name

    /// How it was answered.
    package let outcome: Outcome

    /// The reason, in sentences for a person; safe to print, and of bounded length.
    package let sentence: String

    /// The reason for a program: instants are RFC 3339 in UTC, keys and identifiers are URLs.
    package let facts: JSONObject

    /// What is missing, if giving something would help.
    package let need: Need?

    init(_ name: Name, _ outcome: Outcome, _ sentence: String, facts: JSONObject = [:], need: Need? = nil) {
        self.name = name
        self.outcome = outcome
        self.sentence = sentence.printable(limit: Self.maximumSentence)
        self.facts = facts
        self.need = need
    }

    /// A question that could not be put, because an earlier one was not answered with yes.
    static func skipped(_ name: Name, because reason: String) -> Check {
        Check(name, .cannotTell, "Not examined: \(reason).")
    }

    /// Sentences quote what somebody else wrote; this many characters show what it was.
    static let maximumSentence = 600

    /// The check for a program; `needs` is absent when nothing would help.
    package var json: JSONObject {
        var json: JSONObject = [
            "name": .string(name.rawValue), "outcome": .string(outcome.rawValue), "sentence": .string(sentence),
            "facts": .object(facts),
        ]
        json["needs"] = need.map { .string($0.rawValue) }
        return json
    }
}

extension Check {
    /// The questions, in the order in which they are put. The raw values are for programs and do not change.
    package enum Name: String, Hashable, Sendable, CaseIterable {
        /// Is it readable as what it says it is?
        case form
        /// Do the rules of the data model hold?
        case dataModel
        /// Is there a proof, and does the key that it names verify it?
        case proof
        /// Is that key one that the verifier trusts?
        case key
        /// Is that key the one of the issuer that the document names?
        case issuer
        /// Is it valid at the instant of verification?
        case validity
        /// Has the issuer withdrawn it?
        case status
        /// Can the bits of the status list be read?
        case list
        /// Do the dates of a receipt make sense?
        case dates
        /// Was the checkpoint signed by the log?
        case checkpoint
        /// Is every entry in the log, with none missing between?
        case entries
        /// Does every entry say something that can be understood?
        case story
        /// Is what is shown beside the log what the entries commit to?
        case openings
        /// Does the log say the same as this document?
        case log
        /// Is what was asked for, as the log shows it, what the receipt confirms?
        case request
    }
}

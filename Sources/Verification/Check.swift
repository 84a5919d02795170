package import CanonicalJSON
package import Credentials
import Multiformats
import Proofs
import StatusLists

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
        /// The document with the keys of a controller, such as the `did.json` of a `did:web`.
        case keyDocument
        /// The verifier key of the log, learnt from elsewhere.
        case logKey
        /// An audit bundle, for its evidence of the time of signing.
        case bundle
        /// The status list that the credential names.
        case statusList
        /// The same list, made later.
        case newerStatusList
        /// A JSON-LD context that the document uses.
        case context
        /// A schema that the credential says it follows.
        case schema
        /// What the verifier gave the holder to sign: a challenge and a domain.
        case challenge
        /// The same bundle, made later: when witnesses have cosigned, an index was made, or a timestamp has come.
        case newerBundle
    }

    /// One step on the way to an answer, for those who want to follow it.
    package struct Step: Hashable, Sendable {
        /// What was made, as a noun.
        package let title: String
        /// What came out: hexadecimal digits (64 and a space, 64 and a space), a number with its unit, a URL; safe to
        /// print.
        package let value: String

        init(_ title: String, _ value: String) {
            self.title = title
            self.value = value.printable(limit: Check.maximumSentence)
        }

        /// Bytes, in pieces that fit a line.
        init(_ title: String, hex bytes: [UInt8]) {
            let pieces = stride(from: 0, to: bytes.count, by: 32).map { start in
                Hex.encode(Array(bytes[start..<min(start + 32, bytes.count)]))
            }
            self.init(title, pieces.joined(separator: " "))
        }
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

    /// The kind of problem, as the specifications name it, when the answer is no or nobody can tell.
    package let problem: ProblemType?

    /// How the answer was reached; empty unless the verifier asked for it.
    package let steps: [Step]

    init(
        _ name: Name, _ outcome: Outcome, _ sentence: String, facts: JSONObject = [:], need: Need? = nil,
        problem: ProblemType? = nil, steps: [Step] = []
    ) {
        self.name = name
        self.outcome = outcome
        self.sentence = sentence.printable(limit: Self.maximumSentence)
        self.facts = facts
        self.need = need
        self.problem = [.failed, .cannotTell].contains(outcome) ? problem ?? name.problem : nil
        self.steps = steps
    }

    /// A question that could not be put, because an earlier one was not answered with yes.
    static func skipped(_ name: Name, because reason: String) -> Check {
        Check(name, .cannotTell, "Not examined: \(reason).")
    }

    /// Sentences quote what somebody else wrote; this many characters show what it was.
    static let maximumSentence = 600

    /// The check for a program. `needs` is absent when nothing would help, `problem` when there is none, `steps`
    /// unless they were asked for.
    package var json: JSONObject {
        var json: JSONObject = [
            "name": .string(name.rawValue), "outcome": .string(outcome.rawValue), "sentence": .string(sentence),
            "facts": .object(facts),
        ]
        json["needs"] = need.map { .string($0.rawValue) }
        json["problem"] = problem.map { .string($0.rawValue) }
        if !steps.isEmpty {
            json["steps"] = .array(steps.map { ["step": .string($0.title), "value": .string($0.value)] })
        }
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
        /// Is that key the one of the holder that the presentation names, or to which the credential is bound?
        case holder
        /// Was the key good for signing when it signed?
        case keyPeriod
        /// Was it signed for this verifier, in answer to what it asked?
        case challenge
        /// Is it valid at the instant of verification?
        case validity
        /// Has the issuer withdrawn it?
        case status
        /// Does it follow the schemas that it names?
        case schema
        /// Are the resources that it refers to those whose digests it has?
        case resources
        /// Do the rules of Open Badges hold?
        case badge
        /// What does its issuer say of further checks?
        case evidence
        /// Can the bits of the status list be read?
        case list
        /// Do the dates of a receipt make sense?
        case dates
        /// Was the checkpoint signed by the log?
        case checkpoint
        /// Did as many witnesses cosign the checkpoint as the verifier's policy asks for?
        case quorum
        /// Is every entry in the log, with none missing between?
        case entries
        /// Are these all entries about the request, with none left out at the end either?
        case complete
        /// Do others than the log say that the entries existed when it says?
        case when
        /// Does every entry say something that can be understood?
        case story
        /// What was given for the delay?
        case paid
        /// Is what is shown beside the log what the entries commit to?
        case openings
        /// Does the log say the same as this document?
        case log
        /// Is what was asked for, as the log shows it, what the receipt confirms?
        case request
        /// Do two checkpoints of one log contradict each other?
        case fork
        /// Was the coverage statement signed by the log?
        case statement
        /// Is the request in the published sums, with its own amounts, or shown not to be?
        case coverage
    }
}

extension Check.Name {
    /// The kind of problem when nothing more exact is known.
    fileprivate var problem: ProblemType {
        switch self {
        case .form: .parsing
        case .dataModel, .schema, .badge, .evidence, .dates, .story, .paid: .malformedValue
        case .validity: .range
        case .status, .list: .statusVerification
        case .challenge: .invalidChallenge
        case .key, .issuer, .holder, .keyPeriod: .invalidVerificationMethod
        case .proof, .resources, .checkpoint, .quorum, .entries, .complete, .when, .openings, .log, .request, .fork,
            .statement, .coverage:
            .proofVerification
        }
    }

    /// The questions that the interfaces of the W3C do not ask: who stands behind a key.
    package static let vouching: Set<Check.Name> = [.key, .issuer, .holder]
}

import CanonicalJSON
package import Credentials

/// Why a command was refused: nothing was written. One switch in the API turns it into an HTTP problem.
package struct Refusal: Error, Hashable, Sendable {
    package let code: Code
    /// A sentence for the person who reads it: what was wrong, and what to do.
    package let detail: String
    /// Where in the document that was sent, as a JSON Pointer (RFC 6901).
    package let pointer: String?
    /// The rule of a specification that was broken, where there is a name for it.
    package var problem: ProblemType?

    /// The kinds of refusal. The raw values are stable: clients may switch on them.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// A member is missing, unknown, or of the wrong type or form.
        case invalidRequest = "invalid-request"
        /// The credential is not a VCDM 2.0 credential that this issuer can sign.
        case invalidCredential = "invalid-credential"
        /// The policy document is not one that this service can keep.
        case invalidPolicy = "invalid-policy"
        /// The issuer, or its key, cannot be added or used like this.
        case invalidIssuer = "invalid-issuer"
        /// There is no such issuer for this institution, or no such key.
        case unknownIssuer = "unknown-issuer"
        /// The log cannot be signed with this key, or without it.
        case invalidLogKey = "invalid-log-key"
        /// There is no such context or schema.
        case unknownResource = "unknown-resource"
        /// No service level applies to the request.
        case noPolicyApplies = "no-policy-applies"
        /// There is no such request for this institution.
        case unknownRequest = "unknown-request"
        /// There is no refund with this claim key.
        case unknownRefund = "unknown-refund"
        /// There is no such incident, or the request does not stand in it.
        case unknownIncident = "unknown-incident"
        /// There is no such question about an incident.
        case unknownQuestion = "unknown-question"
        /// There is no such policy.
        case unknownPolicy = "unknown-policy"
        /// The log has no such tile, or not yet.
        case unknownTile = "unknown-tile"
        /// The log has no such entry, or not yet.
        case unknownEntry = "unknown-entry"
        /// No checkpoint is witnessed as the service's policy asks, or not yet.
        case unknownCheckpoint = "unknown-checkpoint"
        /// There is no such status list.
        case unknownStatusList = "unknown-status-list"
        /// The request is not in a state in which this can be done.
        case wrongState = "wrong-state"
        /// The idempotency key was used for something else.
        case idempotencyMismatch = "idempotency-mismatch"
        /// The person of the request was erased, and with them what is asked for.
        case erased
        /// Whoever asks has another role, or is not here any more.
        case notPermitted = "not-permitted"
        /// There is no such claim here.
        case unknownClaim = "unknown-claim"
        /// Nobody of the staff has this id.
        case unknownStaff = "unknown-staff"
        /// Somebody cannot be erased while they are promised something.
        case openRequests = "open-requests"
        /// The wallet does not hold what was asked for.
        case insufficientCredits = "insufficient-credits"
        /// There is no such reservation for this institution.
        case unknownReservation = "unknown-reservation"
        /// The reservation was resolved before, or ran out.
        case reservationEnded = "reservation-ended"
        /// This institution has no such coupon.
        case unknownCoupon = "unknown-coupon"
        /// The coupon can be redeemed by somebody else only.
        case couponBound = "coupon-bound"
        /// The coupon was redeemed, expired or revoked, or somebody holds it; or there is no key to mint with.
        case couponUnavailable = "coupon-unavailable"
        /// Too many codes were wrong.
        case tooManyAttempts = "too-many-attempts"
        /// More than somebody may have or do.
        case overLimit = "over-limit"
        /// More was in flight than the service takes at once; try again.
        case busy = "busy"
        /// The disk is full; try again later.
        case noSpace = "no-space"
        /// Something was found that only a fork or a damage of the log explains: nothing is signed any more.
        case halted = "halted"
    }

    package init(_ code: Code, _ detail: String, at pointer: String? = nil, problem: ProblemType? = nil) {
        self.code = code
        self.detail = detail
        self.pointer = pointer
        self.problem = problem
    }
}

extension Refusal {
    /// A credential that breaks a rule of its data model.
    init(_ error: CredentialError) {
        self.init(
            .invalidCredential, error.problem, at: "/credential" + error.pointer.description, problem: error.type)
    }

    package static let unknownRequest = Refusal(
        .unknownRequest, "Check the identifier: no request of this institution has it.")
    package static let unknownStatusList = Refusal(
        .unknownStatusList,
        "There is no such list; use the end of the address in the credential's `credentialStatus`, such as 1.")

    static let unknownKey = Refusal(
        .unknownIssuer, "No issuer of this service has this key; see `punctual key list`.")
    package static let unknownIssuer = Refusal(
        .unknownIssuer, "Check the name: there is no issuer of this name that this institution may use.")

    static let unknownTile = Refusal(
        .unknownTile, "Ask for tiles of the tree that /checkpoint signs, by their paths in C2SP tlog-tiles.")

    static func unknownEntry(_ why: String) -> Refusal {
        Refusal(.unknownEntry, "Nothing can be proven of it: \(why). Sizes count from 0, entries too.")
    }

    /// What a command or a question about an erased request meets, for ever.
    package static let erased = Refusal(
        .erased,
        "The person of this request was erased, at their institution's or the operator's word. What is left is where "
            + "the request stands, and the status of its credential, which can still be changed.")

    /// How many requests are named; whoever has more open finds them in the list of requests.
    private static let namedRequests = 10

    static func openRequests(_ ids: [String], at pointer: String) -> Refusal {
        let more = ids.count > namedRequests ? " and \(ids.count - namedRequests) more" : ""
        return Refusal(
            .openRequests,
            "A promise to nobody cannot be kept. Cancel these requests or wait until they are issued, then erase: "
                + ids.prefix(namedRequests).joined(separator: ", ") + more + ".", at: pointer)
    }

    static func idempotencyMismatch(_ key: String) -> Refusal {
        Refusal(
            .idempotencyMismatch,
            "The key \"\(key)\" came before with another command. Send the same bytes again, or use a new key.")
    }

    /// Whether the same command will be refused for ever, so that the refusal is what a retry must get.
    var isDefinitive: Bool { code == .wrongState }

    /// The form in which a definitive refusal is kept: the code, a line feed, the sentence.
    var stored: String { code.rawValue + "\n" + detail }

    init?(stored: String) {
        let parts = stored.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let code = Code(rawValue: String(parts[0])) else { return nil }
        self.init(code, String(parts[1]))
    }
}

extension Refusal {
    /// "Use one of …": what a closed set allows.
    package static func listing<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> String {
        "Use one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ") + "."
    }
}

import CanonicalJSON
package import ServiceLevels
package import Temporal

/// A published promise of how claims are heard: kind `Claims`. The rules are on the page "Claims, reviews and offers"
/// of the room `Issuance`, 46 to 48.
package struct ClaimsPolicy: Hashable, Sendable {
    /// Name, owner, version and begin.
    package let metadata: PolicyDocument.Metadata
    /// The identity that a claim is bound to.
    package let hash: PolicyHash
    /// How long after the stop of its request's clock a claim may be filed.
    package let fileWithin: TimeSpan
    /// Within what time a claim is decided.
    package let decideWithin: TimeSpan
    /// How long after the decision somebody may appeal.
    package let appealWithin: TimeSpan
    /// Within what time an appeal is decided.
    package let appealDecideWithin: TimeSpan
    /// What happens when nobody decides in time.
    package let onSilence: Silence
    /// What may be asked for, each once.
    package let evidence: [EvidenceKind]
    /// A grant of more of this unit needs two reviewers; and up to it, silence may grant.
    package let fourEyesOver: Amount?
    /// Which appeals somebody from outside gives an opinion on first.
    package let independentAssessor: Assessor?

    /// What happens when nobody decides in time.
    package enum Silence: String, Hashable, Sendable, CaseIterable {
        /// What was asked for is given, where it is small; else as ``escalate``.
        case grant
        /// Somebody else decides, and the time begins again.
        case escalate
    }

    /// An opinion from outside.
    package struct Assessor: Hashable, Sendable {
        /// Which claims it is for.
        package let when: ClaimCondition
        /// How long it may take; then the appeal goes on without it.
        package let within: TimeSpan
    }

    /// Reads the promise of a document of kind `Claims`, and refuses one that contradicts itself.
    package init(_ document: PolicyDocument) throws(PolicyError) {
        metadata = document.metadata
        hash = document.hash
        do throws(JSONShapeError) {
            var spec = try document.spec(of: .claims)
            fileWithin = try spec.timeSpan("fileWithin")
            decideWithin = try spec.timeSpan("decideWithin")
            appealWithin = try spec.timeSpan("appealWithin")
            appealDecideWithin = try spec.timeSpan("appealDecideWithin")
            onSilence = try spec.optionalString("onSilence") == nil ? .escalate : spec.choice("onSilence")
            evidence = try spec.evidenceKinds()
            fourEyesOver = try spec.optionalObject("fourEyesOver") == nil ? nil : spec.amount("fourEyesOver")
            independentAssessor = try spec.optionalObject("independentAssessor") == nil ? nil : spec.assessor()
            try spec.finish()
            guard onSilence == .escalate || fourEyesOver != nil else {
                let problem = "silence grants only what is small; say with fourEyesOver how much that is"
                throw JSONShapeError(pointer: spec.pointer(to: "onSilence"), problem: problem)
            }
        } catch {
            throw PolicyError(error)
        }
    }

    /// Whether any of its times is working time.
    package var countsWorkingTime: Bool {
        [fileWithin, decideWithin, appealWithin, appealDecideWithin, independentAssessor?.within]
            .contains { $0?.isOfWorkingTime ?? false }
    }

    /// Whether so much may only be granted by two.
    package func needsTwo(_ amount: Amount) -> Bool {
        fourEyesOver.map { $0.unit == amount.unit && amount.minor > $0.minor } ?? false
    }

    /// What is given when nobody decides in time; nil: somebody else is to decide.
    ///
    /// - Parameter requested: what was asked for; nil when no amount was.
    package func grantedBySilence(_ requested: Amount?) -> Amount? {
        guard onSilence == .grant, let requested, let most = fourEyesOver, most.unit == requested.unit,
            requested.minor <= most.minor
        else { return nil }
        return requested
    }
}

/// What a reviewer may ask for, or somebody brings by themselves.
package enum EvidenceKind: String, Hashable, Sendable, CaseIterable {
    case requestID = "request-id"
    case intakeReceipt = "intake-receipt"
    case screenshot
    case thirdPartyLetter = "third-party-letter"
    case costReceipt = "cost-receipt"

    /// For people.
    package var inWords: String {
        switch self {
        case .requestID: "the identifier of the request"
        case .intakeReceipt: "the intake receipt"
        case .screenshot: "a screenshot"
        case .thirdPartyLetter: "a letter of somebody else"
        case .costReceipt: "a receipt for costs"
        }
    }
}

/// What somebody claims.
package enum ClaimCategory: String, Hashable, Sendable, CaseIterable {
    /// It was late, and nobody here noticed. Found right, it is a miss of our detector.
    case undetectedDelay = "undetected-delay"
    /// What the delay did to the person: costs, a missed appointment.
    case impact
    /// Something was given, but not what the policy gives.
    case wrongAmount = "wrong-amount"
    /// The policy refunds who asks for it.
    case refund
    /// Anything else.
    case other

    /// For people.
    package var inWords: String {
        switch self {
        case .undetectedDelay: "a delay that was not noticed here"
        case .impact: "what a delay did to you"
        case .wrongAmount: "an amount that is not what the policy gives"
        case .refund: "a refund that the policy gives to who asks"
        case .other: "anything else"
        }
    }
}

extension ObjectReader {
    fileprivate mutating func evidenceKinds() throws(JSONShapeError) -> [EvidenceKind] {
        let place = pointer(to: "evidence")
        let kinds = try (optionalArray("evidence") ?? []).map { (json, place) throws(JSONShapeError) in
            guard let kind = json.stringValue.flatMap({ EvidenceKind(rawValue: $0) }) else {
                let known = EvidenceKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
            }
            return kind
        }
        guard Set(kinds).count == kinds.count else {
            throw JSONShapeError(pointer: place, problem: "a kind of evidence stands here twice; keep one")
        }
        return kinds
    }

    fileprivate mutating func assessor() throws(JSONShapeError) -> ClaimsPolicy.Assessor {
        var reader = try object("independentAssessor")
        let when = try ClaimCondition(reader.value("when"), at: reader.pointer(to: "when"))
        let assessor = ClaimsPolicy.Assessor(when: when, within: try reader.timeSpan("within"))
        try reader.finish()
        return assessor
    }
}

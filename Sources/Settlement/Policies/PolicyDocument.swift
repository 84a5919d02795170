import CanonicalJSON
import Cryptography

/// One published policy, as far as the page of the log lets anyone read it.
///
/// Each layer may be beyond telling while the one around it is understood, so that a document makes no more requests
/// unjudgeable than it must.
struct PolicyDocument: Sendable {
    enum Spec: Sendable {
        case serviceLevel(ServiceLevel)
        case compensation(Compensation)
        case calendar(HoursPlan)
        case claims(Result<ClaimTerms, JSONShapeError>)
        case review(Result<SurveyTerms, JSONShapeError>)
        case budget(BudgetTerms)
        case suspension(SuspensionTerms)
        case notices(Result<NoticeTerms, JSONShapeError>)
        /// About other things than what is due and owed.
        case other
    }

    struct ServiceLevel: Sendable {
        let appliesTo: Condition
        let priority: Int64
        let terms: Result<ServiceLevelTerms, JSONShapeError>
    }

    struct Compensation: Sendable {
        /// The id of a service level of the same tenant, in UTF-8.
        let slaRef: [UInt8]
        /// Whether it pays for the credential being late, and not for another promise.
        let isOfIssue: Bool
        /// Whose breach it pays for.
        let objective: String
        let terms: Result<CompensationTerms, JSONShapeError>

        /// Whether it is for requests that are bound to earlier versions too.
        var helpsEarlier: Bool { (try? terms.get())?.helpsEarlier ?? false }
    }

    let kind: CanonicalText
    let tenant: CanonicalText
    /// In UTF-8, which is how ids are compared.
    let id: [UInt8]
    let version: Int64
    let effectiveFrom: Int64
    /// Nil when it does not end by itself.
    let effectiveUntil: Int64?
    /// The hash of the version before, where the document names it; with quotation marks.
    let supersedes: CanonicalText?
    /// The promise as it stands there, to compare one with another.
    let terms: JSON
    /// `sha256:` and hexadecimal digits, as a text.
    let hash: CanonicalText
    let spec: Result<Spec, JSONShapeError>
    let json: JSON

    /// - Throws: what keeps the document from being placed at all: kind, tenant, id, version or time.
    init(_ json: JSON) throws(JSONShapeError) {
        self.json = json
        var document = try ObjectReader(json)
        try document.expect("apiVersion", oneOf: "punctual/v1")
        let kind = try document.string("kind")
        var metadata = try document.object("metadata")
        self.kind = CanonicalText(kind)
        tenant = try metadata.canonicalText("tenant")
        id = Array(try metadata.string("id").utf8)
        version = try metadata.integer("version")
        effectiveFrom = try metadata.moment("effectiveFrom")
        effectiveUntil = metadata.has("effectiveUntil") ? try metadata.moment("effectiveUntil") : nil
        supersedes = metadata.has("supersedes") ? try metadata.canonicalText("supersedes") : nil
        terms = json["spec"] ?? .null
        hash = CanonicalText("sha256:\(SHA256.hash(json.canonicalBytes))")
        metadata.ignore("title", "public", "labels")
        spec = Result { () throws(JSONShapeError) in
            try metadata.finish()
            let spec = try Self.spec(of: kind, document.object("spec"), at: document.pointer(to: "kind"))
            try document.finish()
            return spec
        }
    }

    /// The id and the version, for people.
    var name: String { "\(String(decoding: id, as: UTF8.self)) version \(version)" }

    /// What nobody can tell from this document, if anything.
    var problem: JSONShapeError? {
        switch spec {
        case .failure(let problem): problem
        case .success(.serviceLevel(let level)): level.terms.failure
        case .success(.compensation(let compensation)): compensation.terms.failure
        case .success(.claims(let terms)): terms.failure
        case .success(.review(let terms)): terms.failure
        case .success(.notices(let terms)): terms.failure
        case .success(.calendar), .success(.other), .success(.budget), .success(.suspension): nil
        }
    }

    /// Whether the document may change what is owed for requests that no rule connects with it.
    var concernsAll: Bool {
        guard case .failure = spec else { return false }
        return ![Self.serviceLevelKind, Self.compensationKind, Self.calendarKind, Self.budgetKind].contains(kind)
    }

    static let serviceLevelKind = CanonicalText("ServiceLevel")
    static let compensationKind = CanonicalText("Compensation")
    static let calendarKind = CanonicalText("BusinessCalendar")
    /// One that cannot be read concerns the policies that are paid from it, whose payments are then not held to it.
    static let budgetKind = CanonicalText("Budget")
    static let claimsKind = CanonicalText("Claims")
    static let reviewKind = CanonicalText("Review")
    static let suspensionKind = CanonicalText("Suspension")
    static let noticesKind = CanonicalText("Notification")

    private static func spec(
        of kind: String, _ spec: consuming ObjectReader, at pointer: JSONPointer
    ) throws(JSONShapeError) -> Spec {
        var reader = spec
        switch kind {
        case "ServiceLevel":
            let appliesTo = try Condition(reader.value("appliesTo"), at: reader.pointer(to: "appliesTo"))
            let priority = try reader.optionalInteger("priority") ?? 0
            let terms = Result { () throws(JSONShapeError) in try ServiceLevelTerms(&reader) }
            return .serviceLevel(ServiceLevel(appliesTo: appliesTo, priority: priority, terms: terms))
        case "Compensation":
            let slaRef = Array(try reader.string("slaRef").utf8)
            let objective = try reader.optionalString("objective") ?? "issue"
            let place = reader.pointer(to: "objective")
            let terms = Result { () throws(JSONShapeError) in
                let terms = try CompensationTerms(&reader)
                if objective != "issue" { try terms.requirePlain(for: objective, at: place) }
                return terms
            }
            return .compensation(
                Compensation(slaRef: slaRef, isOfIssue: objective == "issue", objective: objective, terms: terms))
        case "Claims": return .claims(Result { () throws(JSONShapeError) in try ClaimTerms(&reader) })
        case "BusinessCalendar": return .calendar(try HoursPlan(&reader))
        case "Budget": return .budget(try BudgetTerms(reader))
        case "Suspension": return .suspension(try SuspensionTerms(&reader))
        case "Review": return .review(Result { () throws(JSONShapeError) in try SurveyTerms(&reader) })
        case "Notification": return .notices(Result { () throws(JSONShapeError) in try NoticeTerms(&reader) })
        case "Forecast": return .other
        default:
            throw JSONShapeError(pointer: pointer, problem: "what a \(kind) changes is not on the page")
        }
    }
}

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

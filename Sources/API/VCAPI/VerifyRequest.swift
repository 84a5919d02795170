import CanonicalJSON
import Issuance

/// The body of `POST /credentials/verify` and `POST /presentations/verify`.
struct VerifyRequest {
    let kind: Kind
    /// What is to be verified; an object, and no more is known of it.
    let document: JSON
    /// Whether the results of each step are wanted in the answer.
    private(set) var returnsResults = true
    /// Whether the problems are.
    private(set) var returnsProblems = true
    /// Whether the document itself is.
    private(set) var returnsDocument = false
    /// What the proof must answer; nil when anything will do.
    private(set) var challenge: String?
    /// Whom the proof must be for; nil when anyone will do.
    private(set) var domains: [String]?

    /// What is to be verified.
    enum Kind: Sendable {
        case credential, presentation

        /// The member that has it.
        var member: String { self == .credential ? "verifiableCredential" : "verifiablePresentation" }
        /// The option to have it back.
        var returnOption: String { self == .credential ? "returnCredential" : "returnPresentation" }
        /// The member of the answer that has it then.
        var returnMember: String { self == .credential ? "credential" : "verifiablePresentation" }
    }

    /// Reads a body.
    ///
    /// - Throws: `JSONShapeError`, and `Problem` for an option that is not known, which only `strict` minds.
    init(_ body: JSON, _ kind: Kind, _ profile: VCAPI.Profile) throws {
        self.kind = kind
        var reader = try ObjectReader(body)
        _ = try reader.object(kind.member)
        document = try reader.value(kind.member)
        if profile == .strict { try Problem.refuseUnknown([kind.member, "options"], in: body, at: JSONPointer()) }
        guard try reader.optionalObject("options") != nil, let options = body["options"] else { return }
        let known = ["returnResults", "returnProblemDetails", kind.returnOption, "challenge", "domain"]
        if profile == .strict { try Problem.refuseUnknown(known, in: options, at: JSONPointer().appending("options")) }
        try read(ObjectReader(options, at: JSONPointer().appending("options")))
    }

    private mutating func read(_ reader: consuming ObjectReader) throws(JSONShapeError) {
        returnsResults = try reader.optionalBool("returnResults") ?? true
        returnsProblems = try reader.optionalBool("returnProblemDetails") ?? true
        returnsDocument = try reader.optionalBool(kind.returnOption) ?? false
        challenge = try reader.optionalString("challenge")
        let place = reader.pointer(to: "domain")
        switch reader.optionalValue("domain") {
        case nil: domains = nil
        case .string(let domain)?: domains = [domain]
        case .array(let list)? where list.allSatisfy({ $0.stringValue != nil }):
            domains = list.compactMap(\.stringValue)
        default: throw JSONShapeError(pointer: place, problem: "expected a domain, or a list of domains")
        }
    }
}

package import CanonicalJSON

/// A body as `schemas/api.schema.json` describes it ([JSON Schema 2020-12](https://json-schema.org/draft/2020-12)), for
/// the published description. Requests are read by the parsers alone; a test holds the schemas against them.
package enum BodySchema: String, Hashable, Sendable, CaseIterable {
    case request = "Request"
    case noteOnly = "NoteOnly"
    case hold = "Hold"
    case denial = "Denial"
    case nothing = "Nothing"
    case statusChange = "StatusChange"
    case registration = "Registration"
    case issueCredential = "IssueCredential"
    case updateStatus = "UpdateStatus"
    case erasure = "Erasure"
    case claim = "Claim"
    case offer = "Offer"
    case assuranceCheck = "AssuranceCheck"
    case evidenceRequest = "EvidenceRequest"
    case evidence = "Evidence"
    case verdict = "Verdict"
    case opinion = "Opinion"
    case appeal = "Appeal"
    case waiver = "Waiver"
    case surveyAnswer = "SurveyAnswer"
    case stageReport = "StageReport"
    case incident = "Incident"
    case incidentCause = "IncidentCause"
    case incidentMerge = "IncidentMerge"
    case incidentSplit = "IncidentSplit"
    case incidentPostmortem = "IncidentPostmortem"
    case incidentAction = "IncidentAction"
    case incidentDone = "IncidentDone"
    case redeemCredits = "RedeemCredits"
    case reserveCredits = "ReserveCredits"
    case mintCoupons = "MintCoupons"
    case sendCoupon = "SendCoupon"
    case redeemCoupon = "RedeemCoupon"
    case reserveCoupon = "ReserveCoupon"
    case revokeCoupons = "RevokeCoupons"
    case answer = "Answer"
    case problem = "Problem"

    /// Where an OpenAPI document has it.
    var reference: String { Self.place + rawValue }

    /// Whether no body at all is refused: one that asks for nothing may be left out.
    var isRequired: Bool { Self.components[rawValue]?["required"] != nil }

    /// Every schema of the file by name, referring to each other as components of an OpenAPI document.
    package static let components: JSONObject = {
        guard let file = try? JSON(parsing: PackageResources.api_schema_json),
            let schemas = file["$defs"].map(moved)?.objectValue
        else { preconditionFailure("schemas/api.schema.json has no $defs") }
        return schemas
    }()

    private static let place = "#/components/schemas/"

    private static func moved(_ json: JSON) -> JSON {
        switch json {
        case .object(var object):
            for (key, value) in object { object[key] = moved(value) }
            if case .string(let reference)? = object["$ref"] {
                object["$ref"] = .string(reference.replacing("#/$defs/", with: place))
            }
            return .object(object)
        case .array(let elements): return .array(elements.map(moved))
        default: return json
        }
    }
}

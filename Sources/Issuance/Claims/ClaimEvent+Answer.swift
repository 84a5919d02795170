import CanonicalJSON
import ServiceLevels
import Temporal

extension ClaimEvent {
    /// Whether something exists now that did not before.
    var isNew: Bool { if case .filed = self { true } else { false } }

    /// What the sender of the command is told whose entry this is.
    func answer(about request: RequestID?) -> JSONObject {
        var body: JSONObject = [:]
        if let request { body["id"] = .string(ClaimID(request, number).text) }
        switch self {
        case .filed(let event):
            body["state"] = .string(ClaimState.filed.rawValue)
            body["dueAt"] = .string(event.dueAt.rfc3339)
            body["policy"] = .string(event.policy.text)
        case .evidenceAsked(let event):
            body["state"] = .string(ClaimState.evidenceAsked.rawValue)
            body["until"] = .string(event.until.rfc3339)
        case .evidenceGiven(let event):
            body["state"] = .string(ClaimState.review.rawValue)
            body["dueAt"] = .string(event.dueAt.rfc3339)
        case .assigned(let event):
            body["state"] = .string(ClaimState.review.rawValue)
            body["assignee"] = .string(event.to.text)
        case .proposed: body["state"] = "proposed"
        case .decided(let event):
            body["state"] = .string(ClaimState.decided.rawValue)
            body["outcome"] = .string(event.outcome.rawValue)
            body["grant"] = event.grant?.json
        case .appealed(let event):
            body["state"] = .string(ClaimState.appealed.rawValue)
            body["dueAt"] = .string(event.dueAt.rfc3339)
        case .opinion(let event):
            body["outcome"] = .string(event.outcome.rawValue)
            body["dueAt"] = .string(event.dueAt.rfc3339)
        case .escalated, .final: break
        }
        return body
    }
}

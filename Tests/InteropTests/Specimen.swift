import CanonicalJSON
import Testing

/// A document of ours, who is to accept it, and changed copies that they must refuse.
struct Specimen: Sendable, CustomTestStringConvertible {
    /// What it is, once among all.
    let name: String
    /// The judges, as `judges.py` names them.
    let judges: [String]
    /// What the judges are told: `format`, `secured`, `at` and what the format needs.
    let request: JSONObject
    /// The change, and the members of the request that are other then.
    var forgeries: [(name: String, changes: JSONObject)] = []

    var testDescription: String { name }

    /// The document itself and its changed copies, as requests.
    var requests: [JSON] {
        let by = JSON.array(judges.map(JSON.string))
        return ([("", [:])] + forgeries).map { forgery, changes in
            var request = request
            for (key, value) in changes { request[key] = value }
            request["by"] = by
            request["id"] = .string(id(forgery))
            return .object(request)
        }
    }

    /// The name of a request: of the document itself when there is no change.
    func id(_ forgery: String) -> String { forgery.isEmpty ? name : "\(name), changed: \(forgery)" }
}

import CanonicalJSON
import Credentials
import StatusLists
import Temporal

/// A status list that was handed in, verified once for all credentials that name it.
struct HandedStatusList {
    /// What can be said of a list before a credential asks.
    enum State {
        /// Signed by whoever has these keys, and its bits can be read.
        case signed(StatusListCredential, by: [URI])
        /// The reason, for every credential that names it.
        case unusable(Check.Outcome, String)
    }

    /// The address that it says it is published at; nil when it says none, so that no entry can mean it.
    let id: JSON?
    let state: State

    init(_ json: JSONObject, at instant: Instant) {
        id = json["id"]
        let signature = Signature(of: json, at: instant)
        guard let document = signature.document else {
            state = .unusable(signature.check.outcome, "The status list: \(signature.check.sentence)")
            return
        }
        do {
            let list = try StatusListCredential(UnsecuredCredential(verified: document))
            state = .signed(list, by: signature.controllers)
        } catch {
            state = .unusable(.failed, "The status list does not serve: \(error).")
        }
    }
}

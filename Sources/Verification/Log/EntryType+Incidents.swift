import CanonicalJSON
import Credentials
import Temporal

/// What entries about incidents say; no request is named but where it joins.
extension EntryType {
    func incident(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        switch self {
        case .stageReported:
            let (stage, state) = (try facts.string("stage"), try facts.string("state"))
            return "The stage \(stage) was reported as \(state)."
        case .incidentRules: return "The rules of incidents \(try facts.string("hash")) were published."
        case .incidentMerged:
            return "The incident \(try facts.string("other")) became a part of \(try facts.string("incident"))."
        case .incidentSplit:
            return "The incident \(try facts.string("incident")) was split from \(try facts.string("parent"))."
        default: break
        }
        let name = try facts.string("incident")
        switch self {
        case .incidentOpened:
            let (stage, from) = (try facts.string("stage"), try facts.instant("from"))
            let alert = try facts.optionalInteger("alert")
            let why = alert.map { " Promises were broken too fast, as entry \($0) shows." } ?? ""
            return "The incident \(name) was opened: requests are late at \(stage) since \(from.dateTimeStamp)." + why
        case .incidentJoined: return "\(try facts.array("requests").count) requests joined the incident \(name)."
        case .incidentFrozen:
            let (count, total) = (try facts.integer("count"), try facts.integer("of"))
            return "The incident \(name) affects \(count) of \(total) requests; it is \(try facts.string("severity"))."
        case .incidentClassified:
            let (cause, confidence) = (try facts.string("cause"), try facts.integer("confidence"))
            return "The cause of the incident \(name) is \(cause) (\(confidence) % sure)."
        case .incidentResolved: return "The incident \(name) was resolved."
        case .incidentAssessed: return "Every request of the incident \(name) was assessed again."
        case .incidentPostmortem: return "What was learnt of the incident \(name) was recorded."
        case .incidentAction: return "An action for the incident \(name) was planned."
        case .incidentDone: return "An action for the incident \(name) was done."
        default: return ""
        }
    }
}

import CanonicalJSON
import Credentials

extension EntryType {
    /// What an entry says of people who are asked about an incident as a whole.
    func questioned(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let question = try facts.string("question")
        switch self {
        case .questionGathered:
            let (count, incident) = (try facts.array("awards").count, try facts.string("incident"))
            return "\(count) payments of \(incident) that wait for an approval are asked about together (\(question))."
        case .questionAsked:
            let (requests, until) = (try facts.integer("requests"), try facts.instant("until").dateTimeStamp)
            return "People were asked about \(requests) requests at once (\(question)), until \(until)."
        default:
            let word = try facts.string("word") == "give" ? "yes" : "no"
            return "\(try facts.string("by")) of the staff said \(word) to \(question)."
        }
    }
}

import CanonicalJSON
import Credentials

extension EntryType {
    /// What an entry about a claim says.
    func claimed(_ facts: inout ObjectReader) throws(JSONShapeError) -> String {
        let claim = "Claim \(try facts.integer("claim"))"
        func due() throws(JSONShapeError) -> String { try facts.instant("dueAt").dateTimeStamp }
        switch self {
        case .claimFiled:
            return "\(claim) was filed (\(try facts.string("category"))); it is to be decided by \(try due())."
        case .claimEvidenceAsked:
            let until = try facts.instant("until").dateTimeStamp
            return "\(claim): evidence was asked for; the time stands still, at most until \(until)."
        case .claimEvidenceGiven: return "\(claim): the time goes on, until \(try due())."
        case .claimAssigned: return "\(claim): the lot fell on \(try facts.string("to"))."
        case .claimProposed: return "\(claim): \(try facts.string("by")) would grant so much that two have to agree."
        case .claimDecided:
            let by = try facts.optionalString("by").map { "by \($0)" } ?? "because nobody decided in time"
            return "\(claim) was \(try facts.string("outcome")) \(by)."
        case .claimEscalated: return "\(claim): nobody did it in time; somebody else has to, by \(try due())."
        case .claimAppealed: return "\(claim) was appealed; that is to be decided by \(try due())."
        case .claimOpinion: return "\(claim): \(try facts.string("by")) gave an opinion from outside."
        case .claimFinal: return "\(claim) is final: \(try facts.string("outcome"))."
        default: return ""
        }
    }
}

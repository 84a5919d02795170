import CanonicalJSON

/// Rules between members, which the tables cannot say.
extension BadgeCheck {
    /// Who the recipient is, and what the results refer to.
    mutating func subject(_ subject: JSONObject, at place: JSONPointer) {
        if subject["id"] == nil, subject["identifier"]?.arrayValue?.isEmpty ?? true {
            report(place, "needs an id or at least one identifier: the badge is about nobody")
        }
        let descriptions = (subject["achievement"]?["resultDescription"]?.arrayValue ?? []).compactMap(\.objectValue)
        for (index, result) in (subject["result"]?.arrayValue ?? []).enumerated() {
            if let result = result.objectValue {
                self.result(result, at: place.appending("result").appending(index), describedBy: descriptions)
            }
        }
    }

    private mutating func result(
        _ result: JSONObject, at place: JSONPointer, describedBy descriptions: [JSONObject]
    ) {
        if let id = result["resultDescription"] {
            let description = descriptions.first { $0["id"] == id }
            if description == nil {
                report(place.appending("resultDescription"), "is no id of a resultDescription of the achievement")
            } else if description?["resultType"] == "Status", result["status"] == nil {
                report(place.appending("status"), "is missing; the result that it describes is a status")
            }
        }
        let levels = descriptions.flatMap { $0["rubricCriterionLevel"]?.arrayValue ?? [] }
        if let level = result["achievedLevel"], !levels.contains(where: { $0["id"] == level }) {
            report(place.appending("achievedLevel"), "is no id of a rubricCriterionLevel of the achievement")
        }
    }

    /// The level that is required must be one that is described.
    mutating func requiredLevel(of description: JSONObject, at place: JSONPointer) {
        guard let level = description["requiredLevel"], let levels = description["rubricCriterionLevel"]?.arrayValue,
            !levels.contains(where: { $0["id"] == level })
        else { return }
        report(place.appending("requiredLevel"), "is no id of a rubricCriterionLevel beside it")
    }

    /// A hashed identity is an algorithm, `$`, and the hash in hexadecimal.
    mutating func identityHash(of object: JSONObject, at place: JSONPointer) {
        guard object["hashed"] == true, let text = object["identityHash"]?.stringValue,
            IdentityHash(text) == nil
        else { return }
        report(place.appending("identityHash"), "must be sha256$ or md5$ and the hash in hexadecimal, as it is hashed")
    }
}

import CanonicalJSON
import Credentials
import Temporal

/// What a credential says of further checks that its issuer made: `evidence`
/// ([VCDM 2.0, 5.6](https://www.w3.org/TR/vc-data-model-2.0/#evidence)) of the type on the page "A further check".
///
/// The issuer's word, as everything in a credential; that a check was recorded before the credential was signed, the
/// log says. Evidence of other types says what it says, and nothing is asked about it.
enum EvidenceQuestion {
    private static let name = "urn:punctual:assurance"
    private static let levels = ["substantial", "high"]

    /// One check for each such piece; none where there is none.
    static func checks(_ credential: UnsecuredCredential) -> [Check] {
        let evidence = credential.json["evidence"].map { $0.arrayValue ?? [$0] } ?? []
        return evidence.compactMap { $0.objectValue }.filter { $0.types.contains("\(name)#Check") }.map(check)
    }

    private static func check(_ evidence: JSONObject) -> Check {
        func text(_ member: String) -> String? { evidence["\(name)#\(member)"]?.stringValue }
        guard let level = text("level"), levels.contains(level), let kind = text("check"),
            let checkedAt = text("checkedAt").flatMap({ try? Instant(rfc3339: $0) })
        else {
            return Check(.evidence, .cannotTell, "It speaks of a further check, and does not say which or when.")
        }
        return Check(
            .evidence, .passed,
            "Its issuer checked once more whom it is about (\(kind.printable(limit: 40))) \(checkedAt.dateTimeStamp): "
                + "assurance \(level).",
            facts: [
                "level": .string(level), "check": .string(kind), "checkedAt": .string(checkedAt.rfc3339),
            ])
    }
}

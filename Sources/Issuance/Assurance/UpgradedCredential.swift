import CanonicalJSON
import Compensation
import Credentials
import Temporal

/// What a passed check adds to a credential: `evidence`
/// ([VCDM 2.0, 5.6](https://www.w3.org/TR/vc-data-model-2.0/#evidence)).
struct CheckEvidence {
    let check: AssuranceCheck
    let level: AssuranceLevel
    let checkedAt: Instant

    /// The type by which a verifier knows it, and the beginning of the names of its members: absolute, because no
    /// published context has words for them.
    private static let name = "urn:punctual:assurance"

    /// - Parameter isBadge: whether Open Badges wants a type of its own first.
    func json(isBadge: Bool) -> JSON {
        let type = JSON.string("\(Self.name)#Check")
        return [
            "type": isBadge ? ["Evidence", type] : [type],
            "\(Self.name)#level": .string(level.rawValue), "\(Self.name)#check": .string(check.rawValue),
            "\(Self.name)#checkedAt": .string(checkedAt.rfc3339),
        ]
    }
}

extension RequestedCredential {
    /// The same with evidence behind what it has.
    func adding(_ evidence: CheckEvidence) throws(Refusal) -> RequestedCredential {
        var document = json
        let isBadge: Bool
        switch self {
        case .credential(let draft): isBadge = draft.types.contains { CredentialSigner.badgeTypes.contains($0) }
        case .claims: isBadge = false
        }
        let present = document["evidence"].map { $0.arrayValue ?? [$0] } ?? []
        document["evidence"] = .array(present + [evidence.json(isBadge: isBadge)])
        return try RequestedCredential(.object(document))
    }
}

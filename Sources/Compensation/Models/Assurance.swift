import CanonicalJSON
import ServiceLevels

/// How sure a further check makes that the credential is about whom it says, in the words of eIDAS. `low` is what every
/// credential has.
package enum AssuranceLevel: String, Hashable, Sendable, CaseIterable {
    /// Somebody looked at evidence of who the holder is.
    case substantial
    /// Somebody saw the holder with it.
    case high
}

extension CompensationPolicy {
    /// To which level a broken promise raises the credential; nil where it promises no further check.
    package var upgrade: AssuranceLevel? { tiers.first?.benefits.compactMap(\.level).first }
}

extension ObjectReader {
    /// The third part of the model: what `trust` promises, behind the other benefits of the first tier.
    mutating func trust(
        behind tiers: [CompensationPolicy.Tier]
    ) throws(JSONShapeError) -> [CompensationPolicy.Tier] {
        guard let elements = try optionalArray("trust") else { return tiers }
        guard elements.count == 1, let (json, place) = elements.first else {
            let problem = "one further check is promised, or none; found \(elements.count)"
            throw JSONShapeError(pointer: pointer(to: "trust"), problem: problem)
        }
        var reader = try ObjectReader(json, at: place)
        let type: BenefitType = try reader.choice("type")
        guard type == .assuranceUpgrade else {
            throw JSONShapeError(
                pointer: reader.pointer(to: "type"),
                problem: "\(type.rawValue) stands in a tier; here only a further check")
        }
        let promised: BenefitClass = try reader.choice("class")
        guard promised == .guaranteed else {
            throw .notKept("a further check is a debt and waits for no budget", at: reader.pointer(to: "class"))
        }
        let level: AssuranceLevel = try reader.choice("level")
        try reader.finish()
        var tiers = tiers
        tiers[0] = tiers[0].adding(Benefit(upgradeTo: level))
        return tiers
    }
}

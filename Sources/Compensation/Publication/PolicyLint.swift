package import CanonicalJSON
package import ServiceLevels
import Temporal

/// What no rule forbids and its author will want to know before it is public.
package struct PolicyLint: Hashable, Sendable {
    /// Where.
    package let pointer: JSONPointer
    /// What, in a sentence.
    package let problem: String

    /// Everything about a document that can be read.
    package static func lints(of policy: Policy, in document: PolicyDocument) -> [PolicyLint] {
        languages(of: document.json, at: JSONPointer(), expected: Set(document.metadata.title.keys))
            + unreachable(policy)
    }

    /// Every text is there in every language of the title.
    private static func languages(of json: JSON, at pointer: JSONPointer, expected: Set<String>) -> [PolicyLint] {
        switch json {
        case .array(let elements):
            return elements.enumerated().flatMap { languages(of: $1, at: pointer.appending($0), expected: expected) }
        case .object(let object):
            return object.flatMap { (key, value) -> [PolicyLint] in
                let place = pointer.appending(key)
                guard key == "reason", let texts = value.objectValue else {
                    return languages(of: value, at: place, expected: expected)
                }
                let missing = expected.subtracting(texts.map(\.key)).sorted()
                guard !missing.isEmpty else { return [] }
                let problem = "the title is in \(missing.joined(separator: ", ")), this text is not"
                return [PolicyLint(pointer: place, problem: problem)]
            }
        default: return []
        }
    }

    /// A tier that gives nothing that the one before did not, so that nobody would notice if it were not there.
    private static func unreachable(_ policy: Policy) -> [PolicyLint] {
        guard case .compensation(let compensation) = policy else { return [] }
        let tiers = compensation.tiers
        return tiers.indices.dropFirst().compactMap { index in
            // The first delay that reaches the tier before, but not this one.
            let before = tiers[index - 1].over + Milliseconds(1)
            guard compensation.nextTier(after: before)?.over != tiers[index].over else { return nil }
            let place = JSONPointer().appending("spec").appending("model").appending("tiers").appending(index)
            return PolicyLint(pointer: place, problem: "this tier gives nothing more than the one before")
        }
    }
}

package import CanonicalJSON

/// What [Open Badges 3.0](https://www.imsglobal.org/spec/ob/v3p0) fixes.
package enum OpenBadges {
    /// The context that our badges have after the one of the data model. Versions 3.0.1 to 3.0.3 differ in what they
    /// define, so the number is part of the name.
    package static let context = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

    /// The most rules that are reported as broken; the check ends with the last.
    package static let maximumViolations = 100

    /// What is wrong with a badge or an endorsement, by the rules for its members: types, required members,
    /// vocabularies, dates, identity hashes, and results that refer to each other. Empty when it follows them.
    ///
    /// Of the data model 2.0 or 1.1, as its first context says. Proofs, keys, status and the time are not looked at,
    /// and members that Open Badges do not name are left alone.
    ///
    /// - Parameter isDraft: whether `id`, `issuer` and the beginning of validity may be missing, because whoever
    ///   issues the badge adds them.
    package static func violations(of document: JSONObject, isDraft: Bool = false) -> [BadgeViolation] {
        var check = BadgeCheck()
        check.credential(document, at: JSONPointer(), as: .ofItsType, isDraft: isDraft)
        return check.violations
    }
}

/// A rule of Open Badges that a document breaks.
package struct BadgeViolation: Hashable, Sendable, CustomStringConvertible {
    /// The value that is wrong, or the place where one is missing.
    package let pointer: JSONPointer

    /// What is wrong and what to do, as a sentence whose subject is that value.
    package let problem: String

    /// The place and the problem.
    package var description: String {
        pointer == JSONPointer() ? "the badge \(problem)" : "\(pointer) \(problem)"
    }
}

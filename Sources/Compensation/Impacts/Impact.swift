/// What a delay cost somebody, in their own judgement: closed, so that nothing about a person reaches the log but three
/// bands of three kinds (rule 89, page "Impacts" of Issuance). Nothing that is owed follows from it.
package enum ImpactKind: String, Hashable, Sendable, CaseIterable {
    /// Something had to be paid, or was not earned.
    case money
    /// Hours went into it.
    case time
    /// Something that the credential was for is over.
    case opportunity
}

/// How much it was.
package enum ImpactBand: String, Hashable, Sendable, CaseIterable {
    case small, considerable, severe
}

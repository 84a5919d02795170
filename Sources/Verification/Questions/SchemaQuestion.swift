import Credentials

/// Whether a credential is as the schemas describe it that it names.
struct SchemaQuestion {
    let schemas: SchemaCheck

    /// One check for each schema; none when the credential names none.
    func checks(_ credential: UnsecuredCredential) -> [Check] {
        schemas.answers(for: credential).map { answer in
            Check(
                .schema, answer.outcome, answer.sentence, facts: answer.facts,
                need: answer.outcome == .cannotTell ? .schema : nil)
        }
    }
}

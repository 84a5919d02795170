import CanonicalJSON
import Credentials

/// Whether a credential is as the schemas describe it that it names.
struct SchemaQuestion {
    private let schemas: SchemaCheck
    private let mayLack: Bool

    init(_ trust: Trust) { (schemas, mayLack) = (trust.schemas, trust.mayLackSchemas) }

    /// A schema of Open Badges, in a dialect of its own. It says what the rules say that are asked by themselves.
    private static let badgeType = "1EdTechJsonSchemaValidator2019"

    /// One check for each schema; none when the credential names none.
    func checks(_ credential: UnsecuredCredential) -> [Check] {
        zip(credential.schemas, schemas.answers(for: credential)).map { entry, answer in
            if entry.types.contains(Self.badgeType), BadgeQuestion.arises(for: credential) {
                return Check(
                    .schema, .notApplicable,
                    "It names a schema of Open Badges, which says what the rules say that are asked below.",
                    facts: answer.facts)
            }
            if answer.outcome == .cannotTell, mayLack {
                return Check(.schema, .notApplicable, "Left out, as you asked: \(answer.sentence)", facts: answer.facts)
            }
            return Check(
                .schema, answer.outcome, answer.sentence, facts: answer.facts,
                need: answer.outcome == .cannotTell ? .schema : nil)
        }
    }
}

import CanonicalJSON

/// Why a schema cannot be used, or cannot decide about an instance; and where.
package struct SchemaError: Error, Hashable, Sendable {
    /// What was wrong.
    package enum Reason: Hashable, Sendable {
        /// A value that no schema may have there.
        case notASchema(String)
        /// A regular expression that is none, or that is not evaluated here.
        case pattern(String)
        /// A reference to a schema that nobody registered, or to a place or name that is not in it.
        case unknownReference(String)
        /// `$schema` names a dialect that nobody registered.
        case unknownDialect(String)
        /// The dialect requires a vocabulary that is not known here (JSON Schema Core section 8.1.2).
        case unknownVocabulary(String)
        /// `format` is asserted, and this one cannot be checked here (JSON Schema Validation section 7.2.2).
        case uncheckedFormat(String)
        /// Two schemas, or two places in one, claim the same identifier.
        case duplicateIdentifier(String)
        /// The identifier to register at is not an absolute URI without a fragment.
        case identifierNotAbsolute(String)
        /// The schema has too many parts.
        case tooManySubschemas(limit: Int)
        /// A schema is so deep inside, or under such long names, that its place cannot be kept.
        case locationTooLong(limit: Int)
        /// Its patterns are too long together.
        case tooManyPatterns(limit: Int)
        /// The instance could not be judged in the number of steps allowed.
        case tooManySteps(limit: Int)
        /// Schemas were applied within each other too deeply: a schema that refers to itself, or a deep instance.
        case tooDeep(limit: Int)
    }

    /// What was wrong.
    package let reason: Reason

    /// The place in the schema.
    package let location: SchemaLocation
}

extension SchemaError: CustomStringConvertible {
    /// Where, what was wrong, and what to do.
    package var description: String { "\(location): \(reason)" }
}

extension SchemaError.Reason: CustomStringConvertible {
    /// What was wrong, and what to do.
    package var description: String {
        switch self {
        case .notASchema(let problem): problem
        case .pattern(let problem): problem
        case .unknownReference(let uri):
            "refers to \(quoted(uri)), which is not there; schemas are never fetched, so register it"
        case .unknownDialect(let uri):
            "is written for \(quoted(uri)); use draft 2020-12, or register that metaschema before the schema"
        case .unknownVocabulary(let uri):
            "its metaschema requires the vocabulary \(quoted(uri)), which is not known here"
        case .uncheckedFormat(let name): "the format \(quoted(name)) is to be asserted, and cannot be checked here"
        case .duplicateIdentifier(let uri): "the identifier \(quoted(uri)) is used twice; keep one"
        case .identifierNotAbsolute(let uri): "\(quoted(uri)) is not an absolute URI without a fragment"
        case .tooManySubschemas(let limit): "the schema has more than \(limit) parts"
        case .locationTooLong(let limit): "its identifier and pointer are more than \(limit) bytes; shorten the names"
        case .tooManyPatterns(let limit): "the patterns of the schema are more than \(limit) characters together"
        case .tooManySteps(let limit): "the document cannot be judged by this schema in \(limit) steps"
        case .tooDeep(let limit):
            "schemas apply within each other more than \(limit) deep; one of them may refer to itself without end"
        }
    }
}

/// The beginning of a text from outside, safe to print.
func quoted(_ text: String) -> String {
    JSON.string(String(text.unicodeScalars.prefix(80))).canonicalString
}

package import CanonicalJSON
package import Credentials

/// What all badges of one kind have in common, with places for what differs: see the page of this room.
package struct BadgeTemplate: Sendable {
    private let type: String
    private let furtherContexts: [JSON]
    private let recipient: Recipient
    private let subject: Pattern
    /// The members of the credential itself, by their names.
    private let members: [(key: String, pattern: Pattern)]

    /// The members that are taken over as they are; the first three are required.
    private static let taken: [String] = [
        "achievement", "issuer", "name", "awardedDate", "credentialSchema", "description", "endorsement",
        "endorsementJwt", "evidence", "id", "image", "refreshService", "termsOfUse", "validFrom", "validUntil",
    ]

    /// Reads a template.
    ///
    /// - Throws: ``BadgeError/template(_:problem:)``. Whether what comes out is a badge is known when a row fills it.
    package init(_ json: JSON) throws(BadgeError) {
        do {
            var reader = try ObjectReader(json)
            type = try Self.type(of: &reader)
            furtherContexts = try reader.optionalArray("contexts")?.map(\.0) ?? []
            recipient = try Recipient(reader.object("recipient"), at: reader.pointer(to: "recipient"))
            subject = try Self.subject(of: &reader)
            var members: [(key: String, pattern: Pattern)] = []
            for (index, key) in Self.taken.enumerated() {
                guard let value = index < 3 ? try reader.value(key) : reader.optionalValue(key) else { continue }
                members.append((key, try Pattern(value, at: reader.pointer(to: key))))
            }
            self.members = members
            try reader.finish()
        } catch let error as JSONShapeError {
            throw .template(error.pointer, problem: error.problem)
        } catch let error as BadgeError {
            throw error
        } catch {
            preconditionFailure("a third kind of error: \(error)")
        }
    }

    private static func type(of reader: inout ObjectReader) throws -> String {
        let names = CredentialClass.achievement.names
        let type = try reader.optionalString("type") ?? names[0]
        guard names.contains(type) else {
            throw BadgeError.template(reader.pointer(to: "type"), problem: "must be \(names.joined(separator: " or "))")
        }
        return type
    }

    /// The members of the subject that have no place of their own in a template.
    private static func subject(of reader: inout ObjectReader) throws -> Pattern {
        let place = reader.pointer(to: "subject")
        let json = reader.optionalValue("subject") ?? [:]
        guard let object = json.objectValue else { throw BadgeError.template(place, problem: "must be an object") }
        for key in ["achievement", "id", "identifier"] where object[key] != nil {
            let home = key == "achievement" ? "the template itself" : "recipient"
            throw BadgeError.template(place.appending(key), problem: "belongs into \(home)")
        }
        return try Pattern(json, at: place)
    }

    /// The columns that a row must have, sorted.
    package var columns: [String] {
        members.reduce(into: recipient.columns.union(subject.columns)) { $0.formUnion($1.pattern.columns) }.sorted()
    }

    /// The badge for one recipient, ready to be issued. It follows the rules of ``OpenBadges/violations(of:isDraft:)``
    /// and of the data model 2.0.
    ///
    /// - Parameters:
    ///   - row: a cell for each of ``columns``; others are ignored. Where an empty cell is the whole of a value, that
    ///     value is left out.
    ///   - random: for the salt of hashed identities.
    package func draft(
        for row: [String: String], using random: inout some RandomNumberGenerator
    ) throws(BadgeError) -> CredentialDraft {
        var credential: JSONObject = [
            "@context": .array(
                ["https://www.w3.org/ns/credentials/v2", .string(OpenBadges.context)] + furtherContexts),
            "type": ["VerifiableCredential", .string(type)],
        ]
        for (key, pattern) in members { credential[key] = try pattern.filled(by: row) }
        var subject = try self.subject.filled(by: row)?.objectValue ?? [:]
        subject["achievement"] = credential["achievement"]
        credential["achievement"] = nil
        try recipient.fill(&subject, for: row, using: &random)
        credential["credentialSubject"] = .object(subject)
        credential = CredentialClass.achievement.withTypes(credential)
        let violations = OpenBadges.violations(of: credential, isDraft: true)
        guard violations.isEmpty else { throw .invalid(violations) }
        do throws(CredentialError) {
            return try CredentialDraft(.object(credential))
        } catch {
            throw .invalid([BadgeViolation(pointer: error.pointer, problem: error.problem)])
        }
    }
}

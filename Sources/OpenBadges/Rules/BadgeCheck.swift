import CanonicalJSON
import Credentials

/// Walks a badge by the tables of its classes and collects what breaks their rules.
struct BadgeCheck {
    private(set) var violations: [BadgeViolation] = []

    private var isFull: Bool { violations.count >= OpenBadges.maximumViolations }

    mutating func report(_ pointer: JSONPointer, _ problem: String) {
        if !isFull { violations.append(BadgeViolation(pointer: pointer, problem: problem)) }
    }

    /// Which class a credential must have.
    enum Expectation {
        /// A badge or an endorsement, as its `type` says.
        case ofItsType
        case endorsement
    }

    mutating func credential(
        _ credential: JSONObject, at place: JSONPointer, as expectation: Expectation, isDraft: Bool
    ) {
        guard let version = contexts(of: credential, at: place.appending("@context")),
            let credentialClass = credentialClass(of: credential, at: place.appending("type"), expectation)
        else { return }
        for member in credentialClass.members(version) { check(member, of: credential, at: place) }
        for member in credentialClass.issuerMembers(version) {
            if isDraft { draft(member, of: credential, at: place) } else { check(member, of: credential, at: place) }
        }
        if credentialClass == .achievement, let subject = credential["credentialSubject"]?.objectValue {
            self.subject(subject, at: place.appending("credentialSubject"))
        }
    }

    private mutating func contexts(of credential: JSONObject, at place: JSONPointer) -> DataModel? {
        guard let contexts = credential["@context"]?.arrayValue else {
            report(place, "must be a list of contexts")
            return nil
        }
        guard let version = DataModel(ofBadge: credential) else {
            report(place.appending(0), "must be the context of the data model, \(DataModel.v2_0.context)")
            return nil
        }
        if contexts.count < 2 || contexts[1].stringValue.map(Self.isContext) != true {
            report(place.appending(1), "must be the context of Open Badges, \(OpenBadges.context)")
        }
        return version
    }

    /// `https://purl.imsglobal.org/spec/ob/v3p0/context.json`, or one with a version, `context-3.d.d.json`.
    private static func isContext(_ url: String) -> Bool {
        let (beginning, end) = ("https://purl.imsglobal.org/spec/ob/v3p0/context", ".json")
        guard url.hasPrefix(beginning), url.hasSuffix(end) else { return false }
        let version = Array(url.utf8.dropFirst(beginning.utf8.count).dropLast(end.utf8.count))
        let digits = version.enumerated().filter { [3, 5].contains($0.offset) }.map(\.element)
        return version.isEmpty
            || version.count == 6 && version.starts(with: "-3.".utf8) && version[4] == UInt8(ascii: ".")
                && digits.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
    }

    private mutating func credentialClass(
        of credential: JSONObject, at place: JSONPointer, _ expectation: Expectation
    ) -> CredentialClass? {
        guard let types = types(of: credential, at: place) else { return nil }
        if !types.contains("VerifiableCredential") { report(place, "must include VerifiableCredential") }
        let candidates: [CredentialClass] = expectation == .endorsement ? [.endorsement] : [.achievement, .endorsement]
        guard let found = candidates.first(where: { $0.names.contains(where: types.contains) }) else {
            report(place, "must include \(candidates.flatMap(\.names).joined(separator: " or "))")
            return nil
        }
        return found
    }

    /// The values of `type`, or nil when it is no string and no list of strings.
    mutating func types(of object: JSONObject, at place: JSONPointer) -> [String]? {
        guard let json = object["type"] else {
            report(place, "is missing and required")
            return nil
        }
        let elements = json.arrayValue ?? [json]
        let types = elements.compactMap(\.stringValue)
        guard !types.isEmpty, types.count == elements.count else {
            report(place, "must be a type or a list of types")
            return nil
        }
        return types
    }
}

extension BadgeCheck {
    /// One that whoever issues the badge completes: checked as far as it is there, a Profile as if it had its `id`.
    private mutating func draft(_ member: BadgeMember, of credential: JSONObject, at place: JSONPointer) {
        guard var value = credential[member.key] else { return }
        if member.key == "issuer", var profile = value.objectValue, profile["id"] == nil {
            profile["id"] = "urn:issuer"
            value = .object(profile)
        }
        check(value, as: member.kind, at: place.appending(member.key))
    }

    mutating func check(_ member: BadgeMember, of object: JSONObject, at place: JSONPointer) {
        guard !isFull else { return }
        guard let value = object[member.key] else {
            if member.occurrence == .required { report(place.appending(member.key), "is missing and required") }
            return
        }
        let place = place.appending(member.key)
        switch (member.occurrence, value) {
        case (.list, .array(let elements)), (.compactedList, .array(let elements)):
            for (index, element) in elements.enumerated() {
                check(element, as: member.kind, at: place.appending(index))
            }
        case (.list, _): report(place, "must be a list, also with one element")
        default: check(value, as: member.kind, at: place)
        }
    }

    mutating func object(_ object: JSONObject, as badgeClass: BadgeClass, at place: JSONPointer) {
        type(of: object, as: badgeClass, at: place.appending("type"))
        for member in badgeClass.members { check(member, of: object, at: place) }
        switch badgeClass {
        case .identityObject: identityHash(of: object, at: place)
        case .resultDescription: requiredLevel(of: object, at: place)
        default: break
        }
    }

    private mutating func type(of object: JSONObject, as badgeClass: BadgeClass, at place: JSONPointer) {
        let name = badgeClass.rawValue
        switch badgeClass.typeRule {
        case .none: break
        case .isName: if object["type"] != .string(name) { report(place, "must be \(name)") }
        case .isAny: if object["type"]?.stringValue == nil { report(place, "must be one type") }
        case .includesName:
            if let types = types(of: object, at: place), !types.contains(name) { report(place, "must include \(name)") }
        }
    }

    private mutating func check(_ value: JSON, as kind: BadgeMember.Kind, at place: JSONPointer) {
        guard !isFull else { return }
        switch (kind, value) {
        case (.object(let badgeClass), .object(let object)): self.object(object, as: badgeClass, at: place)
        case (.profileReference, .object(let object)): self.object(object, as: .profile, at: place)
        case (.profileReference, _): check(value, as: .uri, at: place)
        case (.endorsement, .object(let object)): credential(object, at: place, as: .endorsement, isDraft: false)
        case (.boolean, .bool), (.number, .integer), (.number, .number): break
        case (.boolean, _): report(place, "must be true or false")
        case (.number, _): report(place, "must be a number, not in quotation marks")
        case (.object(let badgeClass), _): report(place, "must be an object, of the class \(badgeClass.rawValue)")
        case (.endorsement, _): report(place, "must be an object: an EndorsementCredential")
        case (_, .string(let text)): if let problem = kind.problem(with: text) { report(place, problem) }
        default: report(place, "must be a string")
        }
    }
}

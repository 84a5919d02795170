import CanonicalJSON
import Credentials

/// What a template may leave out because it follows from the class of an object.
extension CredentialClass {
    /// The credential, where every object that must have a type has one, and every image that is only a URL is an
    /// Image.
    func withTypes(_ credential: JSONObject) -> JSONObject {
        (members(.v2_0) + issuerMembers(.v2_0)).reduce(into: credential) { $1.complete(&$0) }
    }
}

extension BadgeMember {
    /// Completes this property of an object.
    fileprivate func complete(_ object: inout JSONObject) {
        guard let value = object[key] else { return }
        let badgeClass: BadgeClass
        switch (kind, value) {
        case (.object(let named), _): badgeClass = named
        case (.profileReference, .object): badgeClass = .profile
        default: return
        }
        object[key] =
            value.arrayValue.map { .array($0.map(badgeClass.completed)) } ?? badgeClass.completed(value)
    }
}

extension BadgeClass {
    fileprivate func completed(_ json: JSON) -> JSON {
        if self == .image, case .string = json { return ["id": json, "type": "Image"] }
        guard case .object(var object) = json else { return json }
        if object["type"] == nil {
            switch typeRule {
            case .isName: object["type"] = .string(rawValue)
            case .includesName: object["type"] = [.string(rawValue)]
            case .isAny, .none: break
            }
        }
        return .object(members.reduce(into: object) { $1.complete(&$0) })
    }
}

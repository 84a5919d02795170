package import CanonicalJSON
package import Temporal

/// Reads the members of a JSON object that a rule names and leaves the others alone: credentials are an open world.
///
/// A member whose value is `null` is present, and refused by every rule.
package struct OpenObject: Sendable {
    /// The object.
    package let object: JSONObject

    /// Where it stands in its document.
    package let place: JSONPointer

    /// The object at that place; refuses any other JSON.
    package init(_ json: JSON, at place: JSONPointer) throws(CredentialError) {
        guard case .object(let object) = json else { throw CredentialError(at: place, "must be an object") }
        (self.object, self.place) = (object, place)
    }

    /// The object that stands at that place.
    package init(_ object: JSONObject, at place: JSONPointer) { (self.object, self.place) = (object, place) }

    /// A refusal of one member.
    package func malformed(_ key: String, _ problem: String) -> CredentialError {
        CredentialError(at: place.appending(key), problem)
    }
}

extension OpenObject {
    /// A member of any type.
    package func value(_ key: String) throws(CredentialError) -> JSON {
        guard let value = object[key] else { throw malformed(key, "is missing and required") }
        return value
    }

    /// A string, or nil when the member is absent.
    package func optionalString(_ key: String) throws(CredentialError) -> String? {
        guard let json = object[key] else { return nil }
        guard case .string(let text) = json else { throw malformed(key, "must be a string") }
        return text
    }

    /// A single URL, or nil when the member is absent
    /// ([VCDM 2.0, 4.4](https://www.w3.org/TR/vc-data-model-2.0/#identifiers)).
    package func optionalURI(_ key: String) throws(CredentialError) -> URI? {
        guard let json = object[key] else { return nil }
        guard case .string(let text) = json else { throw malformed(key, "must be one URL, as a string") }
        return try URI(text, at: place.appending(key))
    }

    /// A single URL.
    package func uri(_ key: String) throws(CredentialError) -> URI {
        guard let uri = try optionalURI(key) else { throw malformed(key, "is missing; give a URL") }
        return uri
    }

    /// The values of `type`: one or more terms and absolute URLs
    /// ([VCDM 2.0, 4.5](https://www.w3.org/TR/vc-data-model-2.0/#types)).
    package func types() throws(CredentialError) -> [String] {
        let json = try value("type")
        guard case .array(let elements) = json else { return [try type(json, at: place.appending("type"))] }
        guard !elements.isEmpty else { throw malformed("type", "is empty; name at least one type") }
        var types: [String] = []
        types.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            types.append(try type(element, at: place.appending("type").appending(index)))
        }
        return types
    }

    private func type(
        _ json: JSON, at place: @autoclosure () -> JSONPointer
    ) throws(CredentialError) -> String {
        guard case .string(let text) = json else { throw CredentialError(at: place(), "must be a string") }
        guard let first = text.utf8.first, first != UInt8(ascii: "@") else {
            throw CredentialError(at: place(), "must be a term or an absolute URL, not empty and without @ in front")
        }
        // A term that a context defines cannot be told from one that it does not; a URL can be checked here.
        if text.utf8.contains(UInt8(ascii: ":")) { _ = try URI(text, at: place()) }
        return text
    }

    /// A time, or nil when the member is absent.
    package func optionalTime(
        _ key: String, missingOffset: DateTimeStamp.MissingOffset
    ) throws(CredentialError) -> Instant? {
        guard let text = try optionalString(key) else { return nil }
        do {
            return try DateTimeStamp.instant(text, missingOffset: missingOffset)
        } catch {
            throw malformed(key, "must be a dateTimeStamp: \(error)")
        }
    }

    /// The object, or the objects of a list that is not empty; none when the member is absent.
    package func objects(_ key: String) throws(CredentialError) -> [OpenObject] {
        guard let json = object[key] else { return [] }
        let place = place.appending(key)
        guard case .array(let elements) = json else { return [try OpenObject(json, at: place)] }
        guard !elements.isEmpty else { throw malformed(key, "is an empty list; leave it out instead") }
        var objects: [OpenObject] = []
        objects.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            objects.append(try OpenObject(element, at: place.appending(index)))
        }
        return objects
    }
}

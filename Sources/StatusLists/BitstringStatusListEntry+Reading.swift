package import CanonicalJSON
import Credentials

extension BitstringStatusListEntry {
    /// Reads an entry of somebody's credential.
    ///
    /// - Parameter place: where it stands, for refusals.
    /// - Throws: ``StatusListError``: ``Credentials/ProblemType/malformedValue``,
    ///   ``Credentials/ProblemType/range`` for a place that no list has, or
    ///   ``Credentials/ProblemType/statusVerification`` when the entry has more bits than are supported.
    package init(_ json: JSONObject, at place: JSONPointer) throws(StatusListError) {
        let entry = OpenObject(json, at: place)
        do throws(CredentialError) {
            guard try entry.types() == [Self.type] else { throw entry.malformed("type", "must be \(Self.type)") }
            statusPurpose = StatusPurpose(rawValue: try Self.string("statusPurpose", of: entry))
            statusListCredential = try entry.uri("statusListCredential")
            id = try entry.optionalURI("id")
            guard id != statusListCredential else {
                throw entry.malformed("id", "must not be the URL of the list")
            }
            statusReference = try Self.references(of: entry)
            statusSize = try StatusSize(of: entry) ?? .one
            statusListIndex = try Self.index(of: entry, statusSize)
            statusMessages = try Self.messages(of: entry, statusSize)
        } catch {
            throw StatusListError(error)
        }
    }

    private static func string(_ key: String, of entry: OpenObject) throws(CredentialError) -> String {
        guard let text = try entry.optionalString(key) else { throw entry.malformed(key, "is missing and required") }
        return text
    }

    /// A number in base 10 without leading zeros, as a string: one place has one name.
    private static func index(of entry: OpenObject, _ size: StatusSize) throws(CredentialError) -> Int {
        let text = try string("statusListIndex", of: entry)
        guard let first = text.utf8.first, text == "0" || first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { throw entry.malformed("statusListIndex", "must be a whole number in base 10, as a string") }
        guard let index = Int(text), index < size.maximumEntries else {
            let place = entry.place.appending("statusListIndex")
            throw CredentialError(.range, at: place, "is beyond the longest list, \(size.maximumEntries) entries")
        }
        return index
    }

    /// One message for each value that the size allows, in any order.
    private static func messages(of entry: OpenObject, _ size: StatusSize) throws(CredentialError) -> [String]? {
        guard let json = entry.object["statusMessage"] else {
            guard size == .one else {
                throw entry.malformed("statusMessage", "is missing; more than one bit needs a message for each value")
            }
            return nil
        }
        guard json.arrayValue?.count == size.valueCount else {
            throw entry.malformed("statusMessage", "must have \(size.valueCount) messages, one for each value")
        }
        var messages = [String?](repeating: nil, count: size.valueCount)
        for element in try entry.objects("statusMessage") {
            guard let value = hexadecimal(try string("status", of: element)), value < size.valueCount,
                messages[value] == nil
            else {
                throw element.malformed("status", "must be one of the \(size.valueCount) values, 0x0 and so on, once")
            }
            messages[value] = try string("message", of: element)
        }
        return messages.compactMap(\.self)
    }

    private static func hexadecimal(_ text: String) -> Int? {
        let digits = text.utf8.dropFirst(2)
        guard text.hasPrefix("0x"), 1...2 ~= digits.count, digits.first != UInt8(ascii: "+") else { return nil }
        return Int(text.dropFirst(2), radix: 16)
    }

    private static func references(of entry: OpenObject) throws(CredentialError) -> [URI] {
        guard let json = entry.object["statusReference"] else { return [] }
        var references: [URI] = []
        for reference in json.arrayValue ?? [json] {
            guard case .string(let text) = reference else {
                throw entry.malformed("statusReference", "must be a URL or a list of URLs")
            }
            references.append(try URI(text, at: entry.place.appending("statusReference")))
        }
        return references
    }
}

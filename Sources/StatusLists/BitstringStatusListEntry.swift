package import CanonicalJSON
package import Credentials

/// What a credential says about where its status is
/// ([Bitstring Status List 1.0, 2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
package struct BitstringStatusListEntry: Hashable, Sendable {
    /// The `type` of these entries.
    package static let type = "BitstringStatusListEntry"

    /// What the bit means when it is set.
    package let statusPurpose: StatusPurpose

    /// The place in the list, from 0.
    package let statusListIndex: Int

    /// Where the list is.
    package let statusListCredential: URI

    /// What the values 0 and 1 mean, when the entry says so.
    package let statusMessages: [String]?

    /// An entry for a credential that we issue. The place is less than ``Bitstring/maximumCount``.
    package init(statusPurpose: StatusPurpose, statusListIndex: Int, statusListCredential: URI) {
        precondition(0..<Bitstring.maximumCount ~= statusListIndex, "a place that no list has")
        self.statusPurpose = statusPurpose
        self.statusListIndex = statusListIndex
        self.statusListCredential = statusListCredential
        statusMessages = nil
    }

    /// The entry, for `credentialStatus`. `statusSize` is left out: it is 1. So is `id`, which nobody uses.
    package var json: JSONObject {
        [
            "type": .string(Self.type), "statusPurpose": .string(statusPurpose.rawValue),
            "statusListIndex": .string(String(statusListIndex)),
            "statusListCredential": .string(statusListCredential.description),
        ]
    }
}

extension BitstringStatusListEntry {
    /// Reads an entry of somebody's credential.
    ///
    /// - Parameter place: where it stands, for refusals.
    /// - Throws: ``StatusListError``: ``Credentials/ProblemType/malformedValue``,
    ///   ``Credentials/ProblemType/range`` for a place that no list has, or
    ///   ``Credentials/ProblemType/statusVerification`` when the entry has more than one bit.
    package init(_ json: JSONObject, at place: JSONPointer) throws(StatusListError) {
        let entry = OpenObject(json, at: place)
        let statusSize: Int64
        do throws(CredentialError) {
            guard try entry.types() == [Self.type] else { throw entry.malformed("type", "must be \(Self.type)") }
            statusPurpose = StatusPurpose(rawValue: try Self.string("statusPurpose", of: entry))
            statusListIndex = try Self.index(of: entry)
            statusListCredential = try entry.uri("statusListCredential")
            guard try entry.optionalURI("id") != statusListCredential else {
                throw entry.malformed("id", "must not be the URL of the list")
            }
            statusSize = try Self.size(of: entry)
            statusMessages = statusSize == 1 ? try Self.messages(of: entry) : nil
            try Self.checkReferences(of: entry)
        } catch {
            throw StatusListError(error)
        }
        guard statusSize == 1 else {
            throw StatusListError(
                .statusVerification, at: place.appending("statusSize"), "must be 1: larger entries are not supported")
        }
    }

    private static func string(_ key: String, of entry: OpenObject) throws(CredentialError) -> String {
        guard let text = try entry.optionalString(key) else { throw entry.malformed(key, "is missing and required") }
        return text
    }

    /// A number in base 10 without leading zeros, as a string: one place has one name.
    private static func index(of entry: OpenObject) throws(CredentialError) -> Int {
        let text = try string("statusListIndex", of: entry)
        guard let first = text.utf8.first, text == "0" || first != UInt8(ascii: "0"),
            text.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { throw entry.malformed("statusListIndex", "must be a whole number in base 10, as a string") }
        guard let index = Int(text), index < Bitstring.maximumCount else {
            let place = entry.place.appending("statusListIndex")
            throw CredentialError(.range, at: place, "is beyond the longest list, \(Bitstring.maximumCount) bits")
        }
        return index
    }

    private static func size(of entry: OpenObject) throws(CredentialError) -> Int64 {
        guard let size = (entry.object["statusSize"] ?? 1).integerValue, size > 0 else {
            throw entry.malformed("statusSize", "must be a whole number of bits, at least 1")
        }
        return size
    }

    /// One message for each of the two values of a bit.
    private static func messages(of entry: OpenObject) throws(CredentialError) -> [String]? {
        guard entry.object["statusMessage"] != nil else { return nil }
        let messages = try entry.objects("statusMessage")
        guard messages.map({ $0.object["status"] }) == ["0x0", "0x1"] else {
            throw entry.malformed("statusMessage", "must have one message for 0x0 and one for 0x1")
        }
        return [try string("message", of: messages[0]), try string("message", of: messages[1])]
    }

    private static func checkReferences(of entry: OpenObject) throws(CredentialError) {
        guard let json = entry.object["statusReference"] else { return }
        for reference in json.arrayValue ?? [json] {
            guard case .string(let text) = reference else {
                throw entry.malformed("statusReference", "must be a URL or a list of URLs")
            }
            _ = try URI(text, at: entry.place.appending("statusReference"))
        }
    }
}

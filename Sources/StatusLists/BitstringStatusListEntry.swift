package import CanonicalJSON
package import Credentials

/// What a credential says about where its status is
/// ([Bitstring Status List 1.0, 2.1](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistentry)).
package struct BitstringStatusListEntry: Hashable, Sendable {
    /// The `type` of these entries.
    package static let type = "BitstringStatusListEntry"

    /// What identifies the entry, if anything does; not the URL of the list. Open Badges require it.
    package let id: URI?

    /// What a value other than 0 means.
    package let statusPurpose: StatusPurpose

    /// The place in the list, from 0, counted in entries.
    package let statusListIndex: Int

    /// Where the list is.
    package let statusListCredential: URI

    /// How many bits the entry has.
    package let statusSize: StatusSize

    /// What each value means, by value, when the entry says so: one for each that its size allows.
    package let statusMessages: [String]?

    /// Where more about the status is to be read.
    package let statusReference: [URI]

    /// An entry for a credential that we issue.
    ///
    /// - Parameters:
    ///   - statusListIndex: less than the size's `maximumEntries`.
    ///   - statusMessages: one for each value of the size; required when the size is more than 1. With size 1 better
    ///     left out: W3C's test suite wants as many messages as there are bits, and the specification as there are
    ///     values.
    ///   - id: used by nobody but Open Badges, which require it: the URL of the list, `#` and the index will do.
    package init(
        statusPurpose: StatusPurpose, statusListIndex: Int, statusListCredential: URI, statusSize: StatusSize = .one,
        statusMessages: [String]? = nil, statusReference: [URI] = [], id: URI? = nil
    ) {
        precondition(id != statusListCredential, "an entry is not its list")
        precondition(0..<statusSize.maximumEntries ~= statusListIndex, "a place that no list has")
        precondition(
            statusMessages.map { $0.count == statusSize.valueCount } ?? (statusSize == .one),
            "an entry of \(statusSize.bits) bits has \(statusSize.valueCount) messages")
        self.id = id
        self.statusPurpose = statusPurpose
        self.statusListIndex = statusListIndex
        self.statusListCredential = statusListCredential
        self.statusSize = statusSize
        self.statusMessages = statusMessages
        self.statusReference = statusReference
    }

    /// What a value means in words: as the entry says, else "unset" or "set", as the specification does.
    package func message(for value: UInt8) -> String {
        statusMessages?[Int(value)] ?? (value == 0 ? "unset" : "set")
    }

    /// The entry, for `credentialStatus`. `statusSize` is left out when it is 1.
    package var json: JSONObject {
        var json: JSONObject = [
            "type": .string(Self.type), "statusPurpose": .string(statusPurpose.rawValue),
            "statusListIndex": .string(String(statusListIndex)),
            "statusListCredential": .string(statusListCredential.description),
        ]
        json["id"] = id.map { .string($0.description) }
        if statusSize != .one { json["statusSize"] = .integer(Int64(statusSize.bits)) }
        json["statusMessage"] = statusMessages.map { messages in
            .array(
                messages.enumerated().map { value, message in
                    ["status": .string("0x" + String(value, radix: 16)), "message": .string(message)]
                })
        }
        let references = statusReference.map { JSON.string($0.description) }
        if !references.isEmpty { json["statusReference"] = references.count == 1 ? references[0] : .array(references) }
        return json
    }
}

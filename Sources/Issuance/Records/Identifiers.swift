import CanonicalJSON
import Multiformats
package import Temporal

/// The identifier of a request: a UUID of version 7 (RFC 9562, 5.7) in lower case, so that identifiers sort by time and
/// 74 random bits keep them from being guessed. It is public: it stands in log entries as `rid`.
package struct RequestID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Parameter random: 10 random bytes, of which 74 bits are used.
    package init(at instant: Instant, random: [UInt8]) {
        precondition(random.count == 10)
        let time = UInt64(clamping: instant.milliseconds)
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: time >> (40 - 8 * $0)) } + random
        bytes[6] = 0x70 | (bytes[6] & 0x0F)
        bytes[8] = 0x80 | (bytes[8] & 0x3F)
        let hex = Array(Hex.encode(bytes))
        text = [hex[0..<8], hex[8..<12], hex[12..<16], hex[16..<20], hex[20..<32]].map { String($0) }
            .joined(separator: "-")
    }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count == 36 else { return nil }
        for (position, byte) in utf8.enumerated() {
            switch position {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return nil }
            default:
                let isHex = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
                guard isHex else { return nil }
            }
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (a: RequestID, b: RequestID) -> Bool { a.text < b.text }
}

/// An institution, as it stands in the log: a short public name that says nothing about who it is.
package struct TenantID: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    /// The tenant whose policies hold for every institution that has none of its own.
    package static let `default` = TenantID(unchecked: "default")

    private init(unchecked text: String) { self.text = text }

    /// - Parameter random: 8 random bytes.
    package init(random: [UInt8]) {
        precondition(random.count == 8)
        text = "i" + Hex.encode(random)
    }

    /// Reads the form that policies allow: 1 to 63 of `a-z 0-9 . -`, beginning and ending with a letter or digit.
    package init?(_ text: String) {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
        }
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, let last = text.utf8.last,
            isAlphanumeric(first), isAlphanumeric(last),
            text.utf8.allSatisfy({ isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
    }

    package var description: String { text }
}

/// The person a credential is about, as their institution names them. Personal data: never in an entry.
package struct Holder: Hashable, Sendable {
    package let id: String
    package let email: String?

    /// The longest identifier and address taken, in UTF-8 bytes: a did:key of a large key is about 300; an address at
    /// most 254 (RFC 5321).
    package static let maximumIDBytes = 512
    package static let maximumEmailBytes = 254

    package init(id: String, email: String?) {
        self.id = id
        self.email = email
    }
}

extension ObjectReader {
    /// Reads a request's identifier where there is one.
    mutating func optionalRequestID(_ name: String) throws(JSONShapeError) -> RequestID? {
        guard let text = try optionalString(name) else { return nil }
        guard let id = RequestID(text) else {
            throw JSONShapeError(pointer: pointer(to: name), problem: "expected the identifier of a request")
        }
        return id
    }
}

/// What a request may be waiting for, or how it ended.
package enum RequestState: String, Hashable, Sendable, CaseIterable {
    case processing, paused, available, cancelled, denied, revoked
}

/// Why an institution refuses a credential. Beside the log: it is about a person.
package enum DenialReason: String, Hashable, Sendable, CaseIterable {
    case requirementsNotMet = "requirements-not-met"
    case identityNotProven = "identity-not-proven"
    case informationMissing = "information-missing"
    case duplicateRequest = "duplicate-request"
    case fraudSuspected = "fraud-suspected"
    case other
}

/// How much the institution bought.
package enum Tier: String, Hashable, Sendable, CaseIterable { case standard, premium }

/// Whether a person or an outside service must agree before the credential is issued.
package enum Review: String, Hashable, Sendable, CaseIterable { case none, manual }

/// Somebody of the staff, as the log names them: 16 lower-case hexadecimal digits that say nothing about who it is.
package struct StaffID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// - Parameter random: 8 random bytes.
    package init(random: [UInt8]) {
        precondition(random.count == 8)
        text = Hex.encode(random)
    }

    /// Reads the text form; nil when it is not one.
    package init?(_ text: String) {
        let isHex = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.utf8.count == 16, isHex else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (a: StaffID, b: StaffID) -> Bool { a.text < b.text }
}

package import Cryptography

/// What stands in an entry for the value of a personal field: binds the value, hides it, and means nothing once the
/// salt is gone.
///
/// `HMAC-SHA256(salt, "vc-audit commit v1" || u16 length of field || field || u32 length of value || value)`, numbers
/// big-endian.
package struct Commitment: Hashable, Sendable {
    /// The 32 bytes that stand in `cm`.
    package let digest: SHA256Digest

    /// A commitment as an entry has it.
    package init(digest: SHA256Digest) {
        self.digest = digest
    }

    private static let purpose = Array("vc-audit commit v1".utf8)

    /// - Parameters: as ``Opening`` has checked them.
    fileprivate init(to value: RawSpan, field: String, salt: [UInt8]) {
        let name = field.utf8Span.span
        digest = HMACSHA256(key: salt).authenticate { hasher in
            hasher.update(Self.purpose)
            hasher.update(bigEndian: UInt16(name.count))
            unsafe hasher.update(name.bytes)
            hasher.update(bigEndian: UInt32(value.byteCount))
            hasher.update(value)
        }
    }

    /// Verifies that an opening belongs to this commitment.
    /// - Throws: ``TransparencyLogError/wrongOpening(field:)``.
    package func verify(_ opening: Opening) throws(TransparencyLogError) {
        guard opening.commitment == self else { throw .wrongOpening(field: opening.field) }
    }
}

/// The value of a committed field with the salt that opens its commitment: personal data.
package struct Opening: Hashable, Sendable {
    /// A shorter salt would be padded by HMAC with zeros, and then not bind.
    package static let saltByteCount = 32
    /// The length of a field's name is written in two bytes; entries allow 64.
    package static let fieldBytes = 1...64
    /// As long as a JSON document may be: a whole credential can be committed to.
    package static let maximumValueBytes = 1 << 20

    /// The name of the field in `cm`.
    package let field: String
    /// The key of the HMAC, ``saltByteCount`` bytes.
    package let salt: [UInt8]
    /// What was committed to, as it was then encoded.
    package let value: [UInt8]
    /// The commitment that this opens.
    package let commitment: Commitment

    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if field, salt or value has a wrong length.
    package init(field: String, salt: [UInt8], value: [UInt8]) throws(TransparencyLogError) {
        guard salt.count == Self.saltByteCount else {
            throw .malformed(.opening, problem: "the salt must have 32 bytes")
        }
        try Self.check(field: field, valueBytes: value.count)
        self.field = field
        self.salt = salt
        self.value = value
        commitment = Commitment(to: unsafe value.span.bytes, field: field, salt: salt)
    }
}

extension Opening {
    fileprivate static func check(field: String, valueBytes: Int) throws(TransparencyLogError) {
        guard fieldBytes.contains(field.utf8.count) else {
            throw .malformed(.opening, problem: "the name of the field must have 1 to 64 bytes")
        }
        guard valueBytes <= maximumValueBytes else {
            throw .malformed(.opening, problem: "the value has more than \(maximumValueBytes) bytes")
        }
    }
}

extension Opening: CustomStringConvertible, CustomDebugStringConvertible {
    /// Neither salt nor value: this may end in a log file.
    package var description: String { "an opening of field \(field.debugDescription)" }
    /// As little as ``description``.
    package var debugDescription: String { description }
}

/// The secret from which the salts of one person's commitments come. To destroy it, and the openings, is to erase the
/// person from the log.
package struct SubjectKey: Sendable {
    /// As long as the output of the hash that it feeds.
    package static let byteCount = 32

    private let secret: HKDFSHA256

    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` unless there are 32 bytes, which must be random.
    package init(_ secret: [UInt8]) throws(TransparencyLogError) {
        guard secret.count == Self.byteCount else {
            throw .malformed(.subjectKey, problem: "it must have 32 bytes")
        }
        self.secret = HKDFSHA256(secret: secret, salt: [])
    }

    /// The commitment to a value without keeping its opening.
    /// - Parameters: as those of ``opening(field:value:seq:)``.
    package func commitment(to value: ArraySlice<UInt8>, field: String, seq: UInt64) throws(TransparencyLogError)
        -> Commitment
    {
        try Opening.check(field: field, valueBytes: value.count)
        return Commitment(to: unsafe value.span.bytes, field: field, salt: salt(field: field, seq: seq))
    }

    /// The opening of a field in entry `seq`. The salt is `HKDF-SHA256(secret, no salt, u64 seq || field)`, another one
    /// for each entry and field.
    package func opening(
        field: String, value: [UInt8], seq: UInt64
    ) throws(TransparencyLogError) -> Opening {
        try Opening(field: field, salt: salt(field: field, seq: seq), value: value)
    }

    private func salt(field: String, seq: UInt64) -> [UInt8] {
        secret.expand { hasher in
            hasher.update(bigEndian: seq)
            unsafe hasher.update(field.utf8Span.span.bytes)
        }.bytes
    }
}

extension SubjectKey: CustomStringConvertible, CustomDebugStringConvertible {
    /// Not the secret.
    package var description: String { "a subject key" }
    /// As little as ``description``.
    package var debugDescription: String { description }
}

/// Why a text is not an encoding or a key. No case repeats the text, because it may be a secret key.
///
/// An `offset` counts the UTF-8 bytes before the fault, without the prefix of a multibase text.
package enum MultiformatsError: Error, Hashable, Sendable {
    /// A character outside the alphabet; white space and line breaks are never in one.
    case unexpectedCharacter(Multibase.Base, offset: Int)
    /// No sequence of bytes has an encoding of this many characters.
    case impossibleLength(Multibase.Base, characterCount: Int)
    /// There are too many or too few `=` at the end.
    case wrongPadding(Multibase.Base)
    /// The last character carries bits beyond the last byte that are not zero: a second spelling of the same bytes.
    case nonZeroTrailingBits(Multibase.Base)
    /// The text stands for more bytes than are read in this base.
    case tooLong(Multibase.Base, maximumByteCount: Int)
    /// The text is empty, so that not even a multibase prefix is there.
    case noBase
    /// The first character is not the prefix of a base that this room knows.
    case unknownBase
    /// A multibase text in another base than its place asks for.
    case wrongBase(Multibase.Base, expected: Multibase.Base)
    /// The bytes of a Multikey end before the two that name its type.
    case noKeyType
    /// The first two bytes of a Multikey are none of ``Multikey/KeyType``.
    case unknownKeyType(code: UInt16)
    /// A key of this type has another number of bytes.
    case wrongKeyLength(Multikey.KeyType, byteCount: Int)
    /// A public key on a NIST curve that does not begin with 02 or 03.
    case uncompressedPoint(Multikey.KeyType)
}

extension MultiformatsError: CustomStringConvertible {
    /// What was wrong and where, without the text itself.
    package var description: String {
        switch self {
        case .unexpectedCharacter(let base, let offset):
            "the character at byte \(offset) is not in the alphabet of \(base); white space is not allowed"
        case .impossibleLength(let base, let characterCount):
            "no bytes have a \(base) text of \(characterCount) characters; part of it may be missing"
        case .wrongPadding(let base):
            "\(base) ends with as many = as complete the last group, no more and no fewer"
        case .nonZeroTrailingBits(let base):
            "the last character of this \(base) text has bits that belong to no byte and must be zero"
        case .tooLong(let base, let maximumByteCount):
            "\(base) is for keys and signatures: a text of more than \(maximumByteCount) bytes is refused"
        case .noBase:
            "a multibase text begins with the character of its base; this one is empty"
        case .unknownBase:
            "the first character is not a multibase prefix that is known here; keys and signatures begin with z or u"
        case .wrongBase(let base, let expected):
            "the text is in \(base) and must be in \(expected): its first character is \(expected.prefix)"
        case .noKeyType:
            "a Multikey begins with two bytes for its type; this text has fewer"
        case .unknownKeyType(let code):
            "the key type code 0x\(Hex.encode([UInt8(code >> 8), UInt8(code & 0xFF)])) is not supported; "
                + "supported are Ed25519, P-256 and P-384"
        case .wrongKeyLength(let type, let byteCount):
            "a key of type \(type) has \(type.byteCount) bytes, not \(byteCount)"
        case .uncompressedPoint(let type):
            "a key of type \(type) is a compressed point: its first byte is 02 or 03"
        }
    }
}

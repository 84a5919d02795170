package import CanonicalJSON
import Compression
import Credentials
import Multiformats

/// A list of statuses of 1, 2, 4 or 8 bits, one for each token; the first is in the lowest bits of the first byte
/// ([Token Status List](https://datatracker.ietf.org/doc/draft-ietf-oauth-status-list/), section 4.1).
package struct TokenStatusList: Hashable, Sendable {
    /// The most bytes that are unpacked: as much as a ``Bitstring`` may have. A small text can unpack to gigabytes.
    package static let maximumByteCount = 1 << 24

    /// How many bits a status has.
    package enum Bits: Int, Hashable, Sendable, CaseIterable {
        case one = 1
        case two = 2
        case four = 4
        case eight = 8

        /// The greatest status.
        package var maximum: UInt8 { UInt8(truncatingIfNeeded: 1 << rawValue - 1) }

        fileprivate var perByte: Int { 8 / rawValue }
    }

    /// How many bits each status has.
    package let bits: Bits

    private var bytes: [UInt8]

    /// A list in which every token is valid.
    ///
    /// - Parameter count: how many, at least; the last byte is filled up. At most ``maximumByteCount`` bytes.
    package init(bits: Bits, count: Int) {
        let byteCount = (count + bits.perByte - 1) / bits.perByte
        precondition(1...Self.maximumByteCount ~= byteCount, "a list of \(count) statuses")
        self.bits = bits
        bytes = [UInt8](repeating: 0, count: byteCount)
    }

    /// How many statuses there are.
    package var count: Int { bytes.count * bits.perByte }

    /// The status at an index from 0 up to ``count``. One that has more bits stops the program.
    package subscript(index: Int) -> TokenStatus {
        get { TokenStatus(rawValue: bytes[index / bits.perByte] >> shift(index) & bits.maximum) }
        set {
            precondition(newValue.rawValue <= bits.maximum, "a status of more than \(bits.rawValue) bits")
            let byte = bytes[index / bits.perByte] & ~(bits.maximum << shift(index))
            bytes[index / bits.perByte] = byte | newValue.rawValue << shift(index)
        }
    }

    private func shift(_ index: Int) -> UInt8 { UInt8(index % bits.perByte * bits.rawValue) }

    /// The list as a token carries it (section 4.2), always the same for the same statuses.
    package var json: JSONObject {
        ["bits": .integer(Int64(bits.rawValue)), "lst": .string(Base64URL.encode(ZLIB.compress(bytes)))]
    }

    /// Reads a list.
    ///
    /// - Parameter place: where it stands, for refusals.
    /// - Throws: ``StatusListError`` of type ``Credentials/ProblemType/malformedValue``.
    package init(_ json: JSON, at place: JSONPointer = JSONPointer()) throws(StatusListError) {
        guard case .object(let object) = json else {
            throw StatusListError(.malformedValue, at: place, "must be an object")
        }
        guard let number = object["bits"]?.integerValue, let bits = Bits(rawValue: Int(number)) else {
            throw StatusListError(.malformedValue, at: place.appending("bits"), "must be 1, 2, 4 or 8")
        }
        let place = place.appending("lst")
        guard case .string(let text) = object["lst"] else {
            throw StatusListError(.malformedValue, at: place, "must be a string")
        }
        self.bits = bits
        let packed = try Self.decode(text, at: place)
        do {
            bytes = try ZLIB.expand(packed, limit: Self.maximumByteCount)
        } catch {
            throw StatusListError(.malformedValue, at: place, Self.problem(error))
        }
    }

    private static func decode(_ text: String, at place: JSONPointer) throws(StatusListError) -> [UInt8] {
        do {
            return try Base64URL.decode(text)
        } catch {
            throw StatusListError(.malformedValue, at: place, "is not base64url: \(error)")
        }
    }

    private static func problem(_ failure: GZIP.Failure) -> String {
        switch failure {
        case .damaged: "is not in the zlib format, or damaged, or cut off"
        case .tooLarge: "unpacks to more than \(maximumByteCount) bytes, which is refused"
        case .trailingData: "goes on after the end of the packed list"
        }
    }
}

/// What a list says of one token (section 7.1). Values that have no name here are for applications.
package struct TokenStatus: RawRepresentable, Hashable, Sendable {
    /// The number in the list.
    package let rawValue: UInt8

    /// A status by its number.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The token is valid, as far as the list goes.
    package static let valid = TokenStatus(rawValue: 0)
    /// The token is revoked, for ever.
    package static let invalid = TokenStatus(rawValue: 1)
    /// The token is not valid for now.
    package static let suspended = TokenStatus(rawValue: 2)
}

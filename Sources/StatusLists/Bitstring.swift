package import CanonicalJSON
import Compression
import Credentials
import Multiformats

/// A list of bits, one or more for each credential; bit 0 is the left-most bit of the first byte
/// ([Bitstring Status List 1.0, 2.2](https://www.w3.org/TR/vc-bitstring-status-list/#bitstringstatuslistcredential)).
package struct Bitstring: Hashable, Sendable {
    /// The fewest entries a list may have, so that one place among them says little: with one bit each, 16 KiB.
    package static let minimumCount = 131_072

    /// The most bits that are unpacked: 16 MiB, a thousand times the usual list. A small text can unpack to gigabytes.
    package static let maximumCount = 1 << 27

    private var bytes: [UInt8]

    /// A list with no bit set.
    /// - Parameter count: a multiple of 8, from ``minimumCount`` to ``maximumCount``.
    package init(count: Int = minimumCount) {
        precondition(
            Self.minimumCount...Self.maximumCount ~= count && count.isMultiple(of: 8), "a list of \(count) bits")
        bytes = [UInt8](repeating: 0, count: count / 8)
    }

    /// A list of entries, all 0 but those given; the later of two values for one place counts.
    ///
    /// - Parameters:
    ///   - entryCount: at least ``minimumCount``; with the size it makes whole bytes and no more than
    ///     ``maximumCount`` bits.
    ///   - values: places from 0 up to `entryCount` and what stands there, less than the size's `valueCount`.
    package init(
        entryCount: Int = minimumCount, statusSize: StatusSize, values: some Sequence<(index: Int, value: UInt8)>
    ) {
        precondition(entryCount >= Self.minimumCount, "a list of \(entryCount) entries hides nobody")
        self.init(count: entryCount * statusSize.bits)
        for (index, value) in values { self[index, statusSize] = value }
    }

    /// The number of bits.
    package var count: Int { bytes.count * 8 }

    /// The bit at an index from 0 up to ``count``; any other stops the program.
    package subscript(index: Int) -> Bool {
        get { bytes[index >> 3] & Self.mask(index) != 0 }
        set {
            if newValue { bytes[index >> 3] |= Self.mask(index) } else { bytes[index >> 3] &= ~Self.mask(index) }
        }
    }

    private static func mask(_ index: Int) -> UInt8 { 0x80 >> UInt8(index & 7) }

    /// The value of the entry at an index, when all have that size; its left-most bit counts most. An index whose
    /// entry is not wholly in the list, or a value that has more bits, stops the program.
    package subscript(index: Int, statusSize: StatusSize) -> UInt8 {
        get {
            let field = Field(index, statusSize)
            var pair = UInt16(bytes[field.byte]) << 8
            if field.spansTwoBytes { pair |= UInt16(bytes[field.byte + 1]) }
            return UInt8(truncatingIfNeeded: (pair & field.mask) >> field.shift)
        }
        set {
            precondition(Int(newValue) < statusSize.valueCount, "\(newValue) in \(statusSize.bits) bits")
            let field = Field(index, statusSize)
            let value = UInt16(newValue) << field.shift
            let (high, low) = (UInt8(field.mask >> 8), UInt8(field.mask & 0xFF))
            bytes[field.byte] = bytes[field.byte] & ~high | UInt8(value >> 8)
            if field.spansTwoBytes {
                bytes[field.byte + 1] = bytes[field.byte + 1] & ~low | UInt8(value & 0xFF)
            }
        }
    }

    /// Where an entry lies in two neighbouring bytes, read as one number.
    private struct Field {
        let byte: Int
        let shift: Int
        let mask: UInt16

        init(_ index: Int, _ statusSize: StatusSize) {
            let start = index * statusSize.bits
            byte = start >> 3
            shift = 16 - (start & 7) - statusSize.bits
            mask = UInt16(statusSize.valueCount - 1) << shift
        }

        var spansTwoBytes: Bool { shift < 8 }
    }
}

extension Bitstring {
    /// The list as text, always the same for the same bits
    /// ([3.3](https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-generation-algorithm)).
    package var encodedList: String { Multibase.encode(GZIP.compress(bytes), as: .base64url) }

    /// Reads what ``encodedList`` writes
    /// ([3.4](https://www.w3.org/TR/vc-bitstring-status-list/#bitstring-expansion-algorithm)).
    ///
    /// - Parameter place: where the text stands, for refusals.
    /// - Throws: ``StatusListError`` of type ``Credentials/ProblemType/malformedValue`` or
    ///   ``Credentials/ProblemType/statusListLength``.
    package init(encodedList: String, at place: JSONPointer = JSONPointer()) throws(StatusListError) {
        let packed: [UInt8]
        do {
            packed = try Multibase.decode(encodedList, in: .base64url)
        } catch {
            throw StatusListError(.malformedValue, at: place, "is not in multibase base64url: \(error)")
        }
        do {
            bytes = try GZIP.expand(packed, limit: Self.maximumCount / 8)
        } catch {
            throw StatusListError(.malformedValue, at: place, Self.problem(error))
        }
        guard count >= Self.minimumCount else {
            throw StatusListError(
                .statusListLength, at: place, "has \(count) bits; fewer than \(Self.minimumCount) hide nobody")
        }
    }

    private static func problem(_ failure: GZIP.Failure) -> String {
        switch failure {
        case .damaged: "is not gzip, or damaged, or cut off"
        case .tooLarge: "unpacks to more than \(maximumCount) bits, which is refused"
        case .trailingData: "goes on after the end of the packed list"
        }
    }
}

import Credentials

/// As much of CBOR ([RFC 8949](https://www.rfc-editor.org/rfc/rfc8949)) as the proof values of `ecdsa-sd-2023` and COSE
/// messages have: whole numbers, byte strings, texts, arrays and maps. One value has one encoding: every length and
/// number in its shortest form, nothing of indefinite length, no tags, keys of a map in order.
enum CBOR: Hashable, Sendable {
    case integer(UInt64)
    /// The number -1 minus this one.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// Keys are whole numbers here, in ascending order.
    case map([Entry])

    struct Entry: Hashable, Sendable {
        let key: UInt64
        let value: CBOR
    }

    /// Proof values are an array of arrays, or of maps.
    private static let maximumDepth = 4

    /// The major types of [RFC 8949, 3.1](https://www.rfc-editor.org/rfc/rfc8949#section-3.1).
    private enum MajorType: UInt8 {
        case integer = 0
        case negative = 1
        case bytes = 2
        case text = 3
        case array = 4
        case map = 5
    }

    /// The encoding.
    var encoded: [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }

    private func append(to output: inout [UInt8]) {
        switch self {
        case .integer(let value): Self.append(.integer, value, to: &output)
        case .negative(let value): Self.append(.negative, value, to: &output)
        case .bytes(let bytes):
            Self.append(.bytes, UInt64(bytes.count), to: &output)
            output += bytes
        case .text(let text):
            Self.append(.text, UInt64(text.utf8.count), to: &output)
            output += text.utf8
        case .array(let elements):
            Self.append(.array, UInt64(elements.count), to: &output)
            for element in elements { element.append(to: &output) }
        case .map(let entries):
            Self.append(.map, UInt64(entries.count), to: &output)
            for entry in entries {
                Self.append(.integer, entry.key, to: &output)
                entry.value.append(to: &output)
            }
        }
    }

    /// The head of an item: its type and its number in as few bytes as hold it.
    private static func append(_ type: MajorType, _ value: UInt64, to output: inout [UInt8]) {
        let (marker, byteCount): (UInt8, Int) =
            switch value {
            case 0..<24: (UInt8(value), 0)
            case ...0xFF: (24, 1)
            case ...0xFFFF: (25, 2)
            case ...0xFFFF_FFFF: (26, 4)
            default: (27, 8)
            }
        output.append(type.rawValue << 5 | marker)
        for index in (0..<byteCount).reversed() {
            output.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
        }
    }
}

extension CBOR {
    /// Bytes that are no encoding of a value here.
    struct Malformed: Error {}

    /// Reads one value that takes all of the bytes.
    init(decoding bytes: ArraySlice<UInt8>) throws(Malformed) {
        var rest = bytes
        self = try Self.read(&rest, depth: 0)
        guard rest.isEmpty else { throw Malformed() }
    }

    private static func read(_ rest: inout ArraySlice<UInt8>, depth: Int) throws(Malformed) -> CBOR {
        guard depth < maximumDepth else { throw Malformed() }
        let (type, value) = try readHead(&rest)
        switch type {
        case .integer: return .integer(value)
        case .negative: return .negative(value)
        case .bytes: return .bytes(Array(try take(value, from: &rest)))
        case .text:
            guard let text = String(validating: try take(value, from: &rest), as: UTF8.self) else { throw Malformed() }
            return .text(text)
        case .array:
            return .array(try readItems(value, &rest) { (rest) throws(Malformed) in try read(&rest, depth: depth + 1) })
        case .map:
            let entries = try readItems(value, &rest) { (rest) throws(Malformed) in
                guard case .integer(let key) = try read(&rest, depth: depth + 1) else { throw Malformed() }
                return Entry(key: key, value: try read(&rest, depth: depth + 1))
            }
            guard zip(entries, entries.dropFirst()).allSatisfy({ $0.key < $1.key }) else { throw Malformed() }
            return .map(entries)
        }
    }

    /// A count that is not believed before the items are there.
    private static func readItems<Item>(
        _ count: UInt64, _ rest: inout ArraySlice<UInt8>,
        reading read: (inout ArraySlice<UInt8>) throws(Malformed) -> Item
    ) throws(Malformed) -> [Item] {
        guard count <= rest.count else { throw Malformed() }
        var items: [Item] = []
        for _ in 0..<count { items.append(try read(&rest)) }
        return items
    }

    private static func readHead(_ rest: inout ArraySlice<UInt8>) throws(Malformed) -> (MajorType, UInt64) {
        guard let first = rest.popFirst(), let type = MajorType(rawValue: first >> 5) else { throw Malformed() }
        let marker = first & 0x1F
        guard marker >= 24 else { return (type, UInt64(marker)) }
        guard marker <= 27 else { throw Malformed() }
        let bytes = try take(1 << UInt64(marker - 24), from: &rest)
        let value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
        let smallest: UInt64 = marker == 24 ? 24 : 1 << (8 * UInt64(bytes.count / 2))
        guard value >= smallest else { throw Malformed() }
        return (type, value)
    }

    private static func take(_ count: UInt64, from rest: inout ArraySlice<UInt8>) throws(Malformed) -> ArraySlice<UInt8>
    {
        guard count <= rest.count else { throw Malformed() }
        defer { rest = rest.dropFirst(Int(count)) }
        return rest.prefix(Int(count))
    }
}

extension CBOR {
    /// The bytes of a byte string of that length, or of any; nil when this is something else.
    func bytes(count: Int? = nil) -> [UInt8]? {
        guard case .bytes(let bytes) = self, bytes.count == count ?? bytes.count else { return nil }
        return bytes
    }

    /// The elements, each read; nil when this is no array, or one of them is something else.
    func elements<Element>(_ read: (CBOR) -> Element?) -> [Element]? {
        guard case .array(let array) = self else { return nil }
        let elements = array.compactMap(read)
        return elements.count == array.count ? elements : nil
    }
}

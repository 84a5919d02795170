/// Who says that a message existed, at the end of a path of operations.
package enum Attestation: Hashable, Sendable {
    /// A calendar has promised to anchor the message; it proves nothing until it has. The address to ask.
    case pending(uri: String)
    /// The message is the Merkle root of the block of this height in the chain of Bitcoin.
    case bitcoin(height: UInt64)
    /// Of a kind that this version does not know: kept, and counted for nothing.
    case unknown(tag: [UInt8], payload: [UInt8])

    /// The first bytes of each attestation.
    package static let tagByteCount = 8
    /// As the format says.
    package static let maximumPayloadByteCount = 8_192
    /// As the format says.
    package static let maximumURIByteCount = 1_000

    private static let pendingTag: [UInt8] = [0x83, 0xDF, 0xE3, 0x0D, 0x2E, 0xF9, 0x0C, 0x8E]
    private static let bitcoinTag: [UInt8] = [0x05, 0x88, 0x96, 0x0D, 0x73, 0xD7, 0x19, 0x01]

    /// Reads what stands behind the byte `0x00`.
    init(_ reader: inout ByteReader) throws(OpenTimestampsError) {
        let tag = try reader.bytes(Self.tagByteCount)
        let start = reader.position
        let payload = try reader.counted(0...Self.maximumPayloadByteCount)
        var inner = ByteReader(payload, offset: start)
        switch tag {
        case Self.pendingTag:
            let uri = try inner.counted(0...Self.maximumURIByteCount)
            // Neither queries nor names of users nor anything that a terminal obeys: the format's own list.
            guard uri.allSatisfy(\.isAllowedInURI) else { throw reader.failure("an address with other characters") }
            self = .pending(uri: String(decoding: uri, as: UTF8.self))
        case Self.bitcoinTag:
            self = .bitcoin(height: try inner.number())
        default:
            self = .unknown(tag: tag, payload: payload)
            return
        }
        try inner.expectEnd()
    }

    /// The bytes that it was read from.
    func write(to output: inout [UInt8]) {
        var payload: [UInt8] = []
        switch self {
        case .pending(let uri):
            output += Self.pendingTag
            payload.append(number: UInt64(uri.utf8.count))
            payload += uri.utf8
        case .bitcoin(let height):
            output += Self.bitcoinTag
            payload.append(number: height)
        case .unknown(let tag, let bytes):
            output += tag
            payload = bytes
        }
        output.append(number: UInt64(payload.count))
        output += payload
    }
}

extension UInt8 {
    fileprivate var isAllowedInURI: Bool {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "/"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}

/// Just enough of the Distinguished Encoding Rules (X.690) to write a key in the standard form that OpenSSL reads.
/// We never read DER ourselves.
enum DER {
    static func sequence(_ elements: [[UInt8]]) -> [UInt8] {
        element(tag: 0x30, Array(elements.joined()))
    }

    /// A number that is not negative, from its big-endian bytes.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let significant = bytes.drop { $0 == 0 }
        let needsSign = (significant.first ?? 0x80) >= 0x80
        return element(tag: 0x02, (needsSign ? [0] : []) + significant)
    }

    static func octetString(_ bytes: [UInt8]) -> [UInt8] {
        element(tag: 0x04, bytes)
    }

    static func bitString(_ bytes: [UInt8]) -> [UInt8] {
        element(tag: 0x03, [0] + bytes)
    }

    static func objectIdentifier(_ encoded: [UInt8]) -> [UInt8] {
        element(tag: 0x06, encoded)
    }

    static let null: [UInt8] = [0x05, 0x00]

    private static func element(tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
        let count = contents.count
        if count < 0x80 { return [tag, UInt8(count)] + contents }
        let lengthBytes = stride(from: 24, through: 0, by: -8).map { UInt8(count >> $0 & 0xFF) }.drop { $0 == 0 }
        return [tag, 0x80 | UInt8(lengthBytes.count)] + lengthBytes + contents
    }
}

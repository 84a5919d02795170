import Multiformats

/// The block headers that a verifier has from a source that they trust, by height.
///
/// As a file: one header a line, the height in decimal, a space, and the 160 hexadecimal digits of its 80 bytes. Empty
/// lines and lines that begin with `#` say nothing.
package struct BlockHeaders: Hashable, Sendable {
    /// 1 MiB: some 6,000 headers. Nobody needs more of them than of proofs.
    package static let maximumByteCount = 1_048_576

    /// By height.
    package private(set) var headers: [UInt64: BlockHeader]

    /// Headers at hand.
    package init(_ headers: [UInt64: BlockHeader]) { self.headers = headers }

    /// Reads such a file.
    ///
    /// - Throws: ``OpenTimestampsError/unusableHeader(_:)`` for any other line, and for a height that comes twice.
    package init(parsing text: [UInt8]) throws(OpenTimestampsError) {
        guard text.count <= Self.maximumByteCount else { throw .unusableHeader("a file of more than 1 MiB") }
        headers = [:]
        for (number, line) in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let words = String(decoding: line, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 2, let height = UInt64(words[0]), String(height) == words[0],
                let bytes = try? Hex.decode(String(words[1])), let header = try? BlockHeader(bytes)
            else {
                throw .unusableHeader("line \(number + 1) is not a height, a space and 160 hexadecimal digits")
            }
            guard headers.updateValue(header, forKey: height) == nil else {
                throw .unusableHeader("line \(number + 1) gives the height \(height) for the second time")
            }
        }
    }
}

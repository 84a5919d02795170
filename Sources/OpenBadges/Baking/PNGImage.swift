import Compression

/// A PNG that can carry a credential
/// ([Open Badges 3.0, 5.3.1](https://www.imsglobal.org/spec/ob/v3p0#png),
/// [PNG, 5](https://www.w3.org/TR/png-3/#5DataRep)). The picture is never decoded.
package struct PNGImage: Hashable, Sendable {
    /// The file, as it was given.
    package let bytes: [UInt8]

    /// The credential in it, if any.
    package let credential: BakedCredential?

    /// Where the chunk with the credential lies.
    private let baked: Range<Int>?
    /// Where IEND begins.
    private let end: Int

    /// What a file begins with.
    static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let keyword = Array("openbadgecredential".utf8)

    /// Reads a file whose every chunk is whole.
    package init(_ bytes: [UInt8]) throws(BakingError) {
        guard bytes.count <= BadgeImage.maximumBytes else { throw .tooLarge(limit: BadgeImage.maximumBytes) }
        guard bytes.starts(with: Self.signature) else { throw .unknownFormat }
        var found: (text: ArraySlice<UInt8>, range: Range<Int>)?
        var offset = Self.signature.count
        var chunk = try PNGChunk(in: bytes, at: offset)
        guard chunk.type == "IHDR", chunk.data.count == 13 else {
            throw .malformed("the first chunk is not IHDR of 13 bytes", offset: offset)
        }
        while chunk.type != "IEND" {
            offset = chunk.range.upperBound
            chunk = try PNGChunk(in: bytes, at: offset)
            guard chunk.type == "iTXt", let text = try Self.credentialText(chunk) else { continue }
            guard found == nil else { throw .severalCredentials }
            found = (text, chunk.range)
        }
        guard chunk.data.isEmpty, chunk.range.upperBound == bytes.count else {
            throw .malformed("the file goes on after its last chunk, IEND", offset: chunk.range.upperBound)
        }
        self.bytes = bytes
        end = chunk.range.lowerBound
        baked = found?.range
        if let found {
            guard let text = String(validating: found.text, as: UTF8.self) else {
                throw .malformed("the text of the credential is not UTF-8", offset: found.text.startIndex)
            }
            credential = try BakedCredential(text)
        } else {
            credential = nil
        }
    }

    /// The text of an iTXt chunk with our keyword: keyword, 0, compression flag and method, language, 0, translated
    /// keyword, 0, text ([PNG, 11.3.3.4](https://www.w3.org/TR/png-3/#11iTXt)). Nil for another keyword.
    private static func credentialText(_ chunk: PNGChunk) throws(BakingError) -> ArraySlice<UInt8>? {
        let data = chunk.data
        guard data.starts(with: keyword + [0]) else { return nil }
        let flags = data.dropFirst(keyword.count + 1)
        guard flags.count >= 2, flags.prefix(2).elementsEqual([0, 0]) else {
            throw .malformed("the credential is compressed, which is forbidden", offset: flags.startIndex)
        }
        guard let language = flags.dropFirst(2).firstIndex(of: 0),
            let translated = data[(language + 1)...].firstIndex(of: 0)
        else { throw .malformed("the iTXt chunk of the credential has no text", offset: flags.startIndex) }
        return data[(translated + 1)...]
    }

    /// The file with a credential, before its last chunk.
    ///
    /// - Parameter replacing: whether a credential that is there gives way.
    /// - Throws: ``BakingError/alreadyBaked``, or ``BakingError/tooLarge(limit:)`` when the file becomes that.
    package func baking(_ credential: BakedCredential, replacing: Bool = false) throws(BakingError) -> [UInt8] {
        guard baked == nil || replacing else { throw .alreadyBaked }
        let chunk = PNGChunk.bytes(type: "iTXt", data: Self.keyword + [0, 0, 0, 0, 0] + credential.text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + chunk.count)
        output += bytes[..<(baked?.lowerBound ?? end)]
        if let baked { output += bytes[baked.upperBound..<end] }
        output += chunk
        output += bytes[end...]
        guard output.count <= BadgeImage.maximumBytes else { throw .tooLarge(limit: BadgeImage.maximumBytes) }
        return output
    }
}

/// One part of a PNG: length, type, data, CRC.
struct PNGChunk {
    let type: String
    let data: ArraySlice<UInt8>
    let range: Range<Int>

    private static let frame = 12

    /// Reads the chunk that begins at an offset within the file, or at its end.
    init(in bytes: [UInt8], at offset: Int) throws(BakingError) {
        guard bytes.count - offset >= Self.frame else {
            throw .malformed("the file ends where a chunk should begin or go on", offset: offset)
        }
        let length = Int(Self.word(bytes[offset..<(offset + 4)]))
        guard length <= bytes.count - offset - Self.frame else {
            throw .malformed("a chunk of \(length) bytes is longer than the file", offset: offset)
        }
        let name = bytes[(offset + 4)..<(offset + 8)]
        guard name.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 }) else {
            throw .malformed("a chunk's type is not four letters", offset: offset + 4)
        }
        type = String(decoding: name, as: UTF8.self)
        data = bytes[(offset + 8)..<(offset + 8 + length)]
        range = offset..<(offset + Self.frame + length)
        let checked = bytes.span.extracting((offset + 4)..<(offset + 8 + length))
        guard unsafe CRC32.checksum(checked.bytes) == Self.word(bytes[data.endIndex..<range.upperBound]) else {
            throw .malformed("the chunk \(type) is damaged: its CRC is another", offset: data.endIndex)
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    /// A whole chunk. The type is four letters.
    static func bytes(type: String, data: [UInt8]) -> [UInt8] {
        let checked = Array(type.utf8) + data
        return bigEndian(UInt32(data.count)) + checked + bigEndian(CRC32.checksum(checked))
    }

    private static func bigEndian(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}

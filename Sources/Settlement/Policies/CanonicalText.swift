import CanonicalJSON

/// A JSON value in its one spelling (RFC 8785), compared byte by byte, as the page of the log compares texts.
struct CanonicalText: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    /// Bytes that already are in canonical form.
    init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    init(_ json: JSON) { bytes = json.canonicalBytes }

    init(_ text: String) { self.init(JSON.string(text)) }

    /// All bytes at once: this is looked up for every request.
    func hash(into hasher: inout Hasher) {
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }

    /// A text without its quotation marks, where it has nothing to escape.
    var word: String { String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self) }

    /// As it stands in JSON, with quotation marks if it is a string.
    var description: String { String(decoding: bytes, as: UTF8.self) }
}

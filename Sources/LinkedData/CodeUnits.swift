/// A string that is equal to another only when both have the same bytes in UTF-8. Swift's `==` also accepts other
/// normal forms of Unicode, which for IRIs and terms would make two names one.
struct CodeUnits: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: CodeUnits, right: CodeUnits) -> Bool { areEqual(left.text, right.text) }

    /// Swift's hash is the same for every normal form, so it is right for this narrower equality, too.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        let (left, right) = unsafe (left.utf8Span.span.bytes, right.utf8Span.span.bytes)
        guard left.byteCount == right.byteCount else { return false }
        var offset = 0
        // Eight bytes at a time: terms and IRIs are compared at every look-up.
        while offset + 8 <= left.byteCount {
            guard word(left, at: offset, as: UInt64.self) == word(right, at: offset, as: UInt64.self) else {
                return false
            }
            offset += 8
        }
        while offset < left.byteCount {
            guard word(left, at: offset, as: UInt8.self) == word(right, at: offset, as: UInt8.self) else {
                return false
            }
            offset += 1
        }
        return true
    }

    private static func word<Word: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: RawSpan, at offset: Int, as type: Word.Type
    ) -> Word {
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }
}

/// A string that is equal to another only when both have the same bytes in UTF-8. Swift's `==` also accepts other
/// normal forms of Unicode, which for IRIs and terms would make two names one.
struct CodeUnits: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: CodeUnits, right: CodeUnits) -> Bool { areEqual(left.text, right.text) }

    /// Swift's hash is the same for every normal form, so it is right for this narrower equality, too.
    func hash(into hasher: inout Hasher) { hasher.combine(text) }

    static func areEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        let isEqual = unsafe left.utf8.withContiguousStorageIfAvailable { left in
            unsafe right.utf8.withContiguousStorageIfAvailable { right in
                unsafe haveSameBytes(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        // Strings of Swift's own, which ours are, have contiguous storage.
        return (isEqual ?? nil) ?? left.utf8.elementsEqual(right.utf8)
    }

    /// Eight bytes at a time: terms and IRIs are compared at every look-up. Both are of one length.
    private static func haveSameBytes(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= left.count {
            let leftWord = unsafe left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let rightWord = unsafe right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            guard leftWord == rightWord else { return false }
            offset += 8
        }
        while offset < left.count {
            let (leftByte, rightByte) = unsafe (left[offset], right[offset])
            guard leftByte == rightByte else { return false }
            offset += 1
        }
        return true
    }
}

extension ArraySlice<UInt8> {
    /// Takes the first line away and returns it without its newline; nil if no newline is left.
    mutating func removeLine() -> ArraySlice<UInt8>? {
        guard let newline = firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { self = self[(newline + 1)...] }
        return self[..<newline]
    }
}

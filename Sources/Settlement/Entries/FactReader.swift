/// Reads the members of one object in canonical order, each by its name; ``finish()`` refuses what nobody asked for.
struct FactReader {
    private var scanner: ByteScanner
    private var isFirst = true

    /// Begins to read the object that starts at that place.
    init(_ bytes: [UInt8], at range: Range<Int>) throws(EntryProblem) {
        scanner = ByteScanner(bytes, at: range.lowerBound)
        try scanner.expect("{")
    }

    var bytes: [UInt8] { scanner.bytes }

    /// A string with its quotation marks.
    mutating func text(_ name: StaticString) throws(EntryProblem) -> Range<Int> {
        try require(name)
        return try scanner.string()
    }

    mutating func optionalText(_ name: StaticString) throws(EntryProblem) -> Range<Int>? {
        step(to: name) ? try scanner.string() : nil
    }

    /// A string that has one value only, without escapes.
    mutating func constant(_ name: StaticString, _ value: StaticString) throws(EntryProblem) {
        let range = try text(name)
        guard isText(value, in: range) else {
            throw EntryProblem("\(name) must be \"\(value)\", not \(bytes.text(range))")
        }
    }

    /// One of two strings.
    /// - Returns: whether it is the first.
    mutating func choice(
        _ name: StaticString, _ first: StaticString, _ second: StaticString
    ) throws(EntryProblem) -> (isFirst: Bool, text: Range<Int>) {
        let range = try text(name)
        if isText(first, in: range) { return (true, range) }
        if isText(second, in: range) { return (false, range) }
        throw EntryProblem("\(name) must be \"\(first)\" or \"\(second)\", not \(bytes.text(range))")
    }

    mutating func integer(_ name: StaticString) throws(EntryProblem) -> Int64 {
        try require(name)
        return try scanner.integer()
    }

    mutating func optionalInteger(_ name: StaticString) throws(EntryProblem) -> Int64? {
        step(to: name) ? try scanner.integer() : nil
    }

    /// A value of any kind.
    mutating func value(_ name: StaticString) throws(EntryProblem) -> Range<Int> {
        try require(name)
        return try scanner.value()
    }

    mutating func optionalValue(_ name: StaticString) throws(EntryProblem) -> Range<Int>? {
        step(to: name) ? try scanner.value() : nil
    }

    mutating func finish() throws(EntryProblem) {
        guard scanner.take("}") else { throw scanner.failure("a fact that the page does not know") }
    }

    private mutating func require(_ name: StaticString) throws(EntryProblem) {
        guard step(to: name) else { throw scanner.failure("expected the fact \(name)") }
    }

    private func isText(_ value: StaticString, in range: Range<Int>) -> Bool {
        range.count == value.utf8CodeUnitCount + 2 && scanner.has(value, at: range.lowerBound + 1)
    }

    /// Steps over the name if the next member has it.
    private mutating func step(to name: StaticString) -> Bool {
        let lead: StaticString = isFirst ? "\"" : ",\""
        let start = scanner.position + lead.utf8CodeUnitCount
        let end = start + name.utf8CodeUnitCount
        guard scanner.has(lead, at: scanner.position), scanner.has(name, at: start), scanner.has("\":", at: end) else {
            return false
        }
        scanner.position = end + 2
        isFirst = false
        return true
    }
}

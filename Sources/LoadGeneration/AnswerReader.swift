/// Finds the end of each answer in what a connection brings, and keeps nothing but the status.
package struct AnswerReader: Sendable {
    /// Longer heads are refused: those that are measured have a few hundred bytes.
    private static let maximumHead = 16_384

    /// The head so far.
    private var head: [UInt8] = []
    /// Bytes of the body that are still to come; nil while the head is.
    private var missing: Int?
    /// Of the newest answer whose head is complete.
    package private(set) var status = 0

    /// At the beginning of an answer.
    package init() {}

    /// Reads the first bytes of a buffer.
    ///
    /// - Returns: whether the answer is complete. One answer is awaited at a time, so nothing may come behind it.
    /// - Throws: `LoadError` for what is no answer of HTTP/1.1, or does not say how long it is.
    package mutating func read(_ buffer: [UInt8], first count: Int) throws(LoadError) -> Bool {
        var position = 0
        while missing == nil {
            guard position < count else { return false }
            head.append(buffer[position])
            position += 1
            if head.last == UInt8(ascii: "\n"), head.suffix(4) == [13, 10, 13, 10] { try readHead() }
            guard head.count <= Self.maximumHead else { throw LoadError("The head of an answer does not end.") }
        }
        let rest = (missing ?? 0) - (count - position)
        guard rest >= 0 else { throw LoadError("There is something behind an answer.") }
        missing = rest
        return rest == 0
    }

    /// Begins with the next answer.
    package mutating func reset() {
        head.removeAll(keepingCapacity: true)
        missing = nil
    }

    /// Without a copy of any line: this runs for each answer, on the cores of the server.
    private mutating func readHead() throws(LoadError) {
        guard head.starts(with: "HTTP/1.1 ".utf8), let status = number(from: 9), 100..<600 ~= status else {
            throw LoadError("An answer does not begin like one of HTTP/1.1.")
        }
        self.status = status
        var position = 0
        while let end = head[position...].firstIndex(of: UInt8(ascii: "\n")) {
            position = end + 1
            guard isLength(at: position) else { continue }
            missing = number(from: position + Self.length.count)
            if missing == nil { throw LoadError("An answer has a length that is no number.") }
            return
        }
        throw LoadError("An answer with status \(status) does not say how long it is.")
    }

    private static let length = Array("content-length: ".utf8)

    private func isLength(at position: Int) -> Bool {
        guard head.count - position > Self.length.count else { return false }
        // Small letters; what else stands in the name stays what it is.
        return Self.length.indices.allSatisfy { head[position + $0] | 0x20 == Self.length[$0] }
    }

    /// The decimal number that begins there; nil without a digit, and when it has more than fifteen.
    private func number(from position: Int) -> Int? {
        let digits = head[position...].prefix { 48...57 ~= $0 }
        guard 1...15 ~= digits.count else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
}

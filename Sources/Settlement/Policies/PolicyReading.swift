import CanonicalJSON
import Temporal

/// The ways in which rules are written in policy documents. What is not understood is refused, and then nobody can
/// tell what is owed.
extension ObjectReader {
    static let dayLength: Int64 = 86_400_000

    /// A length of time in milliseconds: `elapsed` or `calendarDays`.
    mutating func span(_ name: String) throws(JSONShapeError) -> Int64 {
        try Self.span(value(name), at: pointer(to: name))
    }

    mutating func optionalSpan(_ name: String) throws(JSONShapeError) -> Int64? {
        guard let json = optionalValue(name) else { return nil }
        return try Self.span(json, at: pointer(to: name))
    }

    static func span(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) -> Int64 {
        var reader = try ObjectReader(json, at: pointer)
        let length: Int64
        if let text = try reader.optionalString("elapsed") {
            do {
                length = try Milliseconds(iso8601: text).count
            } catch {
                throw JSONShapeError(pointer: reader.pointer(to: "elapsed"), problem: "\(error)")
            }
        } else {
            let days = try reader.integer("calendarDays")
            guard 0...Milliseconds.longestParsed.count / dayLength ~= days else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "calendarDays"), problem: "\(days) is negative or over a hundred years")
            }
            length = days * dayLength
        }
        try reader.finish()
        return length
    }

    /// A member that, when it is there, may only say what the rules of the log say anyway.
    mutating func expect(_ name: String, oneOf values: JSON...) throws(JSONShapeError) {
        guard let value = optionalValue(name), !values.contains(value) else { return }
        throw JSONShapeError(
            pointer: pointer(to: name), problem: "what \(value.canonicalString) would change is not on the page")
    }

    /// A number that rules divide by, or multiply with: one that no product leaves 128 bits by.
    mutating func term(_ name: String, from least: Int64) throws(JSONShapeError) -> Int64 {
        let value = try integer(name)
        guard least...1_000_000 ~= value else {
            throw JSONShapeError(pointer: pointer(to: name), problem: "\(value) is not from \(least) to 1000000")
        }
        return value
    }

    /// An instant of RFC 3339, in milliseconds.
    mutating func moment(_ name: String) throws(JSONShapeError) -> Int64 {
        let text = try string(name)
        do {
            return try Instant(rfc3339: text).milliseconds
        } catch {
            throw JSONShapeError(pointer: pointer(to: name), problem: "\(error)")
        }
    }

    /// Whether there is such a member.
    mutating func has(_ name: String) -> Bool { optionalValue(name) != nil }

    /// Members about things other than what is due and owed.
    mutating func ignore(_ names: String...) {
        for name in names { _ = optionalValue(name) }
    }

    /// A string as it stands in JSON.
    mutating func canonicalText(_ name: String) throws(JSONShapeError) -> CanonicalText {
        CanonicalText(try string(name))
    }
}

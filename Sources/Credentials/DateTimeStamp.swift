package import Temporal

/// Times as credentials and proofs write them: `dateTimeStamp` of
/// [XML Schema 1.1 part 2, 3.4.28](https://www.w3.org/TR/xmlschema11-2/#dateTimeStamp).
///
/// Narrower than RFC 3339 in three places (only `T` and `Z` in upper case, offsets up to 14:00) and wider in one
/// (24:00:00 is the end of a day). Years are 0001 to 9999 and seconds 00 to 59.
package enum DateTimeStamp {
    /// What to make of a time that does not say its offset from UTC.
    package enum MissingOffset: Sendable {
        /// Refuse it: it is no `dateTimeStamp`. For what we issue.
        case refused
        /// Take it as UTC, as [VCDM 2.0, 5.8](https://www.w3.org/TR/vc-data-model-2.0/#representing-time) says one
        /// must. For what others secured.
        case isUTC
    }

    /// The instant that a text names.
    package static func instant(_ text: String, missingOffset: MissingOffset) throws(TemporalError) -> Instant {
        let bytes = text.utf8
        guard bytes.count <= TemporalError.maximumTextBytes else { throw .textTooLong(byteCount: bytes.count) }
        if let mark = bytes.firstIndex(where: { "tz".utf8.contains($0) }) {
            let offset = bytes.distance(from: bytes.startIndex, to: mark)
            throw .malformedInstant(text: text, offset: offset, expected: "an upper-case T or Z")
        }
        guard let offset = bytes.dropFirst(Self.secondsEnd).firstIndex(where: { "Z+-".utf8.contains($0) }) else {
            return try endOfDay(missingOffset == .isUTC ? text + "Z" : text)
        }
        guard bytes[offset] == UInt8(ascii: "Z") || text[offset...].dropFirst() <= "14:00" else {
            throw .noSuchTime(text: text, problem: "offsets from UTC are -14:00 to +14:00")
        }
        return try endOfDay(text)
    }

    /// Where `hh:mm:ss` begins in `YYYY-MM-DDThh:mm:ss`, and where it ends.
    private static let (timeStart, secondsEnd) = (11, 19)

    /// Reads 24:00:00 as 00:00:00 of the next day, and any other time of day as it is.
    private static func endOfDay(_ text: String) throws(TemporalError) -> Instant {
        let fraction = text.utf8.dropFirst(secondsEnd).prefix { !"Z+-".utf8.contains($0) }
        guard text.utf8.dropFirst(timeStart).starts(with: "24:00:00".utf8),
            fraction.allSatisfy({ ".0".utf8.contains($0) })
        else { return try Instant(rfc3339: text) }
        let startOfDay = try Instant(rfc3339: text.prefix(timeStart) + "00" + text.dropFirst(timeStart + 2))
        return try Instant(parsing: startOfDay.milliseconds + 86_400_000)
    }
}

extension Instant {
    /// The shortest `dateTimeStamp` in UTC: with milliseconds only when they are not zero.
    package var dateTimeStamp: String {
        let text = rfc3339
        return milliseconds % 1000 == 0 ? text.prefix(19) + "Z" : text
    }
}

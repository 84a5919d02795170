import Credentials
import Temporal
import Testing

@Suite("Times are dateTimeStamps of XML Schema 1.1")
struct DateTimeStampTests {
    @Test(
        "A time with an offset is read as the instant it names",
        arguments: [
            ("2023-02-24T23:36:38Z", "2023-02-24T23:36:38.000Z"),
            ("2023-02-25T19:10:39-06:00", "2023-02-26T01:10:39.000Z"),
            ("2023-02-26T01:02:58.447Z", "2023-02-26T01:02:58.447Z"),
            ("2023-01-01T00:00:00+14:00", "2022-12-31T10:00:00.000Z"),
            ("2023-01-01T00:00:00-14:00", "2023-01-01T14:00:00.000Z"),
            ("2023-12-31T24:00:00Z", "2024-01-01T00:00:00.000Z"),
            ("2023-12-31T24:00:00.000+01:00", "2023-12-31T23:00:00.000Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
            ("4023-02-26T01:02:58.447999Z", "4023-02-26T01:02:58.447Z"),
        ])
    func reads(text: String, expected: String) throws {
        #expect(try DateTimeStamp.instant(text, missingOffset: .refused).rfc3339 == expected)
        #expect(try DateTimeStamp.instant(text, missingOffset: .isUTC).rfc3339 == expected)
    }

    @Test(
        "A time without an offset is refused, or taken as UTC where the specification says so",
        arguments: [
            ("2023-02-24T23:36:38", "2023-02-24T23:36:38.000Z"), ("2023-02-24T23:36:38.5", "2023-02-24T23:36:38.500Z"),
            ("2023-12-31T24:00:00", "2024-01-01T00:00:00.000Z"),
        ])
    func withoutOffset(text: String, expected: String) throws {
        #expect(throws: TemporalError.self) { try DateTimeStamp.instant(text, missingOffset: .refused) }
        #expect(try DateTimeStamp.instant(text, missingOffset: .isUTC).rfc3339 == expected)
    }

    @Test(
        "Everything else is refused",
        arguments: [
            "", "Z", "2023-02-24", "2023-02-24T23:36Z", "Sat 25 Feb 2023 07:16:31 PM CST",
            "Sun, 26 Feb 2023 01:22:14 +0000", "2023-02-24t23:36:38Z", "2023-02-24T23:36:38z", "2023-02-24 23:36:38Z",
            "2023-02-24T23:36:38+14:01", "2023-02-24T23:36:38+15:00", "2023-02-24T23:36:38+1:00",
            "2023-02-24T23:36:38+0100",
            "2023-02-29T00:00:00Z", "2023-13-01T00:00:00Z", "2023-02-24T24:00:01Z", "2023-02-24T24:00:00.5Z",
            "2023-02-24T24:30:00Z", "2023-02-24T23:60:00Z", "2016-12-31T23:59:60Z", "0000-01-01T00:00:00Z",
            "-0001-01-01T00:00:00Z", "12023-01-01T00:00:00Z", "9999-12-31T24:00:00Z", "2023-02-24T23:36:38.Z",
            "2023-02-24T23:36:38ZZ", " 2023-02-24T23:36:38Z", "2023-02-24T23:36:38Z\n", "FUTURE DATE",
            "2023-02-24T23:36:38." + String(repeating: "0", count: 80) + "Z", "2023\r\n-02-24T24:00:00Z",
        ])
    func refuses(text: String) {
        #expect(throws: TemporalError.self) { try DateTimeStamp.instant(text, missingOffset: .refused) }
        #expect(throws: TemporalError.self) { try DateTimeStamp.instant(text, missingOffset: .isUTC) }
    }

    @Test("We write milliseconds only when there are some, and read back what we write")
    func writes() throws {
        for (milliseconds, text) in [(0, "1970-01-01T00:00:00Z"), (1001, "1970-01-01T00:00:01.001Z")]
            as [(Int64, String)]
        {
            let instant = Instant(milliseconds: milliseconds)
            #expect(instant.dateTimeStamp == text)
            #expect(try DateTimeStamp.instant(text, missingOffset: .refused) == instant)
        }
    }
}

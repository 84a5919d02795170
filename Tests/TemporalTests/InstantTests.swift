import Temporal
import Testing

@Suite("RFC 3339")
struct InstantTextTests {
    @Test("an instant is read from a text and written in UTC with milliseconds", arguments: [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00.000Z"),
        ("1985-04-12T23:20:50.52Z", 482_196_050_520, "1985-04-12T23:20:50.520Z"),
        ("1996-12-19T16:39:57-08:00", 851_042_397_000, "1996-12-20T00:39:57.000Z"),
        ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130, "1937-01-01T11:40:27.870Z"),
    ] as [(String, Int64, String)])
    func reads(text: String, milliseconds: Int64, written: String) throws {
        let instant = try Instant(rfc3339: text)
        #expect(instant.milliseconds == milliseconds)
        #expect(instant.rfc3339 == written)
    }
}

import CanonicalJSON
import Credentials
import StatusLists
import TestSupport
import Testing

@Suite("BitstringStatusListEntry")
struct EntryTests {
    static let entry: JSONObject = [
        "id": "https://example.com/credentials/status/3#94567", "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567", "statusListCredential": "https://example.com/credentials/status/3",
    ]

    static func with(_ key: String, _ value: JSON?) -> JSONObject {
        var entry = entry
        entry[key] = value
        return entry
    }

    private func read(_ json: JSONObject) throws(StatusListError) -> BitstringStatusListEntry {
        try BitstringStatusListEntry(json, at: JSONPointer().appending("credentialStatus").appending(1))
    }

    @Test("The specification's example is read")
    func example() throws {
        let read = try read(Self.entry)
        #expect(read.statusPurpose == .revocation && read.statusListIndex == 94_567 && read.statusMessages == nil)
        #expect(read.statusListCredential.description == "https://example.com/credentials/status/3")
    }

    @Test("An id is written where one is given, as Open Badges want it")
    func identified() throws {
        let list = URI(ours: "https://example.com/3")
        let entry = BitstringStatusListEntry(
            statusPurpose: .revocation, statusListIndex: 7, statusListCredential: list, id: URI(ours: "\(list)#7"))
        #expect(entry.json["id"] == "https://example.com/3#7")
        #expect(try read(entry.json) == entry)
    }

    @Test("What we write is read, without id and statusSize")
    func roundTrip() throws {
        let entry = BitstringStatusListEntry(
            statusPurpose: .suspension, statusListIndex: 0, statusListCredential: URI(ours: "https://example.com/3"))
        #expect(try read(entry.json) == entry)
        #expect(
            entry.json == [
                "type": "BitstringStatusListEntry", "statusPurpose": "suspension", "statusListIndex": "0",
                "statusListCredential": "https://example.com/3",
            ])
    }

    @Test(
        "Optional members are accepted",
        arguments: [
            ("id", nil), ("statusSize", 1), ("statusPurpose", "anything"), ("statusListIndex", "0"),
            ("type", ["BitstringStatusListEntry"]),
            ("statusReference", "https://example.org/"),
            ("statusReference", ["https://example.org/", "did:example:x"]),
            (
                "statusMessage",
                [["status": "0x0", "message": "fine"], ["status": "0x1", "message": "not", "more": 1]]
            ), ("more", "x"),
            ("statusListIndex", "134217727"),
        ] as [(String, JSON?)])
    func accepts(key: String, value: JSON?) throws {
        #expect(throws: Never.self) { try read(Self.with(key, value)) }
    }

    @Test(
        "Everything malformed is refused with its place",
        arguments: [
            ("type", nil, "/type"), ("type", "Other", "/type"),
            ("type", ["BitstringStatusListEntry", "Other"], "/type"),
            ("statusPurpose", nil, "/statusPurpose"), ("statusPurpose", 1, "/statusPurpose"),
            ("statusPurpose", ["revocation"], "/statusPurpose"),
            ("statusListIndex", nil, "/statusListIndex"), ("statusListIndex", 94_567, "/statusListIndex"),
            ("statusListIndex", true, "/statusListIndex"), ("statusListIndex", "", "/statusListIndex"),
            ("statusListIndex", "-1", "/statusListIndex"),
            ("statusListIndex", "+1", "/statusListIndex"), ("statusListIndex", "007", "/statusListIndex"),
            ("statusListIndex", "00", "/statusListIndex"),
            ("statusListIndex", "1.0", "/statusListIndex"), ("statusListIndex", "0x1", "/statusListIndex"),
            ("statusListIndex", "1e3", "/statusListIndex"),
            ("statusListIndex", " 1", "/statusListIndex"), ("statusListIndex", "١", "/statusListIndex"),
            ("statusListCredential", nil, "/statusListCredential"),
            ("statusListCredential", "status/3", "/statusListCredential"),
            ("statusListCredential", ["https://example.com/3"], "/statusListCredential"),
            ("id", "https://example.com/credentials/status/3", "/id"), ("id", "x", "/id"), ("id", 1, "/id"),
            ("statusSize", 0, "/statusSize"), ("statusSize", -1, "/statusSize"), ("statusSize", "1", "/statusSize"),
            ("statusSize", .number(1.5), "/statusSize"), ("statusSize", .null, "/statusSize"),
            ("statusMessage", [], "/statusMessage"),
            ("statusMessage", [["status": "0x0", "message": "x"]], "/statusMessage"),
            ("statusMessage", ["status": "0x0", "message": "x"], "/statusMessage"),
            (
                "statusMessage", [["status": "0x1", "message": "x"], ["status": "0x1", "message": "x"]],
                "/statusMessage/1/status"
            ),
            ("statusMessage", [["status": "0x0", "message": "x"], ["status": "0x1"]], "/statusMessage/1/message"),
            ("statusReference", 1, "/statusReference"), ("statusReference", ["x"], "/statusReference"),
        ] as [(String, JSON?, String)])
    func refuses(key: String, value: JSON?, place: String) {
        let error = #expect(throws: StatusListError.self) { try read(Self.with(key, value)) }
        #expect(error?.type == .malformedValue)
        #expect(error?.pointer.description == "/credentialStatus/1" + place)
    }

    @Test("A place that no list has is out of range", arguments: ["134217728", "99999999999999999999999999"])
    func beyondAnyList(index: String) {
        let error = #expect(throws: StatusListError.self) { try read(Self.with("statusListIndex", .string(index))) }
        #expect(error?.type == .range)
        #expect(error?.pointer.description == "/credentialStatus/1/statusListIndex")
    }

    @Test("Entries of up to eight bits are read and written with a message for each value", arguments: 2...8)
    func severalBits(bits: Int) throws {
        let size = try #require(StatusSize(bits: bits))
        let messages = (0..<1 << bits).map { "message \($0)" }
        let entry = BitstringStatusListEntry(
            statusPurpose: .message, statusListIndex: 492_847, statusListCredential: URI(ours: "https://example.com/8"),
            statusSize: size, statusMessages: messages, statusReference: [URI(ours: "https://example.org/dictionary/")])
        #expect(entry.json["statusSize"] == .integer(Int64(bits)))
        #expect(
            entry.json["statusMessage"]?.arrayValue?.last?["status"]
                == .string("0x" + String(size.valueCount - 1, radix: 16)))
        #expect(entry.json["statusReference"] == "https://example.org/dictionary/")
        #expect(try read(entry.json) == entry)
        var shuffled = entry.json
        shuffled["statusMessage"] = entry.json["statusMessage"]?.arrayValue.map { .array($0.reversed()) }
        #expect(try read(shuffled) == entry)
    }

    @Test(
        "Several bits without a message for each value, or more than eight, are refused",
        arguments: [
            (2, 0, ProblemType.malformedValue, "/statusMessage"), (2, 3, .malformedValue, "/statusMessage"),
            (2, 5, .malformedValue, "/statusMessage"), (9, 512, .statusVerification, "/statusSize"),
            (9_007_199_254_740_991, 0, .statusVerification, "/statusSize"),
        ])
    func wrongSize(bits: Int64, messageCount: Int, type: ProblemType, place: String) {
        var entry = Self.with("statusSize", .integer(bits))
        if messageCount > 0 {
            entry["statusMessage"] = .array(
                (0..<messageCount).map { ["status": .string("0x" + String($0, radix: 16)), "message": "m"] })
        }
        let error = #expect(throws: StatusListError.self) { try read(entry) }
        #expect(error?.type == type)
        #expect(error?.pointer.description == "/credentialStatus/1" + place)
    }

    @Test(
        "The status of a message is a hexadecimal value of the size, once",
        arguments: ["0x4", "0x1", "0x", "3", "0X3", "0x+3", "0x03 ", "0xG", "0x003", "-0x3"])
    func wrongStatus(text: String) {
        var entry = Self.with("statusSize", 2)
        entry["statusMessage"] = .array(
            ["0x0", "0x1", "0x2", JSON.string(text)].map { ["status": $0, "message": "m"] })
        let error = #expect(throws: StatusListError.self) { try read(entry) }
        #expect(error?.pointer.description == "/credentialStatus/1/statusMessage/3/status")
    }

    @Test("The longest list has room for fewer entries of several bits")
    func lastPlace() throws {
        var entry = Self.with("statusSize", 2)
        entry["statusMessage"] = .array((0..<4).map { ["status": .string("0x\($0)"), "message": "m"] })
        entry["statusListIndex"] = .string(String(Bitstring.maximumCount / 2 - 1))
        #expect(throws: Never.self) { try read(entry) }
        entry["statusListIndex"] = .string(String(Bitstring.maximumCount / 2))
        let error = #expect(throws: StatusListError.self) { try read(entry) }
        #expect(error?.type == .range)
    }

    @Test("Whatever is changed, an entry is refused with a place in it or written back as it is")
    func damage() throws {
        var random = SeededRandom(seed: 5)
        var original = Self.with("id", nil)
        original["statusMessage"] = [["status": "0x0", "message": "a"], ["status": "0x1", "message": "b"]]
        let places = JSONPlace.all(in: .object(original))
        var refusedCount = 0
        for _ in 0..<2000 {
            let place = try #require(places.randomElement(using: &random))
            let value: JSON? = Bool.random(using: &random) ? nil : .random(using: &random)
            let json = place.replacing(in: .object(original), with: value)
            do throws(StatusListError) {
                var written = try read(json.objectValue ?? [:]).json
                written["statusMessage"] = json["statusMessage"]
                #expect(.object(written) == json)
            } catch {
                #expect(error.pointer.description.hasPrefix("/credentialStatus/1"))
                refusedCount += 1
            }
        }
        #expect(refusedCount > 1000 && refusedCount < 2000)
    }

    @Test(
        "Entries issued by the reference implementation are read",
        .enabled(if: Conformance.isExpected, Conformance.absence))
    func reference() throws {
        let lines = try Conformance.bytes("vc-api-transcripts/bsl.jsonl").split(separator: UInt8(ascii: "\n"))
        let entries = try lines.compactMap {
            try JSON(parsing: Array($0))["request"]?["verifiableCredential"]?["credentialStatus"]
        }
        #expect(entries.count == 3)
        for entry in entries {
            #expect(try read(entry.objectValue ?? [:]).statusListIndex == 94_567)
        }
    }
}

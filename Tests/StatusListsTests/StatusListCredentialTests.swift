import CanonicalJSON
import Credentials
import StatusLists
import Temporal
import TestSupport
import Testing

@Suite("BitstringStatusListCredential")
struct StatusListCredentialTests {
    static let made = Instant(milliseconds: 1_700_000_000_000)
    static let id = URI(ours: "https://example.com/credentials/status/3")

    static func unsecured(_ set: [Int] = [94_567], ttl: Milliseconds? = nil, until: Instant? = nil)
        -> UnsecuredCredential
    {
        var list = Bitstring()
        for index in set { list[index] = true }
        return StatusListCredential.unsecured(
            id: id, issuer: IssuerID(URI(ours: "did:example:12345")), statusPurpose: .revocation, bitstring: list,
            validFrom: made, validUntil: until, ttl: ttl)
    }

    static func entry(_ index: Int, _ purpose: StatusPurpose = .revocation, list: URI = id) -> BitstringStatusListEntry
    {
        BitstringStatusListEntry(statusPurpose: purpose, statusListIndex: index, statusListCredential: list)
    }

    static func with(_ key: String, _ value: JSON?) throws -> StatusListCredential {
        var json = unsecured().json
        json[key] = value
        return try StatusListCredential(UnsecuredCredential(.object(json)))
    }

    static func withSubject(_ key: String, _ value: JSON?) throws -> StatusListCredential {
        var subject = unsecured().json["credentialSubject"]?.objectValue ?? [:]
        subject[key] = value
        return try with("credentialSubject", .object(subject))
    }

    @Test("The specification's example is read")
    func example() throws {
        let json: JSON = [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "id": "https://example.com/credentials/status/3",
            "type": ["VerifiableCredential", "BitstringStatusListCredential"], "issuer": "did:example:12345",
            "validFrom": "2021-04-05T14:27:40Z",
            "credentialSubject": [
                "id": "https://example.com/status/3#list", "type": "BitstringStatusList", "statusPurpose": "revocation",
                "encodedList": .string(BitstringTests.specificationExample),
            ],
        ]
        let list = try StatusListCredential(UnsecuredCredential(json))
        let result = try list.status(of: Self.entry(94_567), at: Self.made)
        #expect(!result.isSet && result.purpose == .revocation && result.message == nil && result.ttl == nil)
        #expect(result.validFrom == (try Instant(rfc3339: "2021-04-05T14:27:40Z")) && result.validUntil == nil)
    }

    @Test("What we publish is read, and the same list is the same document")
    func roundTrip() throws {
        let until = Self.made + .days(1)
        let unsecured = Self.unsecured(ttl: .minutes(5), until: until)
        #expect(unsecured == Self.unsecured(ttl: .minutes(5), until: until))
        let list = try StatusListCredential(unsecured)
        #expect(list.statusPurposes == [.revocation] && list.ttl == .minutes(5))
        let result = try list.status(of: Self.entry(94_567), at: until)
        #expect(result.isSet && result.purpose == .revocation && result.ttl == .minutes(5))
        #expect(result.validFrom == Self.made && result.validUntil == until)
        #expect(try list.status(of: Self.entry(94_566), at: until).status == 0)
        #expect(unsecured.json["credentialSubject"]?["ttl"] == 300_000)
        #expect(Self.unsecured().json["credentialSubject"]?["ttl"] == nil && Self.unsecured().json["validUntil"] == nil)
    }

    @Test("A list may have several purposes, and no id")
    func purposes() throws {
        let list = try Self.withSubject("statusPurpose", ["suspension", "revocation"])
        #expect(try list.status(of: Self.entry(94_567, .suspension), at: Self.made).purpose == .suspension)
        let anywhere = URI(ours: "https://example.com/elsewhere")
        #expect(try Self.with("id", nil).status(of: Self.entry(94_567, list: anywhere), at: Self.made).isSet)
    }

    @Test("The purposes of a list are written as one string or as a list of them")
    func writtenPurposes() throws {
        let list = StatusListCredential.unsecured(
            id: Self.id, issuer: IssuerID(URI(ours: "did:example:12345")), statusPurpose: .suspension,
            furtherPurposes: [.refresh], bitstring: Bitstring(), validFrom: Self.made)
        #expect(list.json["credentialSubject"]?["statusPurpose"] == ["suspension", "refresh"])
        #expect(try StatusListCredential(list).statusPurposes == [.suspension, .refresh])
        #expect(Self.unsecured().json["credentialSubject"]?["statusPurpose"] == "revocation")
    }

    @Test("The answer says its age, and when a newer one is wanted")
    func age() throws {
        let until = Self.made + .hours(1)
        let result = try StatusListCredential(Self.unsecured(ttl: .minutes(5), until: until))
            .status(of: Self.entry(1), at: until)
        #expect(result.age(at: until) == .hours(1))
        #expect(result.shouldRefresh(at: until) && !result.shouldRefresh(at: Self.made + .minutes(5)))
        let undated = try Self.with("validFrom", nil).status(of: Self.entry(1), at: until)
        #expect(undated.age(at: until) == nil && !undated.shouldRefresh(at: until))
    }

    @Test("Messages of the entry are part of the answer when the purpose is message")
    func messages() throws {
        var json = Self.entry(94_567, .message).json
        json["statusMessage"] = [["status": "0x0", "message": "pending"], ["status": "0x1", "message": "accepted"]]
        let list = try Self.withSubject("statusPurpose", "message")
        for (index, message) in [("94567", "accepted"), ("1", "pending")] {
            json["statusListIndex"] = .string(index)
            let entry = try BitstringStatusListEntry(json, at: JSONPointer())
            #expect(try list.status(of: entry, at: Self.made).message == message)
        }
        let silent = try list.status(of: Self.entry(94_567, .message), at: Self.made)
        #expect(silent.message == "set" && Self.entry(1, .message).message(for: 0) == "unset")
        json["statusPurpose"] = "revocation"
        let entry = try BitstringStatusListEntry(json, at: JSONPointer())
        #expect(try StatusListCredential(Self.unsecured()).status(of: entry, at: Self.made).message == nil)
    }

    @Test(
        "A credential that is not a status list is refused with the place",
        arguments: [
            ("type", "VerifiableCredential", "/type"),
            ("type", ["VerifiableCredential", "StatusList2021Credential"], "/type"),
            ("credentialSubject", [["type": "BitstringStatusList"]], "/credentialSubject"),
            ("credentialSubject", [["a": 1], ["b": 1]], "/credentialSubject"),
        ] as [(String, JSON?, String)])
    func notAList(key: String, value: JSON?, place: String) {
        let error = #expect(throws: StatusListError.self) { try Self.with(key, value) }
        #expect(error?.type == .malformedValue)
        #expect(error?.pointer.description == place)
    }

    @Test(
        "A malformed list is refused with the place",
        arguments: [
            ("type", nil, "/type"), ("type", "Other", "/type"), ("type", ["BitstringStatusList", "Other"], "/type"),
            ("type", 1, "/type"),
            ("statusPurpose", nil, "/statusPurpose"), ("statusPurpose", [], "/statusPurpose"),
            ("statusPurpose", 1, "/statusPurpose"),
            ("statusPurpose", ["revocation", nil], "/statusPurpose"), ("encodedList", nil, "/encodedList"),
            ("encodedList", 1, "/encodedList"),
            ("encodedList", ["u"], "/encodedList"), ("encodedList", "H4sI", "/encodedList"), ("ttl", -1, "/ttl"),
            ("ttl", "1", "/ttl"),
            ("ttl", .number(0.5), "/ttl"), ("ttl", .null, "/ttl"),
            ("statusSize", 0, "/statusSize"), ("statusSize", "1", "/statusSize"),
        ] as [(String, JSON?, String)])
    func malformed(key: String, value: JSON?, place: String) {
        let error = #expect(throws: StatusListError.self) { try Self.withSubject(key, value) }
        #expect(error?.type == .malformedValue)
        #expect(error?.pointer.description == "/credentialSubject" + place)
    }

    @Test(
        "A list that does not fit the entry gives no answer",
        arguments: [
            (entry(131_072), ProblemType.range), (entry(Bitstring.maximumCount - 1), .range),
            (entry(1, .suspension), .statusVerification),
            (entry(1, list: URI(ours: "https://example.com/credentials/status/4")), .statusVerification),
            (entry(1, list: URI(ours: "https://example.com/credentials/status/3#")), .statusVerification),
        ])
    func mismatch(entry: BitstringStatusListEntry, type: ProblemType) throws {
        let list = try StatusListCredential(Self.unsecured())
        let error = #expect(throws: StatusListError.self) { try list.status(of: entry, at: Self.made) }
        #expect(error?.type == type)
        #expect(throws: Never.self) { try list.status(of: Self.entry(131_071), at: Self.made) }
    }

    @Test("A list gives no answer before and after its period")
    func period() throws {
        let until = Self.made + .hours(1)
        let list = try StatusListCredential(Self.unsecured(until: until))
        for instant in [Self.made, until] {
            #expect(throws: Never.self) { try list.status(of: Self.entry(1), at: instant) }
        }
        for (instant, place) in [(Self.made - Milliseconds(1), "/validFrom"), (until + Milliseconds(1), "/validUntil")]
        {
            let error = #expect(throws: StatusListError.self) { try list.status(of: Self.entry(1), at: instant) }
            #expect(error?.type == .statusVerification && error?.pointer.description == place)
        }
    }

    @Test("The problems have the specification's names")
    func names() {
        #expect(
            ProblemType.statusVerification.rawValue
                == "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR")
        #expect(ProblemType.statusListLength.description == "STATUS_LIST_LENGTH_ERROR")
        #expect(ProblemType.range.rawValue == "https://www.w3.org/TR/vc-data-model#RANGE_ERROR")
    }

    @Test("Whatever is changed, a list is refused with a place in it or is a list")
    func damage() throws {
        var random = SeededRandom(seed: 0x51)
        let original = JSON.object(Self.unsecured(ttl: .minutes(1)).json)
        let bitstring = try StatusListCredential(Self.unsecured()).bitstring
        var refusedCount = 0
        for _ in 0..<1000 {
            let place = try #require(JSONPlace.all(in: original).randomElement(using: &random))
            let json = place.replacing(in: original, with: Bool.random(using: &random) ? nil : .random(using: &random))
            do {
                let list = try StatusListCredential(UnsecuredCredential(json))
                #expect(list.bitstring == bitstring)
            } catch {
                #expect(error is StatusListError || error is CredentialError)
                refusedCount += 1
            }
        }
        #expect(refusedCount > 500 && refusedCount < 1000)
    }
}

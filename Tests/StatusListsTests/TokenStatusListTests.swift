import CanonicalJSON
import Credentials
import Cryptography
import Foundation
import JOSE
import Multiformats
import StatusLists
import Temporal
import TestSupport
import Testing

@Suite("Token Status List: the list")
struct TokenStatusListTests {
    /// Statuses that the draft's test vectors name, by place; the others are 0.
    static let vectors: [(file: String, count: Int, statuses: [Int: UInt8])] = [
        ("status_list_encoding_json.md", 16, [0: 1, 3: 1, 4: 1, 5: 1, 7: 1, 8: 1, 9: 1, 13: 1, 15: 1]),
        ("status_list_encoding2_json.md", 12, [0: 1, 1: 2, 3: 3, 5: 1, 7: 1, 8: 1, 9: 2, 10: 3, 11: 3]),
        (
            "status_list_encoding1_long_json.md", 1 << 20,
            [
                0: 1, 1993: 1, 25460: 1, 159495: 1, 495669: 1, 554353: 1, 645645: 1, 723232: 1, 854545: 1, 934534: 1,
                1_000_345: 1,
            ]
        ),
        (
            "status_list_encoding2_long_json.md", 1 << 20,
            [
                0: 1, 1993: 2, 25460: 1, 159495: 3, 495669: 1, 554353: 1, 645645: 2, 723232: 1, 854545: 1, 934534: 2,
                1_000_345: 3,
            ]
        ),
        (
            "status_list_encoding4_json.md", 1 << 20,
            [
                0: 1, 1993: 2, 35460: 3, 459495: 4, 595669: 5, 754353: 6, 845645: 7, 923232: 8, 924445: 9, 934534: 10,
                1_004_534: 11, 1_000_345: 12, 1_030_203: 13, 1_030_204: 14, 1_030_205: 15,
            ]
        ),
    ]

    /// The JSON of a published file, whose long lines are broken.
    static func published(_ file: String) throws -> JSON {
        let text = String(decoding: try Conformance.bytes("token-status-list/" + file), as: UTF8.self)
        let json = text[(text.firstIndex(of: "{") ?? text.startIndex)...].filter { !$0.isWhitespace }
        return try JSON(parsing: Array(json.utf8))
    }

    @Test("published lists have their statuses, and are packed letter for letter", .enabled(if: Conformance.isExpected))
    func vectors() throws {
        for vector in Self.vectors {
            let json = try Self.published(vector.file)
            let list = try TokenStatusList(json)
            #expect(list.count == vector.count)
            var built = TokenStatusList(bits: list.bits, count: vector.count)
            for (index, status) in vector.statuses { built[index] = TokenStatus(rawValue: status) }
            #expect(built == list, "\(vector.file)")
            #expect(.object(built.json) == json)
        }
    }

    @Test("the published list of bytes has every status once but 0", .enabled(if: Conformance.isExpected))
    func bytes() throws {
        let json = try Self.published("status_list_encoding8_json.md")
        let list = try TokenStatusList(json)
        let statuses = (0..<list.count).map { list[$0].rawValue }.filter { $0 != 0 }
        #expect(statuses.sorted() == Array(1...255))
        #expect(.object(list.json) == json)
    }

    @Test("what is set is read, whatever its neighbours are", arguments: TokenStatusList.Bits.allCases)
    func setting(bits: TokenStatusList.Bits) throws {
        var random = SeededRandom(seed: UInt64(bits.rawValue))
        var list = TokenStatusList(bits: bits, count: 1001)
        var expected = [UInt8](repeating: 0, count: list.count)
        #expect(list.count == (1001 * bits.rawValue + 7) / 8 * 8 / bits.rawValue)
        for _ in 0..<3000 {
            let index = Int.random(in: 0..<list.count, using: &random)
            expected[index] = UInt8.random(in: 0...bits.maximum, using: &random)
            list[index] = TokenStatus(rawValue: expected[index])
        }
        #expect((0..<list.count).map { list[$0].rawValue } == expected)
        #expect(try TokenStatusList(.object(list.json)) == list)
    }

    @Test(
        "a list is refused that",
        arguments: [
            ("is no object", []), ("has no bits", ["lst": "eNrbuRgAAhcBXQ"]), ("has no lst", ["bits": 1]),
            ("has 3 bits", ["bits": 3, "lst": "eNrbuRgAAhcBXQ"]), ("has 0 bits", ["bits": 0, "lst": "eNrbuRgAAhcBXQ"]),
            ("has 16 bits", ["bits": 16, "lst": "eNrbuRgAAhcBXQ"]),
            ("has bits as text", ["bits": "1", "lst": "eNrbuRgAAhcBXQ"]),
            ("has a list as list", ["bits": 1, "lst": ["eNrbuRgAAhcBXQ"]]),
            ("has padding", ["bits": 1, "lst": "eNrbuRgAAhcBXQ=="]),
            ("is in multibase", ["bits": 1, "lst": "ueNrbuRgAAhcBXQ"]),
            ("is cut off", ["bits": 1, "lst": "eNrbuRgAAhc"]),
            ("goes on", ["bits": 1, "lst": "eNrbuRgAAhcBXQAA"]), ("is damaged", ["bits": 1, "lst": "eNrbuRgAAhcBXg"]),
            ("is empty text", ["bits": 1, "lst": ""]),
            ("is not packed", ["bits": 1, "lst": .string(Base64URL.encode([0xB9, 0xA3]))]),
        ] as [(String, JSON)])
    func refused(why: String, json: JSON) {
        #expect(throws: StatusListError.self) { try TokenStatusList(json) }
    }
}

@Suite("Token Status List: the token")
struct TokenStatusListTokenTests {
    static let now = Instant(milliseconds: 1_800_000_000_000)
    static let uri = URI(ours: "https://issuer.example/statuslists/1")
    static let key: PrivateKey = {
        var random = SeededRandom(seed: 11)
        do {
            return .ecdsa(try ECDSAPrivateKey(curve: .p256, using: &random))
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    static func list() -> TokenStatusList {
        var list = TokenStatusList(bits: .two, count: 1000)
        (list[3], list[4]) = (.invalid, .suspended)
        return list
    }

    static func token() throws -> JWS {
        try TokenStatusListToken.sign(
            list(), subject: uri, issuer: "https://issuer.example", at: now, expirationTime: now + .days(1),
            timeToLive: .hours(12), keyID: "12", key: key)
    }

    static func verify(_ token: JWS, at now: Instant = now) throws -> TokenStatusListToken {
        try TokenStatusListToken(verifying: token, key: key.publicKey, at: now)
    }

    @Test("a list is signed, verified and asked")
    func roundTrip() throws {
        let token = try Self.verify(JWS(parsing: Self.token().compact), at: Self.now + .hours(23))
        #expect(token.issuedAt == Self.now)
        #expect(token.timeToLive == .hours(12))
        #expect(token.expirationTime == Self.now + .days(1))
        for (index, status) in [(2, TokenStatus.valid), (3, .invalid), (4, .suspended)] {
            #expect(try token.status(of: TokenStatusListReference(index: index, uri: Self.uri)) == status)
        }
        #expect(throws: StatusListError.self) {
            try token.status(of: TokenStatusListReference(index: 1000, uri: Self.uri))
        }
        #expect(throws: StatusListError.self) {
            try token.status(
                of: TokenStatusListReference(index: 1, uri: URI(ours: "https://issuer.example/statuslists/2")))
        }
    }

    @Test("the published token is read; its key is not published", .enabled(if: Conformance.isExpected))
    func published() throws {
        let text = String(
            decoding: try Conformance.bytes("token-status-list/status_list_jwt_raw.md").filter { $0 > 0x20 },
            as: UTF8.self)
        let token = try JWS(parsing: text)
        try token.header.requireType([TokenStatusListToken.type])
        let claims = try token.payloadObject()
        #expect(claims["sub"] == "https://example.com/statuslists/1")
        #expect(try TokenStatusList(claims["status_list"] ?? nil)[0] == .invalid)
        #expect(throws: JOSEError.invalidSignature) { try Self.verify(token) }
    }

    @Test("a token is refused from exp on, and under another key")
    func expired() throws {
        let token = try Self.token()
        #expect(throws: JOSEError.expired(at: Self.now + .days(1))) { try Self.verify(token, at: Self.now + .days(1)) }
        var random = SeededRandom(seed: 12)
        let other = try PublicKey.ecdsa(ECDSAPrivateKey(curve: .p256, using: &random).publicKey)
        #expect(throws: JOSEError.invalidSignature) {
            try TokenStatusListToken(verifying: token, key: other, at: Self.now)
        }
    }

    @Test(
        "a token is refused with",
        arguments: [
            ("no typ", nil, "sub", "https://issuer.example/statuslists/1"), ("typ JWT", "JWT", "jti", "x"),
            ("no sub", "statuslist+jwt", "sub", nil), ("a sub that is no URL", "statuslist+jwt", "sub", "list"),
            ("no iat", "statuslist+jwt", "iat", nil), ("no list", "statuslist+jwt", "status_list", nil),
            ("a list that is none", "statuslist+jwt", "status_list", ["bits": 1]),
            ("a ttl of 0", "statuslist+jwt", "ttl", 0), ("a ttl as text", "statuslist+jwt", "ttl", "1"),
            ("a negative ttl", "statuslist+jwt", "ttl", -1), ("an nbf to come", "statuslist+jwt", "nbf", 1_900_000_000),
        ] as [(String, String?, String, JSON?)])
    func refused(why: String, type: String?, name: String, value: JSON?) throws {
        var claims = try Self.token().payloadObject()
        claims[name] = value
        let token = try JWS(
            signing: JSON.object(claims).canonicalBytes, header: JOSEHeader(.es256, type: type), key: Self.key)
        #expect(throws: JOSEError.self) { try Self.verify(token) }
    }

    @Test("a very long or fractional ttl is read")
    func ttl() throws {
        for (value, expected) in [(JSON.number(0.5), Milliseconds(500)), (.number(1e300), .days(36_500))] {
            var claims = try Self.token().payloadObject()
            claims["ttl"] = value
            let token = try JWS(
                signing: JSON.object(claims).canonicalBytes, header: JOSEHeader(.es256, type: "statuslist+jwt"),
                key: Self.key)
            #expect(try Self.verify(token).timeToLive == expected)
        }
    }

    @Test("a reference is written and read, or is another mechanism's")
    func reference() throws {
        let reference = TokenStatusListReference(index: 7, uri: Self.uri)
        #expect(try TokenStatusListReference(of: ["status": .object(reference.json)]) == reference)
        #expect(try TokenStatusListReference(of: [:]) == nil)
        #expect(try TokenStatusListReference(of: ["status": ["other": 1]]) == nil)
    }

    @Test(
        "a reference is refused that",
        arguments: [
            ("is no object", "x"), ("has no object", ["status_list": 1]), ("has nothing", ["status_list": [:]]),
            ("has no uri", ["status_list": ["idx": 1]]), ("has no idx", ["status_list": ["uri": "https://a.example"]]),
            ("has a negative idx", ["status_list": ["idx": -1, "uri": "https://a.example"]]),
            ("has an idx as text", ["status_list": ["idx": "1", "uri": "https://a.example"]]),
            ("has a fraction", ["status_list": ["idx": .number(1.5), "uri": "https://a.example"]]),
            ("has a uri that is none", ["status_list": ["idx": 1, "uri": "list"]]),
        ] as [(String, JSON)])
    func refusedReference(why: String, status: JSON) {
        #expect(throws: StatusListError.self) { try TokenStatusListReference(of: ["status": status]) }
    }

    @Test(
        "damaged lists are refused or are lists, and take no more than their limit", arguments: 0..<4 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let json = Self.list().json
        for _ in 0..<300 {
            var bytes = try Base64URL.decode(json["lst"]?.stringValue ?? "")
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            var changed = json
            changed["lst"] = .string(Base64URL.encode(bytes))
            if let read = try? TokenStatusList(.object(changed)) { #expect(read == Self.list()) }
        }
    }
}

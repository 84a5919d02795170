import CanonicalJSON
import OpenBadges
import Testing

@Suite("IdentityObject")
struct IdentityTests {
    @Test("The specification's example: the hash of an address and its salt")
    func example() {
        let object = IdentityObject(hashing: "a@example.com", identityType: "emailAddress", salt: "Kosher")
        #expect(
            object.identityHash == "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399")
        #expect(
            object.json == [
                "type": "IdentityObject", "hashed": true, "identityHash": .string(object.identityHash),
                "identityType": "emailAddress", "salt": "Kosher",
            ])
        #expect(IdentityObject(object.json) == object)
    }

    @Test("Who knows the identity recognizes it, hashed or in the clear, in capitals or not")
    func recognition() throws {
        let hashed = IdentityObject(hashing: "a@example.com", identityType: "emailAddress", salt: "Kosher")
        var shouting = hashed.json
        shouting["identityHash"] = .string("sha256$" + hashed.identityHash.dropFirst(7).uppercased())
        let plain = IdentityObject(plain: "a@example.com", identityType: "emailAddress")
        for object in [hashed, try #require(IdentityObject(shouting)), plain] {
            #expect(object.names("a@example.com", identityType: "emailAddress") == true)
            #expect(object.names("A@example.com", identityType: "emailAddress") == false)
            #expect(object.names("a@example.com", identityType: "name") == false)
        }
        #expect(plain.json["salt"] == nil && plain.json["hashed"] == false)
    }

    @Test("A hash without salt is that of the identity alone")
    func unsalted() throws {
        var json = IdentityObject(hashing: "a@example.com", identityType: "emailAddress", salt: "").json
        json["salt"] = nil
        #expect(try #require(IdentityObject(json)).names("a@example.com", identityType: "emailAddress") == true)
    }

    @Test("Whom an MD5 names cannot be told")
    func md5() throws {
        let json: JSONObject = [
            "type": "IdentityObject", "hashed": true, "identityType": "emailAddress",
            "identityHash": "md5$00112233445566778899aabbccddeeff",
        ]
        let object = try #require(IdentityObject(json))
        #expect(object.names("a@example.com", identityType: "emailAddress") == nil)
        #expect(object.names("a@example.com", identityType: "name") == false)
    }

    @Test(
        "An object that breaks a rule is none",
        arguments: [
            ("type", nil), ("hashed", nil), ("identityType", "email"), ("identityHash", "sha256$00"), ("salt", 1),
        ] as [(String, JSON?)])
    func refusal(key: String, value: JSON?) {
        var json = IdentityObject(hashing: "a", identityType: "name", salt: "b").json
        json[key] = value
        #expect(IdentityObject(json) == nil)
    }
}

import CanonicalJSON
import Credentials
import StatusLists
import TestSupport
import Testing

@Suite("Entries of several bits")
struct MultipleBitsTests {
    private static let size = StatusSize(bits: 2)!
    private static let messages = ["pending_review", "accepted", "rejected", "undefined"]

    private static func entry(_ index: Int) -> BitstringStatusListEntry {
        BitstringStatusListEntry(
            statusPurpose: .message, statusListIndex: index, statusListCredential: StatusListCredentialTests.id,
            statusSize: size, statusMessages: messages)
    }

    private static func list(_ values: [(index: Int, value: UInt8)]) throws -> StatusListCredential {
        try list(Bitstring(statusSize: size, values: values))
    }

    private static func list(_ bitstring: Bitstring) throws -> StatusListCredential {
        let unsecured = StatusListCredential.unsecured(
            id: StatusListCredentialTests.id, issuer: IssuerID(URI(ours: "did:example:12345")),
            statusPurpose: .message, bitstring: bitstring, validFrom: StatusListCredentialTests.made)
        return try StatusListCredential(unsecured)
    }

    @Test("Each value has the message that the credential committed to")
    func values() throws {
        let last = Bitstring.minimumCount - 1
        let list = try Self.list([(0, 1), (1, 2), (last, 3)])
        let answers = try [0, 1, 2, last].map {
            try list.status(of: Self.entry($0), at: StatusListCredentialTests.made)
        }
        #expect(answers.map(\.status) == [1, 2, 0, 3] && answers.map(\.isSet) == [true, true, false, true])
        #expect(answers.map(\.message) == ["accepted", "rejected", "pending_review", "undefined"])
    }

    @Test("A list that is long enough for one bit is too short to hide two")
    func tooShort() throws {
        let list = try Self.list(Bitstring())
        let error = #expect(throws: StatusListError.self) {
            try list.status(of: Self.entry(1), at: StatusListCredentialTests.made)
        }
        #expect(error?.type == .statusListLength)
    }

    @Test("A list that states a size serves entries of that size only")
    func statedSize() throws {
        let plain = try Self.list([(7, 2)])
        for (stated, isRight) in [(2, true), (1, false), (3, false)] {
            var json = plain.credential.json
            var subject = json["credentialSubject"]?.objectValue ?? [:]
            subject["statusSize"] = .integer(Int64(stated))
            json["credentialSubject"] = .object(subject)
            let list = try StatusListCredential(UnsecuredCredential(.object(json)))
            if isRight {
                #expect(try list.status(of: Self.entry(7), at: StatusListCredentialTests.made).status == 2)
            } else {
                let error = #expect(throws: StatusListError.self) {
                    try list.status(of: Self.entry(7), at: StatusListCredentialTests.made)
                }
                #expect(error?.type == .statusVerification)
                #expect(error?.pointer.description == "/credentialSubject/statusSize")
            }
        }
    }

    @Test("The place after the last entry is out of range, although such a bit is there")
    func range() throws {
        let list = try Self.list([])
        let error = #expect(throws: StatusListError.self) {
            try list.status(of: Self.entry(Bitstring.minimumCount), at: StatusListCredentialTests.made)
        }
        #expect(error?.type == .range)
    }
}

@Suite("1EdTechRevocationList")
struct OneEdTechRevocationListTests {
    private static let credential = URI(ours: "http://example.edu/credentials/3732")

    private static func list(_ items: JSON) throws(StatusListError) -> OneEdTechRevocationList {
        try OneEdTechRevocationList(["id": "https://example.edu/revocations", "revokedCredentials": items])
    }

    @Test("A credential in the list is revoked, unless the list says that it is not")
    func revocation() throws {
        let item = JSON.string(Self.credential.description)
        #expect(try Self.list([["id": item]]).revocation(of: Self.credential)?.reason == .some(nil))
        let withReason = try Self.list([["id": item, "revoked": true, "revocationReason": "A mistake"]])
        #expect(withReason.revocation(of: Self.credential)?.reason == "A mistake")
        #expect(withReason.revocation(of: URI(ours: "http://example.edu/credentials/1")) == nil)
        #expect(try Self.list([["id": item, "revoked": false]]).revocation(of: Self.credential) == nil)
        #expect(try Self.list([]).revocation(of: Self.credential) == nil)
    }

    @Test(
        "Anything else is refused with its place",
        arguments: [
            ([["id": "x"]], "/revokedCredentials/0/id"), ([["revoked": true]], "/revokedCredentials/0/id"),
            ([["id": "a:b", "revoked": "yes"]], "/revokedCredentials/0/revoked"),
            ([["id": "a:b", "revocationReason": 1]], "/revokedCredentials/0/revocationReason"),
            ([1], "/revokedCredentials/0"), ("a:b", "/revokedCredentials"), (nil, "/revokedCredentials"),
        ] as [(JSON, String)])
    func refusal(items: JSON, place: String) {
        let error = #expect(throws: StatusListError.self) { try Self.list(items) }
        #expect(error?.pointer.description == place && error?.type == .malformedValue)
    }
}

@Suite("Open Badges with a status")
struct BadgeStatusTests {
    private static let folder = "open-badges/bit-string-list/"

    /// The two published badges with a status list, `credential-status-revoked`, break two rules of its
    /// specification: the index is a number, and the list has another `id` than its address. Both are refused; with
    /// both mended, the answer is the one that the file's name gives.
    @Test(
        "The published revoked badges are refused as they are, and revoked when mended",
        .enabled(if: Conformance.isExpected, Conformance.absence),
        arguments: ["credential-status-revoked.json", "credential-status-revoked-blank-nodes.json"])
    func revoked(name: String) throws {
        let badge = try JSON(parsing: try Conformance.bytes(Self.folder + name))
        var list = try #require(try JSON(parsing: try Conformance.bytes(Self.folder + "testlist")).objectValue)
        list["proof"] = nil
        var entry = try #require(badge["credentialStatus"]?.objectValue)
        let index = try #require(entry["statusListIndex"]?.integerValue)
        let error = #expect(throws: StatusListError.self) {
            try BitstringStatusListEntry(entry, at: JSONPointer())
        }
        #expect(error?.pointer.description == "/statusListIndex")
        entry["statusListIndex"] = .string(String(index))
        let read = try BitstringStatusListEntry(entry, at: JSONPointer())
        let published = try StatusListCredential(UnsecuredCredential(.object(list)))
        let now = StatusListCredentialTests.made
        #expect(throws: StatusListError.self) { try published.status(of: read, at: now) }
        list["id"] = entry["statusListCredential"]
        #expect(try StatusListCredential(UnsecuredCredential(.object(list))).status(of: read, at: now).isSet)
    }
}

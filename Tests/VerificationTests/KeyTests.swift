import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs
import Temporal
import Testing
import TransparencyLog
import Verification

@Suite("Keys, and who vouches for them")
struct KeyTests {
    static let web = "did:web:issuer.example"

    /// The document of an issuer, with the key `#key-1`.
    static func document(
        _ id: String = web, _ key: SampleKey = .ed25519, _ change: (inout JSONObject) throws -> Void = { _ in }
    ) throws -> KeyDocument {
        var method: JSONObject = [
            "id": .string(id + "#key-1"), "type": "JsonWebKey", "controller": .string(id),
            "publicKeyJwk": .object(JSONWebKey(key.key.publicKey, keyID: "first").json),
        ]
        try change(&method)
        return try KeyDocument([
            "id": .string(id), "verificationMethod": [.object(method)],
            "assertionMethod": [.string(id + "#key-1")], "authentication": ["#key-1"],
        ])
    }

    private static func credential(_ issuer: String = web, signedBy key: SampleKey = .ed25519) throws -> JSONObject {
        var document = try SampleFormat.document()
        document["issuer"] = .string(issuer)
        return try key.secure(document, key == .ed25519 ? .eddsaJCS2022 : .ecdsaJCS2019, as: URI(issuer + "#key-1"))
    }

    private func verdict(_ json: JSON, _ change: (inout Trust) throws -> Void = { _ in }) throws -> Verdict {
        var trust = Trust(at: .judged)
        try change(&trust)
        return Verifier(trust: trust).verify([try Evidence(json)])[0]
    }

    @Test("a key in a document verifies when the document is at hand, and the verifier stands up for it")
    func documents() throws {
        let json = JSON.object(try Self.credential())
        let missing = try verdict(json)
        Expected.cannotTell(.proof, "did:web:issuer.example, whose document is not at hand").check(missing)
        #expect(missing.check(.proof)?.need == .keyDocument)
        let verdict = try verdict(json) { $0.keyDocuments = [try Self.document()] }
        Expected.valid.check(verdict)
        #expect(verdict.check(.key)?.facts["vouchedForBy"] == "document")
        #expect(verdict.check(.issuer)?.outcome == .passed)
        let pinned = try self.verdict(json) {
            $0.keyDocuments = [try Self.document()]
            $0.issuers = [try URI(Self.web)]
        }
        Expected.valid.check(pinned)
        #expect(pinned.check(.key)?.facts["vouchedForBy"] == "verifier")
        Expected.invalid(.key).check(
            try self.verdict(json) {
                $0.keyDocuments = [try Self.document(), try Self.document("did:web:other.example")]
                $0.issuers = [try URI("did:web:other.example")]
            })
        Expected.invalid(.proof).check(
            try self.verdict(json) { $0.keyDocuments = [try Self.document(Self.web, .p256)] })
    }

    @Test("an issuer who was named, and whose keys are not at hand, leaves the question open")
    func namedWithoutKeys() throws {
        let json = try JSON(parsing: SampleFormat.eddsaJCS.bytes())
        let verdict = try verdict(json) { $0.issuers = [try URI(Self.web)] }
        Expected.cannotTell(.key, "whose keys are not at hand").check(verdict)
        #expect(verdict.check(.key)?.need == .keyDocument)
    }

    @Test("a key means itself under every name: a did:key and a did:jwk of one key are one")
    func names() throws {
        let key = SampleKey.p256.key.publicKey
        let json = try JSON(parsing: SampleFormat.p256JCS.bytes())
        Expected.valid.check(try verdict(json) { $0.issuers = [DIDJWK(key).uri] })
        let document = try SampleFormat.document { $0["issuer"] = .string(DIDJWK(key).description) }
        let byJWK = try SampleKey.p256.secure(document, .ecdsaJCS2019, as: DIDJWK(key).verificationMethod)
        Expected.valid.check(try verdict(.object(byJWK)))
        Expected.valid.check(try verdict(.object(byJWK)) { $0.issuers = [SampleKey.p256.identifier] })
        Expected.invalid(.key).check(try verdict(.object(byJWK)) { $0.issuers = [SampleKey.p384.identifier] })
    }

    @Test("a key that came with what it signed proves possession, and not whose it is")
    func companions() throws {
        let address = "https://issuer.example/keys"
        let multikey = SampleKey.ed25519.identifier.description.dropFirst("did:key:".count)
        let document = try SampleFormat.document { $0["issuer"] = .string(address) }
        let json = JSON.object(
            try SampleKey.ed25519.secure(document, .eddsaRDFC2022, as: URI("\(address)#\(multikey)")))
        let alone = try verdict(json)
        Expected.cannotTell(.issuer, "nothing shows").check(alone)
        #expect(alone.check(.key)?.sentence.contains("it came with the document itself") == true)
        Expected.valid.check(try verdict(json) { $0.issuers = [SampleKey.ed25519.identifier] })
        let header = JOSEHeader(.es256, type: "vc+jwt", key: JSONWebKey(SampleKey.p256.key.publicKey))
        let token = try JWS(signing: JSON.object(document).canonicalBytes, header: header, key: SampleKey.p256.key)
        let verdict = try verdict(.string(token.compact))
        Expected.cannotTell(.issuer, "nothing shows").check(verdict)
        Expected.valid.check(try self.verdict(.string(token.compact)) { $0.issuers = [SampleKey.p256.identifier] })
    }

    @Test(
        "a token names its key in many ways",
        arguments: ["did:web:issuer.example#key-1", "#key-1", "key-1", "first", nil])
    func keyIDs(_ keyID: String?) throws {
        var document = try SampleFormat.document()
        document["issuer"] = .string(Self.web)
        let header = JOSEHeader(.es256, type: "vc+jwt", keyID: keyID)
        let token = try JWS(signing: JSON.object(document).canonicalBytes, header: header, key: SampleKey.p256.key)
        let json = JSON.string(token.compact)
        Expected.valid.check(try verdict(json) { $0.keyDocuments = [try Self.document(Self.web, .p256)] })
        let missing = try verdict(json)
        Expected.cannotTell(.proof, "not at hand").check(missing)
        #expect(missing.check(.proof)?.need == .keyDocument)
        let others = try Self.document(Self.web, .p256) { method in
            method["publicKeyJwk"] = .object(JSONWebKey(try SampleKey.otherP256.publicKey, keyID: "first").json)
        }
        Expected.invalid(.proof, "does not hold").check(try verdict(json) { $0.keyDocuments = [others] })
    }

    @Test("keys are read from several sorts of files")
    func files() throws {
        let jwk = JSON.object(JSONWebKey(SampleKey.p256.key.publicKey, keyID: "first").json)
        let document = try SampleFormat.document { $0["issuer"] = "https://issuer.example" }
        let header = JOSEHeader(.es256, type: "vc+jwt", keyID: "first")
        let token = try JWS(signing: JSON.object(document).canonicalBytes, header: header, key: SampleKey.p256.key)
        let named: [JSON] = [
            ["issuer": "https://issuer.example", "jwks": ["keys": [jwk]]],
            [
                "id": "https://issuer.example#k", "type": "JsonWebKey", "controller": "https://issuer.example",
                "publicKeyJwk": jwk,
            ],
        ]
        for file in named {
            let verdict = try verdict(.string(token.compact)) { $0.keyDocuments = [try KeyDocument(file)] }
            Expected.valid.check(verdict)
            #expect(verdict.check(.issuer)?.sentence.contains("document of the issuer") == true)
        }
        for file in [jwk, ["keys": [jwk]]] {
            let verdict = try verdict(.string(token.compact)) { $0.keyDocuments = [try KeyDocument(file)] }
            Expected.valid.check(verdict)
            #expect(verdict.check(.issuer)?.sentence.contains("you named the key instead") == true)
        }
        for file: JSON in [[:], [], "x", ["keys": [["kty": "none"]]], ["id": "no URL"]] {
            #expect(throws: ProofError.self) { try KeyDocument(file) }
        }
    }
}

extension SampleKey {
    /// A second key on P-256, which nobody signs with.
    static var otherP256: PrivateKey {
        get throws { .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: [UInt8](repeating: 9, count: 32))) }
    }
}

@Suite("When a key was good")
struct KeyPeriodTests {
    /// When a key ended, when the credential says that it was signed, and when the log took it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var expires: Instant?
        var revoked: Instant?
        var created: Instant? = .issued
        var loggedAt: Instant?
        let expected: Expected

        init(
            _ name: String, expires: Instant? = nil, revoked: Instant? = nil, created: Instant? = .issued,
            loggedAt: Instant? = nil, _ expected: Expected
        ) {
            testDescription = name
            (self.expires, self.revoked, self.created, self.loggedAt) = (expires, revoked, created, loggedAt)
            self.expected = expected
        }
    }

    private static let (before, at, after) = (Instant.issued - .hours(1), Instant.issued, Instant.issued + .hours(1))

    static let cases: [Case] = [
        Case("no end", .valid),
        Case("retired after it signed", expires: after, .valid),
        Case("retired before it signed", expires: before, .invalid(.keyPeriod, "for use until")),
        Case("retired when it signed", expires: at, .invalid(.keyPeriod, "for use until")),
        Case("to be retired tomorrow", expires: .judged + .days(1), created: nil, .valid),
        Case("retired, and nobody says when it signed", expires: after, created: nil, .cannotTell(.keyPeriod)),
        Case("retired, and the log says that it signed before", expires: after, created: nil, loggedAt: at, .valid),
        Case(
            "revoked after it signed, by its own word", revoked: after, .cannotTell(.keyPeriod, "no log bears that out")
        ),
        Case("revoked after it signed, by no word", revoked: after, created: nil, .cannotTell(.keyPeriod, "no date")),
        Case("revoked after it signed, by the log", revoked: after, loggedAt: at + .minutes(1), .valid),
        Case("revoked before it signed", revoked: before, .invalid(.keyPeriod, "counts for nothing")),
        Case("revoked when it signed", revoked: at, .invalid(.keyPeriod, "counts for nothing")),
        Case(
            "revoked before the log had it", revoked: after, loggedAt: after, .invalid(.keyPeriod, "the log has this")),
        Case(
            "revoked before it signed, and the date is a lie", revoked: before, created: before - .days(1),
            .cannotTell(.keyPeriod)),
        Case(
            "revoked, the date is a lie, and the log knows", revoked: before, created: before - .days(1),
            loggedAt: at, .invalid(.keyPeriod)),
        Case("revoked after the instant to judge", revoked: .judged + .hours(1), .valid),
        Case("retired and revoked, logged before both", expires: after, revoked: after, loggedAt: at, .valid),
    ]

    @Test("planned ends take the signer's word, stolen keys only the log's", arguments: cases)
    func periods(_ example: Case) throws {
        let name = KeyTests.web + "#key-1"
        var document = try SampleFormat.document()
        document["issuer"] = .string(KeyTests.web)
        let credential = try SampleKey.ed25519.secure(
            document, .eddsaJCS2022, as: URI(name), at: example.created)
        var trust = Trust(at: .judged)
        trust.keyDocuments = [
            try KeyTests.document {
                $0["expires"] = example.expires.map { .string($0.dateTimeStamp) }
                $0["revoked"] = example.revoked.map { .string($0.dateTimeStamp) }
            }
        ]
        var files = [try Evidence(credential)]
        if let loggedAt = example.loggedAt {
            let log = try LoggedKeys.log(issuing: .object(credential), at: loggedAt)
            trust.logKeys = [log.logKey]
            files.append(try Evidence(log.bundle(showing: ["credential"])))
        }
        let verdicts = Verifier(trust: trust).verify(files)
        example.expected.check(verdicts[0])
        #expect((verdicts[0].check(.keyPeriod) == nil) == (example.expires == nil && example.revoked == nil))
        // The credential inside the bundle is judged the same.
        if verdicts.count > 1 { #expect(verdicts[1].parts.last?.conclusion == example.expected.conclusion) }
    }
}

/// A log in which an issuer has keys, and one credential.
enum LoggedKeys {
    static func log(
        issuing credential: JSON, at t: Instant, adding: (inout SampleLog) throws -> Void = { _ in }
    ) throws -> SampleLog {
        var log = try SampleLog()
        try log.append("log.opened", at: .accepted - .days(1), ["url": "https://issuer.example"])
        try adding(&log)
        try log.append(
            "request.accepted", of: SampleLog.rid, at: .accepted, SampleLog.acceptedFacts(),
            private: ["credential": SampleLog.draft])
        try log.append("credential.issued", of: SampleLog.rid, at: t, private: ["credential": credential])
        return log
    }

    static func keyAdded(_ key: SampleKey, from: Instant = .accepted - .days(1)) -> JSONObject {
        [
            "issuer": "school", "did": .string(KeyTests.web), "key": .string(KeyTests.web + "#key-1"),
            "publicKeyJwk": .object(JSONWebKey(key.key.publicKey).json), "from": .integer(from.milliseconds),
        ]
    }
}

@Suite("What the log says about keys")
struct LoggedKeyTests {
    private func verdicts(
        _ credential: JSON, key: SampleKey = .ed25519, showing: Set<Int> = [1, 2],
        adding: (inout SampleLog) throws -> Void = { _ in }
    ) throws -> [Verdict] {
        let log = try LoggedKeys.log(issuing: credential, at: .issued) { log in
            try log.append("key.added", at: .accepted - .days(1), LoggedKeys.keyAdded(key))
            try adding(&log)
        }
        let bundle = try log.bundle(showing: ["credential"], service: showing)
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        return Verifier(trust: trust).verify([try Evidence(credential), try Evidence(bundle)])
    }

    private func credential(_ created: Instant? = .issued) throws -> JSON {
        let document = try SampleFormat.document { $0["issuer"] = .string(KeyTests.web) }
        return .object(
            try SampleKey.ed25519.secure(document, .eddsaJCS2022, as: URI(KeyTests.web + "#key-1"), at: created))
    }

    @Test("a proven entry vouches for a key, so that no other document is needed")
    func vouching() throws {
        let verdicts = try verdicts(credential())
        for verdict in [verdicts[0], verdicts[1].parts[0]] {
            Expected.valid.check(verdict)
            #expect(verdict.check(.key)?.facts["vouchedForBy"] == "log")
            #expect(verdict.check(.key)?.sentence.contains("a key of the issuer \"school\"") == true)
            #expect(verdict.check(.issuer)?.outcome == .passed)
        }
        #expect(verdicts[1].check(.entries)?.sentence.contains("1 more are in the log") == true)
        #expect(
            verdicts[1].story[0].words.hasPrefix("The issuer school signs with the key did:web:issuer.example#key-1"))
        Expected.cannotTell(.proof, "not at hand").check(try self.verdicts(credential(), showing: [])[0])
    }

    @Test("the log speaks for a key by its bytes: another key under the name is refused")
    func otherKey() throws {
        let verdict = try verdicts(credential(), key: .p256)[0]
        #expect(verdict.conclusion == .invalid)
    }

    @Test("what the log says about the end of a key counts, and about its beginning")
    func ends() throws {
        let key = JSON.string(KeyTests.web + "#key-1")
        func verdict(_ type: String, _ name: String, _ instant: Instant) throws -> Verdict {
            try verdicts(credential()) {
                try $0.append(type, at: .accepted, ["key": key, name: .integer(instant.milliseconds)])
            }[0]
        }
        Expected.valid.check(try verdict("key.retired", "at", .issued + .hours(1)))
        Expected.invalid(.keyPeriod).check(try verdict("key.retired", "at", .issued - .hours(1)))
        Expected.valid.check(try verdict("key.revoked", "since", .issued + .hours(1)))
        Expected.invalid(.keyPeriod).check(try verdict("key.revoked", "since", .issued))
        let early = LoggedKeys.keyAdded(.ed25519, from: .issued + .hours(1))
        let log = try LoggedKeys.log(issuing: credential(), at: .issued) {
            try $0.append("key.added", at: .accepted, early)
        }
        let bundle = try log.bundle(showing: ["credential"])
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        Expected.invalid(.keyPeriod, "before the key was the issuer's").check(
            Verifier(trust: trust).verify([try Evidence(credential()), try Evidence(bundle)])[0])
    }

    @Test("an entry about a key that is not proven refuses the bundle")
    func notProven() throws {
        let credential = try credential()
        let log = try LoggedKeys.log(issuing: credential, at: .issued) {
            try $0.append("key.added", at: .accepted, LoggedKeys.keyAdded(.ed25519))
        }
        var bundle = try log.bundle(showing: ["credential"])
        var shown = log.shownEntry(log.entries[1]).objectValue ?? [:]
        shown.replace("\"school\"", "\"schaal\"", in: "entry")
        bundle.edit("entries") { $0.append(.object(shown)) }
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        Expected.invalid(.entries, "not proven").check(Verifier(trust: trust).verify([try Evidence(bundle)])[0])
    }

    @Test("a committed token is known by its text, and a part of it by what its issuer signed")
    func tokens() throws {
        let token = try SamplePlainCredential.token()
        let log = try LoggedKeys.log(issuing: .string(token.compact), at: .issued)
        var trust = Trust(at: .judged)
        trust.logKeys = [log.logKey]
        let bundle = try Evidence(log.bundle(showing: ["credential"]))
        let part = try token.presenting([["given_name"]])
        let other = try SamplePlainCredential.token { $0["given_name"] = "Eve" }
        let verdicts = Verifier(trust: trust).verify(
            try [token, part, other].map { try Evidence(.string($0.compact)) } + [bundle])
        Expected.valid.check(verdicts[0])
        Expected.valid.check(verdicts[1])
        Expected.invalid(.log).check(verdicts[2])
        Expected.valid.check(verdicts[3])
        #expect(verdicts[3].parts.map(\.kind) == [.credential])
    }

    @Test("what the log suspends is suspended until it lifts that")
    func suspension() throws {
        let credential = try credential()
        func verdict(_ values: [Int64], purpose: JSON = "suspension", at instant: Instant = .judged) throws -> Verdict {
            var log = try LoggedKeys.log(issuing: credential, at: .issued)
            for (index, value) in values.enumerated() {
                try log.append(
                    "credential.status", of: SampleLog.rid, at: .issued + .minutes(Int64(index) + 1),
                    ["purpose": purpose, "value": .integer(value)])
            }
            var trust = Trust(at: instant)
            trust.logKeys = [log.logKey]
            trust.keyDocuments = [try KeyTests.document()]
            return Verifier(trust: trust).verify(
                [try Evidence(credential), try Evidence(log.bundle(showing: ["credential"]))])[0]
        }
        Expected.valid.check(try verdict([]))
        Expected.invalid(.log, "It is suspended: entry 3").check(try verdict([1]))
        Expected.valid.check(try verdict([1, 0]))
        Expected.invalid(.log, "entry 5").check(try verdict([1, 0, 1]))
        Expected.valid.check(try verdict([1], at: .issued + .seconds(1)))
        Expected.valid.check(try verdict([1], purpose: "refresh"))
    }
}

import CanonicalJSON
import Credentials
import Cryptography
import Issuance
import JOSE
import Multiformats
import Proofs
import Simulation
import StatusLists
import Temporal
import TestSupport
import Testing

/// A key in the vault of a world, from a byte that makes it.
func newKey(_ algorithm: SignatureAlgorithm, _ byte: UInt8, in world: World) throws -> String {
    let scalar = [UInt8](repeating: byte, count: algorithm == .es384 ? 48 : 32)
    let key: PrivateKey =
        switch algorithm {
        case .edDSA: .ed25519(try Ed25519PrivateKey(seed: scalar))
        case .es256: .ecdsa(try ECDSAPrivateKey(curve: .p256, scalar: scalar))
        default: .ecdsa(try ECDSAPrivateKey(curve: .p384, scalar: scalar))
        }
    return world.world.surroundings.vault.add(key)
}

func name(_ text: String) throws -> IssuerName { try #require(IssuerName(text)) }

extension JSON {
    /// The body of a request with an issuer, and how to secure.
    func issued(by issuer: String, _ securing: JSON? = nil) -> JSON {
        var body = objectValue ?? [:]
        body["issuer"] = .string(issuer)
        body["securing"] = securing
        return .object(body)
    }
}

/// A request whose credential means something as linked data.
func linkedDataBody(holder: String = "urn:example:person:1") -> JSON {
    [
        "credential": [
            "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
            "type": ["VerifiableCredential", "ExampleDegreeCredential"],
            "credentialSubject": ["id": .string(holder), "degree": ["type": "ExampleBachelorDegree", "name": "BSc"]],
        ],
        "holder": ["id": .string(holder)], "tier": "standard", "review": "none",
    ]
}

@Suite("An issuer")
struct IssuerTests {
    static let mechanisms: [(SignatureAlgorithm, Securing)] = Securing.allCases.filter { $0 != .sdJWTVC }.flatMap {
        securing in
        securing.algorithms.filter { $0 != .rs256 }.sorted { $0.rawValue < $1.rawValue }.map { ($0, securing) }
    }

    @Test("signs in every way that its key can, and whoever has its key can verify", arguments: mechanisms)
    func mechanism(_ algorithm: SignatureAlgorithm, _ securing: Securing) throws {
        let world = try World()
        let key = try newKey(algorithm, 7, in: world)
        try world.world.addIssuer(NewIssuer(name: name("second"), securing: securing, key: key))
        let answer = try world.world.request(linkedDataBody().issued(by: "second"), from: world.tenant, key: "a")
        let credential = try #require(answer.body["credential"])
        let now = world.world.clock.now
        switch securing {
        case .vcJWT, .vcSDJWT:
            let token = try #require(credential.stringValue)
            let jws = try JWS(parsing: String(token.prefix { $0 != "~" }))
            try jws.verify(with: world.world.surroundings.vault.key(key).publicKey)
            #expect(jws.header.type == securing.rawValue)
            #expect(try JSON(parsing: jws.payload)["credentialSubject"]?["degree"]?["name"] == "BSc")
        default:
            let document = try #require(credential.objectValue)
            let shown =
                securing == .ecdsaSD2023
                ? try DataIntegrity.derive(from: document, revealing: ["/credentialSubject"]) : document
            let verified = try DataIntegrity.verify(
                shown, keys: .didKey, expecting: ProofExpectations(proofPurpose: .assertionMethod), at: now)
            #expect(verified.map(\.proof.cryptosuite.rawValue) == [securing.rawValue])
        }
        #expect(try world.rows(RequestRecord.self).map(\.issuedKey) == [verificationMethod(of: "second", in: world)])
    }

    private func verificationMethod(of issuer: String, in world: World) throws -> String {
        let issuers = world.world.service.issuerList()["issuers"]?.arrayValue ?? []
        return try #require(
            issuers.first { $0["name"] == .string(issuer) }?["keys"]?.arrayValue?.last?["key"]?.stringValue)
    }

    @Test("waits for review with the order that came with the request")
    func review() throws {
        let world = try World()
        try world.world.addIssuer(NewIssuer(name: name("tokens"), key: newKey(.es256, 3, in: world)))
        var body = linkedDataBody().issued(by: "tokens", "vc+jwt").objectValue ?? [:]
        body["review"] = "manual"
        let id = try world.id(of: world.world.request(.object(body), from: world.tenant, key: "a"))
        let answer = try world.world.perform(.approve(note: nil), on: id, of: world.tenant, key: "b")
        #expect(try JWS(parsing: #require(answer.body["credential"]?.stringValue)).header.algorithm == .es256)
    }

    @Test("of one institution is unknown to another, and so is one that does not exist")
    func ownership() throws {
        let world = try World()
        let other = try world.world.addInstitution("Süderhafen University")
        try world.world.addIssuer(NewIssuer(name: name("own"), tenant: world.tenant, key: newKey(.edDSA, 3, in: world)))
        try world.world.request(requestBody().issued(by: "own"), from: world.tenant, key: "a")
        for (issuer, tenant) in [("own", other), ("nobody", world.tenant)] {
            #expect(throws: Refusal.unknownIssuer) {
                try world.world.request(requestBody().issued(by: issuer), from: tenant, key: "b")
            }
        }
    }

    @Test("is refused when its key cannot do what is asked, and its name and key are new")
    func refusals() throws {
        let world = try World()
        let key = try newKey(.edDSA, 3, in: world)
        let nobody = try #require(TenantID("nobody"))
        func code(_ issuer: NewIssuer) -> Refusal.Code? {
            do {
                try world.world.addIssuer(issuer)
                return nil
            } catch {
                return (error as? Refusal)?.code
            }
        }
        #expect(code(NewIssuer(name: try name("a"), securing: .ecdsaJCS2019, key: key)) == .invalidIssuer)
        #expect(code(NewIssuer(name: try name("a"), tenant: nobody, key: key)) == .invalidIssuer)
        #expect(code(NewIssuer(name: try name("a"), key: "unknown")) == .invalidIssuer)
        #expect(code(NewIssuer(name: try name("a"), key: key)) == nil)
        #expect(code(NewIssuer(name: try name("a"), key: try newKey(.edDSA, 4, in: world))) == .invalidIssuer)
        #expect(code(NewIssuer(name: try name("b"), key: key)) == .invalidIssuer)
        #expect(throws: Refusal.self) {
            try world.world.request(linkedDataBody().issued(by: "a", "ecdsa-rdfc-2019"), from: world.tenant, key: "x")
        }
        #expect(throws: Refusal.self) {
            try world.world.request(linkedDataBody().issued(by: "a", "no-such-suite"), from: world.tenant, key: "y")
        }
    }

    @Test("gives SD-JWT VCs claims that a holder can withhold, bound to their key")
    func selective() throws {
        let world = try World()
        try world.world.addIssuer(NewIssuer(name: name("pid"), securing: .sdJWTVC, key: newKey(.es256, 5, in: world)))
        let holderKey = JSON.object(
            JSONWebKey(try world.world.surroundings.vault.key(newKey(.es256, 6, in: world)).publicKey).json)
        let body: JSON = [
            "credential": [
                "vct": "https://credentials.example/id", "given_name": "Ada",
                "address": ["city": "Kiel", "zip": "24103"],
            ],
            "holder": ["id": "urn:example:person:1"], "tier": "standard", "review": "none", "issuer": "pid",
            "securing": [
                "type": "dc+sd-jwt", "disclosable": [["given_name"], ["address", "city"]], "decoys": 2,
                "holderKey": holderKey,
            ],
        ]
        let answer = try world.world.request(body, from: world.tenant, key: "a")
        let token = try SDJWT(parsing: #require(answer.body["credential"]?.stringValue))
        let publicKey = try world.world.surroundings.vault.key(newKey(.es256, 5, in: world)).publicKey
        let verified = try SDJWTCredential(
            verifying: token, issuerKey: publicKey, keyBinding: nil, at: world.world.clock.now)
        #expect(verified.credentialType == "https://credentials.example/id")
        #expect(verified.token.claims.object["given_name"] == "Ada")
        #expect(token.payload["given_name"] == nil && token.payload["address"]?["zip"] == "24103")
        #expect(token.payload["cnf"]?["jwk"] == holderKey)
        #expect(token.payload["_sd"]?.arrayValue?.count == 3)
        let reference = try #require(try TokenStatusListReference(of: token.payload))
        #expect(reference.uri.description == "https://simulation.example/token-status-lists/1")
        for (document, place) in [("iss", "/credential/iss"), ("status", "/credential/status")] {
            var changed = body.objectValue ?? [:]
            var claims = body["credential"]?.objectValue ?? [:]
            claims[document] = "x"
            changed["credential"] = .object(claims)
            let error = #expect(throws: Refusal.self) {
                try world.world.request(.object(changed), from: world.tenant, key: document)
            }
            #expect(error?.pointer == place)
        }
    }
}

@Suite("A badge")
struct BadgeStatusTests {
    private static let types = [
        ("OpenBadgeCredential", true), ("AchievementCredential", true), ("EndorsementCredential", false),
    ]

    @Test("names one status, with an id; other credentials name all, without", arguments: types)
    func status(type: String, isBadge: Bool) throws {
        let world = try World()
        let offers = [StatusOffer(.suspension), StatusOffer(.revocation)]
        try world.world.addIssuer(NewIssuer(name: name("b"), statuses: offers, key: newKey(.edDSA, 3, in: world)))
        let body = requestBody().replacing("/credential/type", by: ["VerifiableCredential", .string(type)])
        let answer = try world.world.request(body.issued(by: "b"), from: world.tenant, key: "a")
        let status = try #require(answer.body["credential"]?["credentialStatus"])
        guard isBadge else {
            let entries = try #require(status.arrayValue)
            #expect(entries.count == 2 && entries.allSatisfy { $0["id"] == nil })
            return
        }
        let entry = try BitstringStatusListEntry(#require(status.objectValue), at: JSONPointer())
        #expect(entry.statusPurpose == .revocation)
        #expect(entry.id?.description == "\(entry.statusListCredential)#\(entry.statusListIndex)")
    }

    @Test("names the status that its issuer has where that is not revocation, and none where there is none")
    func otherStatus() throws {
        let world = try World()
        let body = requestBody().replacing("/credential/type", by: ["VerifiableCredential", "OpenBadgeCredential"])
        for (number, offers) in [[StatusOffer(.suspension)], []].enumerated() {
            let key = try newKey(.edDSA, UInt8(number + 3), in: world)
            try world.world.addIssuer(NewIssuer(name: name("b\(number)"), statuses: offers, key: key))
            let answer = try world.world.request(
                body.issued(by: "b\(number)"), from: world.tenant, key: "\(number)")
            let status = answer.body["credential"]?["credentialStatus"]
            #expect(status?["statusPurpose"]?.stringValue == offers.first?.purpose.rawValue)
            #expect((status?["id"] == nil) == offers.isEmpty)
        }
    }
}

@Suite("A key")
struct KeyTests {
    @Test("is replaced by a rotation: the new one signs, the old one is told to have retired")
    func rotation() throws {
        let world = try World()
        try world.world.addIssuer(NewIssuer(name: name("web"), method: .web, key: newKey(.edDSA, 3, in: world)))
        func request(_ key: String) throws -> JSON? {
            try world.world.request(requestBody().issued(by: "web"), from: world.tenant, key: key).body["credential"]
        }
        let before = try request("a")
        world.world.clock.advance(by: .hours(1))
        try world.world.rotateKey(of: name("web"), to: newKey(.edDSA, 4, in: world))
        let after = try request("b")
        #expect(before?["issuer"] == "did:web:simulation.example:issuers:web" && before?["issuer"] == after?["issuer"])
        #expect(before?["proof"]?["verificationMethod"] != after?["proof"]?["verificationMethod"])
        let document = try ControlledIdentifierDocument(.object(world.world.service.didDocument(of: name("web"))))
        for credential in [before, after] {
            _ = try DataIntegrity.verify(
                #require(credential?.objectValue), keys: KeySource(documents: [document]),
                expecting: ProofExpectations(proofPurpose: .assertionMethod), at: world.world.clock.now)
        }
        let old = try #require(before?["proof"]?["verificationMethod"]?.stringValue)
        #expect(try world.world.service.requests(signedWith: old, after: nil)["requests"]?.arrayValue?.count == 1)
        #expect(throws: Refusal.self) {
            try world.world.rotateKey(of: name("web"), to: newKey(.es256, 5, in: world))
        }
        #expect(throws: Refusal.self) { try world.world.rotateKey(of: name("web"), to: newKey(.edDSA, 3, in: world)) }
    }

    @Test("that is revoked signs no more, and a proof after the cut-off does not hold")
    func revocation() throws {
        let world = try World()
        try world.world.addIssuer(NewIssuer(name: name("web"), method: .web, key: newKey(.edDSA, 3, in: world)))
        func request(_ key: String) throws -> JSONObject {
            let answer = try world.world.request(requestBody().issued(by: "web"), from: world.tenant, key: key)
            return try #require(answer.body["credential"]?.objectValue)
        }
        let before = try request("a")
        world.world.clock.advance(by: .hours(1))
        let cutOff = world.world.clock.now
        world.world.clock.advance(by: .hours(1))
        let after = try request("b")
        let key = try #require(before["proof"]?["verificationMethod"]?.stringValue)
        for wrong in [cutOff + .hours(2), Instant(milliseconds: 0)] {
            #expect(throws: Refusal.self) { try world.world.revokeKey(key, since: wrong) }
        }
        try world.world.revokeKey(key, since: cutOff)
        #expect(throws: Refusal.self) { try world.world.revokeKey(key, since: cutOff) }
        #expect(throws: Refusal.self) { try request("c") }
        try world.world.rotateKey(of: name("web"), to: newKey(.edDSA, 4, in: world))
        _ = try request("c")
        let document = try ControlledIdentifierDocument(.object(world.world.service.didDocument(of: name("web"))))
        func verify(_ credential: JSONObject) throws {
            _ = try DataIntegrity.verify(
                credential, keys: KeySource(documents: [document]),
                expecting: ProofExpectations(proofPurpose: .assertionMethod), at: world.world.clock.now)
        }
        try verify(before)
        #expect(throws: ProofError.self) { try verify(after) }
    }

    @Test("is told in the audit bundle of a request, with everything that became of it")
    func bundle() throws {
        let world = try World()
        try world.world.addIssuer(NewIssuer(name: name("other"), key: newKey(.edDSA, 9, in: world)))
        let id = try world.id(of: world.world.request(requestBody(), from: world.tenant, key: "a"))
        try world.world.rotateKey(of: .default, to: newKey(.edDSA, 4, in: world))
        let bundle = try world.world.store.read { try AuditBundle.make(for: id, in: $0) }
        let types = try (bundle["entries"]?.arrayValue ?? []).map {
            try JSON(parsing: $0["entry"]?.stringValue.map { Array($0.utf8) } ?? [])["type"]?.stringValue ?? ""
        }
        #expect(
            types == ["issuer.added", "key.added", "key.retired", "key.added", "request.accepted", "credential.issued"])
    }
}

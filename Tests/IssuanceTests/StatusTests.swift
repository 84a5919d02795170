import CanonicalJSON
import Credentials
import Cryptography
import Dispatch
import Issuance
import JOSE
import Simulation
import StatusLists
import Synchronization
import Temporal
import TestSupport
import Testing

@Suite("A place in a status list")
struct StatusPlaceTests {
    @Test("is given to one credential only, however many ask at once")
    func concurrentClaims() throws {
        let world = try World()
        let indexes = try world.world.store.read { try StatusIndexes($0) }
        let (store, surroundings) = (world.world.store, world.world.surroundings)
        let claimed = Mutex<[StatusPlace]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            // Half of the threads ask for another issuer.
            let places = (0..<12_500).compactMap { _ in
                try? indexes.next(for: "did:example:\(thread % 2)", store) { surroundings.randomBytes($0) }
            }
            claimed.withLock { $0 += places }
        }
        let places = claimed.withLock { $0 }
        #expect(places.count == 100_000)
        #expect(Set(places).count == 100_000)
        #expect(Set(places.map(\.list)) == [1, 2])
        let even = Dictionary(grouping: places, by: \.list).values.map(\.count)
        #expect(even == [50_000, 50_000])
    }

    @Test("that two processes drew is written once: the store refuses the second, which draws again")
    func collision() throws {
        let world = try World()
        try world.world.request(requestBody(), from: world.tenant, key: "a")
        let taken = try #require(try world.rows(StatusRecord.self).first)
        #expect(throws: StoreError.conflict(table: "status")) {
            try world.world.store.write { writer in
                try writer.insert(StatusRecord(list: taken.list, index: taken.index, request: "other"))
            }
        }
        // In the same world lived again, another process is a moment faster with the place that will be drawn first.
        let again = try World()
        try again.world.store.write { writer in
            try writer.insert(StatusRecord(list: taken.list, index: taken.index, request: "other"))
        }
        try again.world.request(requestBody(), from: again.tenant, key: "a")
        let rows = try again.rows(StatusRecord.self)
        #expect(rows.count == 2 && Set(rows.map(\.index)).count == 2 && rows.contains(taken.with(request: "other")))
    }

    @Test("is remembered after a restart")
    func restart() throws {
        let world = try World()
        for index in 0..<50 { try world.world.request(requestBody(), from: world.tenant, key: "\(index)") }
        try world.world.restart()
        for index in 50..<100 { try world.world.request(requestBody(), from: world.tenant, key: "\(index)") }
        let rows = try world.rows(StatusRecord.self)
        #expect(rows.count == 100 && Set(rows.map(\.list)) == [1])
        #expect(try world.rows(StatusListRecord.self).count == 1)
    }
}

extension StatusRecord {
    fileprivate func with(request: String) -> StatusRecord {
        StatusRecord(list: list, index: index, request: request)
    }
}

@Suite("A status")
struct StatusTests {
    private func list(_ id: String, in world: World) throws -> StatusListCredential {
        let list = try world.world.service.statusList(#require(StatusListID(id)))
        var document = try JSON(parsing: list.bytes).objectValue ?? [:]
        document["proof"] = nil
        return try StatusListCredential(UnsecuredCredential(.object(document)))
    }

    private func index(of answer: Answer, _ purpose: String) throws -> Int {
        let entries = answer.body["credential"]?["credentialStatus"]
        let entry = (entries?.arrayValue ?? [entries ?? .null]).first { $0["statusPurpose"] == .string(purpose) }
        return try #require(entry?["statusListIndex"]?.stringValue.flatMap { Int($0) })
    }

    @Test("can be suspended and lifted again, in a list of its own; each change once")
    func suspension() throws {
        let world = try World(statuses: [StatusOffer(.revocation), StatusOffer(.suspension)])
        let answer = try world.world.request(requestBody(), from: world.tenant, key: "a")
        let id = try world.id(of: answer)
        let place = try index(of: answer, "suspension")
        #expect(try index(of: answer, "revocation") == place)
        for (value, key) in [(1, "b"), (0, "c")] {
            try world.world.perform(
                .setStatus(.suspension, value: Int64(value), note: "why"), on: id, of: world.tenant, key: key)
            #expect(try list("1-suspension", in: world).bitstring[place] == (value == 1))
            #expect(try list("1", in: world).bitstring[place] == false)
            #expect(throws: Refusal.self) {
                try world.world.perform(
                    .setStatus(.suspension, value: Int64(value), note: nil), on: id, of: world.tenant, key: key + "2")
            }
        }
        let history = try world.world.service.statusListHistory(
            #require(StatusListID("1-suspension")), at: world.world.clock.now)
        #expect(history["changes"]?.arrayValue?.compactMap { $0["value"]?.integerValue } == [1, 0])
    }

    @Test("can be a message; values and purposes that the issuer does not keep are refused")
    func message() throws {
        let world = try World(statuses: [StatusOffer(.message, messages: ["sent", "read", "shown", "returned"])])
        let answer = try world.world.request(requestBody(), from: world.tenant, key: "a")
        let id = try world.id(of: answer)
        let entry = answer.body["credential"]?["credentialStatus"]
        #expect(entry?["statusSize"] == 2 && entry?["statusMessage"]?.arrayValue?.count == 4)
        try world.world.perform(.setStatus(.message, value: 3, note: nil), on: id, of: world.tenant, key: "b")
        let size = try #require(StatusSize(bits: 2))
        #expect(try list("1-message", in: world).bitstring[index(of: answer, "message"), size] == 3)
        for (purpose, value) in [(StatusPurpose.message, 4), (.message, -1), (.suspension, 1), (.revocation, 1)] {
            #expect(throws: Refusal.self) {
                try world.world.perform(
                    .setStatus(purpose, value: Int64(value), note: nil), on: id, of: world.tenant,
                    key: "\(purpose)\(value)")
            }
        }
        #expect(throws: Refusal.unknownStatusList) { try list("1", in: world) }
    }

    @Test("is published on the issuer's schedule, and says as of when")
    func schedule() throws {
        let world = try World()
        let issuer = NewIssuer(
            name: try name("slow"), publicationInterval: .hours(1), key: try newKey(.edDSA, 3, in: world))
        try world.world.addIssuer(issuer)
        world.world.clock.advance(by: .minutes(10))
        let answer = try world.world.request(requestBody().issued(by: "slow"), from: world.tenant, key: "a")
        let place = try index(of: answer, "revocation")
        world.world.clock.advance(by: .minutes(10))
        try world.world.perform(.revoke(note: nil), on: world.id(of: answer), of: world.tenant, key: "b")
        let before = try list("1", in: world)
        #expect(!before.bitstring[place])
        #expect(before.credential.validFrom == SimulatedWorld.beginning)
        world.world.clock.advance(by: .minutes(40))
        let after = try list("1", in: world)
        #expect(after.bitstring[place])
        #expect(after.credential.validFrom == SimulatedWorld.beginning + .hours(1))
    }

    @Test("of an SD-JWT VC stands in a Token Status List")
    func tokens() throws {
        let world = try World()
        let key = try newKey(.es256, 5, in: world)
        let offers = [StatusOffer(.revocation), StatusOffer(.suspension)]
        try world.world.addIssuer(NewIssuer(name: name("pid"), securing: .sdJWTVC, statuses: offers, key: key))
        let body: JSON = [
            "credential": ["vct": "https://credentials.example/id"], "holder": ["id": "urn:example:person:1"],
            "tier": "standard", "review": "none", "issuer": "pid",
        ]
        let answer = try world.world.request(body, from: world.tenant, key: "a")
        let token = try SDJWT(parsing: #require(answer.body["credential"]?.stringValue))
        let reference = try #require(try TokenStatusListReference(of: token.payload))
        func status() throws -> TokenStatus {
            let bytes = try world.world.service.tokenStatusList(1).bytes
            let jws = try JWS(parsing: String(decoding: bytes, as: UTF8.self))
            let publicKey = try world.world.surroundings.vault.key(key).publicKey
            return try TokenStatusListToken(verifying: jws, key: publicKey, at: world.world.clock.now)
                .status(of: reference)
        }
        #expect(try status() == .valid)
        let id = try world.id(of: answer)
        try world.world.perform(.setStatus(.suspension, value: 1, note: nil), on: id, of: world.tenant, key: "b")
        #expect(try status() == .suspended)
        try world.world.perform(.revoke(note: nil), on: id, of: world.tenant, key: "c")
        #expect(try status() == .invalid)
    }
}

@Suite("A registered document")
struct ResourceTests {
    private static let url = "https://nordhafen.example/context"
    private static let context: JSON = [
        "@context": ["@protected": true, "harbour": "https://nordhafen.example/terms#harbour"]
    ]

    private func body(_ context: String = url) -> JSON {
        [
            "credential": [
                "@context": ["https://www.w3.org/ns/credentials/v2", .string(context)],
                "type": ["VerifiableCredential"], "credentialSubject": ["harbour": "north"],
            ],
            "holder": ["id": "urn:example:person:1"], "tier": "standard", "review": "none", "issuer": "rdf",
        ]
    }

    @Test("is a context for its institution's credentials, and for no other's")
    func context() throws {
        let world = try World()
        let other = try world.world.addInstitution("Süderhafen University")
        try world.world.addIssuer(
            NewIssuer(name: name("rdf"), securing: .eddsaRDFC2022, key: newKey(.edDSA, 3, in: world)))
        let error = #expect(throws: Refusal.self) { try world.world.request(body(), from: world.tenant, key: "a") }
        #expect(error?.detail.contains(Self.url) ?? false)
        let answer = try world.world.register(.context, Self.context, at: Self.url, for: world.tenant)
        _ = try world.world.request(body(), from: world.tenant, key: "b")
        #expect(throws: Refusal.self) { try world.world.request(body(), from: other, key: "c") }
        let hash = try #require(answer.body["hash"]?.stringValue)
        #expect(try world.world.service.resource(.context, hash) == Self.context.canonicalBytes)
        #expect(throws: Refusal.self) { try world.world.service.resource(.schema, hash) }
        try world.world.restart()
        _ = try world.world.request(body(), from: world.tenant, key: "d")
    }

    @Test("is a schema that credentials which name it must follow")
    func schema() throws {
        let world = try World()
        let url = "https://nordhafen.example/schema"
        let schema: JSON = [
            "type": "object", "properties": ["credentialSubject": ["required": ["name"]]],
        ]
        try world.world.register(.schema, schema, at: url, for: world.tenant)
        func body(_ subject: JSON) -> JSON {
            [
                "credential": [
                    "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                    "credentialSubject": subject, "credentialSchema": ["id": .string(url), "type": "JsonSchema"],
                ],
                "holder": ["id": "urn:example:person:1"], "tier": "standard", "review": "none",
            ]
        }
        _ = try world.world.request(body(["name": "Ada"]), from: world.tenant, key: "a")
        let error = #expect(throws: Refusal.self) {
            try world.world.request(body(["id": "urn:example:person:1"]), from: world.tenant, key: "b")
        }
        #expect(error?.pointer == "/credential/credentialSubject")
    }

    @Test("is a schema that may refer to another, and follows when that changes")
    func schemaReferences() throws {
        let world = try World()
        let (url, other) = ("https://nordhafen.example/schema", "https://nordhafen.example/subject")
        let schema: JSON = ["properties": ["credentialSubject": ["$ref": "subject"]]]
        func register(_ schema: JSON, _ url: String) throws {
            try world.world.register(.schema, schema, at: url, for: world.tenant)
        }
        func request(_ key: String) throws {
            let body = requestBody().replacing(
                "/credential/credentialSchema", by: ["id": .string(url), "type": "JsonSchema"])
            _ = try world.world.request(body, from: world.tenant, key: key)
        }
        #expect(throws: Refusal.self) { try register(schema, url) }
        try register(["required": ["degree"]], other)
        try register(schema, url)
        #expect(throws: Refusal.self) { try request("a") }
        try register(["required": ["name"]], other)
        try request("b")
        try world.world.restart()
        try request("c")
    }

    @Test("that is neither is refused, and so is one too many")
    func refusals() throws {
        let world = try World()
        let wrong: [(ResourceRegistered.Kind, JSON, String)] = [
            (.context, ["@context": ["a": 1]], Self.url), (.schema, ["type": "no-such-type"], Self.url),
            (.context, Self.context, "not a url"), (.context, Self.context, "https://www.w3.org/ns/credentials/v2"),
        ]
        for (kind, document, url) in wrong {
            #expect(throws: Refusal.self, "\(kind) \(url)") {
                try world.world.register(kind, document, at: url, for: world.tenant)
            }
        }
        for index in 0..<64 {
            try world.world.register(.context, Self.context, at: Self.url + "/\(index)", for: world.tenant)
        }
        #expect(throws: Refusal.self) {
            try world.world.register(.context, Self.context, at: Self.url + "/64", for: world.tenant)
        }
        try world.world.register(.context, Self.context, at: Self.url + "/63", for: world.tenant)
    }
}

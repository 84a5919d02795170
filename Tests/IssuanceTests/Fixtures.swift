import CanonicalJSON
import Cryptography
import Issuance
import ServiceLevels
import Simulation
import StatusLists
import Temporal

/// The body of a request, with everything defaulted.
func requestBody(
    holder: String = "urn:example:person:1", review: String = "none", tier: String = "standard", name: String = "Ada"
) -> JSON {
    [
        "credential": [
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "ExampleDegreeCredential"],
            "credentialSubject": ["id": .string(holder), "name": .string(name)],
        ],
        "holder": ["id": .string(holder), "email": "ada@people.example"], "tier": .string(tier),
        "review": .string(review),
    ]
}

/// A world with one institution.
struct World {
    let world: SimulatedWorld
    let tenant: TenantID

    init(seed: UInt64 = 1, statuses: [StatusOffer] = [StatusOffer(.revocation)], region: String? = nil) throws {
        world = try SimulatedWorld(seed: seed, statuses: statuses)
        tenant = try world.addInstitution("Nordhafen University", in: region.flatMap(Region.init))
    }

    /// A request that waits for review.
    func waiting(_ key: String = "ask", holder: String = "urn:example:person:1") throws -> RequestID {
        try id(of: world.request(requestBody(holder: holder, review: "manual"), from: tenant, key: key))
    }

    func id(of answer: Answer) throws -> RequestID {
        guard let id = answer.body["id"]?.stringValue.flatMap({ RequestID($0) }) else {
            throw StoreError.corrupt("an answer without an id")
        }
        return id
    }

    /// Moves the clock, and assesses what is due then.
    func pass(_ length: Milliseconds) throws {
        world.clock.advance(by: length)
        let failures = try world.service.assessDue()
        guard failures.isEmpty else { throw StoreError.corrupt("\(failures)") }
    }

    /// Every row of a table.
    func rows<R: Record>(_ type: R.Type) throws -> [R] {
        try world.store.read { reader in
            var rows: [R] = []
            try reader.forEach(R.self) { rows.append($0) }
            return rows
        }
    }

    /// The types of the entries about one request, in order.
    func story(of id: RequestID) throws -> [String] {
        try rows(EntryRecord.self).filter { $0.request == id.text }.map { record in
            try JSON(parsing: record.body)["type"]?.stringValue ?? ""
        }
    }
}

/// A length of the default policies.
enum Default {
    static let target = Milliseconds.hours(24)
    static let secondTier = Milliseconds.hours(4)
}

/// A key that follows from a number.
func sampleKey(_ seed: UInt8) throws -> Ed25519PrivateKey {
    try Ed25519PrivateKey(seed: (0..<32).map { seed &* 37 &+ $0 })
}

package import CanonicalJSON
import Compensation
package import Issuance
package import ServiceLevels
import StatusLists
import Synchronization
package import Temporal

/// A service in a made-up world: its clock stands until it is moved, its random bytes follow from a seed, its store is
/// in memory and fails when it is told to. The same seed and the same commands give the same log, byte for byte.
package final class SimulatedWorld: Sendable {
    /// One process.
    private struct Node {
        let surroundings: SimulatedSurroundings
        let store: MemoryStore
        let service: Service
    }

    /// The processes, and which of them is meant by whatever does not say.
    private let running: Mutex<(nodes: [Node], current: Int)>

    private var node: Node { running.withLock { $0.nodes[$0.current] } }
    package var surroundings: SimulatedSurroundings { node.surroundings }
    package var clock: ManualClock { surroundings.clock }
    package var store: MemoryStore { node.store }
    package var service: Service { node.service }

    /// The instant at which simulated worlds begin: 2026-01-01T00:00:00Z.
    package static let beginning = Instant(milliseconds: 1_767_225_600_000)

    /// A new service with the default policies, whose default issuer keeps these statuses.
    package init(seed: UInt64, statuses: [StatusOffer] = [StatusOffer(.revocation)]) throws {
        let surroundings = SimulatedSurroundings(seed: seed, at: Self.beginning)
        let store = MemoryStore(Tables.all)
        try Service.create(
            surroundings.surroundings(store), origin: SimulatedSurroundings.origin, url: "https://simulation.example",
            logKey: surroundings.logKey, issuer: NewIssuer(statuses: statuses, key: surroundings.issuerKey),
            policies: DefaultPolicies.documents)
        let service = try Service(surroundings.surroundings(store))
        running = Mutex(([Node(surroundings: surroundings, store: store, service: service)], 0))
    }

    /// The process ends where it is, and a new one takes up what was persisted.
    ///
    /// - Parameter faults: what goes wrong in the new process, by its transactions counted from 1.
    package func restart(faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) throws {
        let surroundings = surroundings
        surroundings.restart()
        let store = store.isShared ? store.shared(faults: faults) : store.restarted(faults: faults)
        let node = Node(
            surroundings: surroundings, store: store, service: try Service(surroundings.surroundings(store)))
        running.withLock { $0.nodes[$0.current] = node }
    }

    /// From here on several processes share what is stored, each with a seed of its own; the first is meant.
    package func spread(over seeds: [UInt64]) throws {
        let (first, store) = (surroundings, store)
        let nodes = try seeds.map { seed in
            let surroundings = SimulatedSurroundings(besides: first, seed: seed)
            let store = store.shared()
            return Node(
                surroundings: surroundings, store: store, service: try Service(surroundings.surroundings(store)))
        }
        running.withLock { $0 = (nodes, 0) }
    }

    /// Whoever does not say which process they mean means this one.
    package func use(_ number: Int) { running.withLock { $0.current = number } }

    /// Adds an institution and returns its tenant.
    package func addInstitution(_ name: String, in region: Region? = nil) throws -> TenantID {
        let added = try waitForAnswer { service.addInstitution(named: name, in: region, $0) }
        guard let tenant = service.tenant(forKey: added.apiKey) else {
            throw StoreError.corrupt("an institution that was added is not known")
        }
        return tenant
    }

    /// Asks for a credential as an institution would.
    @discardableResult
    package func request(_ body: JSON, from tenant: TenantID, key: String) throws -> Answer {
        let draft = try RequestDraft(body)
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests", body)
        return try waitForAnswer { service.request(draft, from: tenant, under: idempotency, $0) }
    }

    /// Does something with a request.
    @discardableResult
    package func perform(
        _ action: RequestAction, on id: RequestID, of tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests/\(id)", .string("\(action)"))
        let target = TenantRequest(tenant: tenant, id: id, idempotency: idempotency)
        return try waitForAnswer { service.perform(action, on: target, $0) }
    }

    /// Adds an issuer whose key is in the vault.
    @discardableResult
    package func addIssuer(_ issuer: NewIssuer) throws -> Answer {
        try waitForAnswer { try service.addIssuer(issuer, $0) }
    }

    /// Lets a key from the vault sign for an issuer from now on.
    @discardableResult
    package func rotateKey(of issuer: IssuerName, to key: String) throws -> Answer {
        try waitForAnswer { try service.rotateKey(of: issuer, to: key, $0) }
    }

    /// Revokes a key.
    @discardableResult
    package func revokeKey(_ key: String, since: Instant) throws -> Answer {
        try waitForAnswer { service.revokeKey(key, since: since, $0) }
    }

    /// Lets a key from the log's vault sign checkpoints too.
    @discardableResult
    package func addLogKey(_ vkey: String) throws -> Answer {
        try waitForAnswer { try service.addLogKey(vkey, $0) }
    }

    /// Lets a key sign no more checkpoints.
    @discardableResult
    package func retireLogKey(_ key: String) throws -> Answer {
        try waitForAnswer { try service.retireLogKey(key, $0) }
    }

    /// Registers a context or schema of an institution.
    @discardableResult
    package func register(
        _ kind: ResourceRegistered.Kind, _ document: JSON, at url: String, for tenant: TenantID
    ) throws -> Answer {
        try waitForAnswer { try service.register(kind, document, at: url, for: tenant, $0) }
    }

    /// Has an index of the requests written.
    @discardableResult
    package func indexRequests() throws -> Answer { try waitForAnswer { service.indexRequests($0) } }

    /// Has a coverage statement written.
    @discardableResult
    package func stateCoverage() throws -> Answer { try waitForAnswer { service.stateCoverage($0) } }

    /// Erases holders of an institution; with a key as the institution does it, without as the operator.
    @discardableResult
    package func erase(_ holders: [String], of tenant: TenantID, key: String? = nil) throws -> Answer {
        let body: JSON = ["holders": .array(holders.map(JSON.string))]
        var reader = try ObjectReader(body)
        let draft = try ErasureDraft(&reader)
        let idempotency = key.map { Idempotency(key: $0, asked: "POST /v1/erasures", body) }
        return try waitForAnswer { try service.erase(draft, of: tenant, under: idempotency, $0) }
    }

    /// Spends credits of a holder, or reserves them when the body has a `timeoutSeconds`.
    @discardableResult
    package func spend(_ body: JSON, from tenant: TenantID, key: String) throws -> Answer {
        let isReservation = body["timeoutSeconds"] != nil
        let draft = try SpendDraft(body, isReservation: isReservation)
        let idempotency = Idempotency(key: key, asked: "POST /v1/credits", body)
        return try waitForAnswer { service.spend(draft, of: tenant, under: idempotency, $0) }
    }

    /// Resolves a reservation of credits.
    @discardableResult
    package func resolve(
        _ number: Int64, _ resolution: Service.Resolution, of tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/credits/\(number)/\(resolution)", [:])
        return try waitForAnswer { service.resolve(number, resolution, of: tenant, under: idempotency, $0) }
    }

    /// Lets so much be minted at an institution.
    @discardableResult
    package func limitCoupons(
        at tenant: TenantID, unit: String = "PFC", budget: Int64, perAgent: Int64
    ) throws -> Answer {
        try waitForAnswer {
            try service.limitCoupons(at: tenant, unit: unit, budget: budget, perAgent: perAgent, $0)
        }
    }

    /// Makes new codes with the next version of the key.
    @discardableResult
    package func rotateCouponKey() throws -> Answer { try waitForAnswer { service.rotateCouponKey($0) } }

    /// Mints coupons.
    package func mint(_ body: JSON, at tenant: TenantID, by agent: String? = nil, key: String) throws -> Answer {
        let draft = try CouponMintDraft(body)
        let idempotency = Idempotency(key: key, asked: "POST /v1/coupons", body)
        return try waitForAnswer { service.mintCoupons(draft, at: tenant, by: agent, under: idempotency, $0) }
    }

    /// Sends a coupon.
    @discardableResult
    package func send(
        _ coupon: String, by channel: CouponChannel = .email, to holder: String? = nil, at tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/coupons/send", .string(coupon))
        return try waitForAnswer {
            service.sendCoupon(coupon, by: channel, to: holder, at: tenant, agent: nil, under: idempotency, $0)
        }
    }

    /// Redeems a coupon, or reserves it when the body has a `timeoutSeconds`.
    @discardableResult
    package func present(
        _ body: JSON, at tenant: TenantID, from address: String = "", key: String
    ) throws -> Answer {
        let presentation = try CouponPresentation(body, isReservation: body["timeoutSeconds"] != nil)
        let idempotency = Idempotency(key: key, asked: "POST /v1/coupons/redeem", body)
        return try waitForAnswer {
            try service.present(presentation, at: tenant, from: address, under: idempotency, $0)
        }
    }

    /// Resolves a cart's reservation.
    @discardableResult
    package func resolveCoupon(
        _ number: Int64, _ resolution: Service.Resolution, at tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/coupons/\(number)/\(resolution)", [:])
        return try waitForAnswer { service.resolveCoupon(number, resolution, of: tenant, under: idempotency, $0) }
    }

    /// Revokes a coupon, or what is left of a batch.
    @discardableResult
    package func revokeCoupons(
        batch: Int64, coupon: String? = nil, at tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/coupons/revoke", .integer(batch))
        return try waitForAnswer {
            service.revokeCoupons(
                batch: batch, coupon: coupon, for: .withdrawn, note: nil, at: tenant, by: nil, under: idempotency, $0)
        }
    }

    /// Publishes a policy document.
    @discardableResult
    package func publish(_ document: JSON) throws -> Answer {
        try waitForAnswer { service.publishPolicy(document.canonicalBytes, $0) }
    }

    /// Does something about incidents, as somebody of the staff, the operator or an institution.
    @discardableResult
    package func change(_ command: IncidentCommand) throws -> Answer {
        try waitForAnswer { service.change(command, $0) }
    }
}

package import CanonicalJSON
import Compensation
import Dispatch
package import Issuance
import StatusLists
import Synchronization
package import Temporal

/// A service in a made-up world: its clock stands until it is moved, its random bytes follow from a seed, its store is
/// in memory and fails when it is told to. The same seed and the same commands give the same log, byte for byte.
package final class SimulatedWorld: Sendable {
    package let surroundings: SimulatedSurroundings
    private let running: Mutex<(store: MemoryStore, service: Service)>

    package var clock: ManualClock { surroundings.clock }
    package var store: MemoryStore { running.withLock { $0.store } }
    package var service: Service { running.withLock { $0.service } }

    /// The instant at which simulated worlds begin: 2026-01-01T00:00:00Z.
    package static let beginning = Instant(milliseconds: 1_767_225_600_000)

    /// A new service with the default policies, whose default issuer keeps these statuses.
    package init(seed: UInt64, statuses: [StatusOffer] = [StatusOffer(.revocation)]) throws {
        surroundings = SimulatedSurroundings(seed: seed, at: Self.beginning)
        let store = MemoryStore(Tables.all)
        try Service.create(
            surroundings.surroundings(store), origin: SimulatedSurroundings.origin, url: "https://simulation.example",
            logKey: surroundings.logKey, issuer: NewIssuer(statuses: statuses, key: surroundings.issuerKey),
            policies: DefaultPolicies.documents)
        running = Mutex((store, try Service(surroundings.surroundings(store))))
    }

    /// The process ends where it is, and a new one takes up what was persisted.
    ///
    /// - Parameter faults: what goes wrong in the new process, by its transactions counted from 1.
    package func restart(faults: @escaping @Sendable (Int) -> MemoryStoreFault? = { _ in nil }) throws {
        surroundings.restart()
        let store = store.restarted(faults: faults)
        let service = try Service(surroundings.surroundings(store))
        running.withLock { $0 = (store, service) }
    }

    /// Adds an institution and returns its tenant.
    package func addInstitution(_ name: String) throws -> TenantID {
        let added = try wait { service.addInstitution(named: name, $0) }
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
        return try wait { service.request(draft, from: tenant, under: idempotency, $0) }
    }

    /// Does something with a request.
    @discardableResult
    package func perform(
        _ action: RequestAction, on id: RequestID, of tenant: TenantID, key: String
    ) throws -> Answer {
        let idempotency = Idempotency(key: key, asked: "POST /v1/requests/\(id)", .string("\(action)"))
        let target = TenantRequest(tenant: tenant, id: id, idempotency: idempotency)
        return try wait { service.perform(action, on: target, $0) }
    }

    /// Adds an issuer whose key is in the vault.
    @discardableResult
    package func addIssuer(_ issuer: NewIssuer) throws -> Answer {
        try wait { try service.addIssuer(issuer, $0) }
    }

    /// Lets a key from the vault sign for an issuer from now on.
    @discardableResult
    package func rotateKey(of issuer: IssuerName, to key: String) throws -> Answer {
        try wait { try service.rotateKey(of: issuer, to: key, $0) }
    }

    /// Revokes a key.
    @discardableResult
    package func revokeKey(_ key: String, since: Instant) throws -> Answer {
        try wait { service.revokeKey(key, since: since, $0) }
    }

    /// Lets a key from the log's vault sign checkpoints too.
    @discardableResult
    package func addLogKey(_ vkey: String) throws -> Answer {
        try wait { try service.addLogKey(vkey, $0) }
    }

    /// Lets a key sign no more checkpoints.
    @discardableResult
    package func retireLogKey(_ key: String) throws -> Answer {
        try wait { try service.retireLogKey(key, $0) }
    }

    /// Registers a context or schema of an institution.
    @discardableResult
    package func register(
        _ kind: ResourceRegistered.Kind, _ document: JSON, at url: String, for tenant: TenantID
    ) throws -> Answer {
        try wait { try service.register(kind, document, at: url, for: tenant, $0) }
    }

    /// Has an index of the requests written.
    @discardableResult
    package func indexRequests() throws -> Answer { try wait { service.indexRequests($0) } }

    /// Erases holders of an institution; with a key as the institution does it, without as the operator.
    @discardableResult
    package func erase(_ holders: [String], of tenant: TenantID, key: String? = nil) throws -> Answer {
        let body: JSON = ["holders": .array(holders.map(JSON.string))]
        var reader = try ObjectReader(body)
        let draft = try ErasureDraft(&reader)
        let idempotency = key.map { Idempotency(key: $0, asked: "POST /v1/erasures", body) }
        return try wait { try service.erase(draft, of: tenant, under: idempotency, $0) }
    }

    /// Publishes a policy document.
    @discardableResult
    package func publish(_ document: JSON) throws -> Answer {
        try wait { service.publishPolicy(document.canonicalBytes, $0) }
    }

    /// Does something about incidents, as somebody of the staff, the operator or an institution.
    @discardableResult
    package func change(_ command: IncidentCommand) throws -> Answer { try wait { service.change(command, $0) } }

    /// The answer to a command, once it is durable.
    func wait<Value: Sendable>(
        _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) throws -> Void
    ) throws -> Value {
        let done = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        try start { answer in
            result.withLock { $0 = answer }
            done.signal()
        }
        done.wait()
        guard let answer = result.withLock({ $0 }) else { throw StoreError.corrupt("an answer without a result") }
        return try answer.get()
    }
}

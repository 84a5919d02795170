import CanonicalJSON
import Cryptography
import Issuance
import Simulation
import Temporal

/// Commands that were prepared and signed before the clock runs, so that what is measured is the writing.
struct Rehearsal {
    var tenant: TenantID { tenants[0] }
    /// Who asks, in turn.
    private let tenants: [TenantID]
    /// A request that was really made, and issued.
    let first: RequestID
    private let place: Workplace
    private let accepted: RequestAccepted
    private let issued: CredentialIssued

    /// - Parameter institutions: how many ask, in turn.
    init(_ service: Service, _ place: Workplace, institutions: Int = 1) throws {
        tenants = try (0..<institutions).map { number in
            let added = try waitForAnswer { service.addInstitution(named: "University of Examples \(number)", $0) }
            guard let tenant = service.tenant(forKey: added.apiKey) else { throw Wrong() }
            return tenant
        }
        let tenant = tenants[0]
        let events = try place.events {
            let draft = try RequestDraft([
                "credential": Self.credential, "tier": "standard", "review": "none",
                "holder": ["id": "did:example:holder", "email": "holder@example.org"],
            ])
            let idempotency = Idempotency(key: "first", asked: "measure", Self.credential)
            _ = try waitForAnswer { service.request(draft, from: tenant, under: idempotency, $0) }
        }
        guard case .requestAccepted(let accepted)? = events.first?.event,
            case .credentialIssued(let issued)? = events.last?.event, let first = events.first?.request
        else { throw Wrong() }
        (self.first, self.accepted, self.issued, self.place) = (first, accepted, issued, place)
    }

    /// The rate that is asked for.
    private static let requestsPerMillisecond = 30

    private static let credential: JSON = [
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "ExampleDegreeCredential"],
        "credentialSubject": [
            "id": "did:example:holder", "name": "Ada Example",
            "degree": ["type": "ExampleBachelorDegree", "name": "Bachelor of Science"],
        ],
    ]

    /// As many requests of as many holders, accepted; issued at once, or waiting for review.
    func requests(_ count: Int, numberedFrom start: Int, isIssued: Bool) -> [(id: RequestID, command: Command)] {
        var random = Repeatable(seed: UInt64(start) + 1)
        let now = max(place.now, accepted.acceptedAt)
        return (start..<start + count).map { number in
            // Identifiers begin with the time, and so ascend as in a service that takes thirty in a millisecond.
            let at = accepted.acceptedAt + Milliseconds(Int64(number / Self.requestsPerMillisecond))
            let id = RequestID(at: at, random: random.bytes(10))
            let event = RequestAccepted(
                tenant: tenants[number % tenants.count], tier: accepted.tier, credentialType: accepted.credentialType,
                review: isIssued ? .none : .manual, objective: accepted.objective, acceptedAt: now,
                dueAt: now + (accepted.dueAt - accepted.acceptedAt), serviceLevel: accepted.serviceLevel,
                compensation: accepted.compensation,
                holder: Holder(id: "did:example:holder-\(number)", email: "holder-\(number)@example.org"),
                credential: isIssued ? nil : Self.credential, order: nil, receipt: accepted.receipt,
                idempotency: Idempotency(key: "request-\(number)", digest: random.bytes(32)))
            let request = AcceptedRequest(
                id: id, event: event, issued: isIssued ? issued(number) : nil, subjectKey: random.bytes(32))
            return (id, .accept(request))
        }
    }

    /// The same document for each, with a place of its own in the lists after the first, in no order.
    private func issued(_ number: Int) -> CredentialIssued {
        let places = 131_072
        let place = StatusPlace(
            list: issued.place.list + 1 + Int64(number / places), index: Int64(number * 40_503 % places))
        return CredentialIssued(credential: issued.credential, key: issued.key, securing: issued.securing, place: place)
    }

    func hold(_ id: RequestID) -> Command {
        .hold(target(id, "hold"), reason: "awaiting-requester", evidence: "notice-delivered", from: nil, note: nil)
    }

    func resume(_ id: RequestID) -> Command { .resume(target(id, "resume")) }

    private func target(_ id: RequestID, _ verb: String) -> TenantRequest {
        TenantRequest(tenant: tenant, id: id, idempotency: Idempotency(key: "\(verb) \(id)", asked: verb, .null))
    }
}

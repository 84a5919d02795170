import CanonicalJSON
package import Temporal

/// Every issuer of the service with its keys, past and present: what the log says about them, as a value.
package struct IssuerBook: Sendable {
    package private(set) var issuers: [IssuerName: IssuerAdded] = [:]
    /// By URL.
    package private(set) var keys: [String: IssuerKey] = [:]
    /// The key that signs for each issuer now; an issuer without one cannot sign until it is given a new one.
    private var active: [IssuerName: String] = [:]

    /// The most issuers of one service: each has a key in memory, ready to sign.
    static let maximumIssuers = 4096
    /// The most keys that one issuer had over the years; its `did.json` lists them all.
    static let maximumKeys = 256

    package init() {}

    /// The key that signs for an issuer now.
    package func activeKey(of name: IssuerName) -> IssuerKey? { active[name].flatMap { keys[$0] } }

    /// The keys of an issuer, oldest first.
    package func keys(of name: IssuerName) -> [IssuerKey] {
        keys.values.filter { $0.added.issuer == name }.sorted { ($0.added.from, $0.id) < ($1.added.from, $1.id) }
    }

    /// The key that vouches for what an identifier said: the one that signs for it now, or with `did:key`, where a new
    /// key is a new identifier, the key that the identifier is, as long as it was not revoked.
    func signer(for did: String) -> IssuerKey? {
        let usable = keys.values.filter { $0.added.did == did && $0.revokedSince == nil }
        return usable.first { active[$0.added.issuer] == $0.id } ?? usable.max { $0.added.from < $1.added.from }
    }

    mutating func apply(_ event: Event) throws(StoreError) {
        switch event {
        case .issuerAdded(let event):
            guard issuers.updateValue(event, forKey: event.name) == nil else {
                throw .corrupt("issuer \(event.name) is added twice")
            }
        case .keyAdded(let event):
            guard issuers[event.issuer] != nil, keys[event.id] == nil else {
                throw .corrupt("key \(event.id) is added twice, or to no issuer")
            }
            keys[event.id] = IssuerKey(event)
            active[event.issuer] = event.id
        case .keyRetired(let event): try change(event.id) { $0.retiredAt = event.at }
        case .keyRevoked(let event): try change(event.id) { $0.revokedSince = event.since }
        default: break
        }
    }

    private mutating func change(_ id: String, _ body: (inout IssuerKey) -> Void) throws(StoreError) {
        guard var key = keys[id] else { throw .corrupt("key \(id) is not known") }
        body(&key)
        keys[id] = key
        if active[key.added.issuer] == id { active[key.added.issuer] = nil }
    }
}

/// A key of an issuer and what became of it.
package struct IssuerKey: Hashable, Sendable {
    package let added: KeyAdded
    /// From when on it signs no more credentials; those that it signed stay valid.
    package var retiredAt: Instant?
    /// From when on what it signed is not to be believed.
    package var revokedSince: Instant?

    init(_ added: KeyAdded) { self.added = added }

    /// The URL by which proofs name it.
    package var id: String { added.id }
}

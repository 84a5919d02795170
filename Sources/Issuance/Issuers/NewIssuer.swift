package import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Multiformats
import Proofs
import ServiceLevels
import StatusLists
package import Temporal

/// What the operator says of an issuer to be added.
package struct NewIssuer: Sendable {
    package var name: IssuerName
    package var tenant: TenantID
    package var method: DIDMethod
    /// How credentials are secured; nil: as suits the key.
    package var securing: Securing?
    package var statuses: [StatusOffer]
    package var publicationInterval: Milliseconds?
    package var isOpen: Bool
    /// The name of the private key in the vault.
    package var key: String

    package init(
        name: IssuerName = .default, tenant: TenantID = .default, method: DIDMethod = .key, securing: Securing? = nil,
        statuses: [StatusOffer] = [StatusOffer(.revocation)], publicationInterval: Milliseconds? = nil,
        isOpen: Bool = false, key: String
    ) {
        self.name = name
        self.tenant = tenant
        self.method = method
        self.securing = securing
        self.statuses = statuses
        self.publicationInterval = publicationInterval
        self.isOpen = isOpen
        self.key = key
    }

    /// Reads the body of the operator's command; members that are missing are as they are by default.
    package init(_ body: JSON) throws(JSONShapeError) {
        var reader = try ObjectReader(body)
        self.init(key: try reader.string("key"))
        guard let name = IssuerName(try reader.string("name")) else {
            throw JSONShapeError(pointer: reader.pointer(to: "name"), problem: IssuerName.form)
        }
        self.name = name
        if try reader.optionalString("tenant") != nil { tenant = try reader.parsed("tenant") { TenantID($0) } }
        if try reader.optionalString("method") != nil { method = try reader.choice("method") }
        if try reader.optionalString("securing") != nil { securing = try reader.choice("securing") }
        if let offers = try reader.optionalArray("statuses") {
            statuses = try offers.map { (json, place) throws(JSONShapeError) in try StatusOffer(json, at: place) }
            guard Set(statuses.map(\.purpose)).count == statuses.count else {
                throw JSONShapeError(pointer: reader.pointer(to: "statuses"), problem: "a purpose is there twice")
            }
        }
        if let interval = try reader.optionalInteger("publicationInterval") {
            guard Self.publicationIntervals ~= interval else {
                throw JSONShapeError(
                    pointer: reader.pointer(to: "publicationInterval"), problem: "expected 1 second to 1 day")
            }
            publicationInterval = Milliseconds(interval)
        }
        isOpen = try reader.optionalBool("open") ?? false
        try reader.finish()
    }

    /// In milliseconds: a second, to a day, after which a revocation would come too late.
    static let publicationIntervals: ClosedRange<Int64> = 1_000...86_400_000

    /// The events that add it.
    func events(
        _ key: PublicKey, url: String, at now: Instant
    ) throws(Refusal) -> (issuer: IssuerAdded, key: KeyAdded) {
        let securing = securing ?? .default(for: key.algorithm)
        guard securing.algorithms.contains(key.algorithm) else {
            let fitting = Securing.allCases.filter { $0.algorithms.contains(key.algorithm) }.map(\.rawValue)
            throw Refusal(
                .invalidIssuer,
                "A key for \(key.algorithm.rawValue) cannot sign \(securing.rawValue); use one of "
                    + fitting.joined(separator: ", ") + ".", at: "/securing")
        }
        let issuer = IssuerAdded(
            name: name, tenant: tenant, method: method, algorithm: key.algorithm, securing: securing,
            statuses: statuses, publicationInterval: publicationInterval, isOpen: isOpen)
        return (issuer, try issuer.adding(key, url: url, at: now))
    }
}

extension IssuerAdded {
    /// The event that gives the issuer a key: how the key, and with `did:key` the issuer, is called.
    ///
    /// - Parameter url: the service's address, which `did:web` is made of.
    func adding(_ key: PublicKey, url: String, at now: Instant) throws(Refusal) -> KeyAdded {
        guard key.algorithm == algorithm else {
            throw Refusal(
                .invalidIssuer,
                "The issuer \(name) signs with \(algorithm.rawValue), and this key is for \(key.algorithm.rawValue).",
                at: "/key")
        }
        let webKey = JSONWebKey(key)
        let did: String
        let id: String
        switch method {
        case .key:
            guard let identifier = DIDKey(key) else {
                throw Refusal(.invalidIssuer, "An RSA key has no did:key; use did:web.", at: "/method")
            }
            (did, id) = (identifier.description, identifier.verificationMethod.description)
        case .web:
            guard let documentURL = try? URI(url + didDocumentPath), let web = DIDWeb(documentURL: documentURL) else {
                throw Refusal(
                    .invalidIssuer, "The service's address \(url) is not one that did:web can name: it needs https.",
                    at: "/method")
            }
            did = web.description
            id = did + "#" + (key.multikey?.multibase ?? Base64URL.encode(webKey.thumbprint.bytes))
        }
        return KeyAdded(issuer: name, did: did, id: id, publicKey: .object(webKey.json), from: now)
    }

    /// Where the service serves the issuer's document.
    package var didDocumentPath: String {
        name == .default ? "/.well-known/did.json" : "/issuers/\(name)/did.json"
    }
}

extension KeyAdded {
    /// The name of the private key in the vault.
    package var thumbprint: String {
        (try? JSONWebKey(publicKey)).map { Base64URL.encode($0.thumbprint.bytes) } ?? ""
    }
}

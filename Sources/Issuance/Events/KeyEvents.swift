package import CanonicalJSON
package import Temporal

/// A key signs for an issuer from now on.
package struct KeyAdded: EventContent {
    package static let type = "key.added"
    package let issuer: IssuerName
    /// The identifier that the key signs for: the issuer's own, or with `did:key` the key's.
    package let did: String
    /// The URL by which proofs name the key.
    package let id: String
    /// The public key as a JSON Web Key (RFC 7517), without `kid`.
    package let publicKey: JSON
    package let from: Instant

    package init(issuer: IssuerName, did: String, id: String, publicKey: JSON, from: Instant) {
        self.issuer = issuer
        self.did = did
        self.id = id
        self.publicKey = publicKey
        self.from = from
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        issuer = try facts.parsed("issuer") { IssuerName($0) }
        did = try facts.string("did")
        id = try facts.string("key")
        publicKey = try facts.value("publicKeyJwk")
        from = try facts.instant("from")
    }

    package var facts: JSONObject {
        [
            "issuer": .string(issuer.text), "did": .string(did), "key": .string(id), "publicKeyJwk": publicKey,
            "from": .integer(from.milliseconds),
        ]
    }
}

/// A key signs no more credentials; those that it signed stay valid.
package struct KeyRetired: EventContent {
    package static let type = "key.retired"
    package let id: String
    package let at: Instant

    package init(id: String, at: Instant) {
        self.id = id
        self.at = at
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.string("key")
        at = try facts.instant("at")
    }

    package var facts: JSONObject { ["key": .string(id), "at": .integer(at.milliseconds)] }
}

/// A key is in wrong hands: what it signed from an instant on is not to be believed.
package struct KeyRevoked: EventContent {
    package static let type = "key.revoked"
    package let id: String
    /// From when on its signatures count for nothing; it may lie before this entry.
    package let since: Instant

    package init(id: String, since: Instant) {
        self.id = id
        self.since = since
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        id = try facts.string("key")
        since = try facts.instant("since")
    }

    package var facts: JSONObject { ["key": .string(id), "since": .integer(since.milliseconds)] }
}

/// A document that credentials of an institution may refer to: a JSON-LD context or a JSON Schema.
package struct ResourceRegistered: EventContent {
    package static let type = "resource.registered"
    package let tenant: TenantID
    package let kind: Kind
    package let url: String
    /// `sha256:` and 64 hexadecimal digits over the RFC 8785 form of the document.
    package let hash: String
    package let document: JSON

    /// What a document is for.
    package enum Kind: String, Hashable, Sendable, CaseIterable { case context, schema }

    package init(tenant: TenantID, kind: Kind, url: String, hash: String, document: JSON) {
        self.tenant = tenant
        self.kind = kind
        self.url = url
        self.hash = hash
        self.document = document
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        tenant = try facts.parsed("tenant") { TenantID($0) }
        kind = try facts.parsed("kind") { Kind(rawValue: $0) }
        hash = try facts.string("hash")
        var resource = try openings.object("resource")
        url = try resource.string("url")
        document = try resource.value("document")
        try resource.finish()
    }

    package var facts: JSONObject {
        ["tenant": .string(tenant.text), "kind": .string(kind.rawValue), "hash": .string(hash)]
    }

    package var openings: JSONObject { ["resource": ["url": .string(url), "document": document]] }
}

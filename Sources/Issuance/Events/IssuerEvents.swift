package import CanonicalJSON
package import Cryptography
import Multiformats
package import StatusLists
package import Temporal

/// An identity in whose name credentials are issued from now on.
package struct IssuerAdded: EventContent {
    package static let type = "issuer.added"
    package let name: IssuerName
    /// The institution whose it is; `default` for one that every institution may use.
    package let tenant: TenantID
    package let method: DIDMethod
    package let algorithm: SignatureAlgorithm
    /// How its credentials are secured unless a request says otherwise.
    package let securing: Securing
    /// The statuses that each of its credentials has.
    package let statuses: [StatusOffer]
    /// How often its status lists change; nil: at once.
    package let publicationInterval: Milliseconds?
    /// Whether whoever reaches the service may have it issue, without a key: for tests of interoperability.
    package let isOpen: Bool

    package init(
        name: IssuerName, tenant: TenantID, method: DIDMethod, algorithm: SignatureAlgorithm, securing: Securing,
        statuses: [StatusOffer], publicationInterval: Milliseconds? = nil, isOpen: Bool = false
    ) {
        self.name = name
        self.tenant = tenant
        self.method = method
        self.algorithm = algorithm
        self.securing = securing
        self.statuses = statuses
        self.publicationInterval = publicationInterval
        self.isOpen = isOpen
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        name = try facts.parsed("name") { IssuerName($0) }
        tenant = try facts.parsed("tenant") { TenantID($0) }
        method = try facts.parsed("method") { DIDMethod(rawValue: $0) }
        algorithm = try facts.parsed("algorithm") { SignatureAlgorithm(rawValue: $0) }
        securing = try facts.parsed("securing") { Securing(rawValue: $0) }
        statuses = try facts.array("statuses").map { (json, place) throws(JSONShapeError) in
            try StatusOffer(json, at: place)
        }
        publicationInterval = try facts.optionalInteger("publicationInterval").map { Milliseconds($0) }
        isOpen = try facts.optionalBool("open") ?? false
    }

    package var facts: JSONObject {
        var facts: JSONObject = [
            "name": .string(name.text), "tenant": .string(tenant.text), "method": .string(method.rawValue),
            "algorithm": .string(algorithm.rawValue), "securing": .string(securing.rawValue),
            "statuses": .array(statuses.map(\.json)),
        ]
        facts["publicationInterval"] = publicationInterval.map { .integer($0.count) }
        if isOpen { facts["open"] = true }
        return facts
    }
}

/// A status that an issuer's credentials have: what it is for, and for messages what its values mean.
package struct StatusOffer: Hashable, Sendable {
    package let purpose: StatusPurpose
    /// For ``StatusLists/StatusPurpose/message``: the words of the values 0, 1, 2 and so on; else empty.
    package let messages: [String]

    /// The purposes that this service keeps lists for.
    package static let purposes: [StatusPurpose] = [.revocation, .suspension, .refresh, .message]

    package init(_ purpose: StatusPurpose, messages: [String] = []) {
        self.purpose = purpose
        self.messages = messages
    }

    /// How many bits an entry has: enough for its values.
    var size: StatusSize { messages.isEmpty ? .one : StatusSize(bits: messages.count.trailingZeroBitCount) ?? .one }

    /// The values that a credential's entry may have.
    var values: Range<Int64> { 0..<Int64(size.valueCount) }

    init(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: place)
        let name = try reader.string("purpose")
        guard let purpose = Self.purposes.first(where: { $0.rawValue == name }) else {
            let known = Self.purposes.map(\.rawValue).joined(separator: ", ")
            throw JSONShapeError(pointer: reader.pointer(to: "purpose"), problem: "expected one of \(known)")
        }
        let messages = try reader.optionalArray("messages")?.map { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue else {
                throw JSONShapeError(pointer: place, problem: "expected a string")
            }
            return text
        }
        try reader.finish()
        let count = messages?.count ?? 0
        let isWhole = 2...256 ~= count && count.nonzeroBitCount == 1
        guard purpose == .message ? isWhole : messages == nil else {
            throw JSONShapeError(
                pointer: place,
                problem: "the purpose message takes 2, 4, 8 … 256 messages, one for each value, and the others none")
        }
        self.init(purpose, messages: messages ?? [])
    }

    var json: JSON {
        var json: JSONObject = ["purpose": .string(purpose.rawValue)]
        if !messages.isEmpty { json["messages"] = .array(messages.map(JSON.string)) }
        return .object(json)
    }
}

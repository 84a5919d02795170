package import CanonicalJSON
package import JOSE

/// By whom and how one credential is to be signed, as the institution asked.
package struct SigningOrder: Hashable, Sendable {
    /// Who signs.
    package var issuer: IssuerName = .default
    /// How; nil as the issuer does it.
    package var securing: Securing?
    /// JSON pointers into the credential to what a holder can never withhold, for `ecdsa-sd-2023`.
    package var mandatoryPointers: [String] = []
    /// Which claims a holder may withhold, for SD-JWT.
    package var disclosable: [ClaimPath] = []
    /// How many digests of nothing hide the number of real ones, for SD-JWT.
    package var decoys = 0
    /// The holder's public key as a JSON Web Key, for SD-JWT: who shows the token must have its private key.
    package var holderKey: JSON?

    /// Whether every term must be defined in a context also where the signature is over the text alone.
    package var everyTermDefined = false
    /// Whether a credential that came without `id` stays without.
    package var withoutID = false

    /// The longest lists: more than any credential of our size has members.
    package static let maximumPaths = 256
    /// The most digests of nothing.
    package static let maximumDecoys = 64

    package init() {}

    /// Reads the members `issuer` and those of `securing`, which is a name or an object with more to say.
    ///
    /// - Parameter reader: of the request's body.
    init(_ reader: inout ObjectReader) throws(JSONShapeError) {
        if let name = try reader.optionalString("issuer") {
            guard let issuer = IssuerName(name) else {
                throw JSONShapeError(pointer: reader.pointer(to: "issuer"), problem: "not the name of an issuer")
            }
            self.issuer = issuer
        }
        guard let json = reader.optionalValue("securing") else { return }
        let place = reader.pointer(to: "securing")
        guard case .object = json else {
            securing = try Self.securing(json, at: place)
            return
        }
        var terms = try ObjectReader(json, at: place)
        try readTerms(&terms)
        try terms.finish()
    }

    /// Reads ``json``.
    init(reading reader: consuming ObjectReader) throws(JSONShapeError) {
        guard let issuer = IssuerName(try reader.string("issuer")) else {
            throw JSONShapeError(pointer: reader.pointer(to: "issuer"), problem: "not the name of an issuer")
        }
        self.issuer = issuer
        try readTerms(&reader)
        try reader.finish()
    }

    private mutating func readTerms(_ terms: inout ObjectReader) throws(JSONShapeError) {
        if let json = terms.optionalValue("type") { securing = try Self.securing(json, at: terms.pointer(to: "type")) }
        mandatoryPointers = try Self.list("mandatoryPointers", &terms) { (json, place) throws(JSONShapeError) in
            guard let text = json.stringValue, text.isEmpty || text.utf8.first == UInt8(ascii: "/") else {
                throw JSONShapeError(
                    pointer: place, problem: "expected a JSON pointer, such as /credentialSubject/name")
            }
            return text
        }
        disclosable = try Self.list("disclosable", &terms) { (json, place) throws(JSONShapeError) in
            guard let path = ClaimPath(json: json) else {
                throw JSONShapeError(pointer: place, problem: "expected a path, such as [\"address\", \"street\"]")
            }
            return path
        }
        let decoys = try terms.optionalInteger("decoys") ?? 0
        guard 0...Int64(Self.maximumDecoys) ~= decoys else {
            throw JSONShapeError(pointer: terms.pointer(to: "decoys"), problem: "expected 0 to \(Self.maximumDecoys)")
        }
        self.decoys = Int(decoys)
        holderKey = try terms.optionalObject("holderKey") == nil ? nil : terms.optionalValue("holderKey")
        everyTermDefined = try terms.optionalBool("everyTermDefined") ?? false
        withoutID = try terms.optionalBool("withoutID") ?? false
    }

    private static func securing(_ json: JSON, at place: JSONPointer) throws(JSONShapeError) -> Securing {
        guard let securing = json.stringValue.flatMap(Securing.init) else {
            let known = Securing.allCases.map(\.rawValue).joined(separator: ", ")
            throw JSONShapeError(pointer: place, problem: "expected one of \(known)")
        }
        return securing
    }

    private static func list<Element>(
        _ key: String, _ reader: inout ObjectReader, _ parse: (JSON, JSONPointer) throws(JSONShapeError) -> Element
    ) throws(JSONShapeError) -> [Element] {
        let elements = try reader.optionalArray(key) ?? []
        guard elements.count <= maximumPaths else {
            throw JSONShapeError(pointer: reader.pointer(to: key), problem: "more than \(maximumPaths) of them")
        }
        return try elements.map { (json, place) throws(JSONShapeError) in try parse(json, place) }
    }

    /// The order for keeping; members at their defaults are left out.
    var json: JSONObject {
        var json: JSONObject = ["issuer": .string(issuer.text)]
        json["type"] = securing.map { .string($0.rawValue) }
        if !mandatoryPointers.isEmpty { json["mandatoryPointers"] = .array(mandatoryPointers.map(JSON.string)) }
        if !disclosable.isEmpty { json["disclosable"] = .array(disclosable.map(\.json)) }
        if decoys > 0 { json["decoys"] = .integer(Int64(decoys)) }
        json["holderKey"] = holderKey
        if everyTermDefined { json["everyTermDefined"] = true }
        if withoutID { json["withoutID"] = true }
        return json
    }
}

extension ClaimPath {
    /// Reads the array that [SD-JWT VC](https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/) writes: names,
    /// indices, and null for every element.
    fileprivate init?(json: JSON) {
        guard case .array(let elements) = json, !elements.isEmpty else { return nil }
        var steps: [Step] = []
        for element in elements {
            switch element {
            case .string(let name): steps.append(.name(name))
            case .integer(let index) where index >= 0: steps.append(.index(Int(index)))
            case .null: steps.append(.every)
            default: return nil
            }
        }
        self.init(steps)
    }

    fileprivate var json: JSON {
        .array(
            steps.map { step in
                switch step {
                case .name(let name): .string(name)
                case .index(let index): .integer(Int64(index))
                case .every: .null
                }
            })
    }
}

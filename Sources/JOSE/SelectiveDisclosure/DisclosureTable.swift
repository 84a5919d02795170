import CanonicalJSON

/// The disclosures of a token, found by digest.
struct DisclosureTable {
    let disclosures: [Disclosure]
    private let indexes: [String: Int]

    init(_ disclosures: [Disclosure], _ hash: DisclosureHash) throws(JOSEError) {
        var indexes: [String: Int] = [:]
        indexes.reserveCapacity(disclosures.count)
        for (index, disclosure) in disclosures.enumerated() {
            guard indexes.updateValue(index, forKey: disclosure.digest(hash)) == nil else {
                throw .disclosure("a disclosure appears twice")
            }
        }
        (self.disclosures, self.indexes) = (disclosures, indexes)
    }

    /// The place of the disclosure with this digest; nil: the claim stays hidden, or never was (a decoy).
    func index(ofDigest digest: String) -> Int? { indexes[digest] }

    /// The digests of hidden members of an object
    /// ([RFC 9901, 4.2.4.1](https://www.rfc-editor.org/rfc/rfc9901#section-4.2.4.1)).
    static func memberDigests(of object: JSONObject) throws(JOSEError) -> [String] {
        guard let json = object["_sd"] else { return [] }
        let digests = json.arrayValue.map { $0.compactMap(\.stringValue) }
        guard let digests, digests.count == json.arrayValue?.count else {
            throw .disclosure("_sd must be a list of digests")
        }
        return digests
    }

    /// The digest that stands for an element of an array, or nil when the element is itself
    /// ([4.2.4.2](https://www.rfc-editor.org/rfc/rfc9901#section-4.2.4.2)).
    static func elementDigest(_ element: JSON) throws(JOSEError) -> String? {
        guard case .object(let object) = element, let json = object["..."] else { return nil }
        guard object.count == 1, case .string(let digest) = json else {
            throw .disclosure("an element with ... must have a digest there and nothing else")
        }
        return digest
    }

    /// The disclosure of a member; refuses one that is made for an element, and one with a reserved name.
    func member(_ index: Int) throws(JOSEError) -> (name: String, value: JSON) {
        let disclosure = disclosures[index]
        guard let name = disclosure.name else {
            throw .disclosure("a disclosure without a name stands for a member of an object")
        }
        guard !Disclosure.reservedNames.contains(name) else {
            throw .disclosure("a disclosure has the reserved name \(name)")
        }
        return (name, disclosure.value)
    }

    /// The disclosure of an element; refuses one that is made for a member.
    func element(_ index: Int) throws(JOSEError) -> JSON {
        guard disclosures[index].name == nil else {
            throw .disclosure("a disclosure with a name stands for an element of an array")
        }
        return disclosures[index].value
    }
}

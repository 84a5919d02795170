import CanonicalJSON

/// Puts disclosed claims where their digests stand, and checks the rules about both
/// ([RFC 9901, 7.1](https://www.rfc-editor.org/rfc/rfc9901#section-7.1), steps 3 to 5).
struct DisclosureProcessing {
    private let table: DisclosureTable
    private var digests: Set<String> = []
    private var usedCount = 0

    /// The payload with what is disclosed, and without digests.
    ///
    /// - Throws: ``JOSEError/disclosure(_:)`` for the first rule that does not hold.
    static func process(_ payload: JSONObject, _ table: DisclosureTable) throws(JOSEError) -> JSONObject {
        var processing = DisclosureProcessing(table: table)
        var payload = payload
        payload["_sd_alg"] = nil
        let claims = try processing.object(payload, depth: 1)
        // Step 5. A disclosure is used at most once, because no digest appears twice.
        guard processing.usedCount == table.disclosures.count else {
            throw .disclosure("a disclosure belongs to no digest of the token")
        }
        return claims
    }

    private init(table: DisclosureTable) { self.table = table }

    private mutating func value(_ json: JSON, depth: Int) throws(JOSEError) -> JSON {
        switch json {
        case .object(let object): .object(try self.object(object, depth: depth + 1))
        case .array(let elements): .array(try array(elements, depth: depth + 1))
        default: json
        }
    }

    private mutating func object(_ object: JSONObject, depth: Int) throws(JOSEError) -> JSONObject {
        try checkDepth(depth)
        guard object["..."] == nil else { throw .disclosure("... stands where no element of an array is") }
        var claims = object
        claims["_sd"] = nil
        for (name, json) in claims { claims[name] = try value(json, depth: depth) }
        for digest in try DisclosureTable.memberDigests(of: object) {
            guard let index = try use(digest) else { continue }
            let (name, json) = try table.member(index)
            guard claims[name] == nil else {
                throw .disclosure("the claim \(name.debugDescription) is there twice, once disclosed")
            }
            claims[name] = try value(json, depth: depth)
        }
        return claims
    }

    private mutating func array(_ elements: [JSON], depth: Int) throws(JOSEError) -> [JSON] {
        try checkDepth(depth)
        var shown: [JSON] = []
        shown.reserveCapacity(elements.count)
        for element in elements {
            guard let digest = try DisclosureTable.elementDigest(element) else {
                shown.append(try value(element, depth: depth))
                continue
            }
            guard let index = try use(digest) else { continue }
            shown.append(try value(table.element(index), depth: depth))
        }
        return shown
    }

    /// The disclosure of a digest, if there is one; refuses a digest that appeared before (step 4).
    private mutating func use(_ digest: String) throws(JOSEError) -> Int? {
        guard digests.insert(digest).inserted else { throw .disclosure("a digest appears twice") }
        guard let index = table.index(ofDigest: digest) else { return nil }
        usedCount += 1
        return index
    }

    /// Disclosures nest in each other, so that what is well within the limits in parts can be too deep as a whole.
    private func checkDepth(_ depth: Int) throws(JOSEError) {
        let limit = JSONLimits.standard.maximumDepth
        guard depth <= limit else { throw .tooMuch(of: "levels of nesting", limit: limit) }
    }
}

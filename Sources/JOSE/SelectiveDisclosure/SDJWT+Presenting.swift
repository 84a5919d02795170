import CanonicalJSON
package import Cryptography
package import Temporal

extension SDJWT {
    /// The token with only those disclosures that show these claims: the ones on the way to each, and its own. What
    /// is hidden further inside stays hidden.
    ///
    /// - Throws: ``JOSEError``: a path leads to nothing that the holder has, or the disclosures break a rule.
    package func presenting(_ paths: [ClaimPath]) throws(JOSEError) -> SDJWT {
        let table = try DisclosureTable(disclosures, hash())
        var search = DisclosureSearch(table: table)
        for path in paths {
            guard try search.follow(path.steps[...], in: .object(payload)) else {
                throw .claim(path.description, problem: "is to be shown, but is not there")
            }
        }
        return with(disclosures.indices.filter(search.found.contains).map { disclosures[$0] })
    }

    /// The token with a proof that its holder shows it now, to this verifier
    /// ([RFC 9901, 4.3](https://www.rfc-editor.org/rfc/rfc9901#section-4.3)).
    ///
    /// - Parameters:
    ///   - nonce: what the verifier asked to be repeated.
    ///   - audience: the verifier.
    /// - Throws: ``JOSEError``: the token is bound to another key than `key`, or to none.
    package func binding(
        nonce: String, audience: String, key: PrivateKey, at now: Instant
    ) throws(JOSEError) -> SDJWT {
        let claims = try JWTClaims(disclosedClaims(), issuedAt: .numericDateOrText)
        guard try claims.confirmationKey() == key.publicKey else {
            throw .unacceptableKey("the token is not bound to it by cnf")
        }
        let payload: JSON = [
            "aud": .string(audience), "iat": now.numericDate, "nonce": .string(nonce),
            "sd_hash": .string(try hash().digest(of: withoutKeyBinding)),
        ]
        let header = JOSEHeader(key.publicKey.algorithm, type: KeyBindingExpectation.type)
        return with(try JWS(signing: payload.canonicalBytes, header: header, key: key))
    }
}

/// Finds the disclosures that a path leads through.
private struct DisclosureSearch {
    let table: DisclosureTable
    private(set) var found: Set<Int> = []

    init(table: DisclosureTable) { self.table = table }

    /// Whether the path leads anywhere; what it goes through is then in ``found``.
    mutating func follow(_ steps: ArraySlice<ClaimPath.Step>, in json: JSON) throws(JOSEError) -> Bool {
        guard let step = steps.first else { return true }
        let rest = steps.dropFirst()
        switch (step, json) {
        case (.name(let name), .object(let object)):
            guard let (value, index) = try member(name, of: object) else { return false }
            return try follow(rest, in: value, through: index)
        case (.index(let wanted), .array(let elements)):
            let shown = try self.elements(elements)
            guard shown.indices.contains(wanted) else { return false }
            return try follow(rest, in: shown[wanted].value, through: shown[wanted].index)
        case (.every, .array(let elements)):
            var isFound = false
            for (value, index) in try self.elements(elements) {
                if try follow(rest, in: value, through: index) { isFound = true }
            }
            return isFound
        default: return false
        }
    }

    private mutating func follow(
        _ steps: ArraySlice<ClaimPath.Step>, in value: JSON, through index: Int?
    ) throws(JOSEError) -> Bool {
        guard try follow(steps, in: value) else { return false }
        if let index { found.insert(index) }
        return true
    }

    private func member(_ name: String, of object: JSONObject) throws(JOSEError) -> (JSON, Int?)? {
        if let value = object[name], !Disclosure.reservedNames.contains(name) { return (value, nil) }
        for digest in try DisclosureTable.memberDigests(of: object) {
            guard let index = table.index(ofDigest: digest) else { continue }
            let member = try table.member(index)
            if member.name == name { return (member.value, index) }
        }
        return nil
    }

    /// The elements that the holder can show, in order.
    private func elements(_ elements: [JSON]) throws(JOSEError) -> [(value: JSON, index: Int?)] {
        var shown: [(value: JSON, index: Int?)] = []
        for element in elements {
            guard let digest = try DisclosureTable.elementDigest(element) else {
                shown.append((element, nil))
                continue
            }
            guard let index = table.index(ofDigest: digest) else { continue }
            shown.append((try table.element(index), index))
        }
        return shown
    }
}

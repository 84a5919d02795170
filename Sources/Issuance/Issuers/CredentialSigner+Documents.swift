import CanonicalJSON
import Credentials
import JOSE
import Proofs
import StatusLists
import Temporal

/// What the issuer signs beside credentials.
extension CredentialSigner {
    /// A document of the service's own, such as a receipt, with a proof inside.
    func secure(_ document: JSONObject, at now: Instant) throws -> JSONObject {
        guard let documents else {
            throw Refusal(.invalidIssuer, "The issuer \(issuer.name) has an RSA key, which signs tokens only.")
        }
        return try documents.secure(document, created: now)
    }

    /// The signed status list credential of one purpose: canonical JSON with a proof inside, or with RSA a token.
    ///
    /// - Parameters:
    ///   - values: what the entries hold that are not 0.
    ///   - validFrom: when the list was as it says.
    func statusList(
        _ list: Int64, _ offer: StatusOffer, values: [(index: Int, value: UInt8)], validFrom: Instant, at now: Instant
    ) throws -> SignedStatusList {
        let bits = Bitstring(statusSize: offer.size, values: values)
        let ttl = issuer.publicationInterval ?? StatusListCache.maximumAge
        let credential = StatusListCredential.unsecured(
            id: listAddress(list, offer.purpose), issuer: issuerID, statusPurpose: offer.purpose, bitstring: bits,
            validFrom: validFrom, ttl: ttl)
        guard documents != nil else {
            return SignedStatusList(
                mediaType: "application/vc+jwt", bytes: Array(try token(credential, at: now).utf8))
        }
        let secured = try secure(credential.json, at: now)
        return SignedStatusList(mediaType: "application/vc", bytes: JSON.object(secured).canonicalBytes)
    }

    /// The Token Status List for SD-JWT VCs: valid, revoked, or suspended.
    func tokenStatusList(
        _ list: Int64, statuses: [(index: Int, status: TokenStatus)], at now: Instant
    ) throws -> SignedStatusList {
        let canSuspend = issuer.statuses.contains { $0.purpose == .suspension }
        var bits = TokenStatusList(bits: canSuspend ? .two : .one, count: Bitstring.minimumCount)
        for (index, status) in statuses { bits[index] = status }
        let token = try TokenStatusListToken.sign(
            bits, subject: tokenListAddress(list), issuer: key.did, at: now,
            timeToLive: issuer.publicationInterval ?? StatusListCache.maximumAge, keyID: key.id, key: privateKey)
        return SignedStatusList(mediaType: "application/statuslist+jwt", bytes: Array(token.compact.utf8))
    }
}

/// A status list as it is served.
package struct SignedStatusList: Sendable {
    /// The content type.
    package let mediaType: String
    package let bytes: [UInt8]
}

import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import Proofs

/// All keys that a verifier can get hold of: those that are their own names, those in documents that it was handed, and
/// those that the log speaks of.
struct Keyring: Sendable {
    /// For embedded proofs; the keys are without their periods.
    let source: KeySource
    private let dated: KeySource
    private let methods: [KeyDocument.Method]
    private let bare: [JSONWebKey]
    private let history: KeyHistory?

    init(_ documents: [KeyDocument], log history: KeyHistory? = nil) {
        let handed = documents.compactMap(\.controlled)
        let logged = history.map { Self.documents(from: $0, besides: Set(handed.map(\.dated.id))) } ?? []
        let all = documents + logged
        source = KeySource(
            documents: all.compactMap { $0.controlled?.undated }, readingKeysInFragments: true)
        dated = KeySource(documents: handed.map(\.dated))
        methods = all.flatMap(\.methods)
        bare = documents.flatMap(\.bare)
        self.history = history
    }

    /// What the log says, as documents of the controllers for whom no document was handed in.
    private static func documents(from history: KeyHistory, besides handed: Set<URI>) -> [KeyDocument] {
        Dictionary(grouping: history.records.values, by: \.did).compactMap { did, records in
            guard !handed.contains(did) else { return nil }
            let ids = JSON.array(records.map { .string($0.url.description) })
            return try? KeyDocument(
                .object([
                    "id": .string(did.description), "assertionMethod": ids, "authentication": ids,
                    "verificationMethod": .array(
                        records.map { record in
                            [
                                "id": .string(record.url.description), "type": "JsonWebKey",
                                "controller": .string(did.description), "publicKeyJwk": record.publicKeyJwk,
                            ]
                        }),
                ]))
        }
    }

    /// What is known about a key that verified.
    func signingKey(_ method: VerificationMethod, for purpose: ProofPurpose) -> SigningKey {
        let text = method.id.description
        let place = JSONPointer()
        let handed = try? dated.verificationMethod(method.id, for: purpose, at: place)
        let origin: SigningKey.Origin =
            if text.hasPrefix("did:key:") || text.hasPrefix("did:jwk:") {
                .name
            } else if handed != nil {
                .document
            } else {
                text.hasPrefix(method.controller.description + "#") ? .log : .companion
            }
        return complete(
            SigningKey(
                publicKey: method.publicKey, name: method.id, controller: method.controller, origin: origin,
                expires: handed?.expires, revoked: handed?.revoked))
    }

    /// The log speaks for a key by its name and its bytes, never by one of them.
    private func complete(_ key: SigningKey) -> SigningKey {
        guard let record = history?.records[key.name], record.publicKey == key.publicKey else { return key }
        var key = key
        key.record = record
        key.expires = [key.expires, record.retired].compactMap(\.self).min()
        key.revoked = [key.revoked, record.revoked].compactMap(\.self).min()
        return key
    }
}

extension Keyring {
    /// The keys that may have signed a token, the likeliest first; a token names its key in many ways, or not at all.
    ///
    /// - Parameter issuer: whom the token names as the one who signed it.
    /// - Throws: ``ProofError`` when it names a key that is not there, or that is none.
    func candidates(
        for header: JOSEHeader, issuer: String?, purpose: ProofPurpose
    ) throws(ProofError) -> [SigningKey] {
        var candidates = try named(header.keyID, issuer: issuer, purpose: purpose)
        for key in bare where header.keyID == nil || key.keyID == nil || key.keyID == header.keyID {
            candidates.append(unnamed(key.publicKey, .verifier))
        }
        if let key = header.key?.publicKey, !candidates.contains(where: { $0.publicKey == key }) {
            candidates.append(unnamed(key, .companion))
        }
        return candidates.filter { $0.publicKey.algorithm == header.algorithm }
    }

    private func unnamed(_ key: PublicKey, _ origin: SigningKey.Origin) -> SigningKey {
        let identifier = SigningKey.identifier(of: key)
        return SigningKey(publicKey: key, name: identifier, controller: identifier, origin: origin)
    }

    private func named(_ keyID: String?, issuer: String?, purpose: ProofPurpose) throws(ProofError) -> [SigningKey] {
        let place = JSONPointer().appending("kid")
        if let keyID, keyID.hasPrefix("did:") || keyID.contains("#") {
            let text = keyID.hasPrefix("#") ? (issuer ?? "") + keyID : keyID
            if let own = try ownKey(of: text, purpose: purpose, at: place) { return [own] }
            let url: URI
            do throws(CredentialError) {
                url = try URI(text)
            } catch {
                throw ProofError(.invalidVerificationMethodURL, at: place, error.problem)
            }
            return [signingKey(try source.verificationMethod(url, for: purpose, at: place), for: purpose)]
        }
        guard let issuer else { return [] }
        if let own = try ownKey(of: issuer, purpose: purpose, at: JSONPointer().appending("issuer")) { return [own] }
        let all = methods.filter { .string($0.controller.description) == JSON.string(issuer) }
        let meant = all.filter { method in
            keyID.map { method.keyID == $0 || method.url.description.hasSuffix("#" + $0) } ?? true
        }
        var keys: [SigningKey] = []
        for method in meant {
            guard let method = try? source.verificationMethod(method.url, for: purpose, at: place) else { continue }
            keys.append(signingKey(method, for: purpose))
        }
        return keys
    }

    /// The key that an identifier without a fragment is; nil for other identifiers.
    private func ownKey(
        of identifier: String, purpose: ProofPurpose, at place: JSONPointer
    ) throws(ProofError) -> SigningKey? {
        let url: URI
        if identifier.hasPrefix("did:key:"), !identifier.contains("#") {
            url = try DIDKey(identifier, at: place).verificationMethod
        } else if identifier.hasPrefix("did:jwk:"), !identifier.contains("#") {
            url = try DIDJWK(identifier, at: place).verificationMethod
        } else {
            return nil
        }
        return signingKey(try source.verificationMethod(url, for: purpose, at: place), for: purpose)
    }
}

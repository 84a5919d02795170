import CanonicalJSON
import Credentials
import Cryptography
import JOSE
import LinkedData
import Multiformats
import Proofs
import StatusLists
import Temporal

/// Signs in the name of one issuer with its key. The only place that signs credentials, receipts and status lists.
struct CredentialSigner: Sendable {
    let issuer: IssuerAdded
    let key: KeyAdded
    let privateKey: PrivateKey
    let verificationMethod: URI
    let issuerID: IssuerID
    /// Where the service is found; the beginning of the addresses of its status lists.
    private let url: String
    /// For documents of our own: receipts and status lists. Nil with RSA, which Data Integrity does not have.
    let documents: ProofSigner?
    /// For credentials in the issuer's usual way; nil when that is no proof inside the document.
    let usual: ProofSigner?

    init(_ issuer: IssuerAdded, _ key: KeyAdded, _ privateKey: PrivateKey, url: String) throws {
        guard JSON.object(JSONWebKey(privateKey.publicKey).json) == key.publicKey else {
            throw StartupRefusal("The private key of \(key.id) is not the one that the log names.")
        }
        (self.issuer, self.key, self.privateKey, self.url) = (issuer, key, privateKey, url)
        let method = try URI(key.id)
        (verificationMethod, issuerID) = (method, IssuerID(try URI(key.did)))
        func signer(_ securing: Securing) throws -> ProofSigner? {
            guard let suite = securing.cryptosuite, suite != .ecdsaSD2023 else { return nil }
            return try ProofSigner(key: privateKey, verificationMethod: method, cryptosuite: suite)
        }
        documents = try signer(.default(for: issuer.algorithm))
        usual = try signer(issuer.securing)
    }

    /// What one credential is signed with, beside the draft.
    struct Circumstances {
        let request: RequestID
        let place: StatusPlace
        let now: Instant
        /// The contexts and schemas of the institution; nil when it has none of its own.
        let resources: TenantResources?
        var random: ByteSource
    }

    /// The signed credential for a draft.
    ///
    /// - Throws: `Refusal` when the draft cannot be issued by this issuer in this way.
    func sign(
        _ requested: RequestedCredential, as order: SigningOrder, _ circumstances: Circumstances
    ) throws -> CredentialIssued {
        let securing = order.securing ?? issuer.securing
        guard securing.algorithms.contains(issuer.algorithm) else {
            throw Refusal(
                .invalidIssuer,
                "The issuer \(issuer.name) signs with \(issuer.algorithm.rawValue), which \(securing.rawValue) is not "
                    + "defined for.", at: "/securing")
        }
        guard order.mandatoryPointers.isEmpty || securing == .ecdsaSD2023 else {
            throw Refusal(
                .invalidRequest, "With \(securing.rawValue) nothing is withheld, so nothing is mandatory.",
                at: "/securing/mandatoryPointers")
        }
        let signed: JSON
        switch requested {
        case .credential(let draft):
            let credential = try issuable(draft, as: order, circumstances)
            if order.everyTermDefined, !securing.isOverLinkedData {
                try checkMeaning(of: credential.json, contexts(circumstances))
            }
            signed = try sign(credential, securing, order, circumstances)
        case .claims(let draft): signed = .string(try token(draft, securing, order, circumstances))
        }
        return CredentialIssued(credential: signed, key: key.id, securing: securing, place: circumstances.place)
    }

    /// The draft with what the issuer adds.
    private func issuable(
        _ draft: CredentialDraft, as order: SigningOrder, _ circumstances: Circumstances
    ) throws -> UnsecuredCredential {
        let entries = entries(of: draft, at: circumstances.place).map(\.json)
        let issuable: UnsecuredCredential
        do throws(CredentialError) {
            issuable = try draft.issuable(
                id: order.withoutID ? nil : URI(ours: "urn:uuid:\(circumstances.request)"), issuer: issuerID,
                validFrom: circumstances.now, status: entries)
            try RelatedResource.check(issuable, against: Self.publishedDigests)
        } catch {
            throw Refusal(error)
        }
        try circumstances.resources?.check(issuable.json, against: issuable.schemas)
        return issuable
    }

    /// The digests of the contexts that ship with us, the only resources that are at hand.
    private static func publishedDigests(of url: URI) -> [RelatedResource.HashFunction: [UInt8]]? {
        guard let context = PublishedContext.at(url.description) else { return nil }
        var digests: [RelatedResource.HashFunction: [UInt8]] = [:]
        digests[.sha256] = context.sha256?.bytes
        digests[.sha384] = context.sha384
        return digests
    }

    /// Where the statuses of a credential are. A badge can say one only, and with an `id`
    /// ([Open Badges 3.0, B.1](https://www.imsglobal.org/spec/ob/v3p0#achievementcredential)): whether it is revoked,
    /// else the first that the issuer offers.
    private func entries(of draft: CredentialDraft, at place: StatusPlace) -> [BitstringStatusListEntry] {
        let isBadge = draft.types.contains { Self.badgeTypes.contains($0) }
        guard isBadge else { return issuer.statuses.map { entry(for: $0, at: place) } }
        let offer = issuer.statuses.first { $0.purpose == .revocation } ?? issuer.statuses.first
        return [offer].compactMap(\.self).map { entry(for: $0, at: place, withID: true) }
    }

    static let badgeTypes = ["OpenBadgeCredential", "AchievementCredential"]

    func entry(
        for offer: StatusOffer, at place: StatusPlace, withID hasID: Bool = false
    ) -> BitstringStatusListEntry {
        let list = listAddress(place.list, offer.purpose)
        return BitstringStatusListEntry(
            statusPurpose: offer.purpose, statusListIndex: Int(place.index), statusListCredential: list,
            statusSize: offer.size, statusMessages: offer.messages.isEmpty ? nil : offer.messages,
            id: hasID ? URI(ours: "\(list)#\(place.index)") : nil)
    }

    /// Where the list of one purpose is; see ``StatusListID``.
    func listAddress(_ list: Int64, _ purpose: StatusPurpose) -> URI {
        URI(ours: "\(url)/status-lists/\(StatusListID(number: list, purpose: purpose))")
    }

    func tokenListAddress(_ list: Int64) -> URI { URI(ours: "\(url)/token-status-lists/\(list)") }
}

import CanonicalJSON
import Credentials
import Cryptography

/// Whether what a credential refers to is what it has the digests of
/// ([VCDM 2.0, 5.3](https://www.w3.org/TR/vc-data-model-2.0/#integrity-of-related-resources)).
struct ResourceQuestion {
    private let resources: [String: [UInt8]]

    init(_ trust: Trust) { resources = trust.resources }

    /// One check when the credential has such digests; else none.
    func checks(_ credential: UnsecuredCredential) -> [Check] {
        let named = credential.json["relatedResource"].map { $0.arrayValue ?? [$0] } ?? []
        guard credential.dataModel == .v2_0, !named.isEmpty else { return [] }
        let urls = named.compactMap { $0["id"]?.stringValue }
        do {
            try RelatedResource.check(credential, against: digests)
        } catch {
            return [Check(.resources, .failed, "What it refers to is not what it says: \(error).", problem: error.type)]
        }
        let compared = urls.filter { url in (try? URI(url)).map { digests(of: $0) != nil } ?? false }
        let facts: JSONObject = [
            "compared": .array(compared.map(JSON.string)),
            "notAtHand": .array(urls.filter { !compared.contains($0) }.map(JSON.string)),
        ]
        guard !compared.isEmpty else {
            let sentence = "Nothing of what it refers to is at hand, and nothing was read of it."
            return [Check(.resources, .notApplicable, sentence, facts: facts)]
        }
        let sentence =
            "\(compared.count) of the \(urls.count) resources that it refers to are at hand, and are the same."
        return [Check(.resources, .passed, sentence, facts: facts)]
    }

    private func digests(of url: URI) -> [RelatedResource.HashFunction: [UInt8]]? {
        guard let bytes = resources[url.description] else { return RelatedResource.publishedDigests(of: url) }
        return [.sha256: SHA256.hash(bytes).bytes, .sha384: SHA384.hash(bytes), .sha512: SHA512.hash(bytes)]
    }
}

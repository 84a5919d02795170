package import CanonicalJSON
import Credentials
import Cryptography
import LinkedData

/// What institutions register for their credentials to refer to.
extension Service {
    /// The longest context or schema, canonical; the largest published one has 60 KiB.
    package static let maximumResourceBytes = 256 << 10

    /// Registers a JSON-LD context or a JSON Schema of an institution under its URL. Nothing is fetched from there.
    ///
    /// - Throws: `Refusal` when it is too long, or not what it should be.
    package func register(
        _ kind: ResourceRegistered.Kind, _ document: JSON, at url: String, for tenant: TenantID,
        _ reply: @escaping Sequencer.Completion
    ) throws {
        do throws(CredentialError) {
            _ = try URI(url)
        } catch {
            throw Refusal(.invalidRequest, "\(url.debugDescription) \(error.problem).", at: "/url")
        }
        // Another meaning under a well-known name would be one that no verifier shares.
        guard kind != .context || PublishedContext.at(url) == nil else {
            throw Refusal(.invalidRequest, "The context \(url) is known already and cannot be another.", at: "/url")
        }
        let bytes = document.canonicalBytes
        guard bytes.count <= Self.maximumResourceBytes else {
            throw Refusal(.invalidRequest, "It has more than \(Self.maximumResourceBytes) bytes.", at: "/document")
        }
        let resource = ResourceRegistered(
            tenant: tenant, kind: kind, url: url, hash: "sha256:\(SHA256.hash(bytes))", document: document)
        var resources = directory.resources[tenant] ?? TenantResources()
        try resources.add(resource)
        try resources.checkUse(of: resource)
        sequencer.submit(.registerResource(resource, subjectKey: randomBytes(32)), reply)
    }
}

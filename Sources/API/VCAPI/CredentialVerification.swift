import CanonicalJSON
import Credentials
import Dispatch
import HTTPServer
import Issuance
import LinkedData
import Proofs
import Verification

/// Verifies for whoever asks, with what the service knows: the room ``Verification`` decides.
struct CredentialVerification: Sendable {
    let service: Service

    /// Answers a request to verify; what takes long is done apart from the threads of the server.
    func answer(
        _ call: Call, _ kind: VerifyRequest.Kind, _ profile: VCAPI.Profile, _ reply: @escaping Route.Reply
    ) throws {
        let request = try VerifyRequest(
            try call.json(maximumBytes: VCAPI.maximumSecuredBody), kind, profile)
        let resources = service.resources(of: try call.reader(service))
        DispatchQueue.global().async {
            let verdict = verdict(on: request, resources)
            let further = revokedKeys(in: verdict) + Self.lostMeaning(of: request.document, resources)
            let report = VerificationReport(
                on: request.document, verdict, further, challenge: request.challenge, domains: request.domains)
            reply(.success(report.response(to: request, profile)))
        }
    }

    private func verdict(on request: VerifyRequest, _ resources: TenantResources) -> Verdict {
        var trust = Trust(at: service.instant)
        trust.mayLackStatusList = true
        trust.mayLackSchemas = true
        trust.statusList = { ownList(at: $0) }
        // A document of our own that cannot be read would be a fault of ours: then its keys are not known.
        trust.keyDocuments = ((try? service.didDocuments()) ?? []).compactMap { try? KeyDocument(.object($0)) }
        trust.contexts = resources.contexts
        trust.schemas = SchemaCheck(
            resources.schemas.compactMap { url, document in
                (try? URI(url)).map { HandedSchema(at: $0, file: document.canonicalBytes) }
            })
        trust.challenge = request.challenge
        trust.domains = request.domains
        let types = request.document["type"].map { $0.arrayValue ?? [$0] } ?? []
        let isList = types.contains("BitstringStatusListCredential")
        let kind: Evidence.Kind =
            request.kind == .presentation ? .presentation : isList ? .statusList : .credential
        return Verifier(trust: trust).examine(request.document, as: kind)
    }

    /// The status lists of this service are read here; nobody else's are fetched.
    private func ownList(at url: URI) -> Evidence? {
        guard let list = try? service.statusList(at: url.description) else { return nil }
        return try? Evidence(parsing: list.bytes)
    }
}

// What the room does not know, or does not ask.
extension CredentialVerification {
    /// An identifier that is a key has no document in which its revocation could stand. Those of this service are known
    /// here; that a signature is older than the revocation only the log can show, which is not part of this request.
    private func revokedKeys(in verdict: Verdict) -> [Finding] {
        let proofs = verdict.checks.flatMap { $0.facts["proofs"]?.arrayValue ?? [] }
        return verdict.parts.flatMap(revokedKeys)
            + proofs.compactMap { proof in
                guard let key = proof["verificationMethod"]?.stringValue, let since = service.revocation(ofKey: key)
                else { return nil }
                return Finding(
                    .invalidVerificationMethod,
                    "The key \(key) is revoked since \(since.dateTimeStamp). Whether this was signed before is for "
                        + "vcverify to say, with the audit bundle of the request.")
            }
    }

    /// A signature over the text holds also where a reader of linked data would lose something; here that is a fault,
    /// as it is when a credential is issued here. The other suites find it themselves.
    private static func lostMeaning(of document: JSON, _ resources: TenantResources) -> [Finding] {
        let proofs = document["proof"].map { $0.arrayValue ?? [$0] } ?? []
        let isOverText = proofs.contains { $0["cryptosuite"]?.stringValue?.contains("-jcs-") == true }
        guard isOverText, case .object(var object) = document else { return [] }
        object["proof"] = nil
        do throws(LinkedDataError) {
            _ = try JSONLD.quads(of: object, contexts: resources.contexts)
            return []
        } catch {
            return [Finding(.proofTransformation, "It does not say all that it seems to say: \(error).")]
        }
    }
}

/// Something that speaks against a document.
struct Finding {
    let type: ProblemType
    let sentence: String

    init(_ type: ProblemType, _ sentence: String) { (self.type, self.sentence) = (type, sentence) }

    /// As a problem document.
    var problemDetails: JSON {
        ["type": .string(type.rawValue), "title": .string("\(type)"), "detail": .string(sentence)]
    }
}

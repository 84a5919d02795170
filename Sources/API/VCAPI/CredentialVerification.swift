import CanonicalJSON
import Dispatch
import HTTPServer
import Issuance
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
        let resources = service.resources(of: try tenant(of: call))
        DispatchQueue.global().async {
            let verdict = verdict(on: request, resources)
            let report = VerificationReport(
                on: request.document, verdict, challenge: request.challenge, domains: request.domains)
            reply(.success(report.response(to: request, profile)))
        }
    }

    /// The institution whose contexts and schemas are used: the one that asks, or else the one whose issuer the path
    /// names.
    private func tenant(of call: Call) throws(Refusal) -> TenantID? {
        guard call.caller == nil, let text = call.parameters["name"] else { return call.caller }
        guard let name = IssuerName(text), let tenant = service.tenant(ofIssuer: name) else { throw .unknownIssuer }
        return tenant
    }

    private func verdict(on request: VerifyRequest, _ resources: TenantResources) -> Verdict {
        var trust = Trust(at: service.instant)
        trust.mayLackStatusList = true
        do throws(EvidenceError) {
            let evidence = try Evidence(request.document)
            return Verifier(trust: trust).verify([evidence])[0]
        } catch {
            return Verdict(error)
        }
    }
}

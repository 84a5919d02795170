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
        let resources = service.resources(of: try call.reader(service))
        DispatchQueue.global().async {
            let verdict = verdict(on: request, resources)
            let report = VerificationReport(
                on: request.document, verdict, challenge: request.challenge, domains: request.domains)
            reply(.success(report.response(to: request, profile)))
        }
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

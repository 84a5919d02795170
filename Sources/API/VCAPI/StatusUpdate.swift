import CanonicalJSON
import Credentials
import HTTPServer
import Issuance
import StatusLists

/// The body of `POST /credentials/status`: what a status of a credential is to be.
struct StatusUpdate {
    private let credentialID: String
    private let purpose: StatusPurpose
    private let index: String?
    private let list: String?
    private let isSet: Bool

    /// Reads a body.
    init(_ body: JSON) throws {
        try Problem.refuseUnknown(["credentialId", "credentialStatus", "status"], in: body, at: JSONPointer())
        var reader = try ObjectReader(body)
        credentialID = try reader.string("credentialId")
        isSet = try reader.bool("status")
        var entry = try reader.object("credentialStatus")
        try Problem.refuseUnknown(
            ["id", "type", "statusPurpose", "statusListIndex", "statusListCredential", "statusSize", "statusMessage"],
            in: body["credentialStatus"] ?? [:], at: JSONPointer().appending("credentialStatus"))
        guard try entry.string("type") == BitstringStatusListEntry.type else {
            throw Refusal(
                .invalidRequest, "Statuses are of the type \(BitstringStatusListEntry.type).",
                at: "/credentialStatus/type")
        }
        purpose = StatusPurpose(rawValue: try entry.string("statusPurpose"))
        index = try entry.optionalString("statusListIndex")
        list = try entry.optionalString("statusListCredential")
    }

    /// Does it.
    ///
    /// - Parameter issuer: who must have issued the credential; nil: any issuer, for the same institution.
    func perform(
        for tenant: TenantID, issuer: IssuerName?, _ service: Service, _ reply: @escaping Route.Reply
    ) throws {
        let key = IssueRequest.key(for: credentialID)
        guard let credential = try service.issuedCredential(under: key, of: tenant),
            issuer == nil || issuer == credential.issuer
        else { throw Self.unknownCredential }
        let status = try find(in: credential)
        guard (status.value != 0) != isSet else { return reply(.success(Self.done)) }
        let target = TenantRequest(
            tenant: tenant, id: credential.request,
            idempotency: Idempotency(key: service.newIdempotencyKey(), digest: []))
        service.perform(try action, on: target) { reply($0.map { _ in Self.done }) }
    }

    /// The status that is meant, if the credential has it and stands where it says.
    private func find(in credential: IssuedCredential) throws(Refusal) -> IssuedCredential.Status {
        guard let status = credential.statuses.first(where: { $0.entry.statusPurpose == purpose }) else {
            throw Refusal(
                .invalidRequest, "The credential has no status with the purpose \(purpose.rawValue.debugDescription).",
                at: "/credentialStatus/statusPurpose")
        }
        guard purpose != .message else {
            throw Refusal(
                .invalidRequest,
                "A message has more values than true and false; use POST /v1/requests/\(credential.request)/status.",
                at: "/credentialStatus/statusPurpose")
        }
        guard index ?? String(status.entry.statusListIndex) == String(status.entry.statusListIndex) else {
            throw Refusal(
                .invalidRequest, "The credential stands at another index of its list.",
                at: "/credentialStatus/statusListIndex")
        }
        guard list ?? status.entry.statusListCredential.description == status.entry.statusListCredential.description
        else {
            throw Refusal(
                .invalidRequest, "The credential stands in another list.", at: "/credentialStatus/statusListCredential")
        }
        return status
    }

    private var action: RequestAction {
        get throws(Refusal) {
            guard purpose == .revocation else { return .setStatus(purpose, value: isSet ? 1 : 0, note: nil) }
            guard isSet else {
                throw Refusal(.wrongState, "The credential is revoked, for good; issue another one.", at: "/status")
            }
            return .revoke(note: nil)
        }
    }

    private static let unknownCredential = Problem(
        .notFound, "unknown-credential", "There is no such credential",
        "No credential of this institution was issued under this credentialId; the status of one that was issued "
            + "without is changed at /v1/requests/{id}/status and /v1/requests/{id}/revoke.")

    private static let done = HTTPResponse.json(.ok, [:])
}

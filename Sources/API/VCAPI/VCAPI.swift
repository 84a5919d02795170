import CanonicalJSON
import HTTPServer
import Issuance

/// The VC API, now named VCALM ([w3c/vcalm](https://w3c.github.io/vcalm/), draft 0.9): credentials in, signed
/// credentials out; secured credentials in, verdicts out.
package enum VCAPI {
    /// What an operator chooses about it.
    package struct Settings: Hashable, Sendable {
        /// What the verify routes without a profile in their path answer.
        package var profile: Profile
        /// Whether credentials of `ecdsa-sd-2023` are derived here, which is the holder's affair: for tests of
        /// interoperability.
        package var derives: Bool

        package init(profile: Profile = .strict, derives: Bool = false) {
            self.profile = profile
            self.derives = derives
        }
    }

    /// How a verification that failed is said. The draft and the suites that test its implementations want different
    /// things.
    package enum Profile: String, Hashable, Sendable, CaseIterable {
        /// As the draft says: 200 whenever the verification was carried out, with `verified` true or false; an option
        /// that is not known is an error.
        case strict
        /// As the W3C's interoperability suites want it: a credential that does not verify is a 400, with the same
        /// members beside those of a problem document; options that are not known are left alone.
        case suite
    }

    /// The most bytes of a body with secured credentials: eight of the size that is issued, in one presentation.
    static let maximumSecuredBody = 512 << 10
}

/// The routes of the VC API, those of each issuer and of each profile included.
func credentialRoutes(_ service: Service, _ settings: VCAPI.Settings) -> [Route] {
    let verification = CredentialVerification(service: service)
    let profiled = verifyRoutes("/verifiers/{profile}", verification) { call throws(Problem) in
        guard let profile = VCAPI.Profile(rawValue: call.parameter("profile")) else {
            throw .noSuchPage(call.request.path)
        }
        return profile
    }
    return ["", "/issuers/{name}"].flatMap { place in
        issueRoutes(place, service)
            + verifyRoutes(place, verification) { _ throws(Problem) in settings.profile }
            + (settings.derives ? [derivation(place, service)] : [])
    } + profiled
}

private func issueRoutes(_ place: String, _ service: Service) -> [Route] {
    [
        Route(
            .post, place + "/credentials/issue", .anyoneOrInstitution,
            "Issue a credential (VC API)", description: issueDescription,
            body: .issueCredential,
            .later { call, reply in
                try VCAPI.translating(reply) { reply in
                    let issuer = try call.issuer()
                    let (tenant, isOpen) = try call.issuingTenant(issuer, service)
                    let body = try call.json()
                    let request = try IssueRequest(body, issuer: issuer)
                    service.request(
                        request.draft, from: tenant,
                        under: try call.idempotency(body, request.credentialID, isOpen: isOpen, service)
                    ) { reply($0.flatMap { answer in Result { try .issued(answer) } }) }
                }
            }),
        Route(
            .post, place + "/credentials/status", .institution, "Change a status of a credential (VC API)",
            description: statusDescription, body: .updateStatus,
            .later { call, reply in
                try VCAPI.translating(reply) { reply in
                    let update = try StatusUpdate(try call.json())
                    let named = call.parameters["name"] == nil ? nil : try call.issuer()
                    try update.perform(for: call.tenant, issuer: named, service, reply)
                }
            }),
    ]
}

private func verifyRoutes(
    _ place: String, _ verification: CredentialVerification,
    _ profile: @escaping @Sendable (Call) throws(Problem) -> VCAPI.Profile
) -> [Route] {
    [
        ("credentials", VerifyRequest.Kind.credential, "Verify a credential (VC API)"),
        ("presentations", .presentation, "Verify a presentation with its credentials (VC API)"),
    ].map { noun, kind, summary in
        Route(
            .post, "\(place)/\(noun)/verify", .anyoneOrInstitution, summary, description: verifyDescription,
            maximumBody: VCAPI.maximumSecuredBody,
            .later { call, reply in
                try VCAPI.translating(reply) { reply in
                    try verification.answer(call, kind, try profile(call), reply)
                }
            })
    }
}

private func derivation(_ place: String, _ service: Service) -> Route {
    Route(
        .post, place + "/credentials/derive", .anyoneOrInstitution,
        "Derive a credential that shows some of its statements (VC API, ecdsa-sd-2023)",
        description: derivationDescription, maximumBody: VCAPI.maximumSecuredBody,
        .now { call in
            try VCAPI.translating {
                let contexts = service.resources(of: try call.reader(service)).contexts
                return try Derivation(try call.json(maximumBytes: VCAPI.maximumSecuredBody)).answer(contexts: contexts)
            }
        })
}

private let issueDescription = """
    The body is {"credential": {…}, "options": {"credentialId": "…", "mandatoryPointers": ["/…"]}}; options may be \
    absent. 201 with {"verifiableCredential": {…}}, for tokens an EnvelopedVerifiableCredential. The credentialId is \
    the name under which the request can be repeated: with the same body it gets the same bytes, with another 422. An \
    issuer that was added as open needs no API key.
    """

private let statusDescription = """
    The body is {"credentialId": "…", "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "…"}, \
    "status": true}. The credentialId is the one that the credential was issued under. A revocation stays.
    """

private let verifyDescription = """
    The body is {"verifiableCredential": {…}} or {"verifiablePresentation": {…}}, with the options of VCALM. In the \
    profile strict a verification that was carried out is answered 200 with verified true or false; in the profile \
    suite one that failed is answered 400 with problem details. Which holds is chosen by the operator, or by the path \
    /verifiers/strict/… or /verifiers/suite/….
    """

private let derivationDescription = """
    The body is {"verifiableCredential": {…}, "options": {"selectivePointers": ["/…"]}}. Off unless the operator turns \
    it on.
    """

extension Call {
    /// The institution whose contexts and schemas are used to read a credential: the one that asks, or else the one
    /// whose issuer the path names.
    func reader(_ service: Service) throws(Refusal) -> TenantID? {
        guard caller.tenant == nil, parameters["name"] != nil else { return caller.tenant }
        guard let tenant = service.tenant(ofIssuer: try issuer()) else { throw .unknownIssuer }
        return tenant
    }

    /// The issuer that the path names, or the default one.
    fileprivate func issuer() throws(Refusal) -> IssuerName {
        guard let text = parameters["name"] else { return .default }
        guard let name = IssuerName(text) else { throw .unknownIssuer }
        return name
    }

    /// In whose name to issue: the institution's that asks, or of an open issuer that issuer's.
    fileprivate func issuingTenant(
        _ issuer: IssuerName, _ service: Service
    ) throws(Problem) -> (tenant: TenantID, isOpen: Bool) {
        if let tenant = caller.tenant { return (tenant, false) }
        // An issuer that is not there is not told from one that needs a key.
        guard let tenant = service.tenant(ofOpenIssuer: issuer) else { throw .noKey }
        return (tenant, true)
    }

    /// The name of an issue command. What strangers name through an open issuer is kept apart from what institutions
    /// name.
    fileprivate func idempotency(
        _ body: JSON, _ credentialID: String?, isOpen: Bool, _ service: Service
    ) throws(Problem) -> Idempotency {
        let verb = "\(request.method.rawValue) \(request.path)"
        let owner = isOpen ? "open " : ""
        if let credentialID {
            return Idempotency(key: owner + IssueRequest.key(for: credentialID), asked: verb, body)
        }
        guard request.headers["Idempotency-Key"] != nil else {
            return Idempotency(key: service.newIdempotencyKey(), asked: verb, body)
        }
        let named = try idempotency(body)
        return Idempotency(key: owner + named.key, digest: named.digest)
    }
}

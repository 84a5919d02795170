package import CanonicalJSON
import Credentials
import Temporal

/// What a holder was given, as credentials that they can show: signed by the issuer `default`, verifiable offline
/// ([VCDM 2.0](https://www.w3.org/TR/vc-data-model-2.0/)).
extension Service {
    /// The receipt of one payment: what was given for which broken promise, and where the log says so. It says what was
    /// posted, not what is left.
    package func compensationReceipt(
        _ claimKey: String, of holder: String, at tenant: TenantID
    ) throws -> JSONObject {
        let payment = try payment(claimKey, of: holder, at: tenant)
        var subject: JSONObject = [
            "id": .string(try subjectID(holder)), "type": "Compensation", "claimKey": .string(claimKey),
            "request": .string("urn:uuid:\(payment.request)"), "benefit": .string(payment.benefitType),
            "unit": .string(payment.unit), "amount": .integer(payment.minor), "log": .string(origin),
            "logEntry": .integer(payment.seq),
        ]
        let lot = try store.read { try $0.record(LotRecord.self, .text(claimKey)) }
        subject["spendableFrom"] = lot.map { .string(Instant(milliseconds: $0.from).rfc3339) }
        subject["spendableUntil"] = lot.map { .string(Instant(milliseconds: $0.until).rfc3339) }
        return try signed(
            "CompensationReceipt", "urn:punctual:receipt:\(claimKey)", subject,
            from: Instant(milliseconds: payment.at), until: nil)
    }

    /// The pass for one window of premium access; dead when the window ends. It says what was given until now: access
    /// that is taken back later is told by ``entitlements(of:at:on:)`` alone.
    package func premiumPass(_ claimKey: String, of holder: String, at tenant: TenantID) throws -> JSONObject {
        let payment = try payment(claimKey, of: holder, at: tenant)
        guard let window = try store.read({ try $0.record(PremiumRecord.self, .text(claimKey)) }),
            window.from < window.until
        else { throw Self.unknownPayment }
        let subject: JSONObject = [
            "id": .string(try subjectID(holder)), "type": "PremiumAccess", "claimKey": .string(claimKey),
            "feature": "premium", "request": .string("urn:uuid:\(payment.request)"), "log": .string(origin),
            "logEntry": .integer(payment.seq),
        ]
        return try signed(
            "PremiumAccessPass", "urn:punctual:pass:\(claimKey)", subject,
            from: Instant(milliseconds: window.from), until: Instant(milliseconds: window.until))
    }

    private static let unknownPayment = Refusal(
        .unknownEntry, "This holder was given nothing under that claim key.")

    private func payment(_ claimKey: String, of holder: String, at tenant: TenantID) throws -> PaymentRecord {
        guard let payment = try store.read({ try $0.record(PaymentRecord.self, .text(claimKey)) }),
            payment.tenant == tenant.text, payment.holder == holder, !holder.isEmpty
        else { throw Self.unknownPayment }
        return payment
    }

    /// Credentials name their subject by a URL.
    private func subjectID(_ holder: String) throws -> String {
        guard (try? URI(holder)) != nil else {
            throw Refusal(
                .invalidRequest,
                "A credential names its holder by a URL such as did:key:z6Mk… or urn:uuid:…; this id is none.")
        }
        return holder
    }

    private func signed(
        _ type: String, _ id: String, _ subject: JSONObject, from: Instant, until: Instant?
    ) throws -> JSONObject {
        let now = now()
        let signer = try signers.signer(for: .default, of: .default, in: directory.issuers)
        var document: JSONObject = [
            "@context": ["https://www.w3.org/ns/credentials/v2", Self.walletContext], "id": .string(id),
            "type": ["VerifiableCredential", .string(type)], "issuer": .string(signer.key.did),
            "validFrom": .string(from.rfc3339), "credentialSubject": .object(subject),
        ]
        document["validUntil"] = until.map { .string($0.rfc3339) }
        return try signer.secure(document, at: now)
    }

    /// The meaning of our terms, in the credential itself: nothing has to be fetched.
    static let walletContext: JSON = {
        let vocabulary = "https://punctual.invalid/ns/wallet#"
        var context: JSONObject = ["@protected": true]
        for name in [
            "CompensationReceipt", "PremiumAccessPass", "Compensation", "PremiumAccess", "claimKey", "benefit", "unit",
            "feature", "log",
        ] { context[name] = .string(vocabulary + name) }
        context["request"] = ["@id": .string(vocabulary + "request"), "@type": "@id"]
        for name in ["amount", "logEntry"] {
            context[name] = [
                "@id": .string(vocabulary + name), "@type": "http://www.w3.org/2001/XMLSchema#integer",
            ]
        }
        for name in ["spendableFrom", "spendableUntil"] {
            context[name] = [
                "@id": .string(vocabulary + name), "@type": "http://www.w3.org/2001/XMLSchema#dateTime",
            ]
        }
        return .object(context)
    }()
}

import CanonicalJSON
import Console
import Cryptography
import Figures
import JOSE
import LinkedData
import Proofs

extension Measurement {
    static let suites = Measurement(
        syntax: CommandSyntax(
            "suites", "Sign and verify in every form, beside OpenSSL's raw rate.",
            options: [.seconds, .cores, .json], example: "measure suites --cores 2"),
        run: { arguments, _, terminal in
            let race = Race(
                cores: try arguments.number("cores", default: 1), seconds: try arguments.number("seconds", default: 2))
            var report = Report(
                "Signing and verifying credentials of about 1 kB", data: Samples.size,
                conditions: [
                    ("threads", String(race.cores)), ("seconds for each", String(race.seconds)),
                    ("raw", "the same key by OpenSSL alone over as many bytes, in turn"),
                ])
            for form in try Form.all() {
                terminal.progress("measuring \(form.name)")
                let laps = try race.laps([form.sign, form.rawSign, form.verify, form.rawVerify])
                report.add(
                    "sign \(form.name)", perSecond: laps[0].perSecond, raw: laps[1].perSecond, times: laps[0].times)
                report.add(
                    "verify \(form.name)", perSecond: laps[2].perSecond, raw: laps[3].perSecond, times: laps[2].times)
            }
            return report
        })
}

/// One way of securing, ready to be measured.
struct Form {
    let name: String
    let sign: Race.Work
    let verify: Race.Work
    /// One signature by the same key over as many bytes as the form signs.
    let rawSign: Race.Work
    let rawVerify: Race.Work

    static func all() throws -> [Form] {
        let suites: [(Cryptosuite, SignatureAlgorithm)] = [
            (.eddsaJCS2022, .edDSA), (.eddsaRDFC2022, .edDSA), (.ecdsaJCS2019, .es256), (.ecdsaJCS2019, .es384),
            (.ecdsaRDFC2019, .es256), (.ecdsaRDFC2019, .es384),
        ]
        return try suites.map { try dataIntegrity($0, $1) } + [selective()]
            + [SignatureAlgorithm.edDSA, .es256, .es384].map { try token($0) } + [sdJWT()]
    }

    private init(
        _ name: String, _ key: PrivateKey, signedBytes: Int, sign: @escaping Race.Work, verify: @escaping Race.Work
    ) throws {
        let message = [UInt8](repeating: 0x5A, count: signedBytes)
        let signature = try key.sign(message)
        let publicKey = key.publicKey
        self.name = name
        self.sign = sign
        self.verify = verify
        rawSign = { _ in _ = try key.sign(message) }
        rawVerify = { _ in guard publicKey.isValidSignature(signature, for: message) else { throw Wrong() } }
    }

    private static func dataIntegrity(_ suite: Cryptosuite, _ algorithm: SignatureAlgorithm) throws -> Form {
        let key = try Samples.key(algorithm)
        guard let did = DIDKey(key.publicKey) else { throw Wrong() }
        let signer = try ProofSigner(key: key, verificationMethod: did.verificationMethod, cryptosuite: suite)
        let documents = Samples.credentials()
        let secured = try documents.map { try signer.secure($0, created: Samples.instant) }
        let curve = algorithm == .edDSA ? "" : algorithm == .es256 ? " P-256" : " P-384"
        return try Form(
            suite.rawValue + curve, key, signedBytes: 2 * (algorithm == .es384 ? 48 : 32),
            sign: { _ = try signer.secure(documents[$0 % documents.count], created: Samples.instant) },
            verify: { try check(secured[$0 % secured.count]) })
    }

    private static func selective() throws -> Form {
        let key = try Samples.key(.es256)
        guard let did = DIDKey(key.publicKey) else { throw Wrong() }
        var options = ProofOptions(
            created: Samples.instant, proofPurpose: .assertionMethod, verificationMethod: did.verificationMethod)
        options.cryptosuite = .ecdsaSD2023
        let documents = Samples.credentials(32)
        let sign: @Sendable (JSONObject) throws -> JSONObject = { [options] document in
            var random = Repeatable()
            return try DataIntegrity.addBaseProof(
                to: document, with: options, mandatoryPointers: ["/issuer"], key: key, using: &random)
        }
        let derived = try documents.map {
            try DataIntegrity.derive(from: sign($0), revealing: ["/credentialSubject/degree"])
        }
        return try Form(
            "ecdsa-sd-2023 (base, derived)", key, signedBytes: 96,
            sign: { _ = try sign(documents[$0 % documents.count]) },
            verify: { try check(derived[$0 % derived.count]) })
    }

    private static func check(_ document: JSONObject) throws {
        _ = try DataIntegrity.verify(
            document, keys: .didKey, expecting: ProofExpectations(proofPurpose: .assertionMethod),
            at: Samples.instant)
    }

    private static func token(_ algorithm: SignatureAlgorithm) throws -> Form {
        let key = try Samples.key(algorithm)
        let publicKey = key.publicKey
        let documents = Samples.credentials()
        let header = JOSEHeader(algorithm, type: "vc+jwt", contentType: "vc")
        let sign: @Sendable (JSONObject) throws -> String = { document in
            try JWS(signing: JSON.object(document).canonicalBytes, header: header, key: key).compact
        }
        let tokens = try documents.map(sign)
        return try Form(
            "vc+jwt \(algorithm.joseName)", key, signedBytes: tokens[0].utf8.count,
            sign: { _ = try sign(documents[$0 % documents.count]) },
            verify: { number in
                let token = try JWS(parsing: tokens[number % tokens.count])
                try token.verify(with: publicKey)
                _ = try JSON(parsing: token.payload)
            })
    }

    private static func sdJWT() throws -> Form {
        let key = try Samples.key(.es256)
        let publicKey = key.publicKey
        let claims: JSONObject = [
            "vct": "https://credentials.example/person", "iss": "https://issuer.example", "given_name": "Ada",
            "family_name": "Lovelace", "address": ["locality": "London", "country": "UK"], "birthdate": "1815-12-10",
        ]
        let sign: @Sendable () throws -> SDJWT = {
            var random = Repeatable()
            return try SDJWTCredential.issue(
                claims, hiding: [["given_name"], ["family_name"], ["address"], ["birthdate"]], key: key,
                using: &random)
        }
        let token = try sign().compact
        return try Form(
            "dc+sd-jwt ES256", key, signedBytes: token.utf8.count, sign: { _ in _ = try sign() },
            verify: { _ in
                _ = try SDJWTCredential(
                    verifying: SDJWT(parsing: token), issuerKey: publicKey, keyBinding: nil, at: Samples.instant)
            })
    }
}

/// Something that was measured does not do what it should.
struct Wrong: Error, CustomStringConvertible {
    let description = "what was measured gave a wrong answer"
}

import CanonicalJSON
import Credentials
import Cryptography
import Proofs
import StatusLists
import Temporal
import TestSupport
import Testing
import Verification

@Suite("Credentials")
struct CredentialTests {
    private func verdict(
        _ json: JSONObject, lists: [JSONObject]? = nil, _ trust: Trust = .sample()
    ) throws -> Verdict {
        let lists = try lists ?? [SampleIssuer().statusList()]
        return Verifier(trust: trust, statusLists: try lists.map { try Evidence($0) }).verify([try Evidence(json)])[0]
    }

    @Test("a credential that holds is valid, and every question is answered in order")
    func valid() throws {
        let verdict = try verdict(SampleIssuer().credential())
        Expected.valid.check(verdict)
        #expect(verdict.checks.map(\.name) == [.dataModel, .proof, .key, .issuer, .validity, .status])
        #expect(verdict.checks.map(\.outcome) == [.passed, .passed, .notApplicable, .passed, .passed, .passed])
    }

    @Test("which key signed and who vouches for it are said apart")
    func keyAndVoucher() throws {
        let issuer = try SampleIssuer()
        let unpinned = try verdict(issuer.credential())
        #expect(unpinned.check(.proof)?.sentence.contains(issuer.did.description) == true)
        #expect(unpinned.check(.proof)?.sentence.contains(Instant.issued.dateTimeStamp) == true)
        #expect(unpinned.check(.key)?.sentence.contains("Nobody vouches for the key") == true)
        #expect(unpinned.check(.key)?.need == .issuer)
        let other = try SampleIssuer(2).did.uri
        let pinned = try verdict(issuer.credential(), .sample { $0.issuers = [other, issuer.did.uri] })
        Expected.valid.check(pinned)
        #expect(pinned.check(.key)?.outcome == .passed)
        #expect(pinned.check(.key)?.facts["vouchedFor"] == .string(issuer.did.description))
    }

    @Test("another key than the one that was named is a failure, whatever the credential says")
    func otherKey() throws {
        let other = try SampleIssuer(2).did.uri
        Expected.invalid(.key, "Another key signed").check(
            try verdict(SampleIssuer().credential(), .sample { $0.issuers = [other] }))
    }

    @Test("an issuer that is not the key is not proven, until the key is named")
    func issuerThatIsNotTheKey() throws {
        let issuer = try SampleIssuer()
        for name in ["https://university.example", try SampleIssuer(2).did.description] {
            let credential = try issuer.credential {
                $0["issuer"] = .string(name)
                $0["credentialStatus"] = nil
            }
            Expected.cannotTell(.issuer, name).check(try verdict(credential))
            let named = try verdict(credential, .sample { $0.issuers = [issuer.did.uri] })
            Expected.valid.check(named)
            #expect(named.check(.issuer)?.sentence.contains("not proven") == true)
            #expect(try verdict(credential).conclusion(disregarding: [.issuer]) == .valid)
        }
    }

    @Test(
        "the first and the last instant of the period are within it",
        arguments: [
            (Instant.issued, true), (.issued - Milliseconds(1), false), (.issued + .days(365), true),
            (.issued + .days(365) + Milliseconds(1), false),
        ])
    func period(at instant: Instant, isValid: Bool) throws {
        let credential = try SampleIssuer().credential { $0["credentialStatus"] = nil }
        let verdict = try verdict(credential, Trust(at: instant))
        (isValid ? Expected.valid : .invalid(.validity)).check(verdict)
        #expect(verdict.check(.validity)?.facts["at"] == .string(instant.rfc3339))
    }

    @Test("a credential without dates and status is valid, and both are said")
    func nothingStated() throws {
        let credential = try SampleIssuer().credential {
            for member in ["validFrom", "validUntil", "credentialStatus"] { $0[member] = nil }
        }
        let verdict = try verdict(credential, lists: [])
        Expected.valid.check(verdict)
        #expect(verdict.check(.validity)?.sentence == "Valid from ever without end.")
        #expect(verdict.check(.status)?.outcome == .notApplicable)
    }

    @Test(
        "what is changed after signing is found",
        arguments: [
            Tampering("id", .invalid(.proof, "does not match")) {
                $0["id"] = "urn:uuid:0190d6a0-0000-7cc3-98c4-dc0c0c07398f"
            },
            Tampering("no id", .invalid(.proof, "does not match")) { $0["id"] = nil },
            Tampering("type", .invalid(.proof, "does not match")) { $0["type"] = ["VerifiableCredential"] },
            Tampering("no type", .invalid(.dataModel, "type")) { $0["type"] = nil },
            Tampering("other type", .invalid(.dataModel, "type")) { $0["type"] = "Diploma" },
            Tampering("issuer", .invalid(.proof, "does not match")) {
                $0["issuer"] = .string(try SampleIssuer(2).did.description)
            },
            Tampering("validFrom", .invalid(.proof)) { $0["validFrom"] = "2026-03-01T00:00:00Z" },
            Tampering("validUntil", .invalid(.proof)) { $0["validUntil"] = "2036-03-01T00:00:00Z" },
            Tampering("no validUntil", .invalid(.proof)) { $0["validUntil"] = nil },
            Tampering("a date that is none", .invalid(.dataModel, "validUntil")) { $0["validUntil"] = "tomorrow" },
            Tampering("subject", .invalid(.proof)) {
                $0["credentialSubject"] = ["id": "did:example:eve", "alumniOf": "x"]
            },
            Tampering("no subject", .invalid(.dataModel, "credentialSubject")) { $0["credentialSubject"] = nil },
            Tampering("status", .invalid(.proof)) {
                $0["credentialStatus"] = .object(try SampleIssuer.statusEntry(index: 1))
            },
            Tampering("no status", .invalid(.proof)) { $0["credentialStatus"] = nil },
            Tampering("a member more", .invalid(.proof)) { $0["name"] = "Ada" },
            Tampering("other contexts", .invalid(.proof, "contexts")) {
                $0["@context"] = ["https://www.w3.org/ns/credentials/v2", "https://evil.example"]
            },
            Tampering("no context", .invalid(.dataModel, "@context")) { $0["@context"] = nil },
            Tampering("no proof", .invalid(.dataModel, "proof")) { $0["proof"] = nil },
            Tampering("empty list of proofs", .invalid(.dataModel, "proof")) { $0["proof"] = [] },
            Tampering("the proof of another issuer", .invalid(.proof, "does not match")) {
                $0["proof"] = try SampleIssuer(2).credential()["proof"]
            },
            Tampering("the proof of another credential", .invalid(.proof, "does not match")) {
                $0["proof"] = try SampleIssuer().credential { $0["name"] = "Eve" }["proof"]
            },
            Tampering("a second proof that does not hold", .invalid(.proof, "does not match")) {
                $0["proof"] = [
                    $0["proof"] ?? nil, try SampleIssuer().credential { $0["name"] = "Eve" }["proof"] ?? nil,
                ]
            },
        ])
    func changedAfterSigning(_ tampering: Tampering) throws {
        var credential = try SampleIssuer().credential()
        try tampering.change(&credential)
        tampering.expected.check(try verdict(credential))
    }

    @Test(
        "what is changed in the proof is found, and what cannot be verified is no lie",
        arguments: [
            Tampering("type", .cannotTell(.proof, "Ed25519Signature2018")) { $0["type"] = "Ed25519Signature2018" },
            Tampering("no type", .invalid(.dataModel, "type")) { $0["type"] = nil },
            Tampering("cryptosuite", .cannotTell(.proof, "example-suite-2099")) {
                $0["cryptosuite"] = "example-suite-2099"
            },
            Tampering("no cryptosuite", .invalid(.proof, "cryptosuite")) { $0["cryptosuite"] = nil },
            Tampering("created", .invalid(.proof, "does not match")) { $0["created"] = "2026-03-03T15:00:01Z" },
            Tampering("no created", .invalid(.proof, "does not match")) { $0["created"] = nil },
            Tampering("expires", .invalid(.proof)) { $0["expires"] = "2030-03-03T15:00:01Z" },
            Tampering("purpose", .invalid(.proof, "proofPurpose")) { $0["proofPurpose"] = "authentication" },
            Tampering("contexts", .invalid(.proof, "does not match")) { $0["@context"] = nil },
            Tampering("another key", .invalid(.proof, "does not match")) {
                $0["verificationMethod"] = .string(try SampleIssuer(2).did.verificationMethod.description)
            },
            Tampering("a key that is none", .invalid(.proof, "verificationMethod")) {
                $0["verificationMethod"] = "did:key:invalidVm"
            },
            Tampering("a key whose document is elsewhere", .cannotTell(.proof, "did:web:university.example")) {
                $0["verificationMethod"] = "did:web:university.example#1"
            },
            Tampering("proofValue", .invalid(.proof, "does not match")) {
                $0["proofValue"] = try SampleIssuer(2).credential()["proof"]?["proofValue"]
            },
            Tampering("a proofValue that is none", .invalid(.proof, "proofValue")) { $0["proofValue"] = "zz" },
        ])
    func changedProof(_ tampering: Tampering) throws {
        var credential = try SampleIssuer().credential()
        guard case .object(var proof)? = credential["proof"] else { return }
        try tampering.change(&proof)
        credential["proof"] = .object(proof)
        tampering.expected.check(try verdict(credential))
    }

    @Test("contexts that somebody added after signing are named, and are not in what is judged")
    func addedContext() throws {
        var credential = try SampleIssuer().credential()
        credential["@context"] = .array((credential["@context"]?.arrayValue ?? []) + ["https://more.example"])
        let verdict = try verdict(credential)
        Expected.valid.check(verdict)
        #expect(verdict.check(.proof)?.sentence.contains("The last 1 of its contexts were added after signing") == true)
        #expect(verdict.check(.proof)?.facts["unsignedContexts"] == 1)
    }

    @Test("what was signed without contexts is no credential, whatever contexts are added")
    func signedWithoutContext() throws {
        var credential = try SampleIssuer().credential { $0["@context"] = [] }
        credential["@context"] = ["https://www.w3.org/ns/credentials/v2"]
        let verdict = try verdict(credential)
        Expected.invalid(.dataModel, "@context").check(verdict)
        #expect(verdict.check(.proof)?.outcome == .passed)
    }

    @Test("with several proofs all must hold; the issuer's is among them or not")
    func proofSet() throws {
        let (issuer, other) = (try SampleIssuer(), try SampleIssuer(2))
        var options = ProofOptions(
            created: .issued, proofPurpose: .assertionMethod, verificationMethod: other.did.verificationMethod)
        options.id = try URI("urn:x:second")
        let both = try DataIntegrity.addProof(to: issuer.credential(), with: options, key: .ed25519(other.key))
        let verdict = try verdict(both)
        Expected.valid.check(verdict)
        #expect(verdict.check(.proof)?.facts["proofs"]?.arrayValue?.count == 2)
        var extended = try issuer.credential()
        extended.edit("@context") { $0.append("https://more.example") }
        extended = try DataIntegrity.addProof(to: extended, with: options, key: .ed25519(other.key))
        extended.edit("proof") { $0.reverse() }
        #expect(try self.verdict(extended).check(.proof)?.facts["unsignedContexts"] == 1)
        var otherAlone = both
        otherAlone["proof"] = both["proof"]?.arrayValue?.last
        Expected.cannotTell(.issuer).check(try self.verdict(otherAlone))
    }

    @Test("a credential of the older data model is valid by its own rules")
    func olderDataModel() throws {
        let credential = try SampleIssuer().credential {
            $0["@context"] = ["https://www.w3.org/2018/credentials/v1"]
            $0["issuanceDate"] = $0["validFrom"]
            $0["credentialStatus"] = nil
        }
        Expected.valid.check(try verdict(credential))
    }

    @Test("what comes after a refusal is not examined, and says so")
    func skipped() throws {
        var credential = try SampleIssuer().credential()
        credential["name"] = "Eve"
        let verdict = try verdict(credential)
        #expect(verdict.checks.map(\.name) == [.dataModel, .proof, .key, .issuer, .validity, .status])
        for check in verdict.checks.dropFirst(2) {
            #expect(check.outcome == .cannotTell)
            #expect(check.sentence == "Not examined: no proof holds.")
        }
    }

    @Test("no place of a credential can be replaced or taken away unnoticed", arguments: 0..<4 as Range<UInt64>)
    func everyPlace(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = JSON.object(try SampleIssuer().credential())
        let list = try SampleIssuer().statusList()
        for place in JSONPlace.all(in: original) {
            for value in [JSON?.none, JSON.random(using: &random)] where value != place.value(in: original) {
                let changed = place.replacing(in: original, with: value)
                guard case .object(let json) = changed, let evidence = try? Evidence(json) else { continue }
                let verdict = Verifier(trust: .sample(), statusLists: [try Evidence(list)]).verify([evidence])[0]
                #expect(verdict.conclusion != .valid, "\(place) as \(value?.canonicalString ?? "nothing")")
            }
        }
    }
}

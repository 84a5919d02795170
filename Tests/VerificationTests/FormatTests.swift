import CanonicalJSON
import Credentials
import JOSE
import Proofs
import Temporal
import TestSupport
import Testing
import Verification

@Suite("Every format")
struct FormatTests {
    private func verdict(_ bytes: [UInt8], _ trust: Trust = .sample()) -> Verdict {
        do throws(EvidenceError) {
            return Verifier(trust: trust).verify([try Evidence(parsing: bytes)])[0]
        } catch {
            return Verdict(error)
        }
    }

    @Test("what an issuer signs verifies, and is judged by the same questions", arguments: SampleFormat.allCases)
    func valid(_ format: SampleFormat) throws {
        let verdict = try verdict(format.bytes())
        Expected.valid.check(verdict)
        #expect(verdict.kind == .credential)
        let first: [Check.Name] = [.dataModel, .proof, .key, .issuer]
        #expect(Array(verdict.checks.map(\.name).prefix(4)) == first)
        #expect(verdict.check(.validity)?.outcome == .passed)
        #expect(verdict.check(.status)?.outcome == .notApplicable)
    }

    @Test("as of another day it is not valid, in every format", arguments: SampleFormat.allCases)
    func otherDays(_ format: SampleFormat) throws {
        if format != .badgeJWT, format != .derived {
            Expected.invalid(.validity).check(
                try verdict(format.bytes(), .sample { $0.instant = .issued + .days(366) }))
        }
        guard format != .plainJWT else { return }
        Expected.invalid(.validity).check(try verdict(format.bytes(), .sample { $0.instant = .issued - .days(1) }))
    }

    @Test("another issuer than the one that is meant is refused, in every format", arguments: SampleFormat.allCases)
    func otherIssuer(_ format: SampleFormat) throws {
        let other = try SampleIssuer(9).did.uri
        Expected.invalid(.key).check(try verdict(format.bytes(), .sample { $0.issuers = [other] }))
    }

    @Test(
        "no place of a document can be changed or left out unnoticed",
        arguments: SampleFormat.allCases.filter { !$0.isToken && !$0.isEnvelope })
    func mutatedDocuments(_ format: SampleFormat) throws {
        let document = try JSON(parsing: format.bytes())
        for place in JSONPlace.all(in: document) {
            for value in [JSON?.none, "changed"] {
                let changed = place.replacing(in: document, with: value)
                // A proof stands alone when another that does not carry it is taken out, or is of no known kind.
                let others = [SampleFormat.proofSet: "/proof/", .proofChain: "/proof/1"][format]
                let isOtherProof = others.map(place.description.hasPrefix) ?? false
                guard changed != document, !isOtherProof else { continue }
                let verdict = verdict(changed.canonicalBytes)
                #expect(verdict.conclusion != .valid, "\(place) as \(value?.canonicalString ?? "nothing")")
            }
        }
    }

    @Test(
        "no character of a token can be changed, put in or left out unnoticed",
        arguments: SampleFormat.allCases.filter(\.isToken))
    func mutatedTokens(_ format: SampleFormat) throws {
        let bytes = try format.bytes()
        for index in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            var longer = bytes
            longer.insert(UInt8(ascii: "A"), at: index)
            var shorter = bytes
            shorter.remove(at: index)
            for other in [changed, longer, shorter] where other != bytes {
                #expect(verdict(other).conclusion != .valid, "\(String(decoding: other, as: UTF8.self))")
            }
        }
    }

    @Test("a disclosure may be left out: what is shown is still what was signed")
    func leftOut() throws {
        let token = try SamplePlainCredential.token()
        let shown = try token.presenting([["given_name"]])
        let verdict = verdict(Array(shown.compact.utf8))
        Expected.valid.check(verdict)
        #expect(verdict.check(.proof)?.sentence.contains("It discloses 1 of what it hides.") == true)
    }

    @Test("a contradiction between the claims of a token and its document is found")
    func contradictions() throws {
        func verdict(_ claims: JSONObject, type: String = "vc+jwt") throws -> Verdict {
            var payload = try SampleFormat.document(.p256)
            for (name, value) in claims { payload[name] = value }
            return self.verdict(Array(try SampleKey.p256.sign(.object(payload), type: type).compact.utf8))
        }
        Expected.valid.check(try verdict([:]))
        Expected.valid.check(try verdict(["sub": "did:example:ada", "iat": Instant.issued.numericDate]))
        Expected.invalid(.dataModel, "claim sub").check(try verdict(["sub": "did:example:eve"]))
        Expected.invalid(.dataModel, "claim jti").check(try verdict(["jti": "urn:uuid:1"]))
        Expected.invalid(.dataModel, "claim vc").check(try verdict(["vc": [:]]))
        let other = SampleKey.p384.identifier.description
        #expect(try verdict(["iss": .string(other)]).conclusion == .invalid)
        #expect(try verdict([:], type: "at+jwt").conclusion == .cannotTell)
        #expect(try verdict([:], type: "JWT").kind == .credential)
    }

    @Test("white space around a token does not matter, in it does")
    func whiteSpace() throws {
        let bytes = try SampleFormat.jwt.bytes()
        Expected.valid.check(verdict(Array("\n  ".utf8) + bytes + Array("\r\n".utf8)))
        #expect(verdict(bytes.prefix(9) + [0x20] + bytes.dropFirst(9)).conclusion == .invalid)
    }

    @Test(
        "the steps are written down only when they are asked for, and lead to the signature",
        arguments: SampleFormat.allCases)
    func steps(_ format: SampleFormat) throws {
        let quiet = try verdict(format.bytes())
        #expect(quiet.checks.allSatisfy { $0.steps.isEmpty })
        let steps = try verdict(format.bytes(), .sample { $0.showsSteps = true }).check(.proof)?.steps ?? []
        #expect(steps.last?.title == "signature holds")
        #expect(steps.contains { $0.title == "key" && $0.value.hasPrefix("did:key:z") })
        if !format.isToken, !format.isEnvelope {
            let form = steps.first { $0.title == "canonical form of the document" }?.value ?? ""
            #expect(form.contains(format.rawValue.contains("jcs") ? "JCS (RFC 8785), " : "N-Quads, "))
        }
    }
}

import CanonicalJSON
import Credentials
import JOSE
import Proofs
import StatusLists
import Temporal
import Testing
import Verification

@Suite("Status lists of other forms")
struct ListFormTests {
    private let key = SampleKey.p256

    private func list(
        _ status: TokenStatus = .valid, at index: Int = 5, by signer: SampleKey? = nil, issuer: String? = nil,
        madeAt: Instant = .issued, expires: Instant? = nil
    ) throws -> Evidence {
        var list = TokenStatusList(bits: .two, count: 64)
        list[index] = status
        let signer = signer ?? key
        let token = try TokenStatusListToken.sign(
            list, subject: URI(SamplePlainCredential.listAddress), issuer: issuer, at: madeAt, expirationTime: expires,
            keyID: signer.method.description, key: signer.key)
        return try Evidence(.string(token.compact))
    }

    private func credential() throws -> Evidence {
        let reference = TokenStatusListReference(index: 5, uri: try URI(SamplePlainCredential.listAddress))
        let token = try SamplePlainCredential.token {
            $0["status"] = .object(reference.json["status"]?.objectValue ?? reference.json)
        }
        return try Evidence(.string(token.compact))
    }

    private func verdict(_ lists: [Evidence], _ change: (inout Trust) -> Void = { _ in }) throws -> Verdict {
        Verifier(trust: .sample(change), statusLists: lists).verify([try credential()])[0]
    }

    @Test("a Token Status List says what became of an SD-JWT VC")
    func tokenLists() throws {
        let missing = try verdict([])
        Expected.cannotTell(.status, "is not at hand").check(missing)
        #expect(missing.check(.status)?.need == .statusList)
        let verdict = try verdict([list()])
        Expected.valid.check(verdict)
        #expect(verdict.check(.status)?.sentence == "Not withdrawn by a list of 2026-03-03T15:00:00Z, 4 hours old.")
        Expected.invalid(.status, "It is revoked").check(try self.verdict([list(.invalid)]))
        Expected.invalid(.status, "It is suspended").check(try self.verdict([list(.suspended)]))
        Expected.cannotTell(.status, "the status 3").check(try self.verdict([list(TokenStatus(rawValue: 3))]))
        Expected.valid.check(try self.verdict([list(.invalid, at: 4)]))
    }

    @Test("a list by another key, too old, used up or of the future does not serve")
    func refusals() throws {
        Expected.invalid(.status, "not signed by the issuer").check(try verdict([list(by: .p384)]))
        Expected.invalid(.status, "not signed by the issuer").check(
            try verdict([list(issuer: "https://other.example")]))
        Expected.valid.check(try verdict([list(issuer: key.identifier.description)]))
        Expected.cannotTell(.status, "may be used until").check(try verdict([list(expires: .judged - .hours(1))]))
        Expected.invalid(.status, "It is revoked").check(try verdict([list(.invalid, expires: .judged - .hours(1))]))
        Expected.cannotTell(.status, "after the instant").check(try verdict([list(madeAt: .judged + .hours(1))]))
        Expected.cannotTell(.status, "not known to be within").check(
            try verdict([list()]) { $0.maximumStatusAge = .hours(1) })
        Expected.valid.check(try verdict([]) { $0.mayLackStatusList = true })
    }

    @Test("a list is found by the verifier's own source, and verified like any other")
    func sources() throws {
        let (good, revoked, forged) = (try list(), try list(.invalid), try list(by: .p384))
        Expected.valid.check(try verdict([]) { $0.statusList = { _ in good } })
        Expected.invalid(.status).check(try verdict([]) { $0.statusList = { _ in revoked } })
        Expected.invalid(.status).check(try verdict([]) { $0.statusList = { _ in forged } })
        Expected.cannotTell(.status).check(try verdict([]) { $0.statusList = { _ in nil } })
    }

    @Test("a Token Status List is judged by itself")
    func alone() throws {
        let verdict = Verifier(trust: .sample()).verify([try list()])[0]
        Expected.valid.check(verdict)
        #expect(verdict.kind == .statusList)
        #expect(verdict.checks.map(\.name) == [.proof, .key, .validity, .list])
        Expected.invalid(.validity).check(
            Verifier(trust: .sample()).verify([try list(expires: .judged - .hours(1))])[0])
    }

    private func bitstring(_ set: [Int] = []) throws -> Evidence {
        var bits = Bitstring()
        for index in set { bits[index] = true }
        let document = StatusListCredential.unsecured(
            id: try URI(SampleIssuer.statusListAddress), issuer: IssuerID(key.identifier), statusPurpose: .revocation,
            bitstring: bits, validFrom: .issued
        ).json
        return try Evidence(.string(try key.token(document).compact))
    }

    @Test("a Bitstring Status List may be a token, and serve a credential that is none")
    func bitstringToken() throws {
        let credential = try key.secure(
            SampleFormat.document(key) { $0["credentialStatus"] = .object(try SampleIssuer.statusEntry()) },
            .ecdsaJCS2019)
        func verdict(_ list: Evidence) throws -> Verdict {
            Verifier(trust: .sample(), statusLists: [list]).verify([try Evidence(credential)])[0]
        }
        Expected.valid.check(try verdict(bitstring()))
        Expected.invalid(.status, "It is revoked").check(try verdict(bitstring([SampleIssuer.statusIndex])))
        Expected.valid.check(Verifier(trust: .sample()).verify([try bitstring()])[0])
    }

    @Test("a list by a key in wrong hands does not serve")
    func stolenKey() throws {
        let web = try URI(KeyTests.web)
        let name = try URI(KeyTests.web + "#key-1")
        let key = SampleKey.ed25519
        let credential = try key.secure(
            SampleFormat.document {
                $0["issuer"] = .string(web.description)
                $0["credentialStatus"] = .object(try SampleIssuer.statusEntry())
            }, .eddsaJCS2022, as: name)
        let list = StatusListCredential.unsecured(
            id: try URI(SampleIssuer.statusListAddress), issuer: IssuerID(web), statusPurpose: .revocation,
            bitstring: Bitstring(), validFrom: .issued
        ).json
        func status(_ revoked: Instant?, listMadeAt: Instant = .issued) throws -> Check? {
            let signed = try key.secure(list, .eddsaJCS2022, as: name, at: listMadeAt)
            var trust = Trust(at: .judged)
            trust.keyDocuments = [
                try KeyTests.document { $0["revoked"] = revoked.map { .string($0.dateTimeStamp) } }
            ]
            return Verifier(trust: trust, statusLists: [try Evidence(signed)]).verify([try Evidence(credential)])[0]
                .check(.status)
        }
        #expect(try status(nil)?.outcome == .passed)
        #expect(try status(.issued - .hours(1))?.outcome == .failed)
        #expect(try status(.issued + .hours(1))?.outcome == .cannotTell)
    }

    @Test("a message is told in words")
    func messages() throws {
        let size = try #require(StatusSize(bits: 2))
        let entry = BitstringStatusListEntry(
            statusPurpose: .message, statusListIndex: 7, statusListCredential: try URI(SampleIssuer.statusListAddress),
            statusSize: size, statusMessages: ["accepted", "under review", "rejected", "withdrawn"])
        let credential = try key.secure(
            SampleFormat.document(key) { $0["credentialStatus"] = .object(entry.json) }, .ecdsaJCS2019)
        let list = StatusListCredential.unsecured(
            id: try URI(SampleIssuer.statusListAddress), issuer: IssuerID(key.identifier), statusPurpose: .message,
            bitstring: Bitstring(statusSize: size, values: [(7, 2)]), validFrom: .issued
        ).json
        let verdict = Verifier(trust: .sample(), statusLists: [try Evidence(key.secure(list, .ecdsaJCS2019))])
            .verify([try Evidence(credential)])[0]
        Expected.valid.check(verdict)
        #expect(verdict.check(.status)?.sentence.contains("Its issuer says \"rejected\"") == true)
        #expect(verdict.check(.status)?.facts["message"] == "rejected")
    }

    @Test("a plain list of Open Badges says as much as the way on which it came")
    func plainLists() throws {
        let address = "https://issuer.example/revocations"
        let badge = SampleBadge.document(key) {
            $0["@context"] = .array(($0["@context"]?.arrayValue ?? []) + [Self.extensions])
            $0["credentialStatus"] = ["id": .string(address), "type": "1EdTechRevocationList"]
        }
        let credential = try Evidence(key.secure(badge, .ecdsaJCS2019))
        func verdict(_ revoked: [JSON]) throws -> Verdict {
            let list: JSONObject = [
                "id": .string(address), "issuer": .string(key.identifier.description),
                "revokedCredentials": .array(revoked),
            ]
            return Verifier(trust: .sample(), statusLists: [try Evidence(list)]).verify([credential])[0]
        }
        let id = try #require(badge["id"])
        let kept = try verdict([])
        Expected.valid.check(kept)
        #expect(kept.check(.status)?.sentence == "Not revoked by a list of no stated date, which nobody signed.")
        Expected.invalid(.status, "(\"error\")").check(try verdict([["id": id, "revocationReason": "error"]]))
        Expected.cannotTell(.status).check(Verifier(trust: .sample()).verify([credential])[0])
    }

    private static let extensions: JSON = ["1EdTechRevocationList": "urn:example:1EdTechRevocationList"]
}

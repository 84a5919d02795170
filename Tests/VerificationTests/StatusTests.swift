import CanonicalJSON
import Credentials
import Proofs
import StatusLists
import Temporal
import Testing
import Verification

@Suite("Status of a credential")
struct StatusTests {
    private let issuer: SampleIssuer

    init() throws { issuer = try SampleIssuer() }

    private func verdict(
        lists: [JSONObject], entry: JSONObject? = nil, _ trust: Trust = .sample()
    ) throws -> Verdict {
        let credential = try issuer.credential { if let entry { $0["credentialStatus"] = .object(entry) } }
        return Verifier(trust: trust, statusLists: try lists.map { try Evidence($0) }).verify([try Evidence(credential)]
        )[0]
    }

    @Test("without the list nobody can tell, and the address of the missing list is named")
    func missingList() throws {
        let verdict = try verdict(lists: [])
        Expected.cannotTell(.status, SampleIssuer.statusListAddress).check(verdict)
        #expect(verdict.check(.status)?.need == .statusList)
        #expect(verdict.check(.status)?.facts["statusListCredential"] == .string(SampleIssuer.statusListAddress))
        Expected.cannotTell(.status).check(try self.verdict(lists: [issuer.statusList(id: "https://issuer.example/1")]))
    }

    @Test("a missing list may be waived; one that is at hand is read all the same")
    func waived() throws {
        let trust = Trust.sample { $0.mayLackStatusList = true }
        let verdict = try verdict(lists: [], trust)
        Expected.valid.check(verdict)
        #expect(verdict.check(.status)?.sentence.contains("Left out, as you asked") == true)
        let revoked = try issuer.statusList(set: [SampleIssuer.statusIndex])
        Expected.invalid(.status, "revoked").check(try self.verdict(lists: [revoked], trust))
    }

    @Test("the list's age is always stated")
    func age() throws {
        let check = try verdict(lists: [issuer.statusList()]).check(.status)
        #expect(check?.sentence == "Not revoked by a list of 2026-03-03T16:00:00Z, 3 hours old.")
        #expect(check?.facts["ageMilliseconds"] == 10_800_000)
        #expect(check?.facts["madeAt"] == "2026-03-03T16:00:00.000Z")
    }

    @Test("with a bound, a list that is older does not serve; one of exactly that age does")
    func bound() throws {
        let list = try issuer.statusList(madeAt: .judged - .hours(24))
        Expected.valid.check(try verdict(lists: [list], .sample { $0.maximumStatusAge = .hours(24) }))
        let stale = try verdict(lists: [list], .sample { $0.maximumStatusAge = .hours(24) - Milliseconds(1) })
        Expected.cannotTell(.status, "not known to be within PT23H59M59.999S").check(stale)
        #expect(stale.check(.status)?.need == .newerStatusList)
        let undated = try issuer.statusList { $0["validFrom"] = nil }
        Expected.valid.check(try verdict(lists: [undated]))
        Expected.cannotTell(.status).check(try verdict(lists: [undated], .sample { $0.maximumStatusAge = .days(9) }))
    }

    @Test("what was revoked is revoked, however old the list")
    func revokedLongAgo() throws {
        let list = try issuer.statusList(set: [SampleIssuer.statusIndex], madeAt: .issued) {
            $0["validUntil"] = .string((Instant.issued + .minutes(1)).dateTimeStamp)
        }
        Expected.invalid(.status, "It is revoked").check(
            try verdict(lists: [list], .sample { $0.maximumStatusAge = .minutes(1) }))
    }

    @Test("of several copies of one list the best serves, unless one is bad news")
    func severalCopies() throws {
        let old = try issuer.statusList(madeAt: .issued)
        let new = try issuer.statusList(madeAt: .judged - .minutes(1))
        let trust = Trust.sample { $0.maximumStatusAge = .hours(1) }
        Expected.valid.check(try verdict(lists: [old, new], trust))
        let revoked = try issuer.statusList(set: [SampleIssuer.statusIndex], madeAt: .judged)
        Expected.invalid(.status).check(try verdict(lists: [new, revoked, old], trust))
        Expected.invalid(.status, "not signed by the issuer").check(
            try verdict(lists: [new, SampleIssuer(2).statusList()], trust))
    }

    @Test("a place next to the credential's means nothing for it")
    func neighbours() throws {
        let list = try issuer.statusList(set: [SampleIssuer.statusIndex - 1, SampleIssuer.statusIndex + 1, 0, 131_071])
        Expected.valid.check(try verdict(lists: [list]))
    }

    @Test(
        "a list that does not serve is refused",
        arguments: [
            ListCase("revoked", .invalid(.status, "It is revoked")) {
                try $0.statusList(set: [SampleIssuer.statusIndex])
            },
            ListCase("of another issuer", .invalid(.status, "not signed by the issuer")) { _ in
                try SampleIssuer(2).statusList()
            },
            ListCase("in the issuer's name, by another key", .invalid(.status, "not signed by the issuer")) { issuer in
                try SampleIssuer(2).statusList { $0["issuer"] = .string(issuer.did.description) }
            },
            ListCase("by the key, in another name", .invalid(.status, "not signed by the issuer")) { issuer in
                try issuer.statusList { $0["issuer"] = "https://university.example" }
            },
            ListCase("for another purpose", .invalid(.status, "statusPurpose")) {
                try $0.statusList(purpose: .suspension)
            },
            ListCase("made later", .cannotTell(.status, "after the instant to judge")) {
                try $0.statusList(madeAt: .judged + Milliseconds(1))
            },
            ListCase("made later, and revoked there", .cannotTell(.status, "after the instant to judge")) {
                try $0.statusList(set: [SampleIssuer.statusIndex], madeAt: .judged + .hours(1))
            },
            ListCase("used up", .cannotTell(.status, "may be used until")) {
                try $0.statusList { $0["validUntil"] = .string((Instant.judged - .seconds(1)).dateTimeStamp) }
            },
            ListCase("changed after signing", .invalid(.status, "does not match")) {
                var list = try $0.statusList()
                list["validFrom"] = .string(Instant.judged.dateTimeStamp)
                return list
            },
            ListCase("without a proof", .invalid(.status)) {
                var list = try $0.statusList()
                list["proof"] = nil
                return list
            },
            ListCase("with a proof that cannot be verified here", .cannotTell(.status, "example-suite-2099")) {
                var list = try $0.statusList()
                list["proof"] = ["type": "DataIntegrityProof", "cryptosuite": "example-suite-2099"]
                return list
            },
            ListCase("whose bits cannot be read", .invalid(.status, "encodedList")) {
                try $0.statusList {
                    $0["credentialSubject"] = [
                        "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": "uAAAA",
                    ]
                }
            },
        ])
    func unusableList(_ example: ListCase) throws {
        example.expected.check(try verdict(lists: [example.make(issuer)]))
    }

    struct ListCase: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: Expected
        let make: @Sendable (SampleIssuer) throws -> JSONObject

        init(_ name: String, _ expected: Expected, _ make: @escaping @Sendable (SampleIssuer) throws -> JSONObject) {
            testDescription = name
            self.expected = expected
            self.make = make
        }
    }

    @Test(
        "an entry that does not serve is refused",
        arguments: [
            Tampering("out of range", .invalid(.status, "131072 entries")) { $0["statusListIndex"] = "131072" },
            Tampering("far out of range", .invalid(.status)) { $0["statusListIndex"] = "99999999999999999999" },
            Tampering("index that is no number", .invalid(.status, "statusListIndex")) { $0["statusListIndex"] = "-1" },
            Tampering("index as a number", .invalid(.status, "statusListIndex")) { $0["statusListIndex"] = 4711 },
            Tampering("no purpose", .invalid(.status, "statusPurpose")) { $0["statusPurpose"] = nil },
            Tampering("no list", .invalid(.status, "statusListCredential")) { $0["statusListCredential"] = nil },
            Tampering("another purpose", .invalid(.status, "statusPurpose")) { $0["statusPurpose"] = "suspension" },
            Tampering("more than eight bits", .cannotTell(.status, "statusSize")) { $0["statusSize"] = 9 },
            Tampering("no message for each value", .invalid(.status, "statusMessage")) { $0["statusSize"] = 2 },
            Tampering("another type", .cannotTell(.status, "RevocationList2020Status")) {
                $0["type"] = "RevocationList2020Status"
            },
        ])
    func unusableEntry(_ tampering: Tampering) throws {
        var entry = try SampleIssuer.statusEntry()
        try tampering.change(&entry)
        tampering.expected.check(try verdict(lists: [issuer.statusList()], entry: entry))
    }

    @Test(
        "what a bit means depends on its purpose",
        arguments: [
            (StatusPurpose.revocation, Expected.invalid(.status, "It is revoked")),
            (.suspension, .invalid(.status, "It is suspended")), (.refresh, .valid), (.message, .valid),
            (StatusPurpose(rawValue: "lost"), .cannotTell(.status, "lost")),
        ])
    func purposes(_ purpose: StatusPurpose, whenSet expected: Expected) throws {
        let entry = try SampleIssuer.statusEntry(purpose)
        let set = try issuer.statusList(set: [SampleIssuer.statusIndex], purpose: purpose)
        expected.check(try verdict(lists: [set], entry: entry))
        Expected.valid.check(try verdict(lists: [issuer.statusList(purpose: purpose)], entry: entry))
    }

    @Test("every entry of a credential is read, each from its own list")
    func severalEntries() throws {
        let address = "https://issuer.example/status-lists/suspended"
        let credential = try issuer.credential {
            $0["credentialStatus"] = [
                .object(try SampleIssuer.statusEntry()),
                .object(try SampleIssuer.statusEntry(.suspension, list: address)),
            ]
        }
        func verdict(suspended: [Int]) throws -> Verdict {
            let suspended = try issuer.statusList(set: suspended, id: address, purpose: .suspension)
            return Verifier(
                trust: .sample(), statusLists: [try Evidence(issuer.statusList()), try Evidence(suspended)]
            )
            .verify([try Evidence(credential)])[0]
        }
        Expected.valid.check(try verdict(suspended: []))
        Expected.invalid(.status, "suspended").check(try verdict(suspended: [SampleIssuer.statusIndex]))
        let one = Verifier(trust: .sample(), statusLists: [try Evidence(issuer.statusList())])
        Expected.cannotTell(.status, address).check(one.verify([try Evidence(credential)])[0])
    }

    @Test("a status list is verified itself when it is handed in as evidence, and used for the others")
    func listAsEvidence() throws {
        let evidence = [try Evidence(issuer.credential()), try Evidence(issuer.statusList())]
        let verdicts = Verifier(trust: .sample()).verify(evidence)
        #expect(verdicts.map(\.kind) == [.credential, .statusList])
        for verdict in verdicts { Expected.valid.check(verdict) }
        #expect(verdicts[1].check(.list)?.sentence == "It has 131072 bits, for revocation.")
    }

    @Test(
        "a status list that cannot be read is invalid",
        arguments: [
            Tampering("not packed", .invalid(.list, "encodedList")) {
                $0["credentialSubject"] = [
                    "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": "u",
                ]
            },
            Tampering("not a list", .invalid(.list, "type")) { $0["credentialSubject"] = ["type": "Other"] },
            Tampering("not yet valid", .invalid(.validity)) { $0["validFrom"] = "2027-01-01T00:00:00Z" },
            Tampering("of somebody else's name", .cannotTell(.issuer)) { $0["issuer"] = "https://university.example" },
        ])
    func unreadableList(_ tampering: Tampering) throws {
        let list = try issuer.statusList(tampering.change)
        tampering.expected.check(Verifier(trust: .sample()).verify([try Evidence(list)])[0])
    }
}

import CanonicalJSON
import Foundation
import Proofs
import Temporal
import Testing
import TransparencyLog

/// The program as a person uses it: what is typed, what is printed, and how it ends.
@Suite("vcverify")
struct ProgramTests {
    private let desk: TestDesk

    init() throws { desk = try TestDesk() }

    @Test("a credential alone: what is missing is named, and the option that helps")
    func credentialAlone() throws {
        try desk.expect(
            "diploma.json",
            """
            CANNOT TELL: diploma.json (a credential)
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                               did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna.
              -    Key         Nobody vouches for the key: you named no issuer.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              ?    Status      Whether it was withdrawn: the status list
                               https://issuer.example/status-lists/0 is not at hand.

            """,
            complaints: "Fetch the list and give it: --status-list FILE; or do without: --ignore-status.\n", exitCode: 3
        )
    }

    @Test("a credential with its list and the issuer's key: valid")
    func credentialWithList() throws {
        try desk.expect(
            "--status-list list.json --issuer \(desk.issuer.did) diploma.json",
            """
            VALID: diploma.json (a credential)
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                               did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna.
              ok   Key         It is the key that you named as the issuer's.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              ok   Status      Not revoked by a list of 2026-03-03T16:00:00Z, 3 hours old.

            """, exitCode: 0)
    }

    @Test("a changed credential: invalid, and what was not examined says so")
    func changedCredential() throws {
        var credential = try desk.issuer.credential()
        credential["validUntil"] = "2099-01-01T00:00:00Z"
        try desk.put(credential, "diploma.json")
        try desk.expect(
            "--status-list list.json diploma.json",
            """
            INVALID: diploma.json (a credential)
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              FAIL Proof       The proof does not hold: /proof does not match: the document
                               or the proof was changed after signing, or another key signed
                               it.
              ?    Key         Not examined: no proof holds.
              ?    Issuer      Not examined: no proof holds.
              ?    Period      Not examined: no proof holds.
              ?    Status      Not examined: no proof holds.

            """, exitCode: 1)
    }

    @Test("a bundle with its credential and receipt beside it")
    func bundleAndFiles() throws {
        let key = "did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna"
        let receipt = """
              ok   Form        The receipt of request 0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-02T09:00:00Z by
                               \(key).
              -    Key         Nobody vouches for the key: you named no issuer.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Dates       Accepted 2026-03-02T09:00:00Z, due 2026-03-02T11:00:00Z.
              ok   Log         Entry 1 of the log makes the same promise.
              ok   Request     It confirms the credential that was asked for.

            """
        let credential = """
              ok   Data model  It follows the Verifiable Credentials Data Model 2.0.
              ok   Proof       eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                               \(key).
              -    Key         Nobody vouches for the key: you named no issuer.
              ok   Issuer      The issuer that it names is the key that signed.
              ok   Period      Valid from 2026-03-03T15:00:00Z until 2027-03-03T15:00:00Z.
              ok   Status      Not revoked by a list of 2026-03-03T16:00:00Z, 3 hours old.
              ok   Log         Entry 11 of the log commits to this very credential.

            """
        try desk.expect(
            "--log-key log.vkey --status-list list.json bundle.json diploma.json receipt.json",
            """
            VALID: bundle.json (an audit bundle)
              ok   Form        An audit bundle of 10 entries and 4 openings.
              ok   Checkpoint  Signed by the log issuer.example/log, when it had 14 entries.
              -    Witnesses   You named no witnesses, so that nothing shows whether others
                               were shown the same log.
              ok   Entries     All 10 are in the log, without a gap, up to entry 11.
              ok   Complete    These are all 10 entries about the request among the first 13
                               of the log, by the index in entry 13 of 2026-03-03T15:01:00Z.
              -    Time        You named nobody who could say when; no timestamp is in it,
                               and the times are the log's own word.
              ok   Story       It ends 2026-03-03T15:00:00Z: The credential was issued.
              ok   Paid        Given for the delay: 50 PFC, 3 days of premium access.
              ok   Openings    4 open and match what the log commits to; 5 are not shown.
            Inside it, an intake receipt: VALID
            \(receipt)Inside it, a credential: VALID
            \(credential)
            VALID: diploma.json (a credential)
            \(credential)
            VALID: receipt.json (an intake receipt)
            \(receipt)
            """, exitCode: 0)
    }

    @Test("a bundle without the log's key")
    func bundleWithoutKey() throws {
        try desk.expect(
            "bundle.json",
            """
            CANNOT TELL: bundle.json (an audit bundle)
              ok   Form        An audit bundle of 10 entries and 4 openings.
              ?    Checkpoint  The verifier key of the log is missing, and must come from
                               elsewhere than this file. The checkpoint says that it is of
                               the log issuer.example/log.
              ?    Witnesses   Not examined: no checkpoint is proven.
              ?    Entries     Not examined: no checkpoint is proven.
              ?    Complete    Not examined: no checkpoint is proven.
              ?    Time        Not examined: no checkpoint is proven.
              ?    Story       Not examined: no checkpoint is proven.
              ?    Paid        Not examined: no checkpoint is proven.
              ?    Openings    Not examined: no checkpoint is proven.

            """,
            complaints: "Name the log's key with --log-key VKEY, learnt from elsewhere than the bundle.\n", exitCode: 3)
    }

    @Test("--explain shows every step: the question, the answer and the facts")
    func explain() throws {
        try desk.put(desk.issuer.credential { $0["validUntil"] = nil }, "diploma.json")
        try desk.expect(
            "--explain --ignore-status diploma.json",
            """
            VALID: diploma.json (a credential)
            Judged as of 2026-03-03T19:00:00Z.

            1. Data model
                Does the document follow the rules of the data model of verifiable
                credentials?
                Yes. It follows the Verifiable Credentials Data Model 2.0.
                  id: urn:uuid:0190d6a0-7b2e-7cc3-98c4-dc0c0c07398f
                  types: VerifiableCredential, AlumniCredential
                  version: 2.0

            2. Proof
                Did a key sign exactly this document? Every byte that says something counts.
                Yes. eddsa-jcs-2022 holds, made 2026-03-03T15:00:00Z by
                did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna.
                  2.1 cryptosuite: eddsa-jcs-2022
                  2.2 canonical form of the document: JCS (RFC 8785), 561 bytes
                  2.3 its SHA-256:
                  b4efde27a99b2b320ec7be889cdb831b8f37f64f1cb394cf63df65d3b8202515
                  2.4 canonical form of the proof's options: JCS (RFC 8785), 355 bytes
                  2.5 its SHA-256:
                  41990a1f0c157892b42a5ff9401944779aa1aa1c8641cf33d31e238dd1952e04
                  2.6 signed: the hash of the options, then the hash of the document
                  2.7 key: did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna
                  2.8 signature:
                  cbc1bdea3d19fff1940374e4de0ad14a452fbe541624608b6fc2620afb5bf5c7
                  0697ae625196bd22775503d800a83e89227fbdec653bdc0b07027eb3ece65205
                  2.9 signature holds: EdDSA

            3. Key
                Do you know that key? A proof says which key signed; whose key it is, no
                file can prove.
                Not asked. Nobody vouches for the key: you named no issuer.
                  signedBy: did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna

            4. Issuer
                Is that key the key of the issuer that the document names?
                Yes. The issuer that it names is the key that signed.
                  issuer: did:key:z6MkvghvuB8wxJsdZEgee1UyZJX91Jr4gXoouz96F4isSvna

            5. Period
                Is the instant of verification within the period for which it was issued?
                Yes. Valid from 2026-03-03T15:00:00Z without end.
                  at: 2026-03-03T19:00:00.000Z
                  validFrom: 2026-03-03T15:00:00.000Z

            6. Status
                Has the issuer revoked or suspended it, by a bit in a list that the issuer
                signed too?
                Not asked. Left out, as you asked: the status list
                https://issuer.example/status-lists/0 is not at hand.
                  statusListCredential: https://issuer.example/status-lists/0
                  statusListIndex: 4711
                  statusPurpose: revocation

            """, exitCode: 0)
    }

    @Test("--explain tells what the log says, in order and with instants")
    func explainStory() throws {
        let output = try desk.vcverify("--explain --ignore-status --log-key \(desk.log.logKey.vkey) bundle.json")
        let story = """

            What the log says about this request:
              entry 1   2026-03-02T09:00:01Z A request of university was accepted
                        2026-03-02T09:00:00Z (standard, review: manual). The credential is
                        promised by 2026-03-02T11:00:00Z.
              entry 3   2026-03-02T10:00:00Z The clock was paused, until
                        2026-03-03T10:00:00Z at the latest: holder-evidence-missing
                        (evidence: message-to-holder).
              entry 4   2026-03-02T10:05:00Z The clock runs again; the promise is now
                        2026-03-02T11:05:00Z.
              entry 5   2026-03-02T11:06:00Z The promise was broken: the credential was due
                        2026-03-02T11:05:00Z.
              entry 6   2026-03-02T11:06:00Z A notice was queued that tells of entry 5
                        (breach).
              entry 7   2026-03-02T11:06:00Z Given for the delay: 50 PFC, to be spent from
                        2026-03-02T11:06:00Z until 2027-03-02T11:06:00Z.
              entry 8   2026-03-02T11:06:00Z A notice was queued that tells of entry 7
                        (compensated).
              entry 9   2026-03-02T11:06:00Z Given for the delay: 3 days of premium access,
                        from 2026-03-02T11:06:00Z until 2026-03-05T11:06:00Z.
              entry 10  2026-03-03T15:00:00Z The review agreed.
              entry 11  2026-03-03T15:00:00Z The credential was issued.

            Inside it, an intake receipt: VALID

            """
        #expect(output.text.contains(story))
        #expect(output.exitCode == 0)
    }

    @Test("without --explain nothing that is printed is wider than 80 columns")
    func width() throws {
        let words = "--log-key log.vkey bundle.json diploma.json receipt.json list.json log.vkey"
        for line in [words, "--issuer \(try SampleIssuer(2).did) " + words, "--help"] {
            let output = try desk.vcverify(line)
            for line in (output.text + output.complaints).split(separator: "\n") {
                #expect(line.count <= 80, "\(line)")
            }
        }
    }

    @Test("--json says the same for a program, on one line")
    func json() throws {
        try desk.put("{}", "other.json")
        let output = try desk.vcverify("--json --log-key log.vkey bundle.json diploma.json other.json")
        #expect(output.exitCode == 3)
        #expect(output.complaints.isEmpty)
        #expect(output.text.last == "\n")
        let json = try JSON(parsing: Array(output.text.utf8))
        #expect(json.canonicalString + "\n" == output.text)
        #expect(json["verdict"] == "cannotTell")
        #expect(json["at"] == "2026-03-03T19:00:00.000Z")
        let files = json["files"]?.arrayValue ?? []
        #expect(files.map { $0["file"] } == ["bundle.json", "diploma.json", "other.json"])
        #expect(files.map { $0["kind"] } == ["bundle", "credential", "unknown"])
        #expect(files.map { $0["verdict"] } == ["cannotTell", "cannotTell", "cannotTell"])
        #expect(files[0]["story"]?.arrayValue?.count == 10)
        #expect(files[0]["parts"]?.arrayValue?.map { $0["verdict"] } == ["valid", "cannotTell"])
        let status = files[1]["checks"]?.arrayValue?.first { $0["name"] == "status" }
        #expect(status?["outcome"] == "cannotTell")
        #expect(status?["needs"] == "statusList")
        #expect(status?["facts"]?["statusListCredential"] == "https://issuer.example/status-lists/0")
    }

    @Test(
        "the exit code is that of the worst file",
        arguments: [
            ("receipt.json", 0), ("receipt.json diploma.json", 3), ("diploma.json expired.json receipt.json", 1),
            ("receipt.json other.json", 3), ("receipt.json broken.json", 1), ("list.json diploma.json", 0),
            ("--ignore-status diploma.json", 0), ("--max-status-age PT3H list.json diploma.json", 0),
            ("--max-status-age PT2H --status-list list.json diploma.json", 3),
            ("--at 2027-03-03T15:00:00Z --ignore-status diploma.json", 0),
            ("--at 2027-03-03T15:00:00.001Z --ignore-status diploma.json", 1),
            ("--at 2026-03-03T16:59:59+02:00 --ignore-status diploma.json", 1),
            ("--issuer did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2 receipt.json", 1),
        ])
    func exitCodes(_ line: String, expected: Int32) throws {
        try desk.put(desk.issuer.credential { $0["validUntil"] = "2026-03-03T16:00:00Z" }, "expired.json")
        try desk.put("{\"type\": \"Letter\"}", "other.json")
        try desk.put("{\"type\": \"IntakeReceipt\"", "broken.json")
        #expect(try desk.vcverify(line).exitCode == expected)
    }

    @Test("without --at it is judged now")
    func now() throws {
        let forEver = try desk.issuer.sign(
            desk.issuer.credential {
                $0["credentialStatus"] = nil
                $0["validFrom"] = "2001-01-01T00:00:00Z"
                $0["validUntil"] = "9999-12-31T00:00:00Z"
            }.without("proof"))
        try desk.put(forEver, "for-ever.json")
        #expect(try desk.run(["for-ever.json"]).exitCode == 0)
        let over = try desk.issuer.credential {
            $0["validFrom"] = "2001-01-01T00:00:00Z"
            $0["validUntil"] = "2002-01-01T00:00:00Z"
        }
        try desk.put(over, "over.json")
        #expect(try desk.run(["--ignore-status", "over.json"]).exitCode == 1)
    }
}

import CanonicalJSON
import Proofs
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

@Suite("Intake receipts")
struct ReceiptTests {
    private let issuer: SampleIssuer

    init() throws { issuer = try SampleIssuer() }

    private func verdict(_ receipt: JSONObject, beside log: SampleLog? = nil, _ trust: Trust = .sample()) throws
        -> Verdict
    {
        var trust = trust
        trust.logKeys = log.map { [$0.logKey] } ?? []
        let bundles = try log.map { [try Evidence($0.bundle())] } ?? []
        return Verifier(trust: trust).verify([try Evidence(receipt)] + bundles)[0]
    }

    @Test("a receipt that holds is valid by itself, with what it promises")
    func valid() throws {
        let verdict = try verdict(issuer.receipt())
        Expected.valid.check(verdict)
        #expect(verdict.checks.map(\.name) == [.form, .proof, .key, .issuer, .dates])
        #expect(verdict.check(.dates)?.sentence == "Accepted 2026-03-02T09:00:00Z, due 2026-03-02T11:00:00Z.")
        #expect(verdict.check(.dates)?.facts["isPastDue"] == true)
        #expect(verdict.check(.form)?.facts["request"] == .string(SampleLog.rid))
    }

    @Test("the key is asked about as for a credential")
    func key() throws {
        let other = try SampleIssuer(2).did.uri
        Expected.invalid(.key).check(try verdict(issuer.receipt(), .sample { $0.issuers = [other] }))
        Expected.valid.check(try verdict(issuer.receipt(), .sample { [issuer] in $0.issuers = [issuer.did.uri] }))
        let foreign = try issuer.receipt { $0["issuer"] = "https://university.example" }
        Expected.cannotTell(.issuer).check(try verdict(foreign))
    }

    @Test(
        "what the issuer should never have signed is refused",
        arguments: [
            Tampering("due before accepted", .invalid(.dates, "before it was accepted")) {
                $0["dueAt"] = .string((Instant.accepted - Milliseconds(1)).rfc3339)
            },
            Tampering("accepted in the future", .invalid(.dates, "yet to come")) {
                $0["acceptedAt"] = .string((Instant.judged + Milliseconds(1)).rfc3339)
                $0["dueAt"] = .string((Instant.judged + .days(1)).rfc3339)
            },
            Tampering("a date that is none", .invalid(.form, "/dueAt")) { $0["dueAt"] = "tomorrow" },
            Tampering("a span that is none", .invalid(.form, "/loggedWithin")) { $0["loggedWithin"] = "a minute" },
            Tampering("no request", .invalid(.form, "/request")) { $0["request"] = nil },
            Tampering("a number for the tenant", .invalid(.form, "/tenant")) { $0["tenant"] = 1 },
            Tampering("a member that nobody knows", .cannotTell(.form, "/unless")) { $0["unless"] = "it rains" },
        ])
    func signedNonsense(_ tampering: Tampering) throws {
        tampering.expected.check(try verdict(issuer.receipt(tampering.change)))
    }

    @Test(
        "every member that is changed after signing is found",
        arguments: [
            "request", "tenant", "issuer", "log", "loggedWithin", "objective", "acceptedAt", "dueAt", "serviceLevel",
            "compensation", "credentialDigest",
        ])
    func changedAfterSigning(_ member: String) throws {
        let original = try issuer.receipt()
        let changed = try SampleIssuer(2).receipt {
            $0["dueAt"] = .string((Instant.due + .days(1)).rfc3339)
            $0["acceptedAt"] = .string((Instant.accepted + .minutes(1)).rfc3339)
            $0["loggedWithin"] = "PT60M"
            for key in ["request", "tenant", "log", "objective", "serviceLevel", "compensation", "credentialDigest"] {
                $0[key] = "other"
            }
        }
        var receipt = original
        receipt[member] = changed[member]
        Expected.invalid(.proof, "does not match").check(try verdict(receipt))
        receipt[member] = nil
        Expected.invalid(.form, member).check(try verdict(receipt))
        receipt = original
        receipt["proof"] = changed["proof"]
        Expected.invalid(.proof, "does not match").check(try verdict(receipt))
    }

    @Test("beside a bundle, the receipt is the log's when both promise the same")
    func inTheLog() throws {
        let receipt = try issuer.receipt()
        let verdict = try verdict(receipt, beside: SampleLog.accepted(receipt: receipt))
        Expected.valid.check(verdict)
        #expect(verdict.checks.map(\.name).suffix(2) == [.log, .request])
        #expect(verdict.check(.log)?.facts["entry"] == 1)
        #expect(verdict.check(.log)?.facts["loggedWithin"] == "PT1S")
    }

    @Test(
        "a receipt whose promise differs from the log's is refused, and each difference named",
        arguments: [
            ("tenant", JSON.string("school")), ("objective", "review"), ("acceptedAt", .integer(1_772_441_999_999)),
            ("dueAt", .integer(1_772_449_200_001)), ("serviceLevel", "sha256:00"), ("compensation", "sha256:00"),
            ("dueAt", nil), ("dueAt", "2026-03-02T11:00:00.000Z later"),
        ])
    func differsFromLog(_ member: String, inLog value: JSON) throws {
        let receipt = try issuer.receipt()
        let facts = SampleLog.acceptedFacts { $0[member] = value }
        Expected.invalid(.log, "\(member) is ").check(
            try verdict(receipt, beside: SampleLog.accepted(receipt: receipt, facts: facts)))
    }

    @Test("a receipt for another log, another request or of other bytes is refused")
    func anotherLogOrRequest() throws {
        let committed = try issuer.receipt()
        let log = try SampleLog.accepted(receipt: committed)
        let elsewhere = try issuer.receipt { $0["log"] = "other.example/log" }
        Expected.invalid(.log, "log is ").check(try verdict(elsewhere, beside: log))
        let other = try issuer.receipt { $0["request"] = .string(SampleLog.otherRid) }
        Expected.invalid(.log, "The bundle is about request \(SampleLog.rid)").check(try verdict(other, beside: log))
        let digest = try issuer.receipt { $0["credentialDigest"] = "sha256:00" }
        Expected.invalid(.log, "not the receipt that the log commits to").check(try verdict(digest, beside: log))
    }

    @Test("what was asked for must be what the receipt confirms, where the log shows it")
    func askedFor() throws {
        let receipt = try issuer.receipt { $0["credentialDigest"] = "sha256:00" }
        let log = try SampleLog.accepted(receipt: receipt)
        Expected.invalid(.request).check(try verdict(receipt, beside: log))
        let hidden = Verifier(trust: .sample { $0.logKeys = [log.logKey] })
        let verdict = hidden.verify([try Evidence(receipt), try Evidence(log.bundle(showing: []))])[0]
        Expected.valid.check(verdict)
        #expect(verdict.check(.request)?.outcome == .notApplicable)
    }

    @Test(
        "it must have been logged within the time that it promises",
        arguments: [
            (Milliseconds.zero, Expected.valid), (.minutes(1), .valid),
            (.minutes(1) + Milliseconds(1), .invalid(.log, "not within PT1M")), (Milliseconds(-1), .invalid(.log)),
        ])
    func loggedWithin(_ delay: Milliseconds, expected: Expected) throws {
        let receipt = try issuer.receipt()
        expected.check(try verdict(receipt, beside: SampleLog.accepted(receipt: receipt, loggedAfter: delay)))
    }

    @Test("beside a bundle that is not proven nobody can tell")
    func unprovenBundle() throws {
        let receipt = try issuer.receipt()
        let log = try SampleLog.accepted(receipt: receipt)
        let verdict = Verifier(trust: .sample()).verify([try Evidence(receipt), try Evidence(log.bundle())])[0]
        Expected.cannotTell(.log, "not proven").check(verdict)
    }

    @Test("no place of a receipt can be replaced or taken away unnoticed", arguments: 0..<4 as Range<UInt64>)
    func everyPlace(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let original = JSON.object(try issuer.receipt())
        for place in JSONPlace.all(in: original) {
            for value in [JSON?.none, JSON.random(using: &random)] where value != place.value(in: original) {
                let changed = place.replacing(in: original, with: value)
                guard case .object(let json) = changed, let evidence = try? Evidence(json) else { continue }
                #expect(Verifier(trust: .sample()).verify([evidence])[0].conclusion != .valid, "\(place)")
            }
        }
    }
}

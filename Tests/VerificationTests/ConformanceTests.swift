import CanonicalJSON
import Foundation
import Proofs
import Temporal
import TestSupport
import Testing
import Verification

@Suite("Published data", .enabled(if: Conformance.isExpected, Conformance.absence))
struct ConformanceTests {
    private func verdict(_ json: JSON) -> Verdict {
        // The published requests were recorded on this day.
        let trust = Trust(at: Instant(milliseconds: 1_795_305_599_000))
        do throws(EvidenceError) {
            return Verifier(trust: trust).verify([try Evidence(json)])[0]
        } catch {
            return Verdict(error)
        }
    }

    /// The interfaces of the W3C do not ask who stands behind a key, and fetch status lists themselves.
    private static let notAsked = Check.Name.vouching.union([.status])

    @Test("the signed credential of vc-di-eddsa holds, and its https issuer is not proven")
    func published() throws {
        let json = try JSON(parsing: Conformance.bytes("vc-di-eddsa/TestVectors/eddsa-jcs-2022/signedJCS.json"))
        let verdict = verdict(json)
        Expected.cannotTell(.issuer, "https://vc.example/issuers/5678").check(verdict)
        #expect(verdict.conclusion(disregarding: [.issuer]) == .valid)
        var pinned = Trust(at: .judged)
        pinned.issuers = [try DIDKey("did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").uri]
        Expected.valid.check(Verifier(trust: pinned).verify([try Evidence(json)])[0])
    }

    @Test("what conforming verifiers refused is not valid here, and what they took is")
    func transcripts() throws {
        var counts: [Conclusion: Int] = [:]
        for suite in ["bsl", "dm2", "ecdsa", "eddsa"] {
            let lines = try Conformance.bytes("vc-api-transcripts/\(suite).jsonl").split(separator: UInt8(ascii: "\n"))
            for line in lines {
                let exchange = try JSON(parsing: line)
                guard exchange["path"]?.stringValue?.hasSuffix("/credentials/verify") == true else { continue }
                let credential = exchange["request"]?["verifiableCredential"]
                let conclusion = verdict(credential ?? nil).conclusion(disregarding: Self.notAsked)
                let wasTaken = exchange["status"] == 200
                let test = Comment(rawValue: exchange["test"]?.stringValue ?? "")
                #expect((conclusion == .valid) == wasTaken, test)
                counts[conclusion, default: 0] += 1
            }
        }
        #expect(counts.values.reduce(0, +) == 117)
        #expect(counts[.valid, default: 0] > 0)
    }

    @Test("no published credential that breaks the data model is valid")
    func dataModel() throws {
        let names = try Conformance.files(in: "vc-data-model/input").filter { $0.hasSuffix("-fail.json") }
        #expect(!names.isEmpty)
        for name in names {
            let json = try JSON(parsing: Conformance.bytes("vc-data-model/input/\(name)"))
            #expect(verdict(json).conclusion != .valid, "\(name)")
        }
    }
}

import CanonicalJSON
import Cryptography
import JOSE
import TestSupport
import Testing

@Suite("Wycheproof: JSON Web Signatures and Keys", .enabled(if: Conformance.isExpected, Conformance.absence))
struct WycheproofTests {
    /// What became of the cases of one group.
    struct Tally: Equatable {
        var asPublished = 0
        var refusedBecauseUnsupported = 0
        var different: [Int64] = []
    }

    /// Groups whose algorithm this room does not have: their valid tokens are refused, and so are the others.
    static let unsupportedGroups: Set<String> = [
        "hs256", "rs384", "rs512", "ps256", "ps384", "ps512", "base64", "rfc7520 PS256", "rfc7520 ES521",
        "rfc7520 HS256", "rfc7520WithKeyOps PS256", "rfc7520WithKeyOps ES521",
    ]

    @Test("every JWS has the published result, and those of algorithms that we do not have are refused")
    func signatures() throws {
        var tally = Tally()
        var unsupported: Set<String> = []
        for group in try published("wycheproof/json_web_signature_test.json").list("testGroups") {
            let key = group["public"] ?? group["private"] ?? nil
            let name = group.text("comment")
            var isSupported = true
            if case .unsupported = refusal({ try publicKey(key) }) {
                isSupported = false
                unsupported.insert(name.hasPrefix("rfc7520") ? "\(name) \(key.text("alg"))" : name)
            }
            for test in group.list("tests") {
                count(test, isVerified: (try? verify(test.text("jws"), key)) != nil, isSupported, &tally)
            }
        }
        #expect(unsupported == Self.unsupportedGroups)
        #expect(tally == Tally(asPublished: 365, refusedBecauseUnsupported: 36, different: []))
    }

    /// Keys of algorithms that we do not have, by case.
    static let unsupportedKeys: Set<Int64> = [2, 13, 14, 15]

    @Test("every JWK has the published result, and symmetric keys are refused")
    func keys() throws {
        var tally = Tally()
        var refusedAlthoughValid: Set<Int64> = []
        for group in try published("wycheproof/json_web_key_test.json").list("testGroups") {
            let keys = (group["public"] ?? group["private"] ?? nil).list("keys")
            for test in group.list("tests") {
                let isVerified = keys.contains { (try? verify(test.text("jws"), $0)) != nil }
                let isSupported = keys.allSatisfy { $0["kty"] != "oct" }
                count(test, isVerified: isVerified, isSupported, &tally)
                if !isVerified, test["result"] == "valid" {
                    refusedAlthoughValid.insert(test["tcId"]?.integerValue ?? 0)
                }
            }
        }
        #expect(refusedAlthoughValid == Self.unsupportedKeys)
        #expect(tally == Tally(asPublished: 22, refusedBecauseUnsupported: 4, different: []))
    }

    private func publicKey(_ json: JSON) throws -> PublicKey { try JSONWebKey(json).publicKey }

    private func verify(_ text: String, _ key: JSON) throws {
        try JWS(parsing: text).verify(with: publicKey(key))
    }

    private func count(_ test: JSON, isVerified: Bool, _ isSupported: Bool, _ tally: inout Tally) {
        if isVerified == (test["result"] == "valid") {
            tally.asPublished += 1
        } else if !isSupported, !isVerified {
            tally.refusedBecauseUnsupported += 1
        } else {
            tally.different.append(test["tcId"]?.integerValue ?? 0)
        }
    }
}

import CanonicalJSON
import Credentials
import Proofs
import TestSupport
import Testing

@Suite("Damaged proofs")
struct DamagedProofTests {
    @Test("Whatever is changed in a secured document, it is refused with a place in it, or it still says the same")
    func damage() throws {
        var random = SeededRandom(seed: 0xDA7A)
        let key = try testKey(1)
        var document = RefusalTests.document
        for number in [1, 2] as [UInt8] {
            let key = try testKey(number)
            document = try DataIntegrity.addProof(
                to: document, with: options(key) { $0.domains = ["a", "b"] }, key: key)
        }
        let documents = [
            JSON.object(document), try RefusalTests.signed(),
            .object(try DataIntegrity.secure(["a": [1]], with: options(key), key: key)),
        ]
        var refusedCount = 0
        for _ in 0..<3000 {
            let original = documents.randomElement(using: &random) ?? nil
            var json = original
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                guard let place = JSONPlace.all(in: json).randomElement(using: &random) else { continue }
                json = place.replacing(in: json, with: Bool.random(using: &random) ? nil : .random(using: &random))
            }
            do {
                let results = try verify(json)
                var unsecured = try #require(original.objectValue)
                unsecured["proof"] = nil
                #expect(results.allSatisfy { $0.document == unsecured })
            } catch let error as ProofError {
                #expect(!error.problem.isEmpty)
                refusedCount += 1
            }
        }
        #expect(refusedCount > 2500)
    }
}

import CanonicalJSON
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// What the readers do with documents that nobody meant: refuse or accept, and never stop the program.
@Suite("Hostile documents")
struct HostileDocumentTests {
    @Test("random bytes, and a policy with random bytes in it, are refused or read", arguments: UInt64(0)..<20)
    func bytes(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let good = Fixture.document.canonicalBytes
        for _ in 0..<50 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let some = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                bytes.replaceSubrange(place..<min(place + 1, bytes.count), with: some)
            }
            _ = try? ServiceLevel(PolicyDocument(parsing: bytes))
            let noise = (0..<100).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(throws: PolicyError.self) { try PolicyDocument(parsing: noise) }
        }
    }

    @Test("a clock under any policy that is accepted never traps", arguments: UInt64(0)..<20)
    func values(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var accepted = 0
        for _ in 0..<150 {
            let document = Fixture.document.mutated(using: &random)
            guard let level = try? ServiceLevel(PolicyDocument(document)) else { continue }
            accepted += 1
            var clock = PromiseClock(level, start: Fixture.start)
            for _ in 0..<10 {
                let now = Fixture.at(.random(in: 0...200_000, using: &random))
                let reason = PauseReason.allCases.randomElement(using: &random)!
                let evidence = PauseEvidence.allCases.randomElement(using: &random)!
                _ = try? clock.hold(reason: reason, evidence: evidence, at: now)
                if Bool.random(using: &random) { try? clock.resume(at: now) }
                #expect(clock.delay(at: now) >= .zero)
            }
            #expect(!level.plainWords.isEmpty)
        }
        #expect(accepted > 10, "a property of accepted policies needs some")
    }
}

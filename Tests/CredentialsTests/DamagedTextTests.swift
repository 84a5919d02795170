import Credentials
import Foundation
import Temporal
import TestSupport
import Testing

@Suite("Damaged texts")
struct DamagedTextTests {
    private static let characters = Array(" %:/?#[]@!$&'()*+,;=-._~0189afgzAFGZT\n\u{7F}\"<>\\^`{|}é")

    private func damaged(_ text: String, using random: inout SeededRandom) -> String {
        var characters = Array(text)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: 0...characters.count, using: &random)
            let end = min(characters.count, index + Int.random(in: 0...1, using: &random))
            let count = Int.random(in: 0...2, using: &random)
            characters.replaceSubrange(
                index..<end, with: (0..<count).map { _ in Self.characters.randomElement(using: &random)! })
        }
        return String(characters)
    }

    @Test("What is accepted as a URL needs no repair: Foundation reads it as it is")
    func urls() {
        var random = SeededRandom(seed: 3986)
        let originals = [
            "https://user@example.org:8443/a/b?q=%20#f", "did:key:z6Mk#z6Mk", "urn:uuid:58172aac-d8ba-11ed",
            "http://[2001:db8::7]:80/", "http://[::ffff:192.0.2.128]", "data:,a%20b",
        ]
        var (acceptedCount, refusedCount) = (0, 0)
        for number in 0..<20_000 {
            let text = damaged(originals[number % originals.count], using: &random)
            do throws(CredentialError) {
                #expect(try URI(text).description == text)
                #expect(URL(string: text, encodingInvalidCharacters: false) != nil, "\(text)")
                acceptedCount += 1
            } catch {
                #expect(!error.problem.isEmpty)
                refusedCount += 1
            }
        }
        #expect(acceptedCount > 2000 && refusedCount > 2000)
    }

    @Test("What is accepted as a time is written back as the same instant")
    func times() throws {
        var random = SeededRandom(seed: 11)
        let originals = ["2023-02-24T23:36:38Z", "2023-12-31T24:00:00.0+14:00", "2024-02-29T00:00:00.123-06:00"]
        var acceptedCount = 0
        for number in 0..<20_000 {
            let text = damaged(originals[number % originals.count], using: &random)
            guard let instant = try? DateTimeStamp.instant(text, missingOffset: .isUTC) else { continue }
            acceptedCount += 1
            #expect(try DateTimeStamp.instant(instant.dateTimeStamp, missingOffset: .refused) == instant)
            if let strict = try? DateTimeStamp.instant(text, missingOffset: .refused) { #expect(strict == instant) }
        }
        #expect(acceptedCount > 500)
    }
}

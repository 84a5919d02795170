import CanonicalJSON
import Cryptography
import JOSE
import TestSupport
import Testing

/// Texts made from good ones by damage, the same at each run.
enum Damage {
    /// One to four bytes changed, removed, added or exchanged, or a whole part put elsewhere.
    static func text(_ text: String, using random: inout SeededRandom) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...127, using: &random)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert("~.{}\"\\A_-=\n\0".utf8.randomElement(using: &random) ?? 0, at: place)
            case 3: bytes.swapAt(place, Int.random(in: 0..<bytes.count, using: &random))
            case 4: bytes.removeLast(Int.random(in: 0..<min(bytes.count, 60), using: &random))
            default:
                var parts = bytes.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
                parts.shuffle(using: &random)
                bytes = Array(parts.joined(separator: [UInt8(ascii: "~")]))
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

@Suite("Tokens under damage")
struct FuzzTests {
    static let bound: SDJWT? = {
        try? SDJWTTests.issued(decoys: 0...2)
            .binding(nonce: "n", audience: "https://verifier.example", key: Fixtures.holder, at: Fixtures.now)
    }()

    @Test("a damaged SD-JWT is refused, or is the same one with fewer disclosures", arguments: 0..<4 as Range<UInt64>)
    func damagedText(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let token = try #require(Self.bound)
        let good = token.compact
        for _ in 0..<300 {
            let text = Damage.text(good, using: &random)
            guard let read = try? SDJWT(parsing: text), (try? SDJWTTests.verify(read)) != nil else { continue }
            #expect(read.issuerSigned == token.issuerSigned)
            #expect(Set(read.disclosures).isSubset(of: token.disclosures))
            if (try? SDJWTTests.verify(read, SDJWTRefusalTests.expectation)) != nil { #expect(text == good) }
        }
    }

    @Test("every change of one character of a token with a holder's token is refused")
    func everyCharacter() throws {
        let token = try #require(Self.bound)
        let text = Array(token.compact.utf8)
        var random = SeededRandom(seed: 5)
        for place in text.indices {
            var changed = text
            let alphabet = Array("ABCXYZabcxyz0189-_.~= ".utf8).filter { $0 != text[place] }
            changed[place] = alphabet.randomElement(using: &random) ?? 0
            let read = String(decoding: changed, as: UTF8.self)
            #expect(
                refusal {
                    try SDJWTTests.verify(SDJWT(parsing: read), SDJWTRefusalTests.expectation)
                } != nil, "\(place)")
        }
    }

    @Test(
        "signed nonsense is refused or verified, and a holder can show all of it or nothing",
        arguments: 0..<4 as Range<UInt64>)
    func signedNonsense(seed: UInt64) throws {
        var random = SeededRandom(seed: 100 + seed)
        let good = try SDJWTTests.issued(decoys: 0...1)
        var verifiedCount = 0
        for _ in 0..<300 {
            let payload = JSON.object(good.payload).mutated(using: &random)
            let disclosures = good.disclosures.map { disclosure in
                guard Bool.random(using: &random) else { return disclosure.encoded }
                let elements =
                    [.string(disclosure.salt)] + (disclosure.name.map { [.string($0)] } ?? []) + [disclosure.value]
                return HandMade.disclosure(JSON.array(elements).mutated(using: &random))
            }
            guard let token = try? HandMade.token(payload, disclosures) else { continue }
            if (try? SDJWTTests.verify(token)) != nil { verifiedCount += 1 }
            _ = try? token.presenting([["name"], ["nationalities", nil]])
        }
        #expect(verifiedCount < 300)
    }

    @Test("keys made of nonsense are refused or are keys", arguments: 0..<4 as Range<UInt64>)
    func keys(seed: UInt64) throws {
        var random = SeededRandom(seed: 200 + seed)
        for key in [JSONWebKeyTests.p256, JSONWebKeyTests.ed25519, JSONWebKeyTests.rsa] {
            for _ in 0..<200 {
                let changed = key.mutated(using: &random)
                if let read = try? JSONWebKey(changed) { #expect(try JSONWebKey(.object(read.json)) == read) }
                _ = try? PrivateKey(jwk: changed)
            }
        }
    }
}

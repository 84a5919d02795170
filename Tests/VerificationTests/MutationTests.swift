import CanonicalJSON
import Credentials
import Temporal
import TestSupport
import Testing
import TransparencyLog
import Verification

@Suite("Damaged files")
struct MutationTests {
    private let trust: Trust
    private let list: Evidence
    /// Files that are valid, and files that are not, in their canonical bytes.
    private let valid: [[UInt8]]
    private let invalid: [[UInt8]]

    init() throws {
        let issuer = try SampleIssuer()
        let credential = try issuer.credential()
        let log = try SampleLog.complete(receipt: issuer.receipt(), credential: credential)
        var trust = Trust.sample()
        trust.logKeys = [log.logKey]
        self.trust = trust
        list = try Evidence(issuer.statusList())
        valid = try [credential, issuer.receipt(), issuer.statusList(), log.bundle()].map {
            JSON.object($0).canonicalBytes
        }
        var holed = try log.bundle()
        holed.edit("entries") { $0.remove(at: 4) }
        var renamed = credential
        renamed["name"] = "Eve"
        let expired = try issuer.credential { $0["validUntil"] = .string((Instant.judged - .days(1)).dateTimeStamp) }
        let revoked = try log.revoking(at: .judged).bundle()
        let overdue = try issuer.receipt { $0["dueAt"] = .string(Instant.earliest.rfc3339) }
        invalid = [holed, renamed, expired, revoked, overdue].map { JSON.object($0).canonicalBytes }
    }

    private func conclusion(_ bytes: [UInt8]) -> Conclusion {
        do throws(EvidenceError) {
            return Verifier(trust: trust, statusLists: [list]).verify([try Evidence(parsing: bytes)])[0].conclusion
        } catch {
            return Verdict(error).conclusion
        }
    }

    @Test("the samples are what they should be")
    func samples() {
        for bytes in valid { #expect(conclusion(bytes) == .valid) }
        for bytes in invalid { #expect(conclusion(bytes) == .invalid) }
    }

    @Test("no damage crashes, and none that changes the document leaves it valid", arguments: 0..<40 as Range<UInt64>)
    func damagedValid(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        for bytes in valid {
            for _ in 0..<8 {
                let damaged = bytes.damaged(&random)
                let isSame = (try? JSON(parsing: damaged)) == (try JSON(parsing: bytes))
                #expect((conclusion(damaged) == .valid) == isSame, "\(String(decoding: damaged, as: UTF8.self))")
            }
        }
    }

    @Test("no damage makes an invalid file valid", arguments: 0..<40 as Range<UInt64>)
    func damagedInvalid(seed: UInt64) throws {
        var random = SeededRandom(seed: seed &+ 1000)
        for bytes in invalid {
            for _ in 0..<8 { #expect(conclusion(bytes.damaged(&random)) != .valid) }
        }
    }

    @Test(
        "no place of a bundle can be changed unnoticed; only an opening may be left out",
        arguments: 0..<2 as Range<UInt64>)
    func everyPlaceOfABundle(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let bundle = try JSON(parsing: valid[3])
        for place in JSONPlace.all(in: bundle) {
            let isOpening =
                place.description.split(separator: "/").count == 2 && place.description.hasPrefix("/openings/")
            for value in [JSON?.none, JSON.random(using: &random)] where value != place.value(in: bundle) {
                let changed = place.replacing(in: bundle, with: value)
                let mayBeValid =
                    isOpening && value == nil || changed["openings"] == [] && changed["entries"] == bundle["entries"]
                let isValid = conclusion(changed.canonicalBytes) == .valid
                #expect(isValid == mayBeValid, "\(place) as \(value?.canonicalString ?? "nothing")")
            }
        }
    }
}

extension [UInt8] {
    /// One of the ways a file goes wrong: a bit or byte changed, put in or taken out, an end cut off, a piece moved.
    fileprivate func damaged(_ random: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = self
        let place = Int.random(in: 0..<count, using: &random)
        let piece = bytes[place..<Swift.min(place + Int.random(in: 1...40, using: &random), count)]
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = Self.telling.randomElement(using: &random) ?? 0
        case 2: bytes.insert(Self.telling.randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.remove(at: place)
        case 4: bytes.removeSubrange(place...)
        case 5: bytes.insert(contentsOf: piece, at: place)
        default:
            bytes.removeSubrange(piece.indices)
            bytes.insert(contentsOf: piece, at: Int.random(in: 0...bytes.count, using: &random))
        }
        return bytes
    }

    /// Bytes that mean something in JSON, base64, times and keys.
    private static let telling: [UInt8] = Array("\n \"\\{}[],:0-9e.+/=AZz".utf8) + [0, 0x7F, 0x80, 0xFF]
}

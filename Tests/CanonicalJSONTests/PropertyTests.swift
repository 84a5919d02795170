import CanonicalJSON
import TestSupport
import Testing

@Suite("Properties, from seeds")
struct PropertyTests {
    @Test("every spelling of a value reads as the value, and its canonical form is a fixed point", arguments: 1...20)
    func spellings(seed: UInt64) throws {
        var generator = RandomJSON(random: SeededRandom(seed: seed))
        for _ in 0..<40 {
            let value = generator.value()
            let canonical = value.canonicalBytes
            let read = try JSON(parsing: canonical)
            #expect(read == value)
            #expect(read.hashValue == value.hashValue)
            #expect(read.canonicalBytes == canonical)
            let spelled = generator.spelling(of: value)
            #expect(try JSON(parsing: spelled.utf8).canonicalBytes == canonical, "spelled \(spelled)")
        }
    }

    @Test("two values are equal exactly when their canonical bytes are", arguments: 1...5)
    func equality(seed: UInt64) {
        var generator = RandomJSON(random: SeededRandom(seed: seed))
        let values = (0..<60).map { _ in generator.value(depth: 1) }
        for left in values {
            for right in values {
                #expect((left == right) == (left.canonicalBytes == right.canonicalBytes))
            }
        }
    }

    @Test(
        "damaged documents are refused with a place inside them, or read as a value like any other", arguments: 1...20)
    func mutations(seed: UInt64) {
        var generator = RandomJSON(random: SeededRandom(seed: seed))
        for _ in 0..<15 {
            let document = Array(generator.spelling(of: generator.value()).utf8)
            for _ in 0..<20 { checkDamaged(mutate(document, using: &generator.random)) }
        }
    }

    @Test("noise made of JSON's own punctuation is refused or read, too", arguments: 1...5)
    func noise(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let alphabet = Array("[]{}\",:\\u0123dD8eE+-. tfn\n".utf8) + [0xC3, 0xA9, 0xFF, 0x00]
        for _ in 0..<500 {
            checkDamaged(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in alphabet.randomElement(using: &random)! })
        }
    }

    private func checkDamaged(_ bytes: [UInt8]) {
        do throws(JSONError) {
            let json = try JSON(parsing: bytes)
            let canonical = json.canonicalBytes
            #expect(try JSON(parsing: canonical) == json)
            #expect(canonical == (try JSON(parsing: canonical).canonicalBytes))
        } catch {
            let lines = bytes.prefix(error.offset).split(separator: 0x0A, omittingEmptySubsequences: false)
            #expect((0...bytes.count).contains(error.offset))
            #expect(error.line == lines.count)
            #expect(error.column == 1 + lines.last!.count { $0 & 0xC0 != 0x80 })
        }
    }

    private func mutate(_ document: [UInt8], using random: inout SeededRandom) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 1: bytes.insert(Array("[]{}\",:\\0-e.".utf8).randomElement(using: &random)!, at: place)
            case 2: bytes.removeSubrange(place..<min(place + 3, bytes.count))
            case 3 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: bytes.removeLast(bytes.count - place)
            }
        }
        return bytes
    }
}

import CanonicalJSON
import Credentials
import Multiformats
import StatusLists
import TestSupport
import Testing

@Suite("Bitstring")
struct BitstringTests {
    /// Bitstring Status List 1.0, the example of section 2.2.
    static let specificationExample = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"

    @Test("The specification's example is the empty list of 131,072 bits, and ours is the same text")
    func example() throws {
        let list = try Bitstring(encodedList: Self.specificationExample)
        #expect(list == Bitstring())
        #expect(list.count == 131_072)
        #expect(Bitstring().encodedList == Self.specificationExample)
    }

    @Test("The first bit is the left-most: a list packed by another program")
    func order() throws {
        let list = try Bitstring(
            encodedList: "uH4sIAAAAAAACA-3QAQ0AAAgDIN_c6M-hgwjsAAAAAAAAAAAAAADwTRQAAAAAXJMCpM6u2wBAAAA")
        #expect(setBits(list) == [0, 94_567, 131_071])
        var ours = Bitstring()
        for index in [94_567, 131_071, 0] { ours[index] = true }
        #expect(ours == list)
    }

    @Test(
        "What is written is read, and the same bits are always the same text", arguments: [131_072, 131_080, 1_000_000])
    func roundTrip(count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        var list = Bitstring(count: count)
        var expected: Set<Int> = []
        for _ in 0..<3000 {
            let index = Int.random(in: 0..<count, using: &random)
            list[index].toggle()
            #expect(list[index] != expected.contains(index))
            expected.formSymmetricDifference([index])
        }
        #expect(setBits(list) == expected.sorted())
        let text = list.encodedList
        let read = try Bitstring(encodedList: text)
        #expect(read == list && read.encodedList == text && read.count == count)
        let other = try Bitstring(encodedList: multibase(gzip(read.unpackedBytes, level: 1)))
        #expect(other == list && other.encodedList == text)
    }

    @Test("Entries of several bits lie one after another, the left-most bit of each counting most", arguments: 1...8)
    func entries(bits: Int) throws {
        let size = try #require(StatusSize(bits: bits))
        var random = SeededRandom(seed: UInt64(bits))
        var expected: [Int: UInt8] = [:]
        for _ in 0..<3000 {
            expected[Int.random(in: 0..<Bitstring.minimumCount, using: &random)] = UInt8.random(
                in: 0..<UInt8(clamping: size.valueCount), using: &random)
        }
        expected[Bitstring.minimumCount - 1] = UInt8(size.valueCount - 1)
        let list = Bitstring(statusSize: size, values: expected.map { ($0.key, $0.value) })
        #expect(list.count == Bitstring.minimumCount * bits)
        for index in 0..<Bitstring.minimumCount {
            let value = (0..<bits).reduce(UInt8(0)) { $0 << 1 | (list[index * bits + $1] ? 1 : 0) }
            #expect(value == expected[index] ?? 0)
        }
        for (index, value) in expected { #expect(list[index, size] == value) }
        #expect(try Bitstring(encodedList: list.encodedList) == list)
    }

    @Test("Writing an entry leaves its neighbours alone", arguments: 1...8)
    func neighbours(bits: Int) throws {
        let size = try #require(StatusSize(bits: bits))
        let highest = UInt8(size.valueCount - 1)
        var list = Bitstring(statusSize: size, values: (0..<64).map { (index: $0, value: highest) })
        list[20, size] = 0
        #expect((0..<64).map { list[$0, size] } == (0..<64).map { $0 == 20 ? 0 : highest })
        list[20, size] = highest
        #expect((0..<64).allSatisfy { list[$0, size] == highest } && list[64, size] == 0)
    }

    @Test("A size is 1 to 8 bits")
    func sizes() {
        #expect((-1...10).filter { StatusSize(bits: $0) != nil } == Array(1...8))
        #expect(StatusSize.one.valueCount == 2 && StatusSize(bits: 8)?.valueCount == 256)
    }

    @Test("The header says nothing about when and where the list was packed")
    func header() throws {
        let packed = try Multibase.decode(Bitstring().encodedList).bytes
        #expect(packed.prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3])
    }

    @Test("A list that others packed with a name, a time or extra fields is read")
    func headers() throws {
        let packed = gzip(zeros(16_384))
        var named = packed
        named.replaceSubrange(
            3..<10, with: [0x1C, 1, 2, 3, 4, 0, 255] + [2, 0, 9, 9] + Array("list.bin\0".utf8) + Array("why\0".utf8))
        #expect(try Bitstring(encodedList: multibase(named)) == Bitstring())
    }

    @Test(
        "The largest list is read and one byte more is refused",
        arguments: [(0, true), (1, false), (16_777_216, false)])
    func bomb(surplus: Int, isAccepted: Bool) {
        let text = multibase(gzip(zeros(Bitstring.maximumCount / 8 + surplus)))
        #expect(text.utf8.count < 100_000)
        if isAccepted {
            #expect(throws: Never.self) { try Bitstring(encodedList: text) }
        } else {
            let error = #expect(throws: StatusListError.self) { try Bitstring(encodedList: text) }
            #expect(error?.problem.contains("unpacks to more") == true)
            #expect(error?.type == .malformedValue)
        }
    }

    @Test("A list of fewer than 131,072 bits is refused", arguments: [0, 1, 2048, 16_383])
    func tooShort(byteCount: Int) {
        let error = #expect(throws: StatusListError.self) {
            try Bitstring(encodedList: multibase(gzip(zeros(byteCount))))
        }
        #expect(error?.type == .statusListLength)
    }

    static func refused() -> [(String, String, String)] {
        let packed = gzip(zeros(16_384))
        var (wrongSum, wrongSize, zlib, wrongMethod) = (packed, packed, packed, packed)
        wrongSum[packed.count - 8] ^= 1
        wrongSize[packed.count - 1] ^= 1
        zlib.replaceSubrange(..<10, with: [0x78, 0x9C])
        wrongMethod[2] = 7
        return [
            ("empty", "", "multibase"), ("no data", "u", "gzip"), ("no prefix", Base64URL.encode(packed), "multibase"),
            ("base64", Multibase.encode(packed, as: .base64), "multibase"), ("base58", "zH4sI", "multibase"),
            ("padded", Multibase.encode(packed, as: .base64urlpad), "multibase"),
            ("padding", multibase(packed) + "=", "multibase"),
            ("white space", multibase(packed) + "\n", "multibase"), ("not packed", multibase(zeros(16_384)), "gzip"),
            ("wrong checksum", multibase(wrongSum), "gzip"), ("wrong size", multibase(wrongSize), "gzip"),
            ("zlib", multibase(zlib), "gzip"), ("deflate", multibase(Array(packed[10...])), "gzip"),
            ("unknown method", multibase(wrongMethod), "gzip"),
            ("two lists", multibase(packed + packed), "after the end"),
            ("data behind", multibase(packed + [0]), "after the end"),
        ]
    }

    @Test("Anything but one packed list is refused", arguments: refused())
    func refuses(name: String, text: String, words: String) {
        let error = #expect(throws: StatusListError.self) { try Bitstring(encodedList: text) }
        #expect(error?.type == .malformedValue)
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    @Test("A list that is cut off anywhere is refused")
    func cutOff() {
        let packed = gzip(zeros(16_384))
        for count in 0..<packed.count {
            #expect(throws: StatusListError.self) { try Bitstring(encodedList: multibase(Array(packed.prefix(count)))) }
        }
    }

    @Test("Damaged packed lists are refused or are lists")
    func damage() throws {
        var random = SeededRandom(seed: 7)
        var list = Bitstring()
        for _ in 0..<500 { list[Int.random(in: 0..<list.count, using: &random)] = true }
        let packed = try Multibase.decode(list.encodedList).bytes
        var refusedCount = 0
        for _ in 0..<1000 {
            var damaged = packed
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                damaged[Int.random(in: damaged.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            do throws(StatusListError) {
                #expect(try Bitstring(encodedList: multibase(damaged)) == list)
            } catch {
                #expect(!error.problem.isEmpty)
                refusedCount += 1
            }
        }
        #expect(refusedCount > 900)
    }
}

extension Bitstring {
    fileprivate var unpackedBytes: [UInt8] {
        (0..<count / 8).map { byte in (0..<8).reduce(0) { $0 << 1 | (self[byte * 8 + $1] ? 1 : 0) } }
    }
}

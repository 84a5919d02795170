import Cryptography
import Foundation
import TestSupport

/// A text that occurs nowhere else, put somewhere to see where it comes out again.
struct Plant: Hashable, Sendable {
    /// Where it was put.
    let place: String
    /// Letters and digits, so that no escaping changes a part of it only.
    let text: String
    /// Whether its SHA-256 may not be anywhere either.
    let isDigestLookedFor: Bool

    init(_ place: String, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        self.place = place
        isDigestLookedFor = true
        text = "Canary" + random.bytes(count: 10).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// An API key, which is kept as its digest.
    init(apiKey: String) {
        place = "the API key"
        text = apiKey
        isDigestLookedFor = false
    }

    private var bytes: [UInt8] { Array(text.utf8) }

    /// What is looked for whether in upper or lower case: the text, hexadecimal, percent-encoded, as JSON may
    /// escape it, in UTF-16, and its digest.
    var insensitiveForms: [[UInt8]] {
        func each(_ prefix: String, _ width: Int) -> String {
            bytes.map { byte in
                let digits = String(byte, radix: 16)
                return prefix + String(repeating: "0", count: width - digits.count) + digits
            }.joined()
        }
        let digest = isDigestLookedFor ? [SHA256.hash(bytes).description] : []
        let texts = [text, each("", 2), each("%", 2), each("\\u", 4)] + digest
        return texts.map { Array($0.lowercased().utf8) }
            + [Array(text.lowercased().utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })]
    }

    /// What is looked for exactly: base64 in both alphabets, wherever in a group of three bytes the text begins, and
    /// the base64 and the bytes of its digest.
    var exactForms: [[UInt8]] {
        var forms: [[UInt8]] = []
        for offset in 0..<3 {
            let encoded = Array(Data([UInt8](repeating: 0, count: offset) + bytes).base64EncodedString().utf8)
            // Characters that hold nothing but bits of the text.
            let first = (offset * 8 + 5) / 6
            let last = (offset + bytes.count) * 8 / 6
            forms += Self.bothAlphabets(Array(encoded[first..<last]))
        }
        guard isDigestLookedFor else { return forms }
        let digest = SHA256.hash(bytes).bytes
        return forms + [digest] + Self.bothAlphabets(Array(Data(digest).base64EncodedString().utf8.prefix(42)))
    }

    private static func bothAlphabets(_ encoded: [UInt8]) -> [[UInt8]] {
        let url = encoded.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: "-") : $0 == UInt8(ascii: "/") ? 0x5F : $0 }
        return url == encoded ? [encoded] : [encoded, url]
    }
}

/// Bytes to be searched for plants.
struct Haystack: Sendable {
    private let bytes: Searchable
    private let lowercased: Searchable

    init(_ bytes: [UInt8]) {
        self.bytes = Searchable(bytes)
        lowercased = Searchable(bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }

    /// Every regular file below a folder, one after the other.
    init(filesIn folder: String) throws {
        var all: [UInt8] = []
        let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        for name in names.sorted() {
            let path = folder + "/" + name
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard type == .typeRegular else { continue }
            all += [UInt8](try Data(contentsOf: URL(filePath: path)))
        }
        self.init(all)
    }

    /// The plants that are there, by their places.
    func places(of plants: [Plant]) -> [String] { plants.filter { has($0) }.map(\.place).sorted() }

    /// Whether a plant is there in any form.
    func has(_ plant: Plant) -> Bool {
        plant.insensitiveForms.contains { lowercased.has($0) } || plant.exactForms.contains { bytes.has($0) }
    }
}

/// Bytes, and how often each value occurs among them: a search goes from one occurrence of the rarest to the next.
private struct Searchable: Sendable {
    private let bytes: [UInt8]
    private let frequency: [Int]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        frequency = bytes.reduce(into: [Int](repeating: 0, count: 256)) { $0[Int($1)] += 1 }
    }

    func has(_ needle: [UInt8]) -> Bool {
        guard let rarest = needle.indices.min(by: { frequency[Int(needle[$0])] < frequency[Int(needle[$1])] }) else {
            return true
        }
        guard bytes.count >= needle.count else { return false }
        return unsafe bytes.withUnsafeBytes { hay in
            guard let start = hay.baseAddress else { return false }
            var place = rarest
            let end = hay.count - needle.count + rarest
            while place <= end {
                let rest = end + 1 - place
                guard let found = unsafe memchr(start + place, Int32(needle[rarest]), rest) else { return false }
                place = unsafe UnsafeRawPointer(found) - start
                if unsafe memcmp(start + place - rarest, needle, needle.count) == 0 { return true }
                place += 1
            }
            return false
        }
    }
}

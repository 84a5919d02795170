import Cryptography
import Multiformats

/// How many entries each request and each issuer has, and which is the last: what an index of the log must say.
///
/// Entries wait in the order of the log until an index covers them; then they are sorted and merged in, and the tree is
/// hashed again from the first leaf on that changed.
struct Chains: Sendable {
    /// The most entries that may stand between what an index covers and the index.
    static let maximumLag: Int64 = 1 << 20

    private struct Step {
        let about: [UInt8]
        let seq: Int64
        let hash: SHA256Digest
    }

    private struct Chain {
        let about: [UInt8]
        var count: Int64
        var last: SHA256Digest
        var leaf: SHA256Digest

        init(_ step: Step) { (about, count, last, leaf) = (step.about, 0, step.hash, step.hash) }

        mutating func append(_ step: Step) { (count, last) = (count + 1, step.hash) }

        mutating func hashLeaf() {
            var text = Array("{\"about\":\"".utf8) + about
            text += Array("\",\"entries\":\(count),\"last\":\"\(Base64.encode(last.bytes))\"}".utf8)
            leaf = SHA256.hash(prefix: 0, text)
        }
    }

    private var waiting: [Step] = []
    private var chains: [Chain] = []
    /// By level from 1 on, the hashes of the perfect subtrees.
    private var levels: [[SHA256Digest]] = []
    /// The first leaf that changed since the last hashing.
    private var firstChanged = 0
    /// The issuers of keys, by the text of the key as it stands in an entry.
    private var issuers: [CanonicalText: [UInt8]] = [:]
    /// What the newest index covers.
    private(set) var indexed: Int64 = 0

    /// Takes an entry, whatever else is wrong with it, into the chain that it belongs to.
    mutating func read(_ frame: EntryFrame, hash: SHA256Digest) {
        guard let about = about(frame) else { return }
        waiting.append(Step(about: about, seq: frame.seq, hash: hash))
        if waiting.count > Self.maximumLag + Self.maximumLag / 4 { merge(before: frame.seq - Self.maximumLag) }
    }

    private mutating func about(_ frame: EntryFrame) -> [UInt8]? {
        if let rid = frame.rid { return Array("request/".utf8) + frame.bytes[rid] }
        do throws(EntryProblem) {
            switch frame.entryType {
            case .issuerAdded: return Self.issuer(frame.bytes[try frame.issuerAdded()])
            case .keyAdded:
                let (key, issuer) = try frame.keyAdded()
                let about = Self.issuer(frame.bytes[issuer])
                if issuers[frame.text(key)] == nil { issuers[frame.text(key)] = about }
                return about
            case .keyRetired: return issuers[frame.text(try frame.keyRetired())]
            case .keyRevoked: return issuers[frame.text(try frame.keyRevoked())]
            default: return nil
            }
        } catch {
            // The judgement of the entry itself says what is wrong.
            return nil
        }
    }

    /// - Parameter name: with its quotation marks.
    private static func issuer(_ name: ArraySlice<UInt8>) -> [UInt8] {
        Array("issuer/".utf8) + name.dropFirst().dropLast()
    }

    /// The number of leaves and the root, in base64, of an index that covers the first `size` entries.
    mutating func index(of size: Int64) -> (leaves: Int64, root: String) {
        merge(before: size)
        indexed = size
        return (Int64(chains.count), Base64.encode(root().bytes))
    }

    private mutating func merge(before size: Int64) {
        let ready = waiting.prefix { $0.seq < size }.sorted { a, b in
            a.about == b.about ? a.seq < b.seq : a.about.lexicographicallyPrecedes(b.about)
        }
        waiting.removeFirst(ready.count)
        guard let first = ready.first else { return }
        let start = place(of: first.about)
        var (merged, old): ([Chain], Int) = ([], start)
        for (index, step) in ready.enumerated() {
            if index == 0 || ready[index - 1].about != step.about {
                while old < chains.count, chains[old].about.lexicographicallyPrecedes(step.about) {
                    merged.append(chains[old])
                    old += 1
                }
                let isKnown = old < chains.count && chains[old].about == step.about
                merged.append(isKnown ? chains[old] : Chain(step))
                if isKnown { old += 1 }
            }
            merged[merged.count - 1].append(step)
            if index + 1 == ready.count || ready[index + 1].about != step.about { merged[merged.count - 1].hashLeaf() }
        }
        chains.replaceSubrange(start..., with: merged + chains[old...])
        firstChanged = min(firstChanged, start)
    }

    private func place(of about: [UInt8]) -> Int {
        var (low, high) = (0, chains.count)
        while low < high {
            let middle = (low + high) / 2
            if chains[middle].about.lexicographicallyPrecedes(about) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// `MTH` of the leaves (RFC 6962, 2.1): the perfect subtrees from left to right, joined from the right.
    private mutating func root() -> SHA256Digest {
        var (count, changed, level) = (chains.count, firstChanged, 0)
        func below(_ position: Int) -> SHA256Digest {
            level == 0 ? chains[position].leaf : levels[level - 1][position]
        }
        var root: SHA256Digest?
        while count > 0 {
            if count & 1 == 1 { root = root.map { Self.node(below(count - 1), $0) } ?? below(count - 1) }
            (count, changed) = (count / 2, changed / 2)
            if levels.count == level { levels.append([]) }
            var above = Array(levels[level].prefix(changed))
            for position in above.count..<max(count, above.count) {
                above.append(Self.node(below(2 * position), below(2 * position + 1)))
            }
            levels[level] = above
            level += 1
        }
        firstChanged = chains.count
        return root ?? SHA256.hash([])
    }

    private static func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
        SHA256.hash(prefix: 1, left, right)
    }
}

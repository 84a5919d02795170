import Cryptography
import Multiformats
import TransparencyLog

/// The leaves of one statement, for whoever has the salts. All requests are kept, also those whose promises were kept.
struct CoverageLeaves: Sendable {
    /// How many entries the statement covers.
    let size: UInt64

    private struct Leaf {
        let seq: UInt64
        var isBreached = false
        var sums: [CanonicalText: CoverageBook.Sums] = [:]
    }

    private var leaves: [String: Leaf] = [:]
    private var units: Set<CanonicalText> = []
    /// The entry that states it, and its root.
    var stated: (seq: UInt64, root: String)?

    init(size: UInt64) { self.size = size }

    mutating func note(_ kind: CoverageBook.Kind, _ event: Event, _ unit: CanonicalText?, _ minor: Int64) {
        guard event.seq < size else { return }
        switch kind {
        case .request: leaves[event.rid] = leaves[event.rid] ?? Leaf(seq: event.seq)
        case .breach: leaves[event.rid]?.isBreached = true
        case .paid, .owed, .waived:
            guard let unit else { return }
            units.insert(unit)
            // That it fits is judged over all.
            _ = leaves[event.rid]?.sums[unit, default: .init()].add(kind, minor)
        }
    }

    /// The bytes of a node's sum, and its hash.
    private struct Node {
        var hash: SHA256Digest
        var numbers: [Int64]

        func feed(_ hasher: inout SHA256Hasher) {
            for number in numbers { hasher.update(bigEndian: number) }
        }
    }

    /// The root of the tree, in base64; nil when the salt of a leaf is missing, or a sum does not fit.
    func root(salt: (_ rid: String, _ acceptedSeq: UInt64) throws -> [UInt8]?) rethrows -> String? {
        let units = units.sorted { $0.plain.utf8.lexicographicallyPrecedes($1.plain.utf8) }
        var nodes: [(order: SHA256Digest, node: Node)] = []
        nodes.reserveCapacity(leaves.count)
        for (rid, leaf) in leaves {
            guard let salt = try salt(rid, leaf.seq), let node = node(rid, leaf, salt, units) else { return nil }
            nodes.append((SHA256.hash(Array(rid.utf8)), node))
        }
        nodes.sort { $0.order < $1.order }
        guard !nodes.isEmpty else {
            return Base64.encode(SHA256.hash(Array("punctual coverage v1 none\n".utf8)).bytes)
        }
        return Self.join(nodes.map(\.node)[...]).map { Base64.encode($0.hash.bytes) }
    }

    private func node(_ rid: String, _ leaf: Leaf, _ salt: [UInt8], _ units: [CanonicalText]) -> Node? {
        var (texts, numbers): ([String], [Int64]) = ([], [1, leaf.isBreached ? 1 : 0])
        for unit in units {
            let sums = leaf.sums[unit] ?? .init()
            numbers += [sums.paid, sums.owed, sums.waived]
            guard sums != .init() else { continue }
            texts.append("{\"owed\":\(sums.owed),\"paid\":\(sums.paid),\"unit\":\(unit),\"waived\":\(sums.waived)}")
        }
        let value =
            "{\"breached\":\(numbers[1]),\"request\":\(CanonicalText(rid)),\"size\":\(size),"
            + "\"sums\":[\(texts.joined(separator: ","))]}"
        guard numbers.allSatisfy({ $0 >= 0 }),
            let opening = try? Opening(field: "coverage/\(size)", salt: salt, value: Array(value.utf8))
        else { return nil }
        var node = Node(hash: SHA256.hash([]), numbers: numbers)
        var hasher = SHA256Hasher()
        hasher.update(Array("punctual coverage v1 leaf\n".utf8))
        hasher.update(SHA256.hash(Array(rid.utf8)))
        hasher.update(opening.commitment.digest)
        node.feed(&hasher)
        node.hash = hasher.finish()
        return node
    }

    /// The shape of RFC 6962, 2.1, over nodes with sums.
    private static func join(_ nodes: ArraySlice<Node>) -> Node? {
        guard nodes.count > 1 else { return nodes.first }
        var half = 1
        while half * 2 < nodes.count { half *= 2 }
        guard let left = join(nodes.prefix(half)), let right = join(nodes.dropFirst(half)) else { return nil }
        var numbers: [Int64] = []
        for (a, b) in zip(left.numbers, right.numbers) {
            let (sum, overflow) = a.addingReportingOverflow(b)
            guard !overflow else { return nil }
            numbers.append(sum)
        }
        var hasher = SHA256Hasher()
        hasher.update(Array("punctual coverage v1 node\n".utf8))
        hasher.update(left.hash)
        left.feed(&hasher)
        hasher.update(right.hash)
        right.feed(&hasher)
        return Node(hash: hasher.finish(), numbers: numbers)
    }
}

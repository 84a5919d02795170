import Cryptography

/// The Merkle tree over the sorted leaves of many chains, kept up to date while a log is read.
///
/// Changed leaves cost one path each, and only what stands behind a new leaf moves: requests are named by time, so new
/// ones come at the end. An hourly index of a year-old log is then checked in the time that its changes take, and not
/// in the time that all its requests take.
struct ChainTree: Sendable {
    private struct Chain {
        let about: ChainLeaf.About
        var entries: UInt64 = 0
        var last = MerkleTree.emptyRoot
        /// Whether it is among those that changed since the tree was last hashed.
        var isChanged = false
    }

    /// In the order in which they were first heard of.
    private var chains: [Chain] = []
    /// Places in `chains`, sorted by what they are about; only those that have entries.
    private var order: [Int] = []
    /// By level, from the leaves up, the roots of the perfect subtrees, left to right.
    private var levels: [[SHA256Digest]] = [[]]
    private var changed: [Int] = []

    /// The number of a chain that has no entry yet.
    mutating func addChain(_ about: ChainLeaf.About) -> Int {
        chains.append(Chain(about: about))
        return chains.count - 1
    }

    /// Adds an entry to a chain.
    mutating func append(_ last: SHA256Digest, to chain: Int) {
        chains[chain].entries += 1
        chains[chain].last = last
        guard !chains[chain].isChanged else { return }
        chains[chain].isChanged = true
        changed.append(chain)
    }

    /// The number of leaves and their root, now.
    mutating func head() -> TreeHead {
        let moved = place(changed.filter { !isPlaced($0) })
        var dirty: [Int] = []
        for chain in changed {
            chains[chain].isChanged = false
            let position = self.position(of: chain)
            levels[0][position] = leaf(chain).hash
            if position < moved { dirty.append(position) }
        }
        changed = []
        hashAgain(dirty.sorted(), from: moved)
        return root
    }

    private func leaf(_ chain: Int) -> ChainLeaf {
        ChainLeaf(chains[chain].about, entries: chains[chain].entries, last: chains[chain].last)
    }

    private func isPlaced(_ chain: Int) -> Bool {
        let position = position(of: chain)
        return position < order.count && order[position] == chain
    }

    /// Where a chain stands, or would stand.
    private func position(of chain: Int) -> Int {
        let about = chains[chain].about
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if chains[order[middle]].about < about { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Puts new chains in their places.
    /// - Returns: from where on leaves have moved.
    private mutating func place(_ new: [Int]) -> Int {
        let sorted = new.sorted { chains[$0].about < chains[$1].about }
        guard let first = sorted.first else { return order.count }
        let start = position(of: first)
        var tail = order[start...].makeIterator()
        var hashes = levels[0][start...].makeIterator()
        var (mergedOrder, mergedHashes): ([Int], [SHA256Digest]) = ([], [])
        var next = tail.next()
        for chain in sorted {
            while let old = next, chains[old].about < chains[chain].about {
                mergedOrder.append(old)
                if let hash = hashes.next() { mergedHashes.append(hash) }
                next = tail.next()
            }
            mergedOrder.append(chain)
            mergedHashes.append(leaf(chain).hash)
        }
        while let old = next {
            mergedOrder.append(old)
            if let hash = hashes.next() { mergedHashes.append(hash) }
            next = tail.next()
        }
        order.replaceSubrange(start..., with: mergedOrder)
        levels[0].replaceSubrange(start..., with: mergedHashes)
        return start
    }

    /// Hashes the nodes above changed leaves, and all nodes above the leaves that have moved.
    private mutating func hashAgain(_ dirty: [Int], from moved: Int) {
        var (dirty, moved, level) = (dirty, moved, 0)
        while levels[level].count > 1 {
            if levels.count == level + 1 { levels.append([]) }
            let width = levels[level].count / 2
            moved /= 2
            var above: [Int] = []
            for position in dirty where position / 2 < min(moved, width) && above.last != position / 2 {
                above.append(position / 2)
                levels[level + 1][position / 2] = node(level, position / 2)
            }
            levels[level + 1].removeLast(max(levels[level + 1].count - moved, 0))
            for position in levels[level + 1].count..<width { levels[level + 1].append(node(level, position)) }
            (dirty, level) = (above, level + 1)
        }
    }

    private func node(_ level: Int, _ position: Int) -> SHA256Digest {
        MerkleTree.nodeHash(levels[level][2 * position], levels[level][2 * position + 1])
    }

    private var root: TreeHead {
        let count = order.count
        var nodes: [SHA256Digest] = []
        for level in levels.indices.reversed() where count >> level & 1 == 1 {
            nodes.append(levels[level][(count >> level) - 1])
        }
        return CompactRange(size: UInt64(count), nodes: nodes).head
    }
}

/// The place of an entry bundle: the entries under the level-0 tile with the same index.
package struct EntryBundleCoordinate: Hashable, Sendable {
    /// The number of full bundles before this one.
    package let index: UInt64
    /// 1 to 256; below 256 the bundle is partial.
    package let width: Int

    /// The bundle as it is in a tree of `treeSize` entries; nil if there is none.
    package init?(index: UInt64, treeSize: UInt64) {
        guard let leaves = TileCoordinate(level: 0, index: index, treeSize: treeSize) else { return nil }
        self.index = index
        width = leaves.width
    }

    /// Reads `tile/entries/<N>[.p/<W>]`, exactly as ``path`` prints it.
    package init(path: String) throws(TransparencyLogError) {
        let prefix = "tile/entries/"
        guard path.utf8.starts(with: prefix.utf8) else {
            throw .malformed(.tilePath, problem: "it must begin with \(prefix)")
        }
        (index, width) = try TileNumber.parse(path.utf8.dropFirst(prefix.utf8.count))
    }

    /// `tile/entries/x001/234`, with `.p/<W>` behind it for a partial bundle.
    package var path: String { "tile/entries/" + TileNumber.print(index: index, width: width) }

    /// The indexes of the entries in the bundle.
    package var entries: Range<UInt64> {
        let first = index * UInt64(TileCoordinate.fullWidth)
        return first..<first + UInt64(width)
    }
}

/// The entries of one bundle as one byte string: each after its length in two bytes, big-endian
/// ([tlog-tiles](https://c2sp.org/tlog-tiles), "Log entries").
package enum EntryBundle {
    /// What two bytes can say.
    package static let maximumEntryBytes = 65_535

    /// - Throws: ``TransparencyLogError/malformed(_:problem:)`` if an entry is too long for the format.
    package static func encode(_ entries: [[UInt8]]) throws(TransparencyLogError) -> [UInt8] {
        var bundle: [UInt8] = []
        bundle.reserveCapacity(entries.reduce(0) { $0 + 2 + $1.count })
        for entry in entries {
            guard entry.count <= maximumEntryBytes else {
                throw .malformed(.entryBundle, problem: "an entry of \(entry.count) bytes; the most is 65535")
            }
            bundle.append(UInt8(entry.count >> 8))
            bundle.append(UInt8(entry.count & 0xFF))
            bundle += entry
        }
        return bundle
    }

    /// Takes a bundle of exactly `count` entries apart.
    package static func decode(_ bundle: [UInt8], count: Int) throws(TransparencyLogError) -> [[UInt8]] {
        var entries: [[UInt8]] = []
        var position = 0
        while entries.count < count {
            guard position + 2 <= bundle.count else {
                throw .malformed(.entryBundle, problem: "it ends after \(entries.count) of \(count) entries")
            }
            let start = position + 2
            position = start + Int(bundle[position]) << 8 + Int(bundle[position + 1])
            guard position <= bundle.count else {
                throw .malformed(.entryBundle, problem: "entry \(entries.count) is cut off")
            }
            entries.append(Array(bundle[start..<position]))
        }
        guard position == bundle.count else {
            throw .malformed(.entryBundle, problem: "\(bundle.count - position) bytes follow the last entry")
        }
        return entries
    }
}

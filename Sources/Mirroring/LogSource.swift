package import Issuance
package import TransparencyLog

/// A log as anybody may read it, resource by resource ([C2SP tlog-tiles](https://c2sp.org/tlog-tiles)): from a folder,
/// from a web address, or from our own database.
///
/// For one thread: a connection is kept open in between.
package struct LogSource {
    /// Bytes of the resource at a path, at most so many; nil when there is none.
    package typealias Read = (_ path: String, _ maximumBytes: Int) throws(MirrorError) -> [UInt8]?

    /// The folder or the address, for people.
    package let name: String
    private let read: Read

    /// A log that is read by a closure.
    package init(name: String, read: @escaping Read) {
        self.name = name
        self.read = read
    }

    /// The place of the newest signed checkpoint.
    package static let checkpointPath = "checkpoint"

    /// Where our own service has the newest checkpoint that enough witnesses cosigned.
    static let witnessedPath = "checkpoint/witnessed"

    /// The longest bundle: 256 entries of 65,535 bytes, each behind its length.
    static let maximumBundleBytes = TileCoordinate.fullWidth * (2 + EntryBundle.maximumEntryBytes)

    /// The newest checkpoint, unverified.
    package func note() throws(MirrorError) -> SignedNote {
        let bytes = try required(Self.checkpointPath, maximumBytes: SignedNote.maximumBytes)
        do {
            return try SignedNote(parsing: bytes)
        } catch {
            throw .malformed(resource: Self.checkpointPath, error)
        }
    }

    /// The hashes of a tile, as many as its place has, unverified. Where a partial tile is gone because the log has
    /// grown, they come from the full one.
    package func tile(_ place: TileCoordinate) throws(MirrorError) -> [UInt8] {
        let full = TileCoordinate(level: place.level, index: place.index, width: TileCoordinate.fullWidth)
        let maximum = TileCoordinate.fullWidth * 32
        var (path, found) = (place.path, try resource(place.path, maximumBytes: maximum))
        if let bytes = found, bytes.count != place.width * 32 {
            throw .malformed(
                resource: path,
                .malformed(.tile, problem: "\(bytes.count) bytes instead of \(place.width * 32)"))
        }
        if found == nil, place != full {
            path = full.path
            found = try resource(path, maximumBytes: maximum)
        }
        guard let found else { throw .missing(resource: place.path) }
        do {
            return try Tile(place, cutFrom: found).bytes
        } catch {
            throw .malformed(resource: path, error)
        }
    }

    /// The entries of a bundle, unverified; of a partial one that is gone the first ones of the full one.
    package func entries(_ place: EntryBundleCoordinate) throws(MirrorError) -> [[UInt8]] {
        if let bundle = try resource(place.path, maximumBytes: Self.maximumBundleBytes) {
            return try Self.decode(bundle, place)
        }
        guard place.width < TileCoordinate.fullWidth, let full = place.full,
            let bundle = try resource(full.path, maximumBytes: Self.maximumBundleBytes)
        else { throw .missing(resource: place.path) }
        return Array(try Self.decode(bundle, full)[..<place.width])
    }

    private static func decode(
        _ bundle: [UInt8], _ place: EntryBundleCoordinate
    ) throws(MirrorError) -> [[UInt8]] {
        do {
            return try EntryBundle.decode(bundle, count: place.width)
        } catch {
            throw .malformed(resource: place.path, error)
        }
    }

    /// The bytes at a path; nil when there are none.
    func resource(_ path: String, maximumBytes: Int) throws(MirrorError) -> [UInt8]? {
        guard let bytes = try read(path, maximumBytes) else { return nil }
        guard bytes.count <= maximumBytes else { throw .tooLong(resource: path, maximumBytes: maximumBytes) }
        return bytes
    }

    private func required(_ path: String, maximumBytes: Int) throws(MirrorError) -> [UInt8] {
        guard let bytes = try resource(path, maximumBytes: maximumBytes) else { throw .missing(resource: path) }
        return bytes
    }
}

extension LogSource {
    /// A folder or a web address, told apart by how it begins.
    package static func named(_ text: String) -> LogSource {
        isAddress(text) ? .address(text) : .folder(text)
    }

    /// Whether a text is a web address.
    package static func isAddress(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
    }

    /// Our own log in its database, with the newest checkpoint and what witnesses said of that.
    package static func stored(_ reader: any StoreReader, name: String) -> LogSource {
        LogSource(name: name) { (path, _) throws(MirrorError) in
            do {
                if path == checkpointPath { return try reader.newestCosignedNote()?.bytes }
                if path == LogExport.cosignedPath { return try PublishedLog.witnessedCheckpoint(in: reader)?.bytes }
                return try PublishedLog.resource(path, in: reader)
            } catch {
                throw .unreadable(resource: path, reason: "\(error)")
            }
        }
    }
}

extension EntryBundleCoordinate {
    /// The full bundle at this place.
    fileprivate var full: EntryBundleCoordinate? {
        EntryBundleCoordinate(index: index, treeSize: (index + 1) * UInt64(TileCoordinate.fullWidth))
    }
}

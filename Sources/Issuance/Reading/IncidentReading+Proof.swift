package import CanonicalJSON
import Cryptography
import Multiformats
import TransparencyLog

/// That a request is in the frozen set of its incident, for anybody who has its identifier.
extension IncidentReading {
    /// `{"incident", "request", "entry", "index", "count", "root", "path"}`: verified against the `incident.frozen` in
    /// `entry` by RFC 6962, 2.1.1, with the UTF-8 bytes of the identifier as the leaf.
    ///
    /// - Throws: `Refusal` with `unknownIncident` for a request that stands in none, `busy` while it is not frozen.
    package func membershipProof(of request: RequestID) throws -> JSONObject {
        guard let row = try reader.record(AffectedRecord.self, .text(request.text)), let incident = row.incident,
            let group = try IncidentGroup(of: incident, in: reader)
        else { throw Refusal(.unknownIncident, "This request stands in no incident.") }
        let root = group.root
        guard let frozen = try newestFreeze(of: root), root.membershipSeq <= root.frozenSeq else {
            throw Refusal(.busy, "The incident is being frozen. Ask again in a minute.")
        }
        let found = try path(of: request, in: group)
        guard let found, found.root == frozen.event.root else {
            throw StoreError.corrupt("the requests of \(root.id) are not those that were frozen")
        }
        return [
            "incident": .string(root.id), "request": .string(request.text), "entry": .integer(frozen.seq),
            "index": .integer(Int64(found.index)), "count": .integer(frozen.event.count),
            "root": .string(found.root.base64), "path": .array(found.path.map { .string($0.base64) }),
        ]
    }

    private func newestFreeze(of root: IncidentRecord) throws -> (seq: Int64, event: IncidentFrozen)? {
        guard root.frozenAt != nil,
            case .incident(.frozen(let event))? = try storedEvent(root.frozenSeq, in: reader)?.event
        else { return nil }
        return (root.frozenSeq, event)
    }

    /// One walk, in which only the tiles above the leaves and the one with the leaf are kept: a hash for 256 requests.
    private func path(
        of request: RequestID, in group: IncidentGroup
    ) throws -> (index: UInt64, root: SHA256Digest, path: [SHA256Digest])? {
        var walk = try GroupWalk(group, in: reader)
        var tiles = TileAppender()
        var kept: [[UInt64]: [UInt8]] = [:]
        var index: UInt64?
        var holdsLeaf = false
        func keep() {
            for tile in tiles.takeChangedTiles() where holdsLeaf || tile.coordinate.level > 0 {
                kept[[UInt64(tile.coordinate.level), tile.coordinate.index]] = tile.bytes
            }
            holdsLeaf = false
        }
        while let row = try walk.next() {
            if row.request == request.text { (index, holdsLeaf) = (tiles.size, true) }
            tiles.append(AffectedSet.leaf(row.request))
            if tiles.size % UInt64(TileCoordinate.fullWidth) == 0 { keep() }
        }
        guard let index else { return nil }
        // What is not full at the right edge is needed by many paths.
        holdsLeaf = true
        keep()
        let path = try MerkleTree.inclusionProof(index: index, size: tiles.size) { place in
            guard let hashes = kept[[UInt64(place.level), place.index]] else {
                throw StoreError.corrupt("a tile of the frozen set was not kept")
            }
            return hashes
        }
        return (index, tiles.head.root, path)
    }
}

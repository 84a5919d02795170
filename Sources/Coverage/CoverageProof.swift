package import CanonicalJSON
package import Cryptography
import Multiformats
package import TransparencyLog

/// One file with which a person sees, offline, that their request is in a statement, or that none of its leaves is
/// theirs.
package struct CoverageProof: Hashable, Sendable {
    /// The member `type` of the file.
    package static let type = "PunctualCoverage"

    /// A leaf that is shown closed, with its path.
    package struct Neighbour: Hashable, Sendable {
        package let leaf: CoverageLeaf
        package let path: CoveragePath

        package init(leaf: CoverageLeaf, path: CoveragePath) { (self.leaf, self.path) = (leaf, path) }
    }

    /// What the file shows of the request.
    package enum Shown: Hashable, Sendable {
        /// Its own leaf, opened.
        case leaf(CoverageOpening, salt: [UInt8], CoveragePath)
        /// The leaves between which it would stand.
        case neighbours([Neighbour])
    }

    /// The identifier of the request.
    package let request: String
    /// The signed statement.
    package let note: SignedNote
    /// What it says; believe it when the note has verified.
    package let statement: CoverageStatement
    package let shown: Shown
    /// A checkpoint of the log, with the proof that it continues the log of the statement.
    package let checkpoint: (note: SignedNote, consistency: [SHA256Digest])?

    package init(
        request: String, note: SignedNote, shown: Shown, checkpoint: (note: SignedNote, consistency: [SHA256Digest])?
    ) throws(CoverageError) {
        statement = try CoverageStatement(parsing: note.text)
        (self.request, self.note, self.shown, self.checkpoint) = (request, note, shown, checkpoint)
    }

    package static func == (left: CoverageProof, right: CoverageProof) -> Bool { left.json == right.json }

    package func hash(into hasher: inout Hasher) { hasher.combine(json) }

    /// Follows every path to the statement's root and adds up every sum on the way. The signature of the statement is
    /// for whoever knows the log's key.
    ///
    /// - Throws: ``CoverageError`` naming the first node that is wrong.
    package func verify() throws(CoverageError) {
        let (units, count) = (statement.units, statement.tree.sum.requests)
        switch shown {
        case .leaf(let opening, let salt, let path):
            guard opening.request == request, opening.size == statement.log.size else {
                throw .notCovered("the leaf is opened as that of another request, or of another statement")
            }
            try follow(path, from: opening.leaf(salt: salt, units: units).node, count)
        case .neighbours(let neighbours):
            for neighbour in neighbours { try follow(neighbour.path, from: neighbour.leaf.node, count) }
            try verifyGap(neighbours, count)
        }
    }

    private func follow(_ path: CoveragePath, from leaf: CoverageNode, _ count: Int64) throws(CoverageError) {
        let root = try path.root(from: leaf, count: count)
        guard root.sum == statement.tree.sum else {
            throw .wrongNode(
                level: path.siblings.count, problem: "its sums are not those that the statement publishes")
        }
        guard root.hash == statement.tree.hash else {
            throw .wrongNode(level: path.siblings.count, problem: "its hash is not the root of the statement")
        }
    }

    private func verifyGap(_ neighbours: [Neighbour], _ count: Int64) throws(CoverageError) {
        let hash = CoverageLeaf.hash(ofRequest: request)
        let before = neighbours.last { $0.leaf.requestHash < hash }
        let after = neighbours.first { hash < $0.leaf.requestHash }
        guard neighbours.count == [before, after].compactMap(\.self).count else {
            throw .notCovered("the neighbours are not one before and one behind the request")
        }
        let isGap =
            switch (before?.path.index, after?.path.index) {
            case (let before?, let after?): after - before == 1
            case (let before?, nil): before == count - 1
            case (nil, let after?): after == 0
            case (nil, nil): count == 0 && statement.tree == .none(units: statement.units.count)
            }
        guard isGap else { throw .notCovered("between the neighbours other leaves may stand") }
    }
}

extension CoverageProof {
    /// Reads a file.
    package init(_ object: JSONObject) throws(CoverageError) {
        do throws(JSONShapeError) {
            var reader = try ObjectReader(.object(object))
            guard try reader.string("type") == Self.type else {
                throw JSONShapeError(pointer: reader.pointer(to: "type"), problem: "it must be \(Self.type)")
            }
            let request = try reader.string("request")
            let note = try Self.note(&reader, "statement")
            let statement = try Self.shaped(at: reader.pointer(to: "statement")) { () throws(CoverageError) in
                try CoverageStatement(parsing: note.text)
            }
            let shown: Shown
            if var leaf = try reader.optionalObject("leaf") {
                let (opening, salt) = (try leaf.value("opening"), try leaf.string("salt"))
                let path = try Self.path(&leaf, units: statement.units.count)
                try leaf.finish()
                guard let bytes = try? Base64.decode(salt), Base64.encode(bytes) == salt else {
                    throw JSONShapeError(pointer: leaf.pointer(to: "salt"), problem: "expected base64")
                }
                let opened = try Self.shaped(at: leaf.pointer(to: "opening")) { () throws(CoverageError) in
                    try CoverageOpening(opening)
                }
                shown = .leaf(opened, salt: bytes, path)
            } else {
                shown = .neighbours(try Self.neighbours(&reader, units: statement.units.count))
            }
            let later = reader.optionalValue("checkpoint") == nil ? nil : try Self.checkpoint(object)
            _ = reader.optionalValue("consistency")
            try reader.finish()
            self.request = request
            (self.note, self.statement, self.shown, checkpoint) = (note, statement, shown, later)
        } catch {
            throw .malformed("\(error.pointer): \(error.problem)")
        }
    }

    private static func shaped<Value>(
        at pointer: JSONPointer, _ body: () throws(CoverageError) -> Value
    ) throws(JSONShapeError) -> Value {
        do throws(CoverageError) {
            return try body()
        } catch {
            throw JSONShapeError(pointer: pointer, problem: "\(error)")
        }
    }

    private static func note(_ reader: inout ObjectReader, _ name: String) throws(JSONShapeError) -> SignedNote {
        let text = try reader.string(name)
        do throws(TransparencyLogError) {
            return try SignedNote(parsing: Array(text.utf8))
        } catch {
            throw JSONShapeError(pointer: reader.pointer(to: name), problem: "\(error)")
        }
    }

    private static func checkpoint(
        _ object: JSONObject
    ) throws(JSONShapeError) -> (note: SignedNote, consistency: [SHA256Digest]) {
        var reader = try ObjectReader(.object(object))
        let note = try note(&reader, "checkpoint")
        let hashes = try reader.array("consistency")
        // RFC 6962, 2.1.2: at most one for each level and one more.
        guard hashes.count <= CoveragePath.maximumLevels + 1 else {
            throw JSONShapeError(pointer: reader.pointer(to: "consistency"), problem: "more hashes than a proof has")
        }
        var digests: [SHA256Digest] = []
        for (hash, pointer) in hashes { digests.append(try digest(hash, pointer)) }
        return (note, digests)
    }

    private static func digest(_ json: JSON, _ pointer: JSONPointer) throws(JSONShapeError) -> SHA256Digest {
        guard let text = json.stringValue, let digest = SHA256Digest(coverageBase64: text) else {
            throw JSONShapeError(pointer: pointer, problem: "expected the base64 of 32 bytes")
        }
        return digest
    }

    private static func neighbours(
        _ reader: inout ObjectReader, units: Int
    ) throws(JSONShapeError) -> [Neighbour] {
        let items = try reader.array("neighbours")
        guard items.count <= 2 else {
            throw JSONShapeError(pointer: reader.pointer(to: "neighbours"), problem: "there are two at most")
        }
        var neighbours: [Neighbour] = []
        for (item, pointer) in items {
            var leaf = try ObjectReader(item, at: pointer)
            let hash = try digest(leaf.value("requestHash"), leaf.pointer(to: "requestHash"))
            let commitment = try digest(leaf.value("commitment"), leaf.pointer(to: "commitment"))
            let sum = try sum(&leaf, requests: 1, units: units)
            let path = try path(&leaf, units: units)
            try leaf.finish()
            neighbours.append(
                Neighbour(leaf: CoverageLeaf(requestHash: hash, commitment: commitment, sum: sum), path: path))
        }
        return neighbours
    }

    private static func path(_ reader: inout ObjectReader, units: Int) throws(JSONShapeError) -> CoveragePath {
        let index = try reader.integer("index")
        let items = try reader.array("path")
        guard items.count <= CoveragePath.maximumLevels else {
            throw JSONShapeError(pointer: reader.pointer(to: "path"), problem: "longer than any path")
        }
        var siblings: [CoverageNode] = []
        for (item, pointer) in items {
            var node = try ObjectReader(item, at: pointer)
            let hash = try digest(node.value("hash"), node.pointer(to: "hash"))
            let requests = try node.integer("requests")
            siblings.append(CoverageNode(hash: hash, sum: try sum(&node, requests: requests, units: units)))
            try node.finish()
        }
        return CoveragePath(index: index, siblings: siblings)
    }

    private static func sum(
        _ reader: inout ObjectReader, requests: Int64, units: Int
    ) throws(JSONShapeError) -> CoverageSum {
        let breached = try reader.integer("breached")
        let lists = try reader.array("sums")
        guard lists.count == units else {
            throw JSONShapeError(pointer: reader.pointer(to: "sums"), problem: "the statement has \(units) units")
        }
        var amounts: [Amounts] = []
        for (list, pointer) in lists {
            let numbers = (list.arrayValue ?? []).compactMap(\.integerValue)
            guard numbers.count == 3, list.arrayValue?.count == 3,
                let sum = try? Amounts(paid: numbers[0], owed: numbers[1], waived: numbers[2])
            else {
                throw JSONShapeError(pointer: pointer, problem: "expected [paid, owed, waived], none negative")
            }
            amounts.append(sum)
        }
        return try shaped(at: reader.pointer(to: "breached")) { () throws(CoverageError) in
            try CoverageSum(requests: requests, breached: breached, amounts: amounts)
        }
    }

    /// The file.
    package var json: JSONObject {
        var json: JSONObject = [
            "type": .string(Self.type), "request": .string(request),
            "statement": .string(String(decoding: note.bytes, as: UTF8.self)),
        ]
        switch shown {
        case .leaf(let opening, let salt, let path):
            var leaf = path.members
            leaf["salt"] = .string(Base64.encode(salt))
            leaf["opening"] = opening.json
            json["leaf"] = .object(leaf)
        case .neighbours(let neighbours): json["neighbours"] = .array(neighbours.map { .object($0.members) })
        }
        if let checkpoint {
            json["checkpoint"] = .string(String(decoding: checkpoint.note.bytes, as: UTF8.self))
            json["consistency"] = .array(checkpoint.consistency.map { .string($0.base64) })
        }
        return json
    }
}

extension CoverageProof.Neighbour {
    fileprivate var members: JSONObject {
        var json = path.members
        json["requestHash"] = .string(leaf.requestHash.base64)
        json["commitment"] = .string(leaf.commitment.base64)
        json["breached"] = .integer(leaf.sum.breached)
        json["sums"] = leaf.sum.json
        return json
    }
}

extension CoveragePath {
    fileprivate var members: JSONObject {
        [
            "index": .integer(index),
            "path": .array(
                siblings.map { node in
                    [
                        "hash": .string(node.hash.base64), "requests": .integer(node.sum.requests),
                        "breached": .integer(node.sum.breached), "sums": node.sum.json,
                    ]
                }),
        ]
    }
}

extension CoverageSum {
    fileprivate var json: JSON {
        .array(amounts.map { [.integer($0.paid), .integer($0.owed), .integer($0.waived)] })
    }
}

import CanonicalJSON
import Cryptography
import Foundation
import Multiformats
import TestSupport
import Testing
import TransparencyLog

/// Failure test 12, a seeded part of it: what our parsers and those of x/mod say of the same damaged things. Where they
/// differ, ours must be the stricter one, for a reason that stands here.
@Suite("Our parsers and those of x/mod", .enabled(if: LogTools.isExpected, LogTools.absence), .serialized)
struct LogDifferentialTests {
    private let signer: NoteSigner
    private let leaves = (0..<40).map { MerkleTree.leafHash(Array("leaf-\($0)".utf8)) }

    init() throws {
        signer = NoteSigner(
            name: try KeyName("log.example"), privateKey: try Ed25519PrivateKey(seed: Array(repeating: 3, count: 32)))
    }

    /// What x/mod says of each, in their order.
    private func judge(_ kind: String, _ asked: [JSON]) throws -> [Bool] {
        let file = FileManager.default.temporaryDirectory.appending(path: "judge-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        let questions: JSON = .object(
            JSONObject(uniqueMembers: [(kind, .array(asked)), ("vkey", .string(signer.verifierKey.vkey))]))
        try Data(questions.canonicalBytes).write(to: file)
        let answers = try #require(try LogTools.go(["judge", file.path])[kind]?.arrayValue)
        try #require(answers.count == asked.count)
        return answers.map { $0 == true }
    }

    private func bytes(_ bytes: [UInt8]) -> JSON { .string(Base64.encode(bytes)) }

    @Test("of a damaged note: we accept nothing that x/mod refuses, and refuse more only for base64 with loose ends")
    func notes() throws {
        var random = SeededRandom(seed: 21)
        var note = try SignedNote(signing: "log.example\n5\nAAAA\n\nmore — text\n", by: signer)
        try note.add(try NoteSignature(line: "— other.example AAAAAAAAAAAA"))
        let notes = [note.bytes] + (0..<4000).map { _ in note.bytes.damaged(&random) }
        var accepted = 0
        for (note, isGood) in zip(notes, try judge("notes", notes.map(bytes))) {
            do throws(TransparencyLogError) {
                _ = try SignedNote(parsing: note).verifiedSignatures(by: [signer.verifierKey])
                #expect(isGood, "only we accept \(String(decoding: note, as: UTF8.self).debugDescription)")
                accepted += 1
            } catch {
                let isLoose = error == .malformed(.note, problem: "a signature is not canonical base64")
                #expect(
                    !isGood || isLoose,
                    "only x/mod accepts \(String(decoding: note, as: UTF8.self).debugDescription): \(error)")
            }
        }
        // Damage in the line of the unknown key is nobody's business.
        #expect(accepted > 10 && accepted < 3000, "\(accepted)")
    }

    @Test("of a damaged verifier key: we accept nothing that x/mod refuses, and refuse more only for its spelling")
    func keys() throws {
        var random = SeededRandom(seed: 22)
        let good = signer.verifierKey.vkey
        let keys = [Array(good.utf8)] + (0..<3000).map { _ in Array(good.utf8).damaged(&random) }
        for (key, isGood) in zip(keys, try judge("keys", keys.map(bytes))) {
            let ours = String(validating: key, as: UTF8.self).flatMap { try? VerifierKey(vkey: $0) }
            guard (ours != nil) != isGood else { continue }
            // Hexadecimal in capitals, or base64 with loose ends: the same key, written otherwise.
            let text = String(decoding: key, as: UTF8.self)
            #expect(ours == nil && text.lowercased() != text || text.hasPrefix("log.example+"), "\(text)")
            #expect(ours == nil, "only we accept \(text)")
        }
    }

    @Test("of a damaged path of a tile: the same, but for bundles and levels beyond 63")
    func paths() throws {
        var random = SeededRandom(seed: 23)
        let good = ["tile/0/000", "tile/3/x001/x234/067.p/89", "tile/63/x999/000", "tile/1/255.p/255"]
        let paths =
            good
            + (0..<4000).map { number in
                String(decoding: Array(good[number % good.count].utf8).damaged(&random), as: UTF8.self)
            }
        for (path, isGood) in zip(paths, try judge("paths", paths.map { .string($0) })) {
            let isOurs = (try? TileCoordinate(path: path)) != nil
            // C2SP has the levels 0 to 63, x/mod has no end of them.
            let level = path.split(separator: "/").dropFirst().first.flatMap { Int($0) } ?? 0
            #expect(
                isOurs == isGood || isGood && (path.hasPrefix("tile/data/") || level > 63), "\(path): ours \(isOurs)")
        }
    }

    /// The tree of the first leaves, with its one partial tile.
    private func tree(_ size: Int) throws -> (head: TreeHead, tile: (TileCoordinate) throws -> [UInt8]) {
        let hashes = leaves.flatMap(\.bytes)
        let tile: (TileCoordinate) throws -> [UInt8] = { _ in hashes }
        return (TreeHead(size: UInt64(size), root: try MerkleTree.root(size: UInt64(size), tile: tile)), tile)
    }

    @Test("of inclusion proofs, right, damaged, or for something else: the same")
    func records() throws {
        var random = SeededRandom(seed: 24)
        var (asked, ours): ([JSON], [Bool]) = ([], [])
        for _ in 0..<4000 {
            let size = Int.random(in: 1...leaves.count, using: &random)
            let tree = try tree(size)
            let index = UInt64.random(in: 0..<UInt64(size), using: &random)
            var proof = try MerkleTree.inclusionProof(index: index, size: tree.head.size, tile: tree.tile)
            var (shownIndex, shownSize) = (index, tree.head.size)
            proof.damage(&shownIndex, &shownSize, using: &random)
            let leaf = leaves[Int(index)]
            ours.append(
                holds {
                    try MerkleTree.verifyInclusion(
                        of: leaf, at: shownIndex, in: TreeHead(size: shownSize, root: tree.head.root), proof: proof)
                })
            asked.append([
                "Index": .integer(Int64(shownIndex)), "Size": .integer(Int64(shownSize)), "Leaf": .string(leaf.base64),
                "Root": .string(tree.head.root.base64), "Proof": .array(proof.map { .string($0.base64) }),
            ])
        }
        #expect(try judge("records", asked) == ours)
        #expect(ours.contains(true) && ours.contains(false))
    }

    @Test("of consistency proofs, right, damaged, or for something else: the same")
    func trees() throws {
        var random = SeededRandom(seed: 25)
        var (asked, ours): ([JSON], [Bool]) = ([], [])
        for _ in 0..<4000 {
            let size = Int.random(in: 1...leaves.count, using: &random)
            let old = Int.random(in: 1...size, using: &random)
            let (new, before) = (try tree(size), try tree(old).head)
            var proof = try MerkleTree.consistencyProof(from: before.size, to: new.head.size, tile: new.tile)
            var (shownOld, shownNew) = (before.size, new.head.size)
            proof.damage(&shownOld, &shownNew, using: &random)
            ours.append(
                shownOld > 0
                    && holds {
                        try MerkleTree.verifyConsistency(
                            from: TreeHead(size: shownOld, root: before.root),
                            to: TreeHead(size: shownNew, root: new.head.root), proof: proof)
                    })
            asked.append([
                "Old": .integer(Int64(shownOld)), "New": .integer(Int64(shownNew)),
                "OldRoot": .string(before.root.base64), "NewRoot": .string(new.head.root.base64),
                "Proof": .array(proof.map { .string($0.base64) }),
            ])
        }
        #expect(try judge("trees", asked) == ours)
        #expect(ours.contains(true) && ours.contains(false))
    }

    private func holds(_ verify: () throws -> Void) -> Bool {
        do {
            try verify()
            return true
        } catch {
            return false
        }
    }
}

extension [UInt8] {
    /// The bytes with one to three faults.
    fileprivate func damaged(_ random: inout SeededRandom) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes.insert(Self.interesting.randomElement(using: &random) ?? 0, at: place)
            case 2: bytes.remove(at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.insert(contentsOf: bytes[place..<Swift.min(place + 60, bytes.count)], at: place)
            default: bytes[place] = Self.interesting.randomElement(using: &random) ?? 0
            }
        }
        return bytes
    }

    private static let interesting: [UInt8] = Array("\n\r \t+=—/x.p0AZ9".utf8) + [0, 0x7F, 0x80, 0xC2, 0xFF]
}

extension [SHA256Digest] {
    /// Half the time something about a proof is made wrong: a hash, their number or order, or what it is shown for.
    fileprivate mutating func damage(_ low: inout UInt64, _ high: inout UInt64, using random: inout SeededRandom) {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: append(MerkleTree.emptyRoot)
        case 1: insert(MerkleTree.emptyRoot, at: 0)
        case 2 where !isEmpty: removeLast()
        case 3 where !isEmpty: removeFirst()
        case 4 where count > 1: swapAt(0, count - 1)
        case 5: low = UInt64.random(in: 0...high, using: &random)
        case 6: high = Swift.max(low, UInt64.random(in: 1...64, using: &random))
        default: break
        }
    }
}

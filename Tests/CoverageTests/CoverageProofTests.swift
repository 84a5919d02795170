import CanonicalJSON
import Coverage
import Cryptography
import TestSupport
import Testing
import TransparencyLog

@Suite("Proofs of coverage, as files")
struct CoverageProofTests {
    @Test("a request that is there is shown with its amounts, in trees of every shape", arguments: 1..<20)
    func there(count: Int) throws {
        var random = SeededRandom(seed: 100 + UInt64(count))
        let requests = try Requests(count, using: &random)
        for index in 0..<count {
            let proof = try requests.proof(of: index)
            try proof.verify()
            let read = try CoverageProof(proof.json)
            #expect(read == proof && read.statement.units == ["DAYS", "PFC"])
            try read.verify()
        }
    }

    @Test("a request that is not there is shown by its neighbours, also before the first and behind the last")
    func absent() throws {
        var random = SeededRandom(seed: 5)
        var atEnds = 0
        for count in 0..<12 {
            let requests = try Requests(count, using: &random)
            for number in 0..<20 {
                let proof = try requests.proof(ofAbsent: "x\(number)")
                try CoverageProof(proof.json).verify()
                if case .neighbours(let shown) = proof.shown, shown.count < min(2, count) { atEnds += 1 }
            }
        }
        #expect(atEnds > 10)
    }

    @Test("a request that is there cannot be shown to be absent")
    func hidden() throws {
        var random = SeededRandom(seed: 6)
        let requests = try Requests(9, using: &random)
        let (leaves, (root, paths)) = (try requests.leaves(), try requests.tree(proving: Set(0..<9)))
        func neighbour(_ index: Int) -> CoverageProof.Neighbour {
            .init(leaf: leaves[index], path: CoveragePath(index: Int64(index), siblings: paths[index] ?? []))
        }
        let own = requests.openings[4].opening.request
        for shown in [[3, 5], [3, 4], [4, 5], [3], [5], [], [4], [0, 8], [5, 3]] {
            let proof = try CoverageProof(
                request: own, note: requests.note(root), shown: .neighbours(shown.map(neighbour)), checkpoint: nil)
            #expect(throws: CoverageError.self, "\(shown)") { try proof.verify() }
        }
    }

    @Test("any change of a file is refused, by the parser or by a node", arguments: 0..<40)
    func mutated(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let requests = try Requests(Int.random(in: 1...20, using: &random), using: &random)
        let isThere = Bool.random(using: &random)
        let proof =
            try isThere
            ? requests.proof(of: Int.random(in: requests.openings.indices, using: &random))
            : requests.proof(ofAbsent: "x\(seed)")
        let original = JSON.object(proof.json)
        var refused = 0
        for _ in 0..<60 {
            let changed = original.mutated(using: &random)
            // The note is for whoever has the key; an absence proves as much of a neighbouring identifier.
            guard changed != original, changed["statement"] == original["statement"],
                isThere || changed["request"] == original["request"], let object = changed.objectValue
            else { continue }
            #expect(throws: CoverageError.self, "\(changed.canonicalString)") { try CoverageProof(object).verify() }
            refused += 1
        }
        #expect(refused > 10)
    }

    @Test("each node of a path is named when it is wrong")
    func named() throws {
        var random = SeededRandom(seed: 9)
        let requests = try Requests(13, using: &random)
        let proof = JSON.object(try requests.proof(of: 2).json)
        let changes: [(String, JSON, String)] = [
            ("/leaf/path/1/requests", 1, "level 1"), ("/leaf/path/0/requests", 2, "level 0"),
            ("/leaf/path/2/sums/1/0", .integer(JSON.largestInteger), "level 4"), ("/leaf/index", 3, "level"),
        ]
        for (pointer, value, words) in changes {
            let object = try #require(proof.replacing(pointer, by: value).objectValue)
            let error = #expect(throws: CoverageError.self) { try CoverageProof(object).verify() }
            #expect("\(try #require(error))".contains(words), "\(pointer): \(error.map { "\($0)" } ?? "")")
        }
        let negative = try #require(proof.replacing("/leaf/path/0/sums/0/0", by: -1).objectValue)
        #expect(throws: CoverageError.self) { try CoverageProof(negative) }
        let overflow = proof.replacing("/leaf/path/0/sums/0/0", by: .integer(-1))
        #expect(throws: CoverageError.self) { try CoverageProof(#require(overflow.objectValue)) }
    }

    @Test("the text of a statement is read back byte for byte, and any other text is refused", arguments: 0..<10)
    func statement(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let requests = try Requests(7, using: &random)
        let text = try CoverageStatement(parsing: requests.note(requests.tree().root).text).text
        #expect(try CoverageStatement(parsing: text).text == text)
        #expect(throws: TransparencyLogError.self) { try Checkpoint(parsing: text) }
        let lines = text.split(separator: "\n").map(String.init)
        for index in lines.indices.dropFirst() {
            for changed in [lines[index] + " ", " " + lines[index], "", lines[index].uppercased() + "é"] {
                var other = lines
                other[index] = changed
                let text = other.map { $0 + "\n" }.joined()
                // A unit is any one line.
                if index >= 8, (try? CoverageStatement(parsing: text).text) == text { continue }
                #expect(throws: CoverageError.self, "\(changed)") { try CoverageStatement(parsing: text) }
            }
        }
        for wrong in [
            "", "\n", "log.example\ncoverage v1\n", text + "\n", String(text.dropLast()), "sum 1 1 1 X\n" + text,
        ] {
            #expect(throws: CoverageError.self) { try CoverageStatement(parsing: wrong) }
        }
    }

    @Test("units that are not sorted, or stand twice, are refused")
    func units() throws {
        let sum = try CoverageSum(requests: 0, breached: 0, amounts: [.zero, .zero])
        for units in [["PFC", "DAYS"], ["PFC", "PFC"], ["", "PFC"], ["A\nB", "PFC"], ["PFC"]] {
            #expect(throws: CoverageError.self, "\(units)") {
                try CoverageStatement(
                    origin: "log.example", log: TreeHead(size: 1, root: SHA256.hash([])), time: 0, units: units,
                    tree: CoverageNode(hash: SHA256.hash([]), sum: sum))
            }
        }
    }

    @Test("random bytes and random documents never crash the reader", arguments: 0..<20)
    func fuzz(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let requests = try Requests(6, using: &random)
        let proof = JSON.object(try requests.proof(of: 1).json)
        for _ in 0..<100 {
            var bytes = proof.canonicalBytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = bytes.indices.randomElement(using: &random) ?? 0
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            guard let object = (try? JSON(parsing: bytes))?.objectValue, JSON.object(object) != proof else { continue }
            guard let read = try? CoverageProof(object) else { continue }
            #expect(JSON.object(read.json) == .object(object))
        }
    }
}

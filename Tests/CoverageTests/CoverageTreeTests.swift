import CanonicalJSON
import Coverage
import Cryptography
import Foundation
import TestSupport
import Testing
import TransparencyLog

@Suite("The tree of coverage, by the page of its room")
struct CoverageTreeTests {
    private struct Case {
        let name: String
        let root: String
        let sum: [Int64]
        let found: CoverageNode

        init(_ json: JSON) throws {
            name = json["name"]?.stringValue ?? ""
            root = json["root"]?.stringValue ?? ""
            sum = (json["sum"]?.arrayValue ?? []).compactMap(\.integerValue)
            let units = (json["units"]?.arrayValue ?? []).compactMap(\.stringValue)
            let size = UInt64(json["size"]?.integerValue ?? 0)
            let leaves = try (json["leaves"]?.arrayValue ?? []).map { leaf in
                var sums: [String: Amounts] = [:]
                for (unit, amounts) in leaf["sums"]?.objectValue ?? [:] {
                    let numbers = (amounts.arrayValue ?? []).compactMap(\.integerValue)
                    sums[unit] = try Amounts(paid: numbers[0], owed: numbers[1], waived: numbers[2])
                }
                let salt = UInt8((leaf["salt"]?.stringValue ?? "").prefix(2), radix: 16) ?? 0
                return try CoverageOpening(
                    request: leaf["request"]?.stringValue ?? "", size: size,
                    isBreached: leaf["breached"] == 1, sums: sums
                ).leaf(salt: Array(repeating: salt, count: 32), units: units)
            }
            var builder = CoverageTreeBuilder(units: units.count)
            for leaf in leaves.sorted(by: { $0.requestHash < $1.requestHash }) { try builder.append(leaf) }
            found = try builder.finish().root
        }
    }

    @Test("the trees of vectors/coverage, worked by hand")
    func vectors() throws {
        let file = Conformance.projectRoot.appending(path: "vectors/coverage/trees.json")
        let cases = try JSON(parsing: [UInt8](Data(contentsOf: file))).arrayValue ?? []
        #expect(cases.count == 3)
        for json in cases {
            let one = try Case(json)
            #expect(one.found.hash.base64 == one.root, "\(one.name)")
            #expect(one.found.sum.numbers == one.sum, "\(one.name)")
        }
    }

    @Test("Python's standard library arrives at the same roots", .enabled(if: Python.isThere, Python.absence))
    func python() throws {
        var random = SeededRandom(seed: 61)
        var (lines, expected): ([String], [String]) = ([], [])
        for count in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 64, 100] {
            let requests = try Requests(count, units: ["DAYS", "EUR", "PFC"], using: &random)
            let root = try requests.tree().root
            lines.append(requests.json.canonicalString)
            expected.append(([root.hash.base64] + root.sum.numbers.map(String.init)).joined(separator: " "))
        }
        #expect(try Python.run("coverage_tree.py", input: lines) == expected)
    }

    @Test("each leaf's path leads to the root, and each is found in a tree of its own size", arguments: 0..<24)
    func paths(count: Int) throws {
        var random = SeededRandom(seed: UInt64(count))
        let requests = try Requests(count, using: &random)
        let (leaves, (root, paths)) = (try requests.leaves(), try requests.tree(proving: Set(0..<count)))
        let sums = try leaves.reduce(CoverageSum.zero(units: 2)) { try $0.adding($1.sum) }
        #expect(root.sum == sums && root.sum.requests == Int64(count))
        #expect(paths.count == count)
        for (index, leaf) in leaves.enumerated() {
            let path = CoveragePath(index: Int64(index), siblings: paths[index] ?? [])
            #expect(try path.root(from: leaf.node, count: Int64(count)) == root)
            #expect(throws: CoverageError.self) {
                let other = CoveragePath(index: Int64(index) + Int64(count), siblings: path.siblings)
                return try other.root(from: leaf.node, count: Int64(count))
            }
        }
    }

    @Test("leaves in another order, twice, or of two requests are refused")
    func order() throws {
        var random = SeededRandom(seed: 3)
        let leaves = try Requests(4, using: &random).leaves()
        for wrong in [[1, 0], [0, 0], [0, 2, 1]] {
            var builder = CoverageTreeBuilder(units: 2)
            #expect(throws: CoverageError.self) { for index in wrong { try builder.append(leaves[index]) } }
        }
        var builder = CoverageTreeBuilder(units: 2)
        let double = CoverageLeaf(
            requestHash: leaves[0].requestHash, commitment: leaves[0].commitment,
            sum: try CoverageSum(requests: 2, breached: 0, amounts: [.zero, .zero]))
        #expect(throws: CoverageError.self) { try builder.append(double) }
    }

    @Test("a sum below zero or beyond 63 bits is refused")
    func sums() throws {
        let table: [(Int64, Int64, Int64)] = [
            (-1, 0, 0), (0, -1, 0), (0, 0, -1), (.min, 0, 0), (.max, 0, 0), (0, JSON.largestInteger + 1, 0),
        ]
        for (paid, owed, waived) in table {
            #expect(throws: CoverageError.self) { try Amounts(paid: paid, owed: owed, waived: waived) }
        }
        #expect(throws: CoverageError.self) { try CoverageSum(requests: -1, breached: -1, amounts: []) }
        #expect(throws: CoverageError.self) { try CoverageSum(requests: 1, breached: 2, amounts: []) }
        let most = try Amounts(paid: JSON.largestInteger, owed: 0, waived: 0)
        #expect(throws: CoverageError.self) { try most.adding(Amounts(paid: 1, owed: 0, waived: 0)) }
        let leaves = try (0..<2).map { number in
            try CoverageOpening(request: "r\(number)", size: 1, isBreached: true, sums: ["PFC": most])
                .leaf(salt: Array(repeating: 0, count: 32), units: ["PFC"])
        }.sorted { $0.requestHash < $1.requestHash }
        var builder = CoverageTreeBuilder(units: 1)
        try builder.append(leaves[0])
        #expect(throws: CoverageError.self) { try builder.append(leaves[1]) }
    }
}

extension CoverageSum {
    var numbers: [Int64] { [requests, breached] + amounts.flatMap { [$0.paid, $0.owed, $0.waived] } }
}

extension Requests {
    /// As the other implementation reads it.
    var json: JSON {
        [
            "size": .integer(Int64(Self.size)), "units": .array(units.map(JSON.string)),
            "leaves": .array(
                openings.map { opening, salt in
                    var sums: JSONObject = [:]
                    for (unit, amounts) in opening.sums {
                        sums[unit] = [.integer(amounts.paid), .integer(amounts.owed), .integer(amounts.waived)]
                    }
                    return [
                        "request": .string(opening.request), "breached": .integer(opening.isBreached ? 1 : 0),
                        "salt": .string(salt.map { String($0 / 16, radix: 16) + String($0 % 16, radix: 16) }.joined()),
                        "sums": .object(sums),
                    ]
                }),
        ]
    }
}

enum Python {
    static let absence: Comment = "python3 is not on this machine"
    static var isThere: Bool {
        ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.fileExists(atPath: "/usr/bin/python3")
    }

    static func run(_ script: String, input lines: [String]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "punctual-coverage-\(UUID().uuidString)")
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let path = Conformance.projectRoot.appending(path: "Tests/CoverageTests/Python/\(script)").path
        process.arguments = ["python3", "-B", path]
        let output = Pipe()
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }
}

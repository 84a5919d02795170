package import CanonicalJSON
package import Coverage
import Cryptography
import Multiformats

/// What is paid, owed and waived of all requests, as of a size of the log: the page "Coverage".
package struct CoverageStated: EventContent {
    package static let type = "coverage.stated"
    /// The first so many entries.
    package let size: UInt64
    /// Sorted by their bytes.
    package let units: [String]
    /// The root of the tree with its counts and sums.
    package let tree: CoverageNode

    package init(size: UInt64, units: [String], tree: CoverageNode) {
        (self.size, self.units, self.tree) = (size, units, tree)
    }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        let (size, root) = (try facts.integer("size"), try facts.string("root"))
        guard size >= 0, let bytes = try? Base64.decode(root), let hash = SHA256Digest(bytes) else {
            throw JSONShapeError(
                pointer: facts.pointer(to: "root"), problem: "expected a size and the base64 of a hash")
        }
        let (requests, breached) = (try facts.integer("requests"), try facts.integer("breached"))
        var (units, amounts): ([String], [Amounts]) = ([], [])
        for (item, pointer) in try facts.array("sums") {
            var sum = try ObjectReader(item, at: pointer)
            units.append(try sum.string("unit"))
            let (paid, owed, waived) = (try sum.integer("paid"), try sum.integer("owed"), try sum.integer("waived"))
            try sum.finish()
            amounts.append(
                try Self.shaped(pointer) { () throws(CoverageError) in
                    try Amounts(paid: paid, owed: owed, waived: waived)
                })
        }
        let sum = try Self.shaped(facts.pointer(to: "requests")) { () throws(CoverageError) in
            try CoverageSum(requests: requests, breached: breached, amounts: amounts)
        }
        self.init(size: UInt64(size), units: units, tree: CoverageNode(hash: hash, sum: sum))
    }

    private static func shaped<Value>(
        _ pointer: JSONPointer, _ body: () throws(CoverageError) -> Value
    ) throws(JSONShapeError) -> Value {
        do throws(CoverageError) {
            return try body()
        } catch {
            throw JSONShapeError(pointer: pointer, problem: "\(error)")
        }
    }

    package var facts: JSONObject {
        [
            "size": .integer(Int64(size)), "root": .string(Base64.encode(tree.hash.bytes)),
            "requests": .integer(tree.sum.requests), "breached": .integer(tree.sum.breached),
            "sums": .array(
                zip(units, tree.sum.amounts).map { unit, amounts in
                    [
                        "unit": .string(unit), "paid": .integer(amounts.paid), "owed": .integer(amounts.owed),
                        "waived": .integer(amounts.waived),
                    ]
                }),
        ]
    }
}

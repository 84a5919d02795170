package import CanonicalJSON
import Cryptography
package import TransparencyLog

/// What a leaf commits to: how one request stands, among the first entries of the log.
package struct CoverageOpening: Hashable, Sendable {
    /// The identifier of the request.
    package let request: String
    /// Of the statement.
    package let size: UInt64
    /// Whether its promise was broken.
    package let isBreached: Bool
    /// By unit, for those in which something is not 0.
    package let sums: [String: Amounts]

    package init(request: String, size: UInt64, isBreached: Bool, sums: [String: Amounts]) {
        (self.request, self.size, self.isBreached) = (request, size, isBreached)
        self.sums = sums.filter { $0.value != .zero }
    }

    /// Reads the member `opening` of a proof.
    package init(_ json: JSON) throws(CoverageError) {
        do throws(JSONShapeError) {
            var reader = try ObjectReader(json)
            let (request, size) = (try reader.string("request"), try reader.integer("size"))
            let breached = try reader.integer("breached")
            var sums: [String: Amounts] = [:]
            for (item, pointer) in try reader.array("sums") {
                var sum = try ObjectReader(item, at: pointer)
                let unit = try sum.string("unit")
                let (paid, owed, waived) = (try sum.integer("paid"), try sum.integer("owed"), try sum.integer("waived"))
                try sum.finish()
                guard let amounts = try? Amounts(paid: paid, owed: owed, waived: waived) else {
                    throw JSONShapeError(pointer: pointer, problem: "no amount may be negative")
                }
                sums[unit] = amounts
            }
            try reader.finish()
            guard 0...1 ~= breached, size >= 0 else {
                throw JSONShapeError(pointer: JSONPointer(), problem: "breached is 0 or 1, and size not negative")
            }
            self.init(request: request, size: UInt64(size), isBreached: breached == 1, sums: sums)
        } catch {
            throw .malformed("opening\(error.pointer): \(error.problem)")
        }
        guard self.json == json else { throw .malformed("the sums of the opening are not sorted, or more than needed") }
    }

    /// The value that is committed to; its RFC 8785 form are the bytes.
    package var json: JSON {
        let sorted = sums.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return [
            "breached": .integer(isBreached ? 1 : 0), "request": .string(request), "size": .integer(Int64(size)),
            "sums": .array(
                sorted.map { unit, amounts in
                    [
                        "owed": .integer(amounts.owed), "paid": .integer(amounts.paid), "unit": .string(unit),
                        "waived": .integer(amounts.waived),
                    ]
                }),
        ]
    }

    /// The name under which a leaf commits, in the statement of a size.
    package static func field(size: UInt64) -> String { "coverage/\(size)" }

    /// The leaf, with the salt that its person's key gives.
    ///
    /// - Parameter units: those of the statement.
    /// - Throws: ``CoverageError/notCovered(_:)`` where something is in a unit that the statement does not have.
    package func leaf(salt: [UInt8], units: [String]) throws(CoverageError) -> CoverageLeaf {
        let opening: Opening
        do throws(TransparencyLogError) {
            opening = try Opening(field: Self.field(size: size), salt: salt, value: json.canonicalBytes)
        } catch {
            throw .malformed("\(error)")
        }
        return try leaf(committed: opening.commitment, units: units)
    }

    /// The leaf, where its commitment is at hand.
    package func leaf(committed commitment: Commitment, units: [String]) throws(CoverageError) -> CoverageLeaf {
        if let other = sums.keys.first(where: { !units.contains($0) }) {
            throw .notCovered("the statement has no unit \(other.debugDescription)")
        }
        let sum = try CoverageSum(
            requests: 1, breached: isBreached ? 1 : 0, amounts: units.map { sums[$0] ?? .zero })
        return CoverageLeaf(
            requestHash: CoverageLeaf.hash(ofRequest: request), commitment: commitment.digest, sum: sum)
    }
}

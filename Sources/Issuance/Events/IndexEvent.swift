package import CanonicalJSON
package import TransparencyLog

/// How far the entries about each request and each issuer go, as of a size of the log: the room `TransparencyLog` says
/// what the tree is.
package struct RequestsIndexed: EventContent {
    package static let type = ChainIndex.entryType
    package let index: ChainIndex

    package init(_ index: ChainIndex) { self.index = index }

    package init(_ facts: inout ObjectReader, _ openings: inout ObjectReader) throws(JSONShapeError) {
        let said: JSONObject = [
            "size": .integer(try facts.integer("size")), "leaves": .integer(try facts.integer("leaves")),
            "root": .string(try facts.string("root")),
        ]
        do throws(TransparencyLogError) {
            index = try ChainIndex(facts: said)
        } catch {
            throw JSONShapeError(pointer: facts.pointer(to: "root"), problem: "\(error)")
        }
    }

    package var facts: JSONObject { index.facts }
}

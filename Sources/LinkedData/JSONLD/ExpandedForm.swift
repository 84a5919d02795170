import CanonicalJSON

/// Expanded document form ([JSON-LD 1.1, 3.4](https://www.w3.org/TR/json-ld11/#expanded-document-form)), typed: the
/// one result of expansion, which is then written as JSON or read as RDF.
enum ExpandedItem {
    case node(NodeObject)
    case value(ValueObject)
    case list(ListObject)
}

/// What expansion makes of one value: the specification's null, map or array of maps.
enum Expansion {
    case none
    case one(ExpandedItem)
    case many([ExpandedItem])

    /// The maps, as an array.
    var items: [ExpandedItem] {
        switch self {
        case .none: []
        case .one(let item): [item]
        case .many(let items): items
        }
    }
}

/// An entry of a node object: a property's IRI with values, in the order of the document. Several entries may have one
/// IRI, because several terms may.
struct PropertyEntry {
    let property: String
    var values: Expansion
}

/// A node, possibly with a graph of its own. A class, because maps add to their items after they are expanded; it
/// never leaves the run that made it.
final class NodeObject {
    /// The `@id` of a node.
    enum Identifier {
        case absent
        /// Given, but as a word that is reserved: no statement can be made with it.
        case null
        case iri(String)
    }

    var id = Identifier.absent
    var types: [String]?
    var index: String?
    var graph: [ExpandedItem]?
    var included: [ExpandedItem]?
    var properties: [PropertyEntry] = []
    var reverse: [PropertyEntry] = []

    /// Whether it is a graph object: a graph, possibly with `@id` and `@index`, and nothing else.
    var isGraphObject: Bool {
        graph != nil && types == nil && included == nil && properties.isEmpty && reverse.isEmpty
    }

    init() {}

    /// A graph object around items.
    init(graph: [ExpandedItem]) { self.graph = graph }
}

/// A literal. A class like its siblings, so that items are one word and recursion needs little stack.
final class ValueObject {
    let value: JSON
    /// An IRI, or `@json`.
    var type: String?
    var language: String?
    var direction: Direction?
    var index: String?

    init(_ value: JSON, type: String? = nil) { (self.value, self.type) = (value, type) }
}

/// An ordered list.
final class ListObject {
    let items: [ExpandedItem]
    var index: String?
    /// What its cells are named after, if they have names.
    let name: String?

    init(_ items: [ExpandedItem], name: String? = nil) { (self.items, self.name) = (items, name) }
}

extension ExpandedItem {
    /// The item as JSON.
    var json: JSON {
        switch self {
        case .node(let node): .object(node.json)
        case .value(let value): .object(value.json)
        case .list(let list):
            .object(
                JSONObject(present: ["@list": .array(list.items.map(\.json)), "@index": list.index.map(JSON.string)]))
        }
    }
}

extension JSONObject {
    /// The members that are there.
    fileprivate init(present members: KeyValuePairs<String, JSON?>) {
        self.init(uniqueMembers: members.compactMap { key, value in value.map { (key: key, value: $0) } })
    }
}

extension ValueObject {
    fileprivate var json: JSONObject {
        JSONObject(present: [
            "@value": value, "@type": type.map(JSON.string), "@language": language.map(JSON.string),
            "@direction": direction.map { .string($0.rawValue) }, "@index": index.map(JSON.string),
        ])
    }
}

extension NodeObject {
    fileprivate var json: JSONObject {
        let keywords = JSONObject(present: [
            "@id": identifierJSON, "@type": types.map { .array($0.map(JSON.string)) },
            "@index": index.map(JSON.string), "@graph": graph.map { .array($0.map(\.json)) },
            "@included": included.map { .array($0.map(\.json)) },
            "@reverse": reverse.isEmpty ? nil : .object(JSONObject(uniqueMembers: members(reverse))),
        ])
        return JSONObject(uniqueMembers: Array(keywords) + members(properties))
    }

    private var identifierJSON: JSON? {
        switch id {
        case .absent: nil
        case .null: .null
        case .iri(let iri): .string(iri)
        }
    }

    /// Each property once, with the values of all its entries.
    private func members(_ entries: [PropertyEntry]) -> [JSONObject.Element] {
        let values = Dictionary(grouping: entries) { CodeUnits($0.property) }
        return values.map { ($0.key.text, .array($0.value.flatMap { $0.values.items.map(\.json) })) }
    }
}

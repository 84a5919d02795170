import CanonicalJSON

/// [JSON-LD 1.1 API, 5.1](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm), step 13.8: maps whose keys are
/// indexes, ids or types.
extension Processor {
    mutating func expandIndexMap(
        _ map: JSONObject, _ key: String, _ term: DefinedTerm, in context: ActiveContext
    ) throws(LinkedDataError) -> [ExpandedItem] {
        let container = term.definition.container
        var result: [ExpandedItem] = []
        for (index, value) in map {
            enter(.key(index))
            let inner = try mapContext(index, container, in: context)
            let isNone: Bool
            if case .keyword(.none) = context.state.expandIRI(index, .vocab) { isNone = true } else { isNone = false }
            let property = ActiveProperty.property(key, inner.term(key))
            for item in try expand(value, property, in: inner, isFromMap: true).items {
                var item = item
                if container.contains(.graph) { item = graphObject(item) }
                if !isNone { try add(index, to: item, term.definition, in: context) }
                result.append(item)
            }
            leave()
        }
        return result
    }

    /// Steps 13.8.3.1 to 13.8.3.3.
    private mutating func mapContext(
        _ index: String, _ container: Container, in context: ActiveContext
    ) throws(LinkedDataError) -> ActiveContext {
        guard !container.isDisjoint(with: [.id, .type]) else { return context }
        let outer = context.state.previous ?? context
        guard container.contains(.type), let term = outer.term(index), term.definition.context != nil else {
            return outer
        }
        return try applyContext(of: term, on: outer, asProperty: false)
    }

    private func graphObject(_ item: ExpandedItem) -> ExpandedItem {
        if case .node(let node) = item, node.isGraphObject { return item }
        return .node(NodeObject(graph: [item]))
    }

    /// Steps 13.8.3.7.2 to 13.8.3.7.5: what the key says about the item.
    private mutating func add(
        _ index: String, to item: ExpandedItem, _ definition: TermDefinition, in context: ActiveContext
    ) throws(LinkedDataError) {
        if definition.container.contains(.index) {
            if let property = definition.index, property != "@index" {
                try addProperty(property, index, to: node(item), in: context)
            } else {
                addIndex(index, to: item)
            }
            return
        }
        let node = try node(item)
        if definition.container.contains(.id) {
            guard case .absent = node.id else { return }
            node.id = try identifier(index, .documentRelative, in: context)
        } else if let type = try expandType(index, in: context) {
            if type == "@json" { try refuseLoss(.reservedTerm, "@json is the type of a value, and this is a node") }
            node.types = [type] + (node.types ?? [])
        }
    }

    private func node(_ item: ExpandedItem) throws(LinkedDataError) -> NodeObject {
        guard case .node(let node) = item else {
            throw failure(.invalidValueObject, "the key of this map describes a node, and the value is none")
        }
        return node
    }

    private mutating func addProperty(
        _ property: String, _ index: String, to node: NodeObject, in context: ActiveContext
    ) throws(LinkedDataError) {
        let value = try expandValue(.string(index), context.term(property), in: context)
        guard case .iri(let iri) = context.state.expandIRI(property, .vocab) else { return }
        if options.isSafe, !IRI.isWellFormed(iri) {
            throw failure(.illFormedIRI, "the IRI \(quoted(iri)) of @index is not well-formed")
        }
        node.properties.insert(PropertyEntry(property: iri, values: .one(value)), at: 0)
    }

    private func addIndex(_ index: String, to item: ExpandedItem) {
        switch item {
        case .node(let node): node.index = node.index ?? index
        case .value(let value): value.index = value.index ?? index
        case .list(let list): list.index = list.index ?? index
        }
    }
}

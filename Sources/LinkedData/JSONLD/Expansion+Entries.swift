import CanonicalJSON

/// What the entries of one object have in common.
struct MapScope {
    /// The property that the object is a value of.
    var property: ActiveProperty
    var context: ActiveContext
    /// The context before those of the object's types: its types are expanded in it.
    let typeScoped: ActiveContext
    /// The object itself, also while the values of a `@nest` in it are read.
    let whole: JSONObject
}

/// Steps 13 and 14.
extension Processor {
    mutating func expandEntries(
        of element: JSONObject, _ scope: MapScope, into result: inout MapResult
    ) throws(LinkedDataError) {
        var nests: [(key: String, value: JSON)] = []
        result.properties.reserveCapacity(element.count)
        for (key, value) in element {
            if key.utf8.first == UInt8(ascii: "@"), key == "@context" { continue }
            enter(.key(key))
            let term = scope.context.term(key)
            let property = term.map { meaning(of: $0) } ?? scope.context.state.expandIRI(key, .vocab)
            switch property {
            case .null: try refuseLoss(.undefinedProperty, notDefined(key))
            case .keyword(.nest): nests.append((key, value))
            case .keyword(let keyword): try expandKeyword(keyword, value, scope, into: &result)
            case .iri(let iri):
                if term == nil { try charge(iri.utf8.count / 32) }
                if try isProperty(iri, key, term) {
                    try expandProperty(iri, key, term, value, scope.context, into: &result)
                }
            }
            leave()
        }
        for (key, value) in nests {
            enter(.key(key))
            try expandNest(key, value, scope, into: &result)
            leave()
        }
    }

    private func meaning(of term: DefinedTerm) -> ExpandedIRI {
        switch term.definition.mapping {
        case .null: .null
        case .keyword(let keyword): .keyword(keyword)
        case .iri(let iri): .iri(iri)
        }
    }

    /// Step 13.3, and in safe mode whether RDF can have such a property.
    private func isProperty(_ iri: String, _ key: String, _ term: DefinedTerm?) throws(LinkedDataError) -> Bool {
        guard options.isSafe else { return iri.utf8.contains(UInt8(ascii: ":")) }
        if term?.isWellFormed == true { return true }
        guard !IRI.isBlank(iri) else {
            throw failure(.blankNodePredicate, "the property \(quoted(key)) is a blank node, which RDF does not have")
        }
        guard IRI.hasScheme(iri) else { throw failure(.undefinedProperty, notDefined(key)) }
        guard IRI.isWellFormed(iri) else {
            throw failure(.illFormedIRI, "the IRI \(quoted(iri)) has a character that IRIs do not have")
        }
        return true
    }

    private func notDefined(_ key: String) -> String {
        "no context defines \(quoted(key)), so it would not be signed; define it, or remove it"
    }

    /// Step 14.2.
    private mutating func expandNest(
        _ key: String, _ value: JSON, _ scope: MapScope, into result: inout MapResult
    ) throws(LinkedDataError) {
        var inner = scope
        let term = scope.context.term(key)
        inner.property = .property(key, term)
        if let term, term.definition.context != nil {
            inner.context = try applyContext(of: term, on: scope.context, asProperty: true)
        }
        for element in value.arrayValue ?? [value] {
            guard case .object(let object) = element,
                !object.contains(where: { inner.context.meansValue($0.key) })
            else { throw failure(.invalidNest, "the value of @nest is an object, or several, without @value") }
            try expandEntries(of: object, inner, into: &result)
        }
    }

    /// Steps 13.5 to 13.14.
    private mutating func expandProperty(
        _ iri: String, _ key: String, _ term: DefinedTerm?, _ value: JSON, _ context: ActiveContext,
        into result: inout MapResult
    ) throws(LinkedDataError) {
        let container = term?.definition.container ?? []
        var expansion: Expansion
        if case .json? = term?.definition.type {
            expansion = .one(.value(ValueObject(value, type: "@json")))
        } else if case .object(let map) = value, container.contains(.language), let term {
            expansion = .many(try expandLanguageMap(map, term, in: context))
        } else if case .object(let map) = value, let term, !container.isDisjoint(with: [.index, .type, .id]) {
            expansion = .many(try expandIndexMap(map, key, term, in: context))
        } else {
            expansion = try expand(value, .property(key, term), in: context)
        }
        if case .none = expansion { return }
        if container.contains(.list) {
            if case .one(.list) = expansion {} else {
                expansion = .one(.list(ListObject(expansion.items, name: placeName)))
            }
        }
        if container.contains(.graph), container.isDisjoint(with: [.id, .index]) {
            expansion = .many(expansion.items.map { .node(NodeObject(graph: [$0])) })
        }
        let entry = PropertyEntry(property: iri, values: expansion)
        if term?.definition.isReverse == true {
            try checkReverse(expansion)
            result.keywords.insert(.reverse)
            result.reverse.append(entry)
        } else {
            result.properties.append(entry)
        }
    }

    func checkReverse(_ expansion: Expansion) throws(LinkedDataError) {
        for item in expansion.items {
            if case .node = item { continue }
            throw failure(.invalidReversePropertyValue, "only a node can be the subject of a reverse property")
        }
    }
}

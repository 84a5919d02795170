import CanonicalJSON

/// The property whose values are being expanded.
enum ActiveProperty {
    /// Null: the top of the document, or the value of `@included`.
    case none
    case graph
    case reverse
    /// A term or an IRI as written, with its definition in the active context.
    case property(String, DefinedTerm?)

    /// Whether a value here belongs to nothing, so that only node objects stay.
    var isFree: Bool {
        switch self {
        case .none, .graph: true
        case .reverse, .property: false
        }
    }

    /// The same property as another context defines it.
    func defined(in context: ActiveContext) -> ActiveProperty {
        if case .property(let name, _) = self { .property(name, context.term(name)) } else { self }
    }
}

/// [JSON-LD 1.1 API, 5.1 Expansion Algorithm](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm)
extension Processor {
    /// A whole document in expanded form.
    mutating func expandDocument(_ document: JSON) throws(LinkedDataError) -> [ExpandedItem] {
        let expansion = try expand(document, .none, in: try startingContext())
        if case .one(.node(let node)) = expansion, let graph = node.graph, node.isGraphObject, node.index == nil,
            case .absent = node.id
        {
            return graph
        }
        return expansion.items
    }

    private mutating func startingContext() throws(LinkedDataError) -> ActiveContext {
        var context = registry.initialContext
        if let base = options.base ?? options.documentURL {
            var state = ContextState()
            (state.base, state.originalBase) = (base, options.documentURL ?? base)
            context = ActiveContext(state)
        }
        guard let outer = options.expandContext else { return context }
        return try process(outer["@context"] ?? outer, on: context)
    }

    /// Steps 1 to 6. Never inlined: recursion goes through here, and its callers' frames stay small.
    @inline(never)
    mutating func expand(
        _ element: JSON, _ property: ActiveProperty, in context: ActiveContext, isFromMap: Bool = false,
        isInList: Bool = false
    ) throws(LinkedDataError) -> Expansion {
        let result: Expansion
        switch element {
        case .null: return .none
        case .array(let elements):
            try descend()
            result = try expandArray(elements, property, in: context, isFromMap: isFromMap, isInList: isInList)
        case .object(let object):
            try descend()
            result = try expandMap(object, property, in: context, isFromMap: isFromMap)
        default: return try expandScalar(element, property, in: context)
        }
        depth -= 1
        return result
    }

    private mutating func descend() throws(LinkedDataError) {
        depth += 1
        guard depth <= JSONLD.maximumDepth else {
            throw failure(.tooDeep, "arrays and objects are nested more than \(JSONLD.maximumDepth) deep")
        }
    }

    /// Step 4.
    @inline(never)
    private mutating func expandScalar(
        _ element: JSON, _ property: ActiveProperty, in context: ActiveContext
    ) throws(LinkedDataError) -> Expansion {
        guard case .property(let name, var term) = property else {
            try refuseLoss(.freeFloatingValue, "a plain value stands where only an object can")
            return .none
        }
        var context = context
        if let scoped = term, scoped.definition.context != nil {
            context = try applyContext(of: scoped, on: context, asProperty: true)
            term = context.term(name)
        }
        return .one(try expandValue(element, term, in: context))
    }

    /// Step 5.
    private mutating func expandArray(
        _ elements: [JSON], _ property: ActiveProperty, in context: ActiveContext, isFromMap: Bool, isInList: Bool
    ) throws(LinkedDataError) -> Expansion {
        var isInList = isInList
        if case .property(_, let term?) = property, term.definition.container.contains(.list) { isInList = true }
        var result: [ExpandedItem] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            enter(.index(index))
            switch try expand(element, property, in: context, isFromMap: isFromMap, isInList: isInList) {
            case .none: break
            case .one(let item): result.append(item)
            case .many(let items):
                if isInList {
                    result.append(.list(ListObject(items, name: placeName)))
                } else {
                    result += items
                }
            }
            leave()
        }
        return .many(result)
    }

    /// Steps 7 to 20.
    private mutating func expandMap(
        _ element: JSONObject, _ property: ActiveProperty, in outer: ActiveContext, isFromMap: Bool
    ) throws(LinkedDataError) -> Expansion {
        var context = outer
        if let previous = context.state.previous, !isFromMap, !hasOnlyIDOrValue(element, in: context) {
            context = previous
        }
        if case .property(_, let term?) = property, term.definition.context != nil {
            context = try applyContext(of: term, on: context, asProperty: true)
        }
        for (key, local) in element where key == "@context" {
            enter(.key(key))
            context = try process(local, on: context)
            leave()
        }
        let typeScoped = context
        for (key, types) in element where typeScoped.meansType(key) {
            context = try applyContexts(ofTypes: types, typeScoped, on: context)
        }
        var result = MapResult()
        let scope = MapScope(property: property, context: context, typeScoped: typeScoped, whole: element)
        try expandEntries(of: element, scope, into: &result)
        return try finish(result, property)
    }

    /// Step 7: such objects are not new nodes, and a context that does not propagate still applies to them.
    private func hasOnlyIDOrValue(_ element: JSONObject, in context: ActiveContext) -> Bool {
        element.contains { context.meansValue($0.key) }
            || (element.count == 1 && element.contains { context.meansID($0.key) })
    }

    /// Step 11.2.
    private mutating func applyContexts(
        ofTypes types: JSON, _ typeScoped: ActiveContext, on context: ActiveContext
    ) throws(LinkedDataError) -> ActiveContext {
        if case .string(let type) = types {
            guard let term = typeScoped.term(type), term.definition.context != nil else { return context }
            return try applyContext(of: term, on: context, asProperty: false)
        }
        var scoping: [(String, DefinedTerm)] = []
        for case .string(let type) in types.arrayValue ?? [] {
            if let term = typeScoped.term(type), term.definition.context != nil { scoping.append((type, term)) }
        }
        if scoping.count > 1 { scoping.sort { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) } }
        var context = context
        for (_, term) in scoping { context = try applyContext(of: term, on: context, asProperty: false) }
        return context
    }

    /// Refuses what would get lost, in safe mode.
    func refuseLoss(_ code: LinkedDataError.Code, _ sentence: @autoclosure () -> String) throws(LinkedDataError) {
        if options.isSafe { throw failure(code, sentence()) }
    }
}

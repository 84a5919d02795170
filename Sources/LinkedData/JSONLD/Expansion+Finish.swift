import CanonicalJSON

/// What an object has said so far, before it is known to be a node, a value, a list or a set.
struct MapResult {
    var keywords: KeywordSet = []
    var id = NodeObject.Identifier.absent
    var types: [String] = []
    var hasArrayOfTypes = false
    var value = JSON.null
    var language: String?
    var direction: Direction?
    var index: String?
    var list: [ExpandedItem] = []
    var set = Expansion.none
    var graph: [ExpandedItem] = []
    var included: [ExpandedItem] = []
    var properties: [PropertyEntry] = []
    var reverse: [PropertyEntry] = []

    /// The entries that the specification's map would have.
    var count: Int { keywords.count + properties.count }
}

/// Steps 15 to 20.
extension Processor {
    func finish(_ result: MapResult, _ property: ActiveProperty) throws(LinkedDataError) -> Expansion {
        if result.keywords.contains(.value) { return try finishValue(result, property) }
        if !result.keywords.isDisjoint(with: [.set, .list]) { return try finishSetOrList(result, property) }
        if result.keywords == .language, result.properties.isEmpty {
            try refuseLoss(.freeFloatingValue, "an object with @language alone says nothing; add @value")
            return .none
        }
        if !result.keywords.isDisjoint(with: [.language, .direction]) {
            try refuseLoss(.invalidValueObject, "an object without @value has no language and no direction")
        }
        if options.isSafe, result.types.contains("@json") {
            throw failure(.reservedTerm, "@json is the type of a value, and there is no @value")
        }
        if property.isFree {
            if result.count == 0 {
                try refuseLoss(.emptyObject, "an object without properties says nothing")
                return .none
            }
            if result.keywords == .id, result.properties.isEmpty {
                try refuseLoss(.freeFloatingValue, "an object with an id alone says nothing here")
                return .none
            }
        }
        return .one(.node(node(result)))
    }

    /// Step 15.
    private func finishValue(_ result: MapResult, _ property: ActiveProperty) throws(LinkedDataError) -> Expansion {
        let isTyped = result.keywords.contains(.type)
        guard result.properties.isEmpty, result.keywords.isSubset(of: Self.valueKeywords),
            !isTyped || result.keywords.isDisjoint(with: [.language, .direction])
        else {
            throw failure(
                .invalidValueObject,
                "an object with @value has @index and either @type or @language and @direction, and nothing else")
        }
        let item = ValueObject(result.value)
        (item.language, item.direction, item.index) = (result.language, result.direction, result.index)
        if isTyped, !result.hasArrayOfTypes, result.types == ["@json"] {
            item.type = "@json"
        } else {
            if case .null = result.value {
                try refuseLoss(.nullValue, "an object with the @value null says nothing")
                return .none
            }
            if result.keywords.contains(.language), result.value.stringValue == nil {
                throw failure(.invalidLanguageTaggedValue, "only a string can have a language")
            }
            if isTyped {
                guard !result.hasArrayOfTypes, let type = result.types.first, IRI.isWellFormed(type) else {
                    throw failure(.invalidTypedValue, "the type of a value is one absolute IRI")
                }
                item.type = type
            }
        }
        if property.isFree {
            try refuseLoss(.freeFloatingValue, "a value stands where only a node can")
            return .none
        }
        return .one(.value(item))
    }

    private static let valueKeywords: KeywordSet = [.value, .type, .language, .direction, .index]

    /// Steps 17 and 19.
    private func finishSetOrList(
        _ result: MapResult, _ property: ActiveProperty
    ) throws(LinkedDataError) -> Expansion {
        let others = result.keywords.subtracting([.set, .list])
        guard result.properties.isEmpty, others.isEmpty || others == .index,
            !result.keywords.isSuperset(of: [.set, .list])
        else { throw failure(.invalidSetOrList, "an object with @set or @list has @index beside it, and nothing else") }
        if result.keywords.contains(.set) { return result.set }
        let list = ListObject(result.list, name: placeName)
        list.index = result.index
        return .one(.list(list))
    }

    private func node(_ result: MapResult) -> NodeObject {
        let node = NodeObject()
        (node.id, node.index) = (result.id, result.index)
        if result.keywords.contains(.type) { node.types = result.types }
        if result.keywords.contains(.graph) { node.graph = result.graph }
        if case .absent = result.id, node.graph == nil, let placeName { node.id = .iri(placeName) }
        if result.keywords.contains(.included) { node.included = result.included }
        (node.properties, node.reverse) = (result.properties, result.reverse)
        return node
    }
}

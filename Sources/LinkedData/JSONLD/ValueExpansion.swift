import CanonicalJSON

/// [JSON-LD 1.1 API, 5.3 Value Expansion](https://www.w3.org/TR/json-ld11-api/#value-expansion), and the maps whose
/// values are plain.
extension Processor {
    /// A plain value of a term.
    mutating func expandValue(
        _ value: JSON, _ term: DefinedTerm?, in context: ActiveContext
    ) throws(LinkedDataError) -> ExpandedItem {
        let definition = term?.definition
        switch (definition?.type, value) {
        case (.id?, .string(let text)): return .node(try reference(text, .documentRelative, in: context))
        case (.vocab?, .string(let text)):
            return .node(try reference(text, [.vocab, .documentRelative], in: context))
        case (.datatype(let iri)?, _):
            if options.isSafe, term?.hasWellFormedDatatype == false {
                throw failure(.illFormedIRI, "the datatype \(quoted(iri)) has a character that IRIs do not have")
            }
            return .value(ValueObject(value, type: iri))
        case (.json?, _): return .value(ValueObject(value, type: "@json"))
        default: break
        }
        let item = ValueObject(value)
        guard case .string = value else { return .value(item) }
        item.language = (definition?.language ?? .unset).or(context.state.language)
        if let language = item.language { try checkLanguage(language) }
        item.direction = (definition?.direction ?? .unset).or(context.state.direction)
        return .value(item)
    }

    /// A node that is named and not described.
    private mutating func reference(
        _ text: String, _ reading: IRIReading, in context: ActiveContext
    ) throws(LinkedDataError) -> NodeObject {
        let node = NodeObject()
        node.id = try identifier(text, reading, in: context)
        return node
    }

    /// 5.1, step 13.7.
    mutating func expandLanguageMap(
        _ map: JSONObject, _ term: DefinedTerm, in context: ActiveContext
    ) throws(LinkedDataError) -> [ExpandedItem] {
        var result: [ExpandedItem] = []
        let direction = term.definition.direction.or(context.state.direction)
        for (tag, values) in map {
            enter(.key(tag))
            var language: String?
            if case .keyword(.none) = context.state.expandIRI(tag, .vocab) {
            } else {
                try checkLanguage(tag)
                language = LanguageTag.normalized(tag)
            }
            for value in values.arrayValue ?? [values] {
                switch value {
                case .null: continue
                case .string:
                    let item = ValueObject(value)
                    (item.language, item.direction) = (language, direction)
                    result.append(.value(item))
                default: throw failure(.invalidLanguageMapValue, "the values of a language map are strings")
                }
            }
            leave()
        }
        return result
    }
}

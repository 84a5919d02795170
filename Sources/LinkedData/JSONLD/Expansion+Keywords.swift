import CanonicalJSON

/// Step 13.4.
extension Processor {
    mutating func expandKeyword(
        _ keyword: Keyword, _ value: JSON, _ scope: MapScope, into result: inout MapResult
    ) throws(LinkedDataError) {
        if case .reverse = scope.property {
            throw failure(.invalidReversePropertyMap, "the value of @reverse has properties, and no keywords")
        }
        guard let member = KeywordSet(keyword) else {
            return try refuseLoss(.undefinedProperty, "\(keyword.rawValue) says nothing here; remove it")
        }
        let mayRepeat: KeywordSet = [.type, .included, .reverse]
        guard !result.keywords.contains(member) || mayRepeat.contains(member) else {
            throw failure(.collidingKeywords, "\(keyword.rawValue) is given twice, under different names")
        }
        let context = scope.context
        switch keyword {
        case .id: result.id = try expandID(value, in: context)
        case .type: try expandTypes(value, in: scope.typeScoped, into: &result)
        case .graph: result.graph = try expand(value, .graph, in: context).items
        case .included: result.included += try expandIncluded(value, in: context)
        case .value: result.value = try valueOfObject(value, scope)
        case .language: result.language = try languageOfObject(value)
        case .direction: result.direction = try directionOfObject(value)
        case .index: result.index = try indexOfObject(value)
        case .list:
            if scope.property.isFree {
                return try refuseLoss(.freeFloatingValue, "a list stands where only a node can")
            }
            let property = scope.property.defined(in: context)
            result.list = try expand(value, property, in: context, isInList: true).items
        case .set: result.set = try expand(value, scope.property.defined(in: context), in: context)
        case .reverse: return try expandReverse(value, in: context, into: &result)
        default: return
        }
        result.keywords.insert(member)
    }

    /// 13.4.3
    private mutating func expandID(
        _ value: JSON, in context: ActiveContext
    ) throws(LinkedDataError) -> NodeObject.Identifier {
        guard case .string(let text) = value else { throw failure(.invalidID, "an id is a string") }
        return try identifier(text, .documentRelative, in: context)
    }

    /// A string that names a node.
    mutating func identifier(
        _ text: String, _ reading: IRIReading, in context: ActiveContext
    ) throws(LinkedDataError) -> NodeObject.Identifier {
        let expanded: ExpandedIRI
        if reading.contains(.vocab) || text.utf8.count <= context.longestAlias || text.utf8.first == UInt8(ascii: "@") {
            expanded = context.state.expandIRI(text, reading)
        } else {
            expanded = context.state.expandUndefined(text, reading)
        }
        switch expanded {
        case .iri(let iri):
            if iri.utf8.count > text.utf8.count { try charge(iri.utf8.count / 32) }
            try checkIRI(iri, .relativeID)
            return .iri(iri)
        case .keyword(let keyword):
            try refuseLoss(.reservedTerm, "\(keyword.rawValue) is a keyword and names no node")
            return .iri(keyword.rawValue)
        case .null:
            try refuseLoss(.reservedTerm, "\(quoted(text)) is reserved and names no node")
            return .null
        }
    }

    /// In safe mode, whether a node can have this name in RDF.
    private func checkIRI(_ iri: String, _ relative: LinkedDataError.Code) throws(LinkedDataError) {
        guard options.isSafe, !IRI.isWellFormed(iri), !IRI.isBlank(iri) else { return }
        guard IRI.hasScheme(iri) else {
            throw failure(relative, "\(quoted(iri)) is relative, and there is nothing it is relative to")
        }
        throw failure(.illFormedIRI, "the IRI \(quoted(iri)) has a character that IRIs do not have")
    }

    /// 13.4.4
    private mutating func expandTypes(
        _ value: JSON, in context: ActiveContext, into result: inout MapResult
    ) throws(LinkedDataError) {
        if case .string(let type) = value {
            if let type = try expandType(type, in: context) { result.types.append(type) }
            return
        }
        guard case .array(let elements) = value else { throw failure(.invalidType, "a type is a string") }
        result.hasArrayOfTypes = true
        result.types.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            enter(.index(index))
            guard case .string(let type) = element else { throw failure(.invalidType, "a type is a string") }
            if let type = try expandType(type, in: context) { result.types.append(type) }
            leave()
        }
    }

    /// The IRI of a type; `@json` in a value object.
    mutating func expandType(_ text: String, in context: ActiveContext) throws(LinkedDataError) -> String? {
        if let term = context.term(text), term.isWellFormed, case .iri(let iri) = term.definition.mapping { return iri }
        switch context.state.expandIRI(text, [.vocab, .documentRelative]) {
        case .iri(let iri):
            if iri.utf8.count > text.utf8.count { try charge(iri.utf8.count / 32) }
            if options.isSafe, !IRI.hasScheme(iri), !IRI.isBlank(iri) {
                throw failure(.relativeType, "no context defines the type \(quoted(text)); define it, or remove it")
            }
            try checkIRI(iri, .relativeType)
            return iri
        case .keyword(.json): return Keyword.json.rawValue
        case .keyword(let keyword):
            try refuseLoss(.reservedTerm, "\(keyword.rawValue) is a keyword and no type")
            return keyword.rawValue
        case .null:
            try refuseLoss(.reservedTerm, "\(quoted(text)) is reserved and no type")
            return nil
        }
    }

    /// 13.4.6
    private mutating func expandIncluded(
        _ value: JSON, in context: ActiveContext
    ) throws(LinkedDataError) -> [ExpandedItem] {
        let expansion = try expand(value, .none, in: context)
        if case .none = expansion { throw failure(.invalidIncluded, "the value of @included is a node, or several") }
        for item in expansion.items {
            guard case .node = item else {
                throw failure(.invalidIncluded, "the value of @included is a node, or several")
            }
        }
        return expansion.items
    }

    /// 13.4.7
    private func valueOfObject(_ value: JSON, _ scope: MapScope) throws(LinkedDataError) -> JSON {
        switch value {
        case .array, .object:
            guard isJSON(scope) else {
                throw failure(.invalidValueObjectValue, "@value is a plain value unless @type is @json")
            }
        default: break
        }
        return value
    }

    /// Step 12: whether the object says that it is a JSON literal.
    private func isJSON(_ scope: MapScope) -> Bool {
        guard let types = scope.whole.first(where: { scope.context.meansType($0.key) })?.value,
            case .string(let type) = types.arrayValue?.last ?? types
        else { return false }
        if case .keyword(.json) = scope.context.state.expandIRI(type, .vocab) { return true }
        return false
    }

    /// 13.4.8
    private func languageOfObject(_ value: JSON) throws(LinkedDataError) -> String {
        guard case .string(let tag) = value else {
            throw failure(.invalidLanguageTaggedString, "@language is a string")
        }
        try checkLanguage(tag)
        return LanguageTag.normalized(tag)
    }

    /// In safe mode, whether RDF can have such a tag.
    func checkLanguage(_ tag: String) throws(LinkedDataError) {
        guard options.isSafe, !LanguageTag.isWellFormed(tag) else { return }
        throw failure(.invalidLanguageTag, "\(quoted(tag)) is no language tag")
    }

    /// 13.4.9
    private func directionOfObject(_ value: JSON) throws(LinkedDataError) -> Direction {
        guard let direction = try direction(value) else {
            throw failure(.invalidBaseDirection, #"@direction is "ltr" or "rtl""#)
        }
        return direction
    }

    /// 13.4.10
    private func indexOfObject(_ value: JSON) throws(LinkedDataError) -> String {
        guard case .string(let index) = value else { throw failure(.invalidIndex, "@index is a string") }
        return index
    }

    /// 13.4.13
    private mutating func expandReverse(
        _ value: JSON, in context: ActiveContext, into result: inout MapResult
    ) throws(LinkedDataError) {
        guard case .object = value else { throw failure(.invalidReverse, "the value of @reverse is an object") }
        guard case .one(.node(let node)) = try expand(value, .reverse, in: context) else { return }
        result.properties += node.reverse
        for entry in node.properties { try checkReverse(entry.values) }
        result.reverse += node.properties
        if !result.reverse.isEmpty { result.keywords.insert(.reverse) }
    }
}

extension KeywordSet {
    /// The keyword as an entry of an object; nil for one that is none.
    fileprivate init?(_ keyword: Keyword) {
        switch keyword {
        case .id: self = .id
        case .type: self = .type
        case .value: self = .value
        case .language: self = .language
        case .direction: self = .direction
        case .index: self = .index
        case .list: self = .list
        case .set: self = .set
        case .graph: self = .graph
        case .included: self = .included
        case .reverse: self = .reverse
        default: return nil
        }
    }
}

import CanonicalJSON

/// A context definition whose terms are being created.
struct LocalContext {
    /// The entries that are no terms.
    static let ownKeywords: Set = [
        "@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab",
    ]

    let entries: JSONObject
    let parameters: ContextParameters
    /// Whether terms are protected that do not say otherwise.
    var isProtected = false
    /// True for terms that are created, false for terms that are being created.
    var defined: [CodeUnits: Bool] = [:]
}

/// [JSON-LD 1.1 API, 4.2 Create Term Definition](https://www.w3.org/TR/json-ld11-api/#create-term-definition)
extension Processor {
    mutating func createTermDefinition(
        _ term: String, in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) {
        if local.defined[CodeUnits(term)] == true { return }
        enter(.key(term))
        guard local.defined.updateValue(false, forKey: CodeUnits(term)) == nil else {
            throw failure(.cyclicIRIMapping, "the term \(quoted(term)) is defined through itself")
        }
        termDepth += 1
        guard termDepth <= JSONLD.maximumDependencyDepth else {
            throw failure(
                .contextOverflow,
                "more than \(JSONLD.maximumDependencyDepth) terms are defined through, or within, one another")
        }
        try charge(1)
        let previous = state[term]
        if let definition = try newDefinition(term, previous, in: &state, &local) {
            state[term] = try retainingProtection(of: previous, definition, term, local)
        } else if let previous {
            // The algorithm would forget the term, also a protected one; that would be a way around its protection.
            _ = try retainingProtection(of: previous, TermDefinition(), term, local)
        }
        local.defined[CodeUnits(term)] = true
        termDepth -= 1
        leave()
    }

    /// Steps 2 to 28; nil when the entry is to be ignored.
    private mutating func newDefinition(
        _ term: String, _ previous: DefinedTerm?, in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> TermDefinition? {
        guard !term.isEmpty else { throw failure(.invalidTermDefinition, "a term cannot be the empty string") }
        let value = local.entries[term] ?? .null
        if Keyword(term) != nil {
            try checkRedefinition(of: term, value)
        } else if Keyword.isReservedForm(term) {
            return nil
        }
        state[term] = nil
        let (entries, isSimple) = try self.entries(of: term, value)
        var definition = TermDefinition()
        definition.isProtected = try protection(entries, local)
        definition.type = try typeMapping(entries, in: &state, &local)
        guard try setMapping(of: term, entries, isSimple, &definition, in: &state, &local) else { return nil }
        try setContainer(entries, &definition)
        try setIndex(entries, &definition, in: &state, &local)
        try setScopedContext(entries, &definition, term, in: &state, local)
        try setLanguageAndDirection(entries, &definition)
        try setNestAndPrefix(of: term, entries, &definition)
        if let unknown = entries.keys.first(where: { !Self.definitionKeywords.contains($0) }) {
            throw failure(
                .invalidTermDefinition, "the definition of \(quoted(term)) has the unknown entry \(quoted(unknown))")
        }
        return definition
    }

    private static let definitionKeywords: Set = [
        "@id", "@reverse", "@container", "@context", "@direction", "@index", "@language", "@nest", "@prefix",
        "@protected", "@type",
    ]

    /// Steps 4 to 7: of the keywords, `@type` alone may be said to be a set, or protected.
    private func checkRedefinition(of term: String, _ value: JSON) throws(LinkedDataError) {
        if term == "@type", let object = value.objectValue, !object.isEmpty,
            object.allSatisfy({ $0.key == "@protected" || ($0.key == "@container" && $0.value == "@set") })
        {
            return
        }
        throw failure(.keywordRedefinition, "\(term) is a keyword and cannot be defined")
    }

    /// Steps 9 to 11: the definition as an object, and whether it was a string.
    private func entries(of term: String, _ value: JSON) throws(LinkedDataError) -> (JSONObject, Bool) {
        switch value {
        case .null: return (["@id": nil], false)
        case .string: return (["@id": value], true)
        case .object(let object): return (object, false)
        default:
            throw failure(.invalidTermDefinition, "the definition of \(quoted(term)) is no IRI, object or null")
        }
    }

    /// Step 13.
    private func protection(_ entries: JSONObject, _ local: LocalContext) throws(LinkedDataError) -> Bool {
        guard let value = entries["@protected"] else { return local.isProtected }
        guard case .bool(let isProtected) = value else {
            throw failure(.invalidProtected, "@protected is true or false")
        }
        return isProtected
    }

    /// Step 14.
    private mutating func typeMapping(
        _ entries: JSONObject, in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> TermDefinition.TypeMapping? {
        guard let value = entries["@type"] else { return nil }
        guard case .string(let text) = value else {
            throw failure(.invalidTypeMapping, "the @type of a term is an IRI or a keyword")
        }
        switch try expandIRI(text, .vocab, in: &state, &local) {
        case .keyword(.id): return .id
        case .keyword(.vocab): return .vocab
        case .keyword(.json): return .json
        case .keyword(.none): return TermDefinition.TypeMapping.none
        case .iri(let iri) where IRI.hasScheme(iri): return .datatype(try mapping(iri))
        default: throw failure(.invalidTypeMapping, "the @type \(quoted(text)) of a term is no absolute IRI")
        }
    }

    /// Step 29.
    private func retainingProtection(
        of previous: DefinedTerm?, _ definition: TermDefinition, _ term: String, _ local: LocalContext
    ) throws(LinkedDataError) -> DefinedTerm {
        guard !local.parameters.overridesProtected, let previous, previous.definition.isProtected else {
            return DefinedTerm(definition)
        }
        guard definition.hasSameMeaning(as: previous.definition) else {
            throw failure(
                .protectedTermRedefinition,
                "the term \(quoted(term)) is protected by a context before; use another name for another meaning")
        }
        return previous
    }
}

/// IRI expansion while terms are being created (5.2, steps 3 and 6.3): it first creates what it depends on.
extension Processor {
    mutating func expandIRI(
        _ value: String, _ reading: IRIReading, in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> ExpandedIRI {
        if let keyword = Keyword(value) { return .keyword(keyword) }
        if Keyword.isReservedForm(value) { return .null }
        try createDependency(value, in: &state, &local)
        if let known = state.expandTerm(value, reading) { return known }
        if let compact = CompactIRI(value), !compact.isComplete {
            try createDependency(compact.prefix, in: &state, &local)
        }
        let result = state.expandUndefined(value, reading)
        try charge((result.text?.utf8.count ?? 0) / 32)
        return result
    }

    mutating func createDependency(
        _ term: String, in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) {
        guard local.defined[CodeUnits(term)] != true, local.entries[term] != nil,
            !LocalContext.ownKeywords.contains(term)
        else { return }
        // The place moves to the term that is needed, and back.
        let place = path
        if contextURL == nil { path.removeLast() }
        try createTermDefinition(term, in: &state, &local)
        path = place
    }
}

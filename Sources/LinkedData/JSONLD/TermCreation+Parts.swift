import CanonicalJSON

/// Steps 15 to 20: the IRI of a term.
extension Processor {
    /// False when the entry is to be ignored.
    mutating func setMapping(
        of term: String, _ entries: JSONObject, _ isSimple: Bool, _ definition: inout TermDefinition,
        in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> Bool {
        if let value = entries["@reverse"] {
            return try setReverse(value, entries, &definition, in: &state, &local)
        }
        if let value = entries["@id"], !isText(value, term) {
            if case .null = value { return true }
            return try setID(of: term, value, isSimple, &definition, in: &state, &local)
        }
        if let compact = CompactIRI(term) {
            try setCompact(term, compact, &definition, in: &state, &local)
        } else if term.utf8.contains(UInt8(ascii: "/")) {
            guard case .iri(let iri) = state.expandIRI(term, .vocab), IRI.hasScheme(iri) else {
                throw failure(.invalidIRIMapping, "the term \(quoted(term)) is relative and has no @id")
            }
            definition.mapping = .iri(try mapping(iri))
        } else if term == "@type" {
            definition.mapping = .keyword(.type)
        } else if let vocabulary = state.vocabulary {
            definition.mapping = .iri(try mapping(vocabulary + term))
        } else {
            throw failure(.invalidIRIMapping, "the term \(quoted(term)) has no @id, and there is no @vocab")
        }
        return true
    }

    private func isText(_ value: JSON, _ text: String) -> Bool {
        guard case .string(let value) = value else { return false }
        return CodeUnits.areEqual(value, text)
    }

    /// Step 15.
    private mutating func setReverse(
        _ value: JSON, _ entries: JSONObject, _ definition: inout TermDefinition,
        in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> Bool {
        guard entries["@id"] == nil, entries["@nest"] == nil else {
            throw failure(.invalidReverseProperty, "a term with @reverse has neither @id nor @nest")
        }
        guard case .string(let text) = value else { throw failure(.invalidIRIMapping, "@reverse is an IRI") }
        if Keyword(text) == nil, Keyword.isReservedForm(text) { return false }
        guard case .iri(let iri) = try expandIRI(text, .vocab, in: &state, &local),
            IRI.hasScheme(iri) || IRI.isBlank(iri)
        else { throw failure(.invalidIRIMapping, "@reverse \(quoted(text)) is no absolute IRI") }
        switch entries["@container"] {
        case nil, .null, "@set", "@index": break
        default: throw failure(.invalidReverseProperty, "the @container of a term with @reverse is @set or @index")
        }
        definition.mapping = .iri(try mapping(iri))
        definition.isReverse = true
        return true
    }

    /// Step 16.2.
    private mutating func setID(
        of term: String, _ value: JSON, _ isSimple: Bool, _ definition: inout TermDefinition,
        in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) -> Bool {
        guard case .string(let text) = value else {
            throw failure(.invalidIRIMapping, "the @id of a term is an IRI, a keyword or null")
        }
        if Keyword(text) == nil, Keyword.isReservedForm(text) { return false }
        switch try expandIRI(text, .vocab, in: &state, &local) {
        case .keyword(.context): throw failure(.invalidKeywordAlias, "@context cannot have an alias")
        case .keyword(let keyword): definition.mapping = .keyword(keyword)
        case .iri(let iri) where IRI.hasScheme(iri) || IRI.isBlank(iri): definition.mapping = .iri(try mapping(iri))
        default: throw failure(.invalidIRIMapping, "the @id \(quoted(text)) of a term is no absolute IRI")
        }
        let inner = term.utf8.dropFirst().dropLast()
        let hasSlash = term.utf8.contains(UInt8(ascii: "/"))
        if inner.contains(UInt8(ascii: ":")) || hasSlash {
            local.defined[CodeUnits(term)] = true
            let asItself = try expandIRI(term, .vocab, in: &state, &local).text
            guard let asItself, let iri = written(definition.mapping), CodeUnits.areEqual(asItself, iri) else {
                throw failure(
                    .invalidIRIMapping, "the term \(quoted(term)) looks like an IRI, but its @id is another one")
            }
        }
        if isSimple, !hasSlash, !term.utf8.contains(UInt8(ascii: ":")), case .iri(let iri) = definition.mapping {
            definition.isPrefix = IRI.endsWithDelimiter(iri) || IRI.isBlank(iri)
        }
        return true
    }

    private func written(_ mapping: TermDefinition.Mapping) -> String? {
        switch mapping {
        case .null: nil
        case .keyword(let keyword): keyword.rawValue
        case .iri(let iri): iri
        }
    }

    /// Step 17.
    private mutating func setCompact(
        _ term: String, _ compact: CompactIRI, _ definition: inout TermDefinition,
        in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) {
        let prefix = compact.prefix
        try createDependency(prefix, in: &state, &local)
        if case .iri(let iri)? = state[prefix]?.definition.mapping {
            definition.mapping = .iri(try mapping(iri + compact.suffix))
        } else {
            definition.mapping = .iri(try mapping(term))
        }
    }
}

/// Steps 21 to 27: how the values of a term are read.
extension Processor {
    /// Step 21.
    func setContainer(_ entries: JSONObject, _ definition: inout TermDefinition) throws(LinkedDataError) {
        guard let value = entries["@container"], !(definition.isReverse && value == .null) else { return }
        var container: Container = []
        for element in value.arrayValue ?? [value] {
            guard let keyword = element.stringValue.flatMap({ Container($0) }), !container.contains(keyword) else {
                throw failure(
                    .invalidContainerMapping, "@container is a container keyword or an array of different ones")
            }
            container.insert(keyword)
        }
        guard Self.containers.contains(container.subtracting(.set)) && container != [.list, .set] else {
            throw failure(.invalidContainerMapping, "these containers cannot be combined")
        }
        if container.contains(.type) {
            switch definition.type {
            case nil: definition.type = .id
            case .id, .vocab: break
            default: throw failure(.invalidTypeMapping, "a term with the container @type has the type @id or @vocab")
            }
        }
        definition.container = container
    }

    /// What containers there are, `@set` aside, which only a list does without.
    private static let containers: Set<Container> = [
        [], .graph, .id, .index, .language, .list, .type, [.graph, .id], [.graph, .index],
    ]

    /// Step 22.
    mutating func setIndex(
        _ entries: JSONObject, _ definition: inout TermDefinition,
        in state: inout ContextState, _ local: inout LocalContext
    ) throws(LinkedDataError) {
        guard let value = entries["@index"] else { return }
        guard definition.container.contains(.index), case .string(let index) = value,
            case .iri(let iri) = try expandIRI(index, .vocab, in: &state, &local), IRI.hasScheme(iri)
        else {
            throw failure(
                .invalidTermDefinition, "@index is the IRI of a property, and its term has the container @index")
        }
        definition.index = index
    }

    /// Step 23: checked now, applied when the term is used.
    mutating func setScopedContext(
        _ entries: JSONObject, _ definition: inout TermDefinition, _ term: String,
        in state: inout ContextState, _ local: LocalContext
    ) throws(LinkedDataError) {
        guard let context = entries["@context"] else { return }
        var parameters = local.parameters
        (parameters.overridesProtected, parameters.propagates, parameters.validatesScoped) = (true, true, false)
        enter(.key("@context"))
        let place = path
        let url = contextURL
        do {
            var discarded = state
            try process(context, on: &discarded, sealed: nil, parameters)
        } catch  where error.code != .contextOverflow && error.code != .loadingRemoteContextFailed {
            (path, contextURL) = (place, url)
            throw LinkedDataError(
                .invalidScopedContext, at: error.pointer, "\(error.sentence) (\(error.code.rawValue))")
        }
        leave()
        (definition.context, definition.baseURL) = (context, local.parameters.baseURL)
    }

    /// Steps 24 and 25.
    func setLanguageAndDirection(
        _ entries: JSONObject, _ definition: inout TermDefinition
    ) throws(LinkedDataError) {
        guard entries["@type"] == nil else { return }
        switch entries["@language"] {
        case nil: break
        case .null: definition.language = .null
        case .string(let tag): definition.language = .value(LanguageTag.normalized(tag))
        default: throw failure(.invalidLanguageMapping, "@language is a language tag or null")
        }
        if let value = entries["@direction"] {
            definition.direction = try direction(value).map { .value($0) } ?? .null
        }
    }

    /// Steps 26 and 27.
    func setNestAndPrefix(
        of term: String, _ entries: JSONObject, _ definition: inout TermDefinition
    ) throws(LinkedDataError) {
        if let value = entries["@nest"] {
            guard case .string(let nest) = value, Keyword(nest) == nil || nest == "@nest" else {
                throw failure(.invalidNest, "@nest is @nest or a term that is an alias of it")
            }
            definition.nest = nest
        }
        guard let value = entries["@prefix"] else { return }
        guard !term.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }) else {
            throw failure(.invalidTermDefinition, "a term with a colon or a slash is no prefix")
        }
        guard case .bool(let isPrefix) = value else { throw failure(.invalidPrefix, "@prefix is true or false") }
        if isPrefix, case .keyword = definition.mapping {
            throw failure(.invalidTermDefinition, "an alias of a keyword is no prefix")
        }
        definition.isPrefix = isPrefix
    }
}

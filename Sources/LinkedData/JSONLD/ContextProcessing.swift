import CanonicalJSON

/// What one run of the algorithm is given beside the active and the local context.
struct ContextParameters {
    /// What relative URLs of contexts are resolved against.
    var baseURL: String?
    /// The URLs through which this context was reached.
    var remote: [String] = []
    /// Whether protected terms may be changed: contexts of properties may.
    var overridesProtected = false
    /// Whether the context goes on to apply in the nodes below: contexts of types do not.
    var propagates = true
    /// Whether the contexts of terms are checked, which could go round in a circle.
    var validatesScoped = true
}

/// [JSON-LD 1.1 API, 4.1 Context Processing](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm)
extension Processor {
    /// A value of `@context` in the document, applied to an active context.
    mutating func process(_ local: JSON, on active: ActiveContext) throws(LinkedDataError) -> ActiveContext {
        contexts += local.arrayValue?.count ?? 1
        guard contexts <= JSONLD.maximumContexts else {
            throw failure(.contextOverflow, "there are more than \(JSONLD.maximumContexts) contexts; use fewer")
        }
        let key = ContextCache.Key.local(ObjectIdentifier(active), local)
        if let known = try cached(key) { return known }
        let before = work
        let parameters = ContextParameters(baseURL: options.documentURL ?? options.base)
        let result = try compile(local, on: active, parameters)
        keep(result, key, parent: active, term: nil, work: work - before)
        return result
    }

    /// The context of a term's definition, applied to an active context because the term is the property or a type.
    mutating func applyContext(
        of term: DefinedTerm, on active: ActiveContext, asProperty isProperty: Bool
    ) throws(LinkedDataError) -> ActiveContext {
        guard let local = term.definition.context else { return active }
        let key = ContextCache.Key.scoped(ObjectIdentifier(active), ObjectIdentifier(term), isProperty: isProperty)
        if let known = try cached(key) { return known }
        let before = work
        let parameters = ContextParameters(
            baseURL: term.definition.baseURL, overridesProtected: isProperty, propagates: isProperty)
        let result = try compile(local, on: active, parameters)
        keep(result, key, parent: active, term: term, work: work - before)
        return result
    }

    private mutating func cached(_ key: ContextCache.Key) throws(LinkedDataError) -> ActiveContext? {
        guard usesCache, let entry = registry.compiled(key) else { return nil }
        try charge(entry.work)
        return entry.context
    }

    private func keep(
        _ context: ActiveContext, _ key: ContextCache.Key, parent: ActiveContext, term: DefinedTerm?, work: Int
    ) {
        guard usesCache else { return }
        let entry = ContextCache.Entry(parent: parent, term: term, context: context, work: work)
        registry.keep(entry, key)
    }

    private mutating func compile(
        _ local: JSON, on active: ActiveContext, _ parameters: ContextParameters
    ) throws(LinkedDataError) -> ActiveContext {
        var state = active.state
        try process(local, on: &state, sealed: active, parameters)
        return ActiveContext(state)
    }

    /// Steps 2 to 6. `sealed` is the active context that `state` still is, if there is such an object.
    mutating func process(
        _ local: JSON, on state: inout ContextState, sealed: ActiveContext?, _ parameters: ContextParameters
    ) throws(LinkedDataError) {
        var parameters = parameters
        if case .bool(let propagates)? = local["@propagate"] { parameters.propagates = propagates }
        if !parameters.propagates, state.previous == nil { state.previous = sealed ?? ActiveContext(state) }
        guard case .array(let contexts) = local else { return try processItem(local, on: &state, parameters) }
        for (index, context) in contexts.enumerated() {
            enter(.index(index))
            // A whole context document in the place of its context, in a list: the specification has no rule for it,
            // the reference takes it, and so do the credentials of the W3C's suites.
            let isDocument = context.objectValue?.count == 1 && context["@context"]?.objectValue != nil
            try processItem(isDocument ? context["@context"] ?? nil : context, on: &state, parameters)
            leave()
        }
    }

    private mutating func processItem(
        _ context: JSON, on state: inout ContextState, _ parameters: ContextParameters
    ) throws(LinkedDataError) {
        // A context with terms of its own gets a copy of all terms that it adds to.
        try charge(1 + state.terms.count / 8)
        switch context {
        case .null: try nullify(&state, parameters)
        case .string(let reference): try processRemote(reference, on: &state, parameters)
        case .object(let definition): try processDefinition(definition, on: &state, parameters)
        default: throw failure(.invalidLocalContext, "a context is a URL, an object or null")
        }
    }

    /// Step 5.1.
    private func nullify(_ state: inout ContextState, _ parameters: ContextParameters) throws(LinkedDataError) {
        if !parameters.overridesProtected, state.terms.values.contains(where: \.definition.isProtected) {
            throw failure(
                .invalidContextNullification, "null would remove protected terms; remove it, or the context before it")
        }
        let previous = parameters.propagates ? nil : ActiveContext(state)
        let base = state.originalBase
        state = ContextState()
        (state.base, state.originalBase, state.previous) = (base, base, previous)
    }

    /// Step 5.2.
    private mutating func processRemote(
        _ reference: String, on state: inout ContextState, _ parameters: ContextParameters
    ) throws(LinkedDataError) {
        let url = try resolve(reference, parameters)
        if !parameters.validatesScoped, parameters.remote.contains(url) { return }
        guard parameters.remote.count < JSONLD.maximumRemoteContexts else {
            throw failure(
                .contextOverflow,
                "contexts name contexts more than \(JSONLD.maximumRemoteContexts) deep, the last \(quoted(url))")
        }
        var inner = parameters
        (inner.baseURL, inner.remote) = (url, parameters.remote + [url])
        let loaded = try load(url)
        let outer = contextURL
        contextURL = url
        try process(loaded, on: &state, sealed: nil, inner)
        contextURL = outer
    }

    private func resolve(_ reference: String, _ parameters: ContextParameters) throws(LinkedDataError) -> String {
        if IRI.hasScheme(reference) { return reference }
        guard let base = parameters.baseURL else {
            throw failure(.loadingDocumentFailed, "the context \(quoted(reference)) is no absolute URL")
        }
        return IRIReference.resolve(reference, against: base)
    }

    /// The member `@context` of a known document.
    private func load(_ url: String) throws(LinkedDataError) -> JSON {
        guard let document = registry.document(at: url) else {
            throw failure(
                .loadingRemoteContextFailed,
                "the context \(quoted(url)) is not known, and none is ever fetched; register its document with this URL"
            )
        }
        guard let context = document["@context"] else {
            throw failure(.invalidRemoteContext, "the document of \(quoted(url)) is no object with @context")
        }
        return context
    }

    /// Steps 5.4 to 5.13.
    private mutating func processDefinition(
        _ definition: JSONObject, on state: inout ContextState, _ parameters: ContextParameters
    ) throws(LinkedDataError) {
        if let version = definition["@version"], version.doubleValue != 1.1 {
            throw failure(.invalidVersion, "@version is the number 1.1")
        }
        let definition = try importing(definition, parameters)
        if parameters.remote.isEmpty { try setBase(definition["@base"], &state) }
        try setVocabulary(definition["@vocab"], &state)
        try setLanguage(definition["@language"], &state)
        try setDirection(definition["@direction"], &state)
        if let value = definition["@propagate"], value.boolValue == nil {
            throw failure(.invalidPropagate, "@propagate is true or false")
        }
        var local = LocalContext(entries: definition, parameters: parameters)
        if let value = definition["@protected"] {
            guard case .bool(let isProtected) = value else {
                throw failure(.invalidProtected, "@protected is true or false")
            }
            local.isProtected = isProtected
        }
        for (term, _) in definition where !LocalContext.ownKeywords.contains(term) {
            try createTermDefinition(term, in: &state, &local)
        }
    }

    /// Step 5.6: the imported context's entries, with this context's in place of common ones.
    private mutating func importing(
        _ definition: JSONObject, _ parameters: ContextParameters
    ) throws(LinkedDataError) -> JSONObject {
        guard let value = definition["@import"] else { return definition }
        guard case .string(let reference) = value else { throw failure(.invalidImport, "@import is a URL") }
        let url = try resolve(reference, parameters)
        guard case .object(let imported) = try load(url) else {
            throw failure(.invalidRemoteContext, "the context \(quoted(url)) is not one object, which @import needs")
        }
        guard imported["@import"] == nil else {
            throw failure(.invalidContextEntry, "the context \(quoted(url)) imports another one")
        }
        let kept = imported.filter { definition[$0.key] == nil }
        return JSONObject(uniqueMembers: kept + Array(definition))
    }

    func quoted(_ text: String) -> String { LinkedDataError.quoted(text) }
}

/// Steps 5.7 to 5.10: what a context says beside its terms.
extension Processor {
    private func setBase(_ value: JSON?, _ state: inout ContextState) throws(LinkedDataError) {
        switch value {
        case nil: return
        case .null: state.base = nil
        case .string(let text) where IRI.hasScheme(text): state.base = try mapping(text)
        case .string(let text):
            guard let base = state.base else {
                throw failure(
                    .invalidBaseIRI, "@base \(quoted(text)) is relative, and there is nothing it is relative to")
            }
            state.base = try mapping(IRIReference.resolve(text, against: base))
        default: throw failure(.invalidBaseIRI, "@base is an IRI or null")
        }
    }

    private func setVocabulary(_ value: JSON?, _ state: inout ContextState) throws(LinkedDataError) {
        switch value {
        case nil: return
        case .null: state.vocabulary = nil
        case .string(let text):
            guard case .iri(let iri) = state.expandIRI(text, [.vocab, .documentRelative]) else {
                throw failure(.invalidVocabMapping, "@vocab \(quoted(text)) is no IRI")
            }
            state.vocabulary = try mapping(iri)
        default: throw failure(.invalidVocabMapping, "@vocab is an IRI or null")
        }
    }

    private func setLanguage(_ value: JSON?, _ state: inout ContextState) throws(LinkedDataError) {
        switch value {
        case nil: return
        case .null: state.language = nil
        case .string(let tag): state.language = LanguageTag.normalized(tag)
        default: throw failure(.invalidDefaultLanguage, "@language is a language tag or null")
        }
    }

    private func setDirection(_ value: JSON?, _ state: inout ContextState) throws(LinkedDataError) {
        guard let value else { return }
        state.direction = try direction(value)
    }

    /// `"ltr"`, `"rtl"`, or nil for null.
    func direction(_ value: JSON) throws(LinkedDataError) -> Direction? {
        if case .null = value { return nil }
        guard let direction = value.stringValue.flatMap(Direction.init(rawValue:)) else {
            throw failure(.invalidBaseDirection, #"@direction is "ltr", "rtl" or null"#)
        }
        return direction
    }

    /// An IRI that others will be made from.
    func mapping(_ iri: String) throws(LinkedDataError) -> String {
        guard iri.utf8.count <= JSONLD.maximumMappingLength else {
            throw failure(
                .contextOverflow, "an IRI has more than \(JSONLD.maximumMappingLength) bytes; use a shorter one")
        }
        return iri
    }
}

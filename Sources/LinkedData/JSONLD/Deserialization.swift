import CanonicalJSON

/// The statements of an expanded document
/// ([JSON-LD 1.1 API, 7.2 and 8.1](https://www.w3.org/TR/json-ld11-api/#deserialize-json-ld-to-rdf-algorithm)).
///
/// Node map generation and deserialization in one walk: a node map would only bring together what is said of one
/// node in several places, which in RDF is together anyhow. What is left of it are new labels for blank nodes and one
/// `@index` per node. A dataset is a set: canonicalization counts a statement that is made twice once.
struct Deserialization {
    /// The graph that statements go to.
    private enum Graph {
        case named(Term?)
        /// Its name cannot be said in RDF, so nothing in it can.
        case lost
    }

    private let options: JSONLD.Options
    private var quads: [Quad] = []
    private var labels: [CodeUnits: Term] = [:]
    private var nextLabel = 0
    private var indexes: [Place: String] = [:]

    /// A node in a graph.
    private struct Place: Hashable {
        let node: Term
        let graph: Term?
    }

    private init(_ options: JSONLD.Options) { self.options = options }

    /// The statements in the order of the document; one that is made twice stands there twice.
    static func quads(
        of document: [ExpandedItem], _ options: JSONLD.Options
    ) throws(LinkedDataError) -> [Quad] {
        var run = Deserialization(options)
        run.quads.reserveCapacity(32)
        try run.describe(document, in: .named(nil))
        return run.quads
    }

    private mutating func describe(_ items: [ExpandedItem], in graph: Graph) throws(LinkedDataError) {
        for case .node(let node) in items { _ = try describe(node, in: graph) }
    }

    /// Adds everything a node says, and returns its name; nil when it has none that RDF can say.
    private mutating func describe(_ node: NodeObject, in graph: Graph) throws(LinkedDataError) -> Term? {
        let subject = name(node)
        for type in node.types ?? [] {
            try add(subject, .iri(Vocabulary.type), resource(type), in: graph)
        }
        if let index = node.index, let subject { try setIndex(index, of: subject, in: graph) }
        for entry in node.reverse {
            let predicate = predicate(entry.property)
            for case .node(let other) in entry.values.items {
                try add(describe(other, in: graph), predicate, subject, in: graph)
            }
        }
        if let content = node.graph { try describe(content, in: subject.map { .named($0) } ?? .lost) }
        if let included = node.included { try describe(included, in: graph) }
        for entry in node.properties {
            let predicate = predicate(entry.property)
            switch entry.values {
            case .none: break
            case .one(let item): try add(subject, predicate, object(item, in: graph), in: graph)
            case .many(let items):
                for item in items { try add(subject, predicate, object(item, in: graph), in: graph) }
            }
        }
        return subject
    }

    private mutating func name(_ node: NodeObject) -> Term? {
        switch node.id {
        case .absent: newBlank()
        case .null: nil
        case .iri(let iri): resource(iri)
        }
    }

    private mutating func resource(_ iri: String) -> Term? {
        if IRI.isBlank(iri) { return blank(iri) }
        // In safe mode it was looked at where it stood in the document.
        return options.isSafe || IRI.isWellFormed(iri) ? .iri(iri) : nil
    }

    private func predicate(_ iri: String) -> Term? {
        guard !IRI.isBlank(iri) else { return nil }
        return options.isSafe || IRI.isWellFormed(iri) ? .iri(iri) : nil
    }

    private mutating func blank(_ label: String) -> Term {
        if options.namesByPlace { return .iri(JSONLD.Options.placePrefix + label) }
        if let known = labels[CodeUnits(label)] { return known }
        let new = newBlank()
        labels[CodeUnits(label)] = new
        return new
    }

    private mutating func newBlank() -> Term {
        defer { nextLabel += 1 }
        return .blank("_:b\(nextLabel)")
    }

    private mutating func add(
        _ subject: Term?, _ predicate: Term?, _ object: Term?, in graph: Graph
    ) throws(LinkedDataError) {
        guard let subject, let predicate, let object, case .named(let name) = graph else { return }
        guard quads.count < JSONLD.maximumQuads else {
            throw LinkedDataError(.tooManyQuads, "the document makes more than \(JSONLD.maximumQuads) statements")
        }
        quads.append(Quad(subject, predicate, object, in: name))
    }

    private mutating func setIndex(_ index: String, of node: Term, in graph: Graph) throws(LinkedDataError) {
        guard case .named(let name) = graph else { return }
        let place = Place(node: node, graph: name)
        if let other = indexes[place], !CodeUnits.areEqual(other, index) {
            throw LinkedDataError(
                .conflictingIndexes,
                "one node has the indexes \(LinkedDataError.quoted(other)) and \(LinkedDataError.quoted(index))")
        }
        indexes[place] = index
    }
}

/// 8.2 and 8.3: what stands at the end of a statement.
extension Deserialization {
    private mutating func object(_ item: ExpandedItem, in graph: Graph) throws(LinkedDataError) -> Term? {
        switch item {
        case .node(let node): try describe(node, in: graph)
        case .list(let list): try head(of: list, in: graph)
        case .value(let value): try literal(value, in: graph)
        }
    }

    /// 8.3 List to RDF Conversion
    private mutating func head(of list: ListObject, in graph: Graph) throws(LinkedDataError) -> Term {
        let end = Term.iri(Vocabulary.nil)
        let cells = list.items.indices.map { index in
            list.name.map { .iri("\($0)\(JSONLD.Options.placePrefix)\(index)") } ?? newBlank()
        }
        for (position, item) in list.items.enumerated() {
            try add(cells[position], .iri(Vocabulary.first), object(item, in: graph), in: graph)
            let rest = position + 1 < cells.count ? cells[position + 1] : end
            try add(cells[position], .iri(Vocabulary.rest), rest, in: graph)
        }
        return cells.first ?? end
    }

    /// 8.2 Object to RDF Conversion, steps 4 to 15
    private mutating func literal(_ item: ValueObject, in graph: Graph) throws(LinkedDataError) -> Term? {
        if let type = item.type, type != "@json", !options.isSafe, !IRI.isWellFormed(type) { return nil }
        if let language = item.language, !options.isSafe, !LanguageTag.isWellFormed(language) { return nil }
        if item.type == "@json" {
            return .literal(item.value.canonicalString, datatype: Vocabulary.json, language: nil)
        }
        let (text, datatype) = lexicalForm(item)
        if let direction = item.direction, let form = options.rdfDirection {
            return try directed(text, item.language, direction, form, in: graph)
        }
        if item.direction != nil, options.isSafe {
            throw LinkedDataError(.rdfDirectionNotSet, "a text has a direction, and no way to say it in RDF was chosen")
        }
        return .literal(text, datatype: datatype, language: item.language)
    }

    /// Steps 9 to 12.
    private func lexicalForm(_ item: ValueObject) -> (text: String, datatype: String) {
        switch item.value {
        case .string(let text):
            (text, item.type ?? (item.language == nil ? Vocabulary.string : Vocabulary.langString))
        case .bool(let value): (value ? "true" : "false", item.type ?? Vocabulary.boolean)
        case .integer(let value) where item.type != Vocabulary.double:
            (String(value), item.type ?? Vocabulary.integer)
        case .integer(let value): LexicalForm.number(Double(value), datatype: item.type)
        case .number(let value): LexicalForm.number(value, datatype: item.type)
        case .null, .array, .object: preconditionFailure("expansion lets these through as JSON literals only")
        }
    }

    /// Step 13.
    private mutating func directed(
        _ text: String, _ language: String?, _ direction: Direction, _ form: JSONLD.RDFDirection, in graph: Graph
    ) throws(LinkedDataError) -> Term {
        let language = language.map { LanguageTag.normalized($0) }
        switch form {
        case .i18nDatatype:
            let datatype = "\(Vocabulary.i18n)\(language ?? "")_\(direction.rawValue)"
            return .literal(text, datatype: datatype, language: nil)
        case .compoundLiteral:
            let node = newBlank()
            try add(node, .iri(Vocabulary.value), string(text), in: graph)
            if let language { try add(node, .iri(Vocabulary.language), string(language), in: graph) }
            try add(node, .iri(Vocabulary.direction), string(direction.rawValue), in: graph)
            return node
        }
    }

    private func string(_ text: String) -> Term { .literal(text, datatype: Vocabulary.string, language: nil) }
}

package import CanonicalJSON

/// JSON-LD 1.1: what a document says, in expanded form or as RDF
/// ([JSON-LD 1.1 Processing Algorithms and API](https://www.w3.org/TR/json-ld11-api/)).
package enum JSONLD {
    /// The most arrays and objects in one another, as many as the parser lets through by itself
    /// (`JSONLimits.standard`). Expansion recurses; this was measured to fit a stack of 512 KiB in a release build.
    static let maximumDepth = 64

    /// The most contexts that one context may reach through URLs. Published contexts reach one or two.
    static let maximumRemoteContexts = 16

    /// The most contexts in one document's `@context` members, each element of an array counted. Credentials have
    /// two to five.
    static let maximumContexts = 256

    /// The longest chain of terms that are defined through one another, or in one another's contexts; the algorithm
    /// recurses along it. Chains in use are two long, and contexts in terms' contexts three deep.
    static let maximumDependencyDepth = 16

    /// The most bytes in an IRI that a context gives to a prefix, a vocabulary or a base: every compact IRI repeats it.
    static let maximumMappingLength = 2048

    /// The work one document may cause beyond its own length. One step is a term defined, eight terms copied into
    /// another context, or 32 bytes of an IRI put together. The contexts that ship take up to 300 steps each, a
    /// credential about 500 in all.
    static let maximumWork = 1 << 20

    /// The most RDF statements of one document. A credential has 20 to 200.
    static let maximumQuads = 1 << 16

    /// How a document is processed.
    package struct Options: Sendable {
        /// What relative references are resolved against, nil for nothing. Takes precedence over ``documentURL``.
        package var base: String?

        /// Where the document came from, which relative references to contexts are resolved against.
        package var documentURL: String?

        /// A context that applies before the document's own.
        package var expandContext: JSON?

        /// Whether everything that would get lost on the way to RDF is refused: terms that are not defined, relative
        /// references, values without a place. Signatures need this; a document without it is read as far as it goes.
        package var isSafe = true

        /// How the base direction of a text is said in RDF.
        package var rdfDirection: RDFDirection? = .i18nDatatype

        /// Whether nodes and lists that have no IRI get one from their place: ``placePrefix`` and the JSON Pointer of
        /// the object or array that they come from, or their label if they have one. So the same node can be told in
        /// a document and in a part of it.
        package var namesByPlace = false

        /// What IRIs from places begin with. No IRI of a document does: the character is in none.
        package static let placePrefix = "\u{0}"

        /// Whether every context is compiled anew.
        package var bypassesCache = false

        /// Safe, with no base.
        package init() {}
    }

    /// How the base direction of a text is said in RDF
    /// ([JSON-LD 1.1, 10.2](https://www.w3.org/TR/json-ld11/#the-i18n-namespace)).
    package enum RDFDirection: String, Sendable {
        /// As a datatype that names language and direction.
        case i18nDatatype = "i18n-datatype"
        /// As a blank node with value, language and direction.
        case compoundLiteral = "compound-literal"
    }
}

extension JSONLD {
    /// The document in expanded form, an array: no context, every term and type an absolute IRI
    /// ([JSON-LD 1.1 API, 5.1](https://www.w3.org/TR/json-ld11-api/#expansion-algorithm)).
    package static func expand(
        _ document: JSON, contexts: ContextRegistry, options: Options = Options()
    ) throws(LinkedDataError) -> JSON {
        var processor = Processor(contexts, options)
        return .array(try processor.expandDocument(document).map(\.json))
    }

    /// What the document says, in its order
    /// ([JSON-LD 1.1 API, 8.1](https://www.w3.org/TR/json-ld11-api/#deserialize-json-ld-to-rdf-algorithm)).
    /// What it says twice is there twice: together the statements are a set. Blank nodes have new labels.
    package static func quads(
        of document: JSON, contexts: ContextRegistry, options: Options = Options()
    ) throws(LinkedDataError) -> [Quad] {
        var processor = Processor(contexts, options)
        return try Deserialization.quads(of: processor.expandDocument(document), options)
    }

    /// What the document says.
    package static func quads(
        of document: JSONObject, contexts: ContextRegistry, options: Options = Options()
    ) throws(LinkedDataError) -> [Quad] {
        try quads(of: .object(document), contexts: contexts, options: options)
    }
}

import CanonicalJSON

/// One run over one document: context processing and expansion share its place in the document, its limits and its
/// registry. The algorithms stand in the extensions, each under the name of its section.
struct Processor {
    let registry: ContextRegistry
    let options: JSONLD.Options
    /// Whether compiled contexts may be taken from the registry: only for documents without a base of their own.
    let usesCache: Bool
    /// The place that is being processed.
    var path: [Step] = []
    /// The remote context that is being processed, if any; its places are not places of the document.
    var contextURL: String?
    private(set) var work = 0
    /// How many arrays and objects of the document are being expanded, each in another.
    var depth = 0
    /// How many terms are being created, each for another or in another's context.
    var termDepth = 0
    /// How many contexts the document has named or held so far.
    var contexts = 0

    /// One step of a JSON Pointer.
    enum Step {
        case key(String)
        case index(Int)
    }

    init(_ registry: ContextRegistry, _ options: JSONLD.Options) {
        (self.registry, self.options) = (registry, options)
        usesCache = options.base == nil && options.documentURL == nil && !options.bypassesCache
    }

    /// The present place.
    var place: JSONPointer {
        var pointer = JSONPointer()
        for step in path {
            switch step {
            case .key(let key): pointer = pointer.appending(key)
            case .index(let index): pointer = pointer.appending(index)
            }
        }
        return pointer
    }

    /// The name that something without an IRI gets from its place, if it gets one.
    var placeName: String? { options.namesByPlace ? JSONLD.Options.placePrefix + place.description : nil }

    /// A refusal at the present place.
    func failure(_ code: LinkedDataError.Code, _ sentence: String) -> LinkedDataError {
        let pointer = place
        let origin = contextURL.map { " (in the context \(LinkedDataError.quoted($0)))" } ?? ""
        return LinkedDataError(code, at: pointer, sentence + origin)
    }

    /// Counts work that a small document could make large.
    mutating func charge(_ amount: Int) throws(LinkedDataError) {
        work += amount
        guard work <= JSONLD.maximumWork else {
            throw failure(
                .contextOverflow,
                "the document's contexts take more than \(JSONLD.maximumWork) steps; use fewer or smaller ones")
        }
    }

    /// Adds a step to the place in the document, unless a remote context is being processed.
    mutating func enter(_ step: Step) { if contextURL == nil { path.append(step) } }

    mutating func leave() { if contextURL == nil { path.removeLast() } }
}

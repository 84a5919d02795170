import CanonicalJSON

/// What a context defines, as one line for each term in each scope: a naive reading of
/// [JSON-LD 1.1, 4.2](https://www.w3.org/TR/json-ld11-api/#context-processing-algorithm) for contexts that are objects.
struct ContextFacts {
    struct Unreadable: Error { let what: String }

    /// The path of each term through the scopes, and what is known about it.
    private(set) var facts: [String: String] = [:]

    init(_ context: JSON?) throws {
        guard let object = context?.objectValue else { throw Unreadable(what: "not an object") }
        try read(object, path: "")
    }

    private mutating func read(_ context: JSONObject, path: String) throws {
        let isProtected = context["@protected"]?.boolValue ?? false
        for (name, value) in context {
            switch name {
            case "@version", "@protected": continue
            case "@vocab", "@propagate": facts["\(path)/\(name)"] = value.canonicalString
            case _ where name.hasPrefix("@"): throw Unreadable(what: name)
            default: try read(name, value, in: context, isProtected: isProtected, path: "\(path)/\(name)")
            }
        }
    }

    private mutating func read(
        _ term: String, _ value: JSON, in context: JSONObject, isProtected: Bool, path: String
    ) throws {
        let simple = value.stringValue
        let definition = value.objectValue ?? ["@id": simple.map(JSON.string) ?? .null]
        let iri = definition["@id"]?.stringValue.map { Self.expanded($0, in: context) }
        let isPrefix =
            definition["@prefix"]?.boolValue ?? (simple != nil && iri?.last.map { ":/?#[]@".contains($0) } == true)
        let containers = definition["@container"].map { $0.arrayValue ?? [$0] } ?? []
        var known = [
            "id \(iri ?? "none")",
            "type \(definition["@type"]?.stringValue.map { Self.expanded($0, in: context) } ?? "none")",
            "container \(containers.compactMap(\.stringValue).sorted())",
            "protected \(definition["@protected"]?.boolValue ?? isProtected)", "prefix \(isPrefix)",
        ]
        switch definition["@context"] {
        case .object(let scoped)?:
            known.append("scoped")
            try read(scoped, path: path)
        case .null?: known.append("scoped null")
        case nil: break
        case _?: throw Unreadable(what: path)
        }
        let read: Set = ["@id", "@type", "@container", "@protected", "@prefix", "@context"]
        for (key, value) in definition where !read.contains(key) { known.append("\(key) \(value.canonicalString)") }
        facts[path] = known.joined(separator: "; ")
    }

    /// A term or a prefix of the same context, followed to the IRI it stands for.
    private static func expanded(_ name: String, in context: JSONObject) -> String {
        if name.hasPrefix("@") { return name }
        if let other = iri(of: name, in: context), other != name { return expanded(other, in: context) }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].hasPrefix("//"), let prefix = iri(of: parts[0], in: context) else {
            return name
        }
        return expanded(prefix, in: context) + parts[1]
    }

    private static func iri(of term: String, in context: JSONObject) -> String? {
        context[term]?.stringValue ?? context[term]?["@id"]?.stringValue
    }
}

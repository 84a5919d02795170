/// The elements of a document in their order, each closed by its own end tag, and which prefixes mean one namespace
/// ([Namespaces in XML](https://www.w3.org/TR/xml-names/)).
struct XMLElements {
    /// Drawings in use nest to about twenty.
    static let maximumDepth = 256

    /// One prefix is enough; each element has its own set of them.
    static let maximumPrefixes = 16

    private var scanner: XMLScanner
    private let namespace: String
    private var open: [(name: String, bound: Set<String>)] = []
    private var hasRoot = false

    /// The prefixes that mean the namespace at the tag that was read last; the empty one is for names without.
    private(set) var bound: Set<String> = []

    /// The number of bytes read.
    var offset: Int { scanner.offset }

    init(_ bytes: [UInt8], namespace: String) throws(BakingError) {
        scanner = try XMLScanner(bytes)
        self.namespace = namespace
    }

    /// The next start tag, or nil at the end of a document that is whole.
    mutating func next() throws(BakingError) -> XMLTag? {
        while let token = try scanner.next() {
            switch token {
            case .text(let text):
                guard !open.isEmpty || text.utf8.allSatisfy(XMLScanner.isSpace) else {
                    throw scanner.malformed("text outside the root element")
                }
            case .end(let name):
                guard open.popLast()?.name == name else { throw scanner.malformed("</\(name)> closes no element") }
            case .start(let tag):
                try enter(tag)
                return tag
            }
        }
        guard hasRoot, open.isEmpty else { throw scanner.malformed("the document ends before its elements do") }
        return nil
    }

    private mutating func enter(_ tag: XMLTag) throws(BakingError) {
        guard !open.isEmpty || !hasRoot else { throw scanner.malformed("a second root element") }
        guard open.count < Self.maximumDepth else {
            throw scanner.malformed("more than \(Self.maximumDepth) elements are open")
        }
        hasRoot = true
        bound = open.last?.bound ?? []
        for attribute in tag.attributes {
            guard let prefix = attribute.boundPrefix else { continue }
            if attribute.value == namespace { bound.insert(prefix) } else { bound.remove(prefix) }
        }
        guard bound.count <= Self.maximumPrefixes else {
            throw scanner.malformed("more than \(Self.maximumPrefixes) prefixes for one namespace")
        }
        if !tag.isEmpty { open.append((tag.name, bound)) }
    }

    /// The text of the element whose start tag was read last, up to its end tag. It has no elements in it.
    mutating func content(of tag: XMLTag) throws(BakingError) -> String {
        var content = ""
        guard !tag.isEmpty else { return content }
        while let token = try scanner.next() {
            switch token {
            case .text(let text): content += text
            case .start(let inner): throw scanner.malformed("the element \(inner.name) within \(tag.name)")
            case .end(let name):
                guard open.popLast()?.name == name else { throw scanner.malformed("</\(name)> closes no element") }
                return content
            }
        }
        throw scanner.malformed("the document ends before its elements do")
    }
}

extension XMLTag {
    /// The part of the name before its colon, and the part after it; the first is empty when there is no colon.
    var splitName: (prefix: String, local: String) {
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", name)
    }
}

extension XMLTag.Attribute {
    /// The prefix that this declares; the empty one for `xmlns`.
    fileprivate var boundPrefix: String? {
        name == "xmlns" ? "" : name.hasPrefix("xmlns:") ? String(name.dropFirst(6)) : nil
    }
}

/// The five parts of an IRI reference, for resolving it
/// ([RFC 3986, 5.2](https://www.rfc-editor.org/rfc/rfc3986#section-5.2)).
struct IRIReference {
    private var scheme: Substring?
    private var authority: Substring?
    private var path: Substring
    private var query: Substring?
    private var fragment: Substring?

    /// Takes any text apart, as RFC 3986 appendix B does: every text is a reference.
    private init(_ text: String) {
        var rest = text[...]
        if IRI.hasScheme(text), let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")) {
            scheme = rest[..<colon]
            rest = rest[rest.utf8.index(after: colon)...]
        }
        if let number = rest.utf8.firstIndex(of: UInt8(ascii: "#")) {
            fragment = rest[rest.utf8.index(after: number)...]
            rest = rest[..<number]
        }
        if let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) {
            query = rest[rest.utf8.index(after: mark)...]
            rest = rest[..<mark]
        }
        if rest.utf8.starts(with: "//".utf8) {
            let start = rest.utf8.index(rest.startIndex, offsetBy: 2)
            let end = rest[start...].utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            authority = rest[start..<end]
            rest = rest[end...]
        }
        path = rest
    }

    /// The IRI that a reference means at a base. No normalization but the dots in the path.
    static func resolve(_ reference: String, against base: String) -> String {
        var target = IRIReference(reference)
        if target.scheme != nil {
            target.path = removingDotSegments(target.path)
            return target.recomposed
        }
        let base = IRIReference(base)
        target.scheme = base.scheme
        if target.authority != nil {
            target.path = removingDotSegments(target.path)
            return target.recomposed
        }
        target.authority = base.authority
        if target.path.isEmpty {
            target.path = base.path
            target.query = target.query ?? base.query
        } else if target.path.utf8.first == UInt8(ascii: "/") {
            target.path = removingDotSegments(target.path)
        } else {
            target.path = removingDotSegments(base.merging(target.path))
        }
        return target.recomposed
    }

    /// RFC 3986 section 5.2.3.
    private func merging(_ relative: Substring) -> Substring {
        if authority != nil, path.isEmpty { return "/" + relative }
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return relative }
        return path[...slash] + relative
    }

    /// RFC 3986 section 5.2.4, segment by segment.
    private static func removingDotSegments(_ path: Substring) -> Substring {
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        let segments = (isAbsolute ? path.dropFirst() : path).utf8.split(
            separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.contains(where: { $0.first == UInt8(ascii: ".") }) else { return path }
        var output: [Substring] = []
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch Substring(segment) {
            case "..":
                if !output.isEmpty { output.removeLast() }
                if isLast { output.append("") }
            case ".": if isLast { output.append("") }
            case let other: output.append(other)
            }
        }
        return (isAbsolute ? "/" : "") + output.joined(separator: "/")[...]
    }

    /// RFC 3986 section 5.3.
    private var recomposed: String {
        var result = ""
        if let scheme { result += scheme + ":" }
        if let authority { result += "//" + authority }
        result += path
        if let query { result += "?" + query }
        if let fragment { result += "#" + fragment }
        return result
    }
}

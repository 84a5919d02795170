/// A URI reference in its five parts: [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986), section 4.1. Any text has
/// such parts; whether its characters are the right ones nobody asks here, because a reference is only looked up.
struct URIReference: Sendable, CustomStringConvertible {
    private(set) var scheme: Substring?
    private var authority: Substring?
    private var path: Substring
    private var query: Substring?
    private(set) var fragment: Substring?

    /// Cuts the text as appendix B does.
    init(_ text: String) {
        var rest = text[...]
        fragment = Self.cutTail(of: &rest, from: "#")
        query = Self.cutTail(of: &rest, from: "?")
        if let colon = rest.unicodeScalars.firstIndex(where: { ":/".unicodeScalars.contains($0) }),
            rest.unicodeScalars[colon] == ":", Self.isScheme(rest[..<colon])
        {
            scheme = rest[..<colon]
            rest = rest[rest.unicodeScalars.index(after: colon)...]
        }
        if rest.utf8.starts(with: "//".utf8) {
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: 2)...]
            let end = rest.utf8.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
            authority = rest[..<end]
            rest = rest[end...]
        }
        path = rest
    }

    /// Section 5.2.2, Transform References.
    func resolved(against base: URIReference) -> URIReference {
        var target = self
        if scheme == nil {
            target.scheme = base.scheme
            if authority == nil {
                target.authority = base.authority
                if path.isEmpty {
                    target.path = base.path
                    target.query = query ?? base.query
                    return target
                }
                if path.utf8.first != UInt8(ascii: "/") { target.path = merged(with: base) }
            }
        }
        target.path = Self.removingDotSegments(target.path)
        return target
    }

    /// The same reference to the whole document.
    var withoutFragment: URIReference {
        var copy = self
        copy.fragment = nil
        return copy
    }

    /// Section 5.3, Component Recomposition.
    var description: String {
        var text = ""
        if let scheme { text += scheme + ":" }
        if let authority { text += "//" + authority }
        text += path
        if let query { text += "?" + query }
        if let fragment { text += "#" + fragment }
        return text
    }

    /// Section 5.2.3, Merge Paths.
    private func merged(with base: URIReference) -> Substring {
        if base.authority != nil, base.path.isEmpty { return "/" + path }
        guard let slash = base.path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path }
        return base.path[...slash] + path
    }

    /// Section 5.2.4, Remove Dot Segments.
    private static func removingDotSegments(_ path: Substring) -> Substring {
        var output: [Substring.UnicodeScalarView] = []
        let segments = path.unicodeScalars.split(separator: "/", omittingEmptySubsequences: false)
        let isRooted = path.utf8.first == UInt8(ascii: "/")
        for (index, segment) in segments.enumerated() {
            let dots = Substring(segment)
            guard dots == "." || dots == ".." else {
                output.append(segment)
                continue
            }
            if dots == "..", output.count > (isRooted ? 1 : 0) { output.removeLast() }
            if index == segments.count - 1 { output.append(Substring().unicodeScalars) }
        }
        return Substring(output.map { String($0) }.joined(separator: "/"))
    }

    private static func cutTail(of rest: inout Substring, from mark: Unicode.Scalar) -> Substring? {
        guard let index = rest.unicodeScalars.firstIndex(of: mark) else { return nil }
        let tail = rest[rest.unicodeScalars.index(after: index)...]
        rest = rest[..<index]
        return tail
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, first.isASCII, first.properties.isAlphabetic else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789+-.".unicodeScalars.contains($0))
        }
    }
}

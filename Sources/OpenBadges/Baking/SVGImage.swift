/// An SVG that can carry a credential
/// ([Open Badges 3.0, 5.3.2](https://www.imsglobal.org/spec/ob/v3p0#svg)).
package struct SVGImage: Hashable, Sendable {
    /// The file, as it was given.
    package let bytes: [UInt8]

    /// The credential in it, if any.
    package let credential: BakedCredential?

    private let root: Root
    /// Where the element with the credential lies.
    private let baked: Range<Int>?

    /// The start tag of the drawing.
    private struct Root: Hashable, Sendable {
        let name: String
        let range: Range<Int>
        let isEmpty: Bool
        /// What the prefix `openbadges` means there.
        let openbadges: String?
    }

    private static let namespace = "https://purl.imsglobal.org/ob/v3p0"

    /// Reads a file in UTF-8 to its end.
    package init(_ bytes: [UInt8]) throws(BakingError) {
        guard bytes.count <= BadgeImage.maximumBytes else { throw .tooLarge(limit: BadgeImage.maximumBytes) }
        guard bytes.contains(UInt8(ascii: "<")) else { throw .unknownFormat }
        var elements = try XMLElements(bytes, namespace: Self.namespace)
        guard let root = try elements.next(), Self.isDrawing(root) else { throw .unknownFormat }
        var found: (credential: BakedCredential, range: Range<Int>)?
        while let tag = try elements.next() {
            let (prefix, local) = tag.splitName
            guard local == "credential", elements.bound.contains(prefix) else { continue }
            guard found == nil else { throw .severalCredentials }
            let credential = try Self.credential(in: tag, try elements.content(of: tag))
            found = (credential, tag.range.lowerBound..<elements.offset)
        }
        self.bytes = bytes
        self.root = Root(
            name: root.name, range: root.range, isEmpty: root.isEmpty, openbadges: root["xmlns:openbadges"])
        credential = found?.credential
        baked = found?.range
    }

    private static func isDrawing(_ root: XMLTag) -> Bool {
        let (prefix, local) = root.splitName
        return local == "svg" && root[prefix.isEmpty ? "xmlns" : "xmlns:" + prefix] == "http://www.w3.org/2000/svg"
    }

    /// A token stands in the attribute `verify`, a document with proofs in the text.
    private static func credential(in tag: XMLTag, _ content: String) throws(BakingError) -> BakedCredential {
        let isEmpty = content.utf8.allSatisfy(XMLScanner.isSpace)
        guard let token = tag["verify"] else {
            let credential = try BakedCredential(content)
            guard credential.form == .document else {
                throw .notACredential("a compact JWS belongs into the attribute verify")
            }
            return credential
        }
        guard isEmpty else { throw .severalCredentials }
        let credential = try BakedCredential(token)
        guard credential.form == .token else { throw .notACredential("the attribute verify is for a compact JWS") }
        return credential
    }
}

extension SVGImage {
    /// The file with a credential, directly behind the start tag of the drawing.
    ///
    /// - Parameter replacing: whether a credential that is there gives way.
    /// - Throws: ``BakingError/alreadyBaked``, or ``BakingError/tooLarge(limit:)`` when the file becomes that.
    package func baking(_ credential: BakedCredential, replacing: Bool = false) throws(BakingError) -> [UInt8] {
        guard baked == nil || replacing else { throw .alreadyBaked }
        let isDeclared = root.openbadges == Self.namespace
        // Where the prefix already means something else, as it did in Open Badges 2.0, only our element redefines it.
        let isTaken = root.openbadges != nil && !isDeclared
        let declaration = " xmlns:openbadges=\"\(Self.namespace)\""
        var output = Array(bytes[..<(root.range.upperBound - (root.isEmpty ? 2 : 1))])
        if !isDeclared, !isTaken { output += declaration.utf8 }
        output += ">".utf8
        output += Self.element(credential, isTaken ? declaration : "").utf8
        if let baked {
            output += bytes[root.range.upperBound..<baked.lowerBound]
            output += bytes[baked.upperBound...]
        } else {
            if root.isEmpty { output += "</\(root.name)>".utf8 }
            output += bytes[root.range.upperBound...]
        }
        guard output.count <= BadgeImage.maximumBytes else { throw .tooLarge(limit: BadgeImage.maximumBytes) }
        return output
    }

    private static func element(_ credential: BakedCredential, _ declaration: String) -> String {
        let (name, end) = ("<openbadges:credential\(declaration)", "</openbadges:credential>")
        return switch credential.form {
        case .token: "\(name) verify=\"\(credential.text)\">\(end)"
        case .document: "\(name)><![CDATA[\(sectionText(credential.text))]]>\(end)"
        }
    }

    /// JSON as the inside of a CDATA section: what ends one is cut in two, and the two characters of JSON strings that
    /// XML cannot hold are escaped as JSON escapes them.
    private static func sectionText(_ text: String) -> String {
        var section = String.UnicodeScalarView()
        var brackets = 0
        for scalar in text.unicodeScalars {
            switch scalar {
            case ">" where brackets >= 2: section.append(contentsOf: "]]><![CDATA[>".unicodeScalars)
            case "\u{FFFE}": section.append(contentsOf: "\\ufffe".unicodeScalars)
            case "\u{FFFF}": section.append(contentsOf: "\\uffff".unicodeScalars)
            default: section.append(scalar)
            }
            brackets = scalar == "]" ? brackets + 1 : 0
        }
        return String(section)
    }
}

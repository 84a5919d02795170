package import CanonicalJSON
import Credentials
import LinkedData

/// A part of a document that JSON Pointers choose, with everything that says what it is a part of
/// ([3.4.13, selectJsonLd](https://www.w3.org/TR/vc-di-ecdsa/#selectjsonld)).
package struct Selection: Sendable {
    /// The part, with the `@context` of the whole. Of an array the chosen elements only, one behind the other.
    package let document: JSONObject

    /// For the name of each object and array in the part, its name in the whole: they differ where elements before it
    /// were left out.
    private var origins: [Term: Term] = [:]

    /// More than a document has places that anyone would name one by one.
    static let maximumPointers = 1024

    /// - Parameter pointers: at least one; each must lead to something.
    /// - Throws: ``ProofError`` of type ``Credentials/ProblemType/proofGeneration`` for the first that does not.
    package init(of whole: JSONObject, by pointers: [String]) throws(ProofError) {
        guard pointers.count <= Self.maximumPointers else {
            throw ProofError(
                .proofGeneration, at: JSONPointer(), "has more than \(Self.maximumPointers) pointers into it")
        }
        var tree = Tree()
        for pointer in pointers { tree.insert(try Self.jsonPointerToPaths(pointer)[...], pointer: pointer) }
        var origins: [Term: Term] = [:]
        guard
            case .object(var document) = try Self.select(
                tree, of: .object(whole), from: JSONPointer(), to: JSONPointer(), &origins)
        else { preconditionFailure("a part of an object is an object") }
        document["@context"] = whole["@context"]
        (self.document, self.origins) = (document, origins)
    }

    /// [3.4.10, jsonPointerToPaths](https://www.w3.org/TR/vc-di-ecdsa/#jsonpointertopaths). Whether a step is a number
    /// shows at the value that it leads into. Cut by bytes: a slash and a combining mark after it are one character.
    package static func jsonPointerToPaths(_ pointer: String) throws(ProofError) -> [String] {
        guard !pointer.isEmpty else { return [] }
        let slash = UInt8(ascii: "/")
        guard pointer.utf8.first == slash else { throw noMatch(pointer) }
        return pointer.utf8.split(separator: slash, omittingEmptySubsequences: false).dropFirst().map(unescape)
    }

    /// [RFC 6901, 4](https://www.rfc-editor.org/rfc/rfc6901#section-4): first `~1` becomes a slash, then `~0` a tilde.
    private static func unescape(_ step: Substring.UTF8View) -> String {
        let slashes = Array(step).replacing(Array("~1".utf8), with: Array("/".utf8))
        return String(decoding: slashes.replacing(Array("~0".utf8), with: Array("~".utf8)), as: UTF8.self)
    }

    private static func noMatch(_ pointer: String) -> ProofError {
        ProofError(
            .proofGeneration, at: JSONPointer(),
            "has nothing at \(pointer.debugDescription); each pointer must lead to something in it")
    }

    /// The same name as the whole document has it.
    func origin(of name: Term) -> Term {
        guard case .iri(let text) = name else { return name }
        let prefix = JSONLD.Options.placePrefix
        let parts = text.split(separator: prefix, omittingEmptySubsequences: false)
        guard parts.count > 1, case .iri(let origin)? = origins[.iri(prefix + parts[1])] else { return name }
        return .iri(([origin] + parts.dropFirst(2).map(String.init)).joined(separator: prefix))
    }
}

extension Selection {
    /// All pointers together: what is wanted of each value on their ways.
    private struct Tree {
        /// A pointer that ends here: everything is wanted.
        var isWhole = false
        /// A pointer that leads through here, for refusals.
        var pointer = ""
        /// Steps in the order in which pointers first take them.
        var branches: [(step: String, tree: Tree)] = []

        mutating func insert(_ path: ArraySlice<String>, pointer: String) {
            if self.pointer.isEmpty { self.pointer = pointer }
            guard let step = path.first else {
                isWhole = true
                return
            }
            // Compared as JSON does: Swift calls strings equal that are not the same name.
            let known = branches.firstIndex { JSON.string($0.step) == .string(step) }
            let index = known ?? branches.count
            if known == nil { branches.append((step, Tree())) }
            branches[index].tree.insert(path.dropFirst(), pointer: pointer)
        }
    }

    /// [3.4.12, selectPaths](https://www.w3.org/TR/vc-di-ecdsa/#selectpaths), for all pointers at once.
    private static func select(
        _ tree: Tree, of value: JSON, from: JSONPointer, to: JSONPointer, _ origins: inout [Term: Term]
    ) throws(ProofError) -> JSON {
        record(from, to, &origins)
        guard !tree.branches.isEmpty, !tree.isWhole else {
            try checkBranches(of: tree, in: value)
            recordAll(in: value, from, to, &origins)
            return value
        }
        switch value {
        case .object(let object):
            let initial = createInitialSelection(object)
            var selection = initial
            for (step, branch) in tree.branches {
                let (value, _) = try child(step, of: value, branch)
                // All types are shown, whichever of them was chosen.
                guard initial[step] == nil else {
                    try checkBranches(of: branch, in: value)
                    continue
                }
                selection[step] = try select(
                    branch, of: value, from: from.appending(step), to: to.appending(step), &origins)
            }
            return .object(selection)
        case .array:
            var selection: [JSON] = []
            var chosen: [(index: Int, value: JSON, branch: Tree)] = []
            for (step, branch) in tree.branches {
                let (value, index) = try child(step, of: value, branch)
                chosen.append((index ?? 0, value, branch))
            }
            for (index, value, branch) in chosen.sorted(by: { $0.index < $1.index }) {
                let place = to.appending(selection.count)
                selection.append(try select(branch, of: value, from: from.appending(index), to: place, &origins))
            }
            return .array(selection)
        default: throw noMatch(tree.pointer)
        }
    }

    /// Pointers into what is shown anyhow must still lead to something.
    private static func checkBranches(of tree: Tree, in value: JSON) throws(ProofError) {
        for (step, branch) in tree.branches {
            try checkBranches(of: branch, in: try child(step, of: value, branch).value)
        }
    }

    private static func child(
        _ step: String, of value: JSON, _ branch: Tree
    ) throws(ProofError) -> (value: JSON, index: Int?) {
        switch value {
        case .object(let object):
            if let value = object[step] { return (value, nil) }
        case .array(let elements):
            if let index = Int(step), String(index) == step, elements.indices.contains(index) {
                return (elements[index], index)
            }
        default: break
        }
        throw noMatch(branch.pointer)
    }

    /// [3.4.11, createInitialSelection](https://www.w3.org/TR/vc-di-ecdsa/#createinitialselection).
    private static func createInitialSelection(_ source: JSONObject) -> JSONObject {
        var selection: JSONObject = [:]
        if let id = source["id"], id.stringValue?.hasPrefix("_:") != true { selection["id"] = id }
        selection["type"] = source["type"]
        return selection
    }

    private static func record(_ from: JSONPointer, _ to: JSONPointer, _ origins: inout [Term: Term]) {
        let prefix = JSONLD.Options.placePrefix
        origins[.iri(prefix + to.description)] = .iri(prefix + from.description)
    }

    private static func recordAll(
        in value: JSON, _ from: JSONPointer, _ to: JSONPointer, _ origins: inout [Term: Term]
    ) {
        record(from, to, &origins)
        switch value {
        case .object(let object):
            for (key, value) in object { recordAll(in: value, from.appending(key), to.appending(key), &origins) }
        case .array(let elements):
            for (index, value) in elements.enumerated() {
                recordAll(in: value, from.appending(index), to.appending(index), &origins)
            }
        default: break
        }
    }
}

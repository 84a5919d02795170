import CanonicalJSON
import Foundation
import LinkedData
import TestSupport
import Testing

/// Our definitions beside the published contexts, compared by what documents mean with one and with the other.
@Suite(
    "Documents mean the same with our contexts as with the published ones",
    .enabled(if: Conformance.isExpected, Conformance.absence))
struct ContextMeaningTests {
    /// The published contexts in the place of ours; but for those whose published files are not at hand.
    static let published: ContextRegistry = ContextFactsTests.files.reduce(.published) { registry, file in
        // Null is no context: a file that cannot be read makes the comparison fail.
        let document = try? JSON(parsing: Conformance.bytes("contexts/" + file.value))
        return registry.adding(url: file.key, document: document ?? .null)
    }

    /// The canonical form of what a document says, or the refusal.
    private static func meaning(
        of document: JSON, _ contexts: ContextRegistry, isSafe: Bool
    ) -> Result<CanonicalDataset, LinkedDataError> {
        var options = JSONLD.Options()
        options.isSafe = isSafe
        return Result { () throws(LinkedDataError) in
            try RDFC10.canonicalize(JSONLD.quads(of: document, contexts: contexts, options: options))
        }
    }

    /// Whether both registries give the document the same meaning; how many lines it has, nil for a refusal.
    private func compare(_ document: JSON, isSafe: Bool, _ name: String) -> Int? {
        let ours = Self.meaning(of: document, .published, isSafe: isSafe)
        let theirs = Self.meaning(of: document, Self.published, isSafe: isSafe)
        switch (ours, theirs) {
        case (.success(let ours), .success(let theirs)):
            #expect(ours.bytes == theirs.bytes, "\(name)")
            return ours.lines.count
        case (.failure(let ours), .failure(let theirs)):
            #expect(ours.code == theirs.code && ours.pointer == theirs.pointer, "\(name)")
            return nil
        default:
            Issue.record("\(name) has a meaning with one and none with the other")
            return nil
        }
    }

    /// Every JSON document below a folder of the conformance data that names a context.
    private static func documents(in folder: String) -> [(name: String, document: JSON)] {
        let root = Conformance.folder.appending(path: folder)
        let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return files.sorted().flatMap { file -> [(String, JSON)] in
            guard let bytes = try? Conformance.bytes("\(folder)/\(file)") else { return [] }
            let lines = file.hasSuffix(".jsonl") ? bytes.split(separator: UInt8(ascii: "\n")).map(Array.init) : [bytes]
            return lines.enumerated().flatMap { line in
                ((try? JSON(parsing: line.element)).map(parts) ?? []).map { ("\(file):\(line.offset + 1)", $0) }
            }
        }
    }

    /// The outermost objects with an `@context` in a document.
    private static func parts(_ json: JSON) -> [JSON] {
        switch json {
        case .object(let object) where object["@context"] != nil: [json]
        case .object(let object): object.flatMap { parts($0.value) }
        case .array(let elements): elements.flatMap(parts)
        default: []
        }
    }

    @Test(
        "the published examples, as far as they are processed at all",
        arguments: [
            ("vc-data-model/input", 70), ("vc-di-eddsa", 19), ("vc-di-ecdsa", 29), ("open-badges", 38),
            ("vc-api-transcripts", 250),
        ])
    func examples(folder: String, least: Int) {
        let documents = Self.documents(in: folder)
        var processed = 0
        for (name, document) in documents {
            if compare(document, isSafe: false, name) != nil { processed += 1 }
            _ = compare(document, isSafe: true, name)
        }
        #expect(processed >= least, "\(processed) of \(documents.count)")
    }

    @Test("every term of every scope, as a property and as a type", arguments: ContextFactsTests.files.keys.sorted())
    func everyTerm(url: String) throws {
        let base = "https://www.w3.org/ns/credentials/v2"
        let context = try #require(Self.published.document(at: url)?["@context"]?.objectValue)
        var lines: [Int] = []
        for (name, node) in TermUse.nodes(context) {
            for contexts: [JSON] in [[.string(url)], [.string(base), .string(url)]] {
                var document = node
                document["@context"] = .array(contexts)
                if let count = compare(.object(document), isSafe: false, "\(contexts.count) \(name)") {
                    lines.append(count)
                }
            }
        }
        let terms = context.count { !$0.key.hasPrefix("@") && $0.value.stringValue?.hasPrefix("@") != true }
        // Not all go together with the base context, which protects its terms.
        #expect(lines.count >= max(2, 2 * terms))
        #expect(lines.reduce(0, +) >= 4 * terms)
    }
}

/// Nodes that use the terms of a context, made from the context itself.
enum TermUse {
    /// One node for each term: with it as a property, and with it as a type around its scoped terms.
    static func nodes(_ context: JSONObject) -> [(name: String, node: JSONObject)] {
        let terms = terms(context) + (context["@vocab"] == nil ? [] : [("unknown", "urn:unknown")])
        return terms.flatMap { term, definition -> [(name: String, node: JSONObject)] in
            let user: JSONObject = ["@id": "urn:user", term: values(term, definition)]
            return [("property \(term)", user), ("type \(term)", typed(term, definition))]
        }
    }

    private static func terms(_ context: JSONObject) -> [(String, JSON)] {
        context.filter { !$0.key.hasPrefix("@") && $0.value.stringValue?.hasPrefix("@") != true }.map {
            ($0.key, $0.value)
        }
    }

    /// Values of each kind: text, a number, and a node with every term of the property's own scope.
    private static func values(_ term: String, _ definition: JSON) -> JSON {
        var node: JSONObject = ["@id": .string("urn:node:\(term)")]
        let scoped = definition["@context"]?.objectValue.map(terms) ?? []
        for (term, definition) in scoped { node[term] = values(term, definition) }
        let texts = scoped.map { JSON.string($0.0) } + [.string("urn:text:\(term)"), "plain text"]
        return .array(texts + [1, true, .object(node)])
    }

    private static func typed(_ term: String, _ definition: JSON) -> JSONObject {
        var node: JSONObject = ["@type": .string(term), "@id": .string("urn:typed:\(term)")]
        for (term, definition) in definition["@context"]?.objectValue.map(terms) ?? [] {
            node[term] = values(term, definition)
        }
        return node
    }
}

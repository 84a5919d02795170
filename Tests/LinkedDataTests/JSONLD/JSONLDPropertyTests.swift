import CanonicalJSON
import LinkedData
import TestSupport
import Testing

@Suite("JSON-LD: whatever the document")
struct JSONLDPropertyTests {
    /// What became of a document, to compare.
    private func outcome(_ document: JSON, _ contexts: ContextRegistry, _ options: JSONLD.Options) -> String {
        do {
            return try JSONLD.quads(of: document, contexts: contexts, options: options).map { "\($0)" }.joined()
        } catch { return "\(error)" }
    }

    @Test("The documents of this suite say something")
    func documentsAreGood() throws {
        #expect(try Documents.lines(Documents.credential).count == 13)
        #expect(try Documents.lines(Documents.everything).count > 40)
    }

    @Test(
        "A changed document is read or refused, the same with compiled contexts and without", arguments: [true, false])
    func cacheMakesNoDifference(_ isSafe: Bool) throws {
        var random = SeededRandom(seed: 11)
        var options = JSONLD.Options()
        options.isSafe = isSafe
        var anew = options
        anew.bypassesCache = true
        for document in [Documents.credential, Documents.everything] {
            for _ in 0..<60 {
                let changed = document.mutated(using: &random)
                let result = outcome(changed, .published, options)
                #expect(result == outcome(changed, .published, anew), "\(changed.canonicalString)")
                #expect(result == outcome(changed, .published, options), "\(changed.canonicalString)")
            }
        }
    }

    @Test("A value in the place of any other value is read or refused")
    func randomValues() throws {
        var random = SeededRandom(seed: 12)
        var options = JSONLD.Options()
        options.isSafe = false
        for document in [Documents.credential, Documents.everything] {
            for place in JSONPlace.all(in: document) {
                let changed = place.replacing(in: document, with: .random(using: &random))
                _ = outcome(changed, .published, JSONLD.Options())
                if let quads = try? JSONLD.quads(of: changed, contexts: .published, options: options) {
                    _ = try? RDFC10.canonicalize(quads)
                }
            }
        }
    }

    @Test("What safe mode lets through loses nothing: lossy mode says the same")
    func safeIsComplete() throws {
        var random = SeededRandom(seed: 13)
        var lossy = JSONLD.Options()
        lossy.isSafe = false
        var accepted = 0
        for _ in 0..<60 {
            let changed = Documents.everything.mutated(using: &random)
            guard let quads = try? JSONLD.quads(of: changed, contexts: .published) else { continue }
            accepted += 1
            #expect(
                try JSONLD.quads(of: changed, contexts: .published, options: lossy) == quads,
                "\(changed.canonicalString)")
            _ = try RDFC10.canonicalize(quads)
        }
        #expect(accepted > 5)
    }

    @Test("The order of members in the text makes no difference")
    func order() throws {
        var random = SeededRandom(seed: 14)
        for document in [Documents.credential, Documents.everything] {
            let expected = try Documents.lines(document)
            for _ in 0..<20 {
                let shuffled = try Documents.json(shuffledText(document, using: &random))
                #expect(try Documents.lines(shuffled) == expected)
            }
        }
    }

    private func shuffledText(_ json: JSON, using random: inout SeededRandom) -> String {
        switch json {
        case .object(let object):
            var members: [String] = []
            for (key, value) in object.shuffled(using: &random) {
                members.append(JSON.string(key).canonicalString + ":" + shuffledText(value, using: &random))
            }
            return "{" + members.joined(separator: ",") + "}"
        case .array(let elements):
            return "[" + elements.map { shuffledText($0, using: &random) }.joined(separator: ",") + "]"
        default: return json.canonicalString
        }
    }

    @Test("Many at once get the same answer")
    func concurrently() async throws {
        let registry = ContextRegistry.published.adding(url: "urn:new", document: ["@context": [:]])
        let expected = try Documents.lines(Documents.credential)
        try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<16 {
                group.addTask { try Documents.lines(Documents.credential, contexts: registry) }
            }
            for try await lines in group { #expect(lines == expected) }
        }
    }

    @Test("Expanding an expanded document changes nothing")
    func expansionIsStable() throws {
        for document in [Documents.credential, Documents.everything] {
            let once = try JSONLD.expand(document, contexts: .published)
            #expect(try JSONLD.expand(once, contexts: .published) == once)
            #expect(try Documents.lines(once) == Documents.lines(document))
        }
    }
}

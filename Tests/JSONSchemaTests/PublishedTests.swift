import CanonicalJSON
import JSONSchema
import TestSupport
import Testing

/// The published suite of draft 2020-12, read in place.
struct PublishedSuite {
    static let folder = "json-schema/tests/draft2020-12"

    /// One schema of the suite and what it must say about each instance.
    struct Group {
        let description: String
        let schema: JSON
        let tests: [(description: String, instance: JSON, isValid: Bool)]
    }

    static func files(in subfolder: String = "") -> [String] {
        ((try? Conformance.files(in: folder + subfolder)) ?? []).filter { $0.hasSuffix(".json") }
    }

    static func groups(_ file: String) throws -> [Group] {
        let json = try JSON(parsing: Conformance.bytes("\(folder)/\(file)"))
        return try #require(json.arrayValue).map { group in
            let tests = try #require(group["tests"]?.arrayValue).map { test in
                try (
                    #require(test["description"]?.stringValue), #require(test["data"]),
                    #require(test["valid"]) == true
                )
            }
            return try Group(
                description: #require(group["description"]?.stringValue), schema: #require(group["schema"]),
                tests: tests)
        }
    }

    /// The schemas that the suite refers to, those of other drafts aside. Metaschemas come before their users.
    static let registry: SchemaRegistry = {
        var registry = SchemaRegistry()
        for folder in ["", "nested/", "baseUriChange/", "baseUriChangeFolder/", "baseUriChangeFolderInSubschema/"] {
            for draft in ["", "draft2020-12/"] {
                let path = draft + folder
                for file in (try? Conformance.files(in: "json-schema/remotes/\(path)")) ?? []
                where file.hasSuffix(".json") {
                    do {
                        let json = try JSON(parsing: Conformance.bytes("json-schema/remotes/\(path)\(file)"))
                        try registry.register(json, at: "http://localhost:1234/\(path)\(file)")
                    } catch {
                        Issue.record("\(path)\(file): \(error)")
                    }
                }
            }
        }
        return registry
    }()

    /// What we answer differently from the suite in one file: "group: test", or "group: refused" when its schema is.
    static func differences(_ file: String, assertsFormats: Bool = false) throws -> [String] {
        try groups(file).flatMap { group -> [String] in
            guard
                let schema = try? JSONSchema(group.schema, registry: registry, assertsFormats: assertsFormats)
            else { return ["\(group.description): refused"] }
            return try group.tests.filter { try schema.validate($0.instance).isEmpty != $0.isValid }
                .map { "\(group.description): \($0.description)" }
        }
    }
}

@Suite("JSON Schema draft 2020-12, published suite", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedTests {
    @Test("the folder has all its files and tests")
    func complete() throws {
        func count(_ files: [String]) throws -> Int {
            try files.reduce(0) { try $0 + PublishedSuite.groups($1).reduce(0) { $0 + $1.tests.count } }
        }
        let required = PublishedSuite.files()
        let optional = PublishedSuite.files(in: "/optional").map { "optional/\($0)" }
        let formats = PublishedSuite.files(in: "/optional/format").map { "optional/format/\($0)" }
        #expect(try count(required) == 1299)
        #expect(try count(optional + formats) == 926)
    }

    @Test("every required test gives the published answer", arguments: PublishedSuite.files())
    func required(file: String) throws {
        #expect(try PublishedSuite.differences(file) == [])
    }
}

@Suite(
    "JSON Schema draft 2020-12, published optional tests", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedOptionalTests {
    @Test(
        "optional tests give the published answer, but for those left out",
        arguments: PublishedSuite.files(in: "/optional"))
    func optional(file: String) throws {
        #expect(try PublishedSuite.differences("optional/\(file)") == Self.leftOut(of: "optional/\(file)"))
    }

    @Test(
        "asserted formats give the published answer, but for those left out",
        arguments: PublishedSuite.files(in: "/optional/format"))
    func format(file: String) throws {
        let file = "optional/format/\(file)"
        #expect(try PublishedSuite.differences(file, assertsFormats: true) == Self.leftOut(of: file))
    }

    /// What is left out of a file.
    enum LeftOut {
        /// All groups: their schemas are refused.
        case schemas
        /// The tests that expect a violation, in all groups or in one.
        case violations(group: String?)
    }

    static let leftOut: [String: LeftOut] = [
        // Schemas of other drafts are not read as such; this one is not registered, so the reference is refused.
        "optional/cross-draft.json": .schemas,
        // Not a keyword of 2020-12, which has dependentRequired and dependentSchemas instead.
        "optional/dependencies-compatibility.json": .violations(group: nil),
        // What "xn--" stands for is not looked at: that needs the tables of IDNA.
        "optional/format/hostname.json": .violations(group: "validation of A-label (punycode) host names"),
        // The same tables; a schema that asserts this format is refused.
        "optional/format/idn-hostname.json": .schemas,
    ]

    static func leftOut(of file: String) throws -> [String] {
        let groups = try PublishedSuite.groups(file)
        switch leftOut[file] {
        case nil: return []
        case .schemas: return groups.map { "\($0.description): refused" }
        case .violations(let name):
            return groups.filter { name == nil || $0.description == name }.flatMap { group in
                group.tests.filter { !$0.isValid }.map { "\(group.description): \($0.description)" }
            }
        }
    }
}

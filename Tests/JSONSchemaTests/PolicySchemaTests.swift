import CanonicalJSON
import Foundation
import JSONSchema
import TestSupport
import Testing

/// `schemas/policy.schema.json` and the policies that are shipped, read as files.
@Suite("The schema of policies")
struct PolicySchemaTests {
    static let serviceLevel = "standard"
    static let compensation = "pocket-fit"

    private static func json(_ path: String) throws -> JSON {
        try JSON(parsing: Data(contentsOf: Conformance.projectRoot.appending(path: path)))
    }

    private static func policy(_ name: String) throws -> JSON {
        try json("Sources/Compensation/Policies/\(name).json")
    }

    private static func schema() throws -> JSONSchema { try JSONSchema(json("schemas/policy.schema.json")) }

    @Test("it is a schema, also in the eyes of the metaschema")
    func compiles() throws {
        _ = try Self.schema()
        let metaschema = try JSONSchema(["$ref": "https://json-schema.org/draft/2020-12/schema"])
        #expect(try metaschema.validate(Self.json("schemas/policy.schema.json")).isEmpty)
    }

    @Test("every policy that is shipped is accepted")
    func accepted() throws {
        let folder = Conformance.projectRoot.appending(path: "Sources/Compensation/Policies")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == [
                "apology-only.json", "flat-refund.json", "notices.json", "personalised.json", "pocket-fit.json",
                "standard.json", "tiered.json",
            ])
        for name in names {
            #expect(try Self.schema().validate(Self.json("Sources/Compensation/Policies/\(name)")) == [])
        }
    }

    /// One change to a shipped policy, and the places that must be complained about.
    struct Mutation: Sendable, CustomTestStringConvertible {
        let policy: String
        let place: String
        let value: JSON?
        let complaints: [String]

        init(_ policy: String, _ place: String, _ value: JSON?, _ complaints: String...) {
            (self.policy, self.place, self.value) = (policy, place, value)
            self.complaints = complaints.isEmpty ? [place] : complaints
        }

        var testDescription: String { "\(place) becomes \(value?.canonicalString ?? "nothing")" }
    }

    private static let target = "/spec/objectives/0/target/elapsed"

    static let mutations: [Mutation] = [
        Mutation(serviceLevel, "/apiVersion", "punctual/v2"),
        Mutation(serviceLevel, "/apiVersion", nil, ""),
        Mutation(serviceLevel, "/kind", "Service"),
        Mutation(
            serviceLevel, "/kind", "Review", "/spec", "/spec/appliesTo", "/spec/objectives", "/spec/onCancel",
            "/spec/pause", "/spec/priority"),
        Mutation(serviceLevel, "/metadata/effectiveFrom", 0),
        Mutation(serviceLevel, "/metadata", []),
        Mutation(serviceLevel, "/metadata/id", "Standard"),
        Mutation(serviceLevel, "/metadata/id", ""),
        Mutation(serviceLevel, "/metadata/id", "-a"),
        Mutation(serviceLevel, "/metadata/id", .string(String(repeating: "a", count: 64))),
        Mutation(serviceLevel, "/metadata/id", "a\n"),
        Mutation(serviceLevel, "/metadata/version", 0),
        Mutation(serviceLevel, "/metadata/version", .number(1.5)),
        Mutation(serviceLevel, "/metadata/version", "1"),
        Mutation(serviceLevel, "/metadata/effectiveFrom", "1970-01-01"),
        Mutation(serviceLevel, "/metadata/effectiveFrom", "1970-01-01T00:00:00+00:00"),
        Mutation(serviceLevel, "/metadata/effectiveFrom", "1970-13-01T00:00:00Z"),
        Mutation(serviceLevel, "/metadata/effectiveFrom", "0000-01-01T00:00:00Z"),
        Mutation(serviceLevel, "/metadata/title", [:]),
        Mutation(serviceLevel, "/metadata/title", ["english": "x"], "/metadata/title/english"),
        Mutation(serviceLevel, "/metadata/title/en", ""),
        Mutation(serviceLevel, "/spec/priority", -1),
        Mutation(serviceLevel, "/spec/objectives", []),
        Mutation(serviceLevel, "/spec/objectives/0/metric", "revoke", "/spec/objectives", "/spec/objectives/0"),
        Mutation(serviceLevel, target, "P1D", target, "/spec/objectives/0"),
        Mutation(serviceLevel, target, "PT", target, "/spec/objectives/0"),
        Mutation(serviceLevel, target, "PT0S", target, "/spec/objectives/0"),
        Mutation(serviceLevel, target, "PT1.5H", target, "/spec/objectives/0"),
        Mutation(serviceLevel, "/spec/pause/0/reason", "weather"),
        Mutation(serviceLevel, "/spec/pause/0/reason", "legal-hold", "/spec/pause"),
        Mutation(serviceLevel, "/spec/pause/0/maxTotal", ["elapsed": "PT1H", "calendarDays": 1]),
        Mutation(serviceLevel, "/spec/pause/0/maxTotal", [:]),
        Mutation(serviceLevel, "/spec/onCancel", nil, "/spec"),
        Mutation(
            serviceLevel, "/spec/appliesTo", ["all": [["fact": "request.tier", "op": "eq", "value": "gold"]]],
            "/spec/appliesTo", "/spec/appliesTo/all/0", "/spec/appliesTo/all/0/value"),
        Mutation(
            compensation, "/kind", "ServiceLevel", "/spec", "/spec/caps", "/spec/eligibility", "/spec/measure",
            "/spec/model", "/spec/payout", "/spec/reversal", "/spec/slaRef", "/spec/stacking"),
        Mutation(compensation, "/spec/slaRef", nil, "/spec"),
        Mutation(compensation, "/spec/eligibility/otherwise", "none"),
        Mutation(compensation, "/spec/model/kind", "other"),
        Mutation(compensation, "/spec/model/tiers", []),
        Mutation(compensation, "/spec/model/tiers/0/over", "dead-line", "/spec/model/tiers/0/over"),
        Mutation(
            compensation, "/spec/model/tiers/1/over/elapsed", "4h", "/spec/model/tiers/1/over",
            "/spec/model/tiers/1/over/elapsed"),
        Mutation(compensation, "/spec/model/tiers/0/benefits/0/amount/minor", 0),
        Mutation(compensation, "/spec/model/tiers/0/benefits/0/amount/minor", 1_000_000_001),
        Mutation(compensation, "/spec/model/tiers/0/benefits/0/amount/unit", "EUR"),
        Mutation(compensation, "/spec/model/tiers/0/benefits/0/expires", nil, "/spec/model/tiers/0/benefits/0"),
        Mutation(compensation, "/spec/caps/0/overflow", "queue"),
        Mutation(compensation, "/spec/payout/within", ["elapsed": "PT1H", "calendarDays": 1]),
        Mutation(compensation, "/spec/reversal/take", "always", "/spec/reversal/reasons", "/spec/reversal/take"),
        Mutation(compensation, "/spec/stacking/premium", "replace"),
    ]

    @Test("each of these changes is refused, at its place", arguments: mutations)
    func refused(mutation: Mutation) throws {
        let policy = try Self.policy(mutation.policy)
        let place = try #require(JSONPlace.all(in: policy).first { $0.description == mutation.place })
        let violations = try Self.schema().validate(place.replacing(in: policy, with: mutation.value))
        let places = Set(violations.map(\.instanceLocation.description))
        #expect(places == Set(mutation.complaints), "\(violations)")
    }

    @Test("a member of another name is refused everywhere", arguments: [serviceLevel, compensation])
    func unknownMember(name: String) throws {
        let policy = try Self.policy(name)
        let schema = try Self.schema()
        for place in JSONPlace.all(in: policy) where place.description != "/metadata/title" {
            guard case .object(var object) = place.value(in: policy) else { continue }
            object["extra"] = true
            let violations = try schema.validate(place.replacing(in: policy, with: .object(object)))
            #expect(!violations.isEmpty, "\(place)")
        }
    }

    @Test("null is refused everywhere", arguments: [serviceLevel, compensation])
    func noNull(name: String) throws {
        let policy = try Self.policy(name)
        let schema = try Self.schema()
        for place in JSONPlace.all(in: policy) {
            #expect(try !schema.validate(place.replacing(in: policy, with: .null)).isEmpty, "\(place)")
        }
    }
}

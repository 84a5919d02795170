import CanonicalJSON
import Compensation
import Cryptography
import Issuance
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing

@Suite("87 The monthly review says whether people are treated alike")
struct ConsistencyReviewTests {
    static let review: JSON = [
        "apiVersion": "punctual/v1", "kind": "Review",
        "metadata": [
            "id": "rev", "version": 1, "tenant": "default", "effectiveFrom": "1970-01-01T00:00:00Z",
            "title": ["en": "Review"],
        ],
        "spec": [
            "every": "P1M", "surveyAfter": ["elapsed": "PT72H"], "surveySample": ["num": 1, "den": 1], "minAnswers": 5,
            "metrics": ["csat"],
        ],
    ]

    /// Claims about late requests, some granted, by whom the lot drew; and the month is over.
    private func world(_ count: Int) throws -> ClaimWorld {
        let claims = try ClaimWorld(seed: 7, reviewers: 1)
        try claims.world.world.publish(Self.review)
        let ids = try (0..<count).map { try claims.world.waiting("c\($0)", holder: "urn:x:\($0)") }
        try claims.world.pass(Default.target + .hours(1))
        for (index, id) in ids.enumerated() {
            let claim = try claims.file(about: id, key: "file-\(index)")
            let body = index % 4 == 0 ? try claims.denial() : ClaimWorld.granting(50)
            _ = try claims.decide(claim, body, key: "decide-\(index)")
        }
        try claims.world.pass(.days(40))
        _ = try claims.world.world.service.askSurveys()
        try claims.world.world.service.publishReviews()
        return claims
    }

    private func report(_ world: World, _ change: (inout Forger) -> Void = { _ in }) throws -> Set<Finding.Kind> {
        var forger = try Forger(world)
        change(&forger)
        return Set(try forger.report().findings.map(\.kind))
    }

    /// Changes a document, and its hash with it.
    private func rewrite(_ forger: inout Forger, _ index: Int = 0, _ change: (JSON) -> JSON) {
        forger.change("review.published", index) { facts in
            let document = change(facts["document"] ?? .null)
            facts["document"] = document
            facts["hash"] = .string("sha256:\(SHA256.hash(document.canonicalBytes))")
        }
    }

    @Test("decisions by channel, institution and who decided, and a stranger counts the same")
    func agrees() throws {
        let claims = try world(24)
        let review = try #require(try claims.world.entries("review.published").first?["facts"]?["document"])
        let consistency = review["consistency"]
        #expect(consistency?["minimum"] == 20 && consistency?["offers"] == ["groups": []])
        #expect(consistency?["claims"]?["all"]?["count"] == 24 && consistency?["claims"]?["all"]?["granted"] == 18)
        #expect(consistency?["claims"]?["all"]?["share"] == 7500)
        let dimensions = (consistency?["claims"]?["groups"]?.arrayValue ?? []).compactMap { $0["by"]?.stringValue }
        #expect(dimensions.contains("tenant"))
        #expect(try report(claims.world).intersection([.wrongReview]).isEmpty)
        let parity = try claims.world.world.service.parityReport(minimum: 20)
        #expect(parity["claims"]?["all"] == consistency?["claims"]?["all"])
        #expect(parity["note"]?.stringValue?.hasPrefix("Association, not effect") ?? false)
    }

    @Test("of nineteen decisions nothing is shown")
    func few() throws {
        let claims = try world(19)
        let review = try #require(try claims.world.entries("review.published").first?["facts"]?["document"])
        #expect(review["consistency"]?["claims"] == ["groups": []])
        #expect(try report(claims.world).intersection([.wrongReview]).isEmpty)
    }

    @Test("an operator who says otherwise, hides a group or says nothing any more is found")
    func frauds() throws {
        let claims = try world(24)
        let place = "/consistency/claims"
        let changes: [(JSON) -> JSON] = [
            { $0.replacing(place + "/all/granted", by: 24) }, { $0.replacing(place + "/all/share", by: 9999) },
            { $0.replacing(place + "/groups", by: []) }, { $0.replacing(place + "/groups/0/count", by: 23) },
            { $0.replacing(place + "/all/given", by: []) }, { $0.replacing(place, by: ["groups": []]) },
        ]
        for change in changes {
            #expect(try report(claims.world) { forger in rewrite(&forger, 0, change) }.contains(.wrongReview))
        }
        // A review from before there was this member stands; one after it may not go without.
        #expect(
            try !report(claims.world) { forger in
                rewrite(&forger, 0) { document in document.replacing("/consistency", by: nil) }
            }.contains(.wrongReview))
        try claims.world.pass(.days(31))
        try claims.world.world.service.publishReviews()
        #expect(
            try report(claims.world) { forger in
                rewrite(&forger, 1) { document in document.replacing("/consistency", by: nil) }
            }.contains(.wrongReview))
    }
}

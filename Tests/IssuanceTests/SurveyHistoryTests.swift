import CanonicalJSON
import Issuance
import ServiceLevels
import Settlement
import Simulation
import Temporal
import TestSupport
import Testing
import TransparencyLog

/// Random histories with crashes, merges and erasures.
private struct SurveyHistory {
    let world: World
    var random: SeededRandom
    var open: [RequestID] = []
    var counter = 0
    /// Whether somebody was asked twice about one incident.
    var isDoubled = false

    init(seed: UInt64) throws {
        random = SeededRandom(seed: seed)
        world = try SurveyTests.world(seed: seed)
        try world.openIncidents(at: 3)
    }

    mutating func run(_ steps: Int) throws {
        for _ in 0..<steps {
            counter += 1
            switch Int.random(in: 0..<9, using: &random) {
            case 0, 1: try ask()
            case 2, 3: try approve()
            case 4: try answer()
            case 5: try merge()
            case 6: try crash()
            case 7: try erase()
            default: break
            }
            try pass(.hours(Int64.random(in: 1...15, using: &random)))
        }
        for id in open { try SurveyTests.approve(id, world) }
        open = []
        for _ in 0..<8 { try pass(.hours(12)) }
    }

    private mutating func ask() throws {
        for index in 0..<Int.random(in: 1...4, using: &random) {
            let holder = "urn:example:person:\(Int.random(in: 1...4, using: &random))"
            open.append(try world.waiting("ask \(counter) \(index)", holder: holder))
        }
    }

    private mutating func approve() throws {
        for _ in 0..<2 {
            guard let place = open.indices.randomElement(using: &random) else { return }
            try SurveyTests.approve(open.remove(at: place), world)
        }
    }

    private mutating func answer() throws {
        guard let survey = try world.rows(SurveyRecord.self).randomElement(using: &random),
            let id = RequestID(survey.request)
        else { return }
        let body: JSON = [
            "csat": .integer(.random(in: 1...5, using: &random)), "nps": .integer(.random(in: 0...10, using: &random)),
        ]
        do {
            try world.world.answerSurvey(body, about: id, of: world.tenant, key: "answer \(counter)")
        } catch is Refusal {
            #expect(
                survey.answeredAt != nil || survey.holder.isEmpty || survey.until <= world.world.clock.now.milliseconds)
        }
    }

    private mutating func merge() throws {
        let incidents = try world.incidents()
        guard let one = incidents.randomElement(using: &random), let other = incidents.randomElement(using: &random)
        else { return }
        do {
            try world.act(.merge, on: one.id, ["other": .string(other.id)], key: "merge \(counter)")
        } catch is Refusal {}
    }

    private mutating func erase() throws {
        guard Int.random(in: 0..<3, using: &random) == 0 else { return }
        let holder = "urn:example:person:\(Int.random(in: 1...4, using: &random))"
        do {
            try world.world.erase([holder], of: world.tenant)
        } catch is Refusal {}
    }

    /// The process dies at some commit while people are asked.
    private mutating func crash() throws {
        let at = Int.random(in: 1...3, using: &random)
        let kinds: [MemoryStoreFault] = [.full, .lost, .persisted]
        guard let fault = kinds.randomElement(using: &random) else { return }
        try world.world.restart { $0 == at ? fault : nil }
        _ = try? world.world.service.askSurveys()
        _ = try? world.world.service.publishReviews()
        try world.world.restart()
        try pass(.zero)
    }

    private mutating func pass(_ length: Milliseconds) throws {
        try world.tend(after: length)
        let before = Set(try world.rows(SurveyRecord.self).map(\.request))
        #expect(try world.world.service.askSurveys().isEmpty)
        try world.world.service.publishReviews()
        try look(before)
    }

    /// Whether somebody who was just asked had been asked about the same incident.
    private mutating func look(_ before: Set<String>) throws {
        let rows = try world.rows(SurveyRecord.self)
        let roots = Dictionary(
            uniqueKeysWithValues: try world.incidents().map { ($0.id, $0.mergedInto ?? $0.id) })
        let standing = Dictionary(
            uniqueKeysWithValues: try world.rows(AffectedRecord.self).map { row in
                (row.request, row.incident.flatMap { roots[$0] })
            })
        for row in rows where !before.contains(row.request) && !row.holder.isEmpty {
            guard let root = standing[row.request] ?? nil else { continue }
            for other in rows where other.request != row.request && other.holder == row.holder {
                if standing[other.request] == root { isDoubled = true }
            }
        }
    }
}

@Suite("Surveys and reviews in random histories")
struct SurveyHistoryTests {
    @Test(
        "with crashes and merges nobody is asked twice about an incident, strangers agree, and reviews come again",
        arguments: 1...6 as ClosedRange<UInt64>)
    func histories(_ seed: UInt64) throws {
        var history = try SurveyHistory(seed: seed)
        try history.run(90)
        #expect(!history.isDoubled)
        let world = history.world
        #expect(try !world.rows(SurveyRecord.self).isEmpty)
        let found = try SurveyTests.settle(world).findings.filter {
            [.wrongSurvey, .missedSurvey, .wrongAnswer, .wrongReview, .malformedEntry].contains($0.kind)
        }
        #expect(found == [], "\(found.prefix(3))")
        try SurveyTests.expectReplay(world)
        let reviews = try world.rows(ReviewRecord.self)
        #expect(reviews.count >= 1)
        for row in reviews {
            let month = try #require(ReviewMonth(row.month))
            // From the live log, and from nothing but its entries: the same bytes, and those that were published.
            let live = try world.world.store.read { try $0.review(of: month) }
            var fold = ReviewFold(of: month)
            for entry in try world.rows(EntryRecord.self) { fold.read(try LogEntry(parsing: entry.body)) }
            #expect(live.document.canonicalBytes == fold.finish().document.canonicalBytes)
            #expect(live.hash.text == row.hash && live.size == row.size)
        }
    }

    @Test("a review says what was planted: requests, promises, payments, answers; and is signed")
    func planted() throws {
        let world = try SurveyTests.world(minAnswers: 4)
        let ids = try (0..<8).map { try world.waiting("ask \($0)", holder: "urn:example:person:\($0)") }
        let kept = try world.waiting("kept", holder: "urn:example:person:9")
        try SurveyTests.approve(kept, world)
        try world.pass(Default.target + .minutes(1))
        for id in ids { try SurveyTests.approve(id, world) }
        try world.pass(SurveyTests.after)
        _ = try world.world.service.askSurveys()
        // Three satisfied, one not; two promoters, one detractor.
        for (index, (csat, nps)) in [(5, 10), (4, 9), (4, 7), (2, 3)].enumerated() {
            try world.world.answerSurvey(
                ["csat": .integer(Int64(csat)), "nps": .integer(Int64(nps))], about: ids[index], of: world.tenant,
                key: "answer \(index)")
        }
        try world.world.erase(["urn:example:person:0"], of: world.tenant)
        try world.pass(.days(60))
        try world.world.service.publishReviews()
        let months = try world.rows(ReviewRecord.self).map(\.month)
        #expect(months == ["2026-01", "2026-02"])
        let january = try #require(try world.world.service.signedReview(of: "2026-01")["review"])
        #expect(january["requests"] == ["accepted": 9, "issued": 9, "cancelled": 0])
        #expect(january["promises"] == [["objective": "issue", "kept": 1, "broken": 8]])
        #expect(january["affected"] == 8 && january["missed"] == 0)
        #expect(january["surveys"]?["all"]?["asked"] == 0)
        #expect(january["payments"]?[pointer: "/0/count"] == 8)
        let february = try world.world.service.signedReview(of: "2026-02")
        let all = february["review"]?["surveys"]?["all"]
        #expect(all?["asked"] == 8 && all?["answered"] == 4 && all?["withdrawn"] == 1 && all?["responseRate"] == 5000)
        // 3/4 with Wilson 30.06… to 95.44…; (2-1)/4; bounds 3/8 to 7/8 and -3/8 to 5/8.
        #expect(
            all?["csat"] == ["value": 7500, "low": 3006, "high": 9545, "worst": 3750, "best": 8750, "satisfied": 3])
        #expect(all?["nps"]?["value"] == 2500 && all?["nps"]?["worst"] == -3750 && all?["nps"]?["best"] == 6250)
        let note = try SignedNote(parsing: Array(try #require(february["note"]?.stringValue).utf8))
        let opened = try JSON(parsing: try #require(world.rows(EntryRecord.self).first).body)
        let key = try VerifierKey(vkey: try #require(opened["facts"]?["logKey"]?.stringValue))
        #expect(try note.verifiedSignatures(by: [key]).count == 1)
        #expect(note.text.split(separator: "\n").first == "punctual review v1")
        #expect(try SurveyTests.settle(world).findings == [])
        try SurveyTests.expectReplay(world)
    }

    @Test("a review comes after its month, once, and never out of turn")
    func turn() throws {
        let world = try SurveyTests.world()
        try world.world.service.publishReviews()
        #expect(try world.rows(ReviewRecord.self).isEmpty)
        try world.pass(.days(31) - .hours(1))
        try world.world.service.publishReviews()
        #expect(try world.rows(ReviewRecord.self).isEmpty)
        try world.pass(.hours(1))
        for _ in 0..<3 { try world.world.service.publishReviews() }
        #expect(try world.rows(ReviewRecord.self).map(\.month) == ["2026-01"])
        #expect(throws: Refusal.self) { try world.world.service.signedReview(of: "2026-02") }
        for text in ["2026-13", "2026-1", "26-01", "2026/01", "", "2026-00"] { #expect(ReviewMonth(text) == nil) }
        let december = try #require(ReviewMonth("2026-12"))
        #expect(december.next.description == "2027-01")
        #expect(december.range.upperBound.rfc3339.hasPrefix("2027-01-01T00:00:00"))
        let without = try World()
        try without.pass(.days(70))
        try without.world.service.publishReviews()
        #expect(try without.rows(ReviewRecord.self).isEmpty)
    }
}

import CanonicalJSON
import Cryptography
import Foundation
import ServiceLevels
import Temporal
import TestSupport
import Testing

@testable import Compensation

/// What is asked of people, and what may be said of their answers: rules 68 and 71.
@Suite("Surveys")
struct FeedbackTests {
    static let spec: JSONObject = [
        "every": "P1M", "surveyAfter": ["elapsed": "PT72H"], "surveySample": ["num": 1, "den": 4], "minAnswers": 50,
        "metrics": ["csat", "nps", "response-rate", "missed-count", "cost-per-affected"],
    ]

    static func document(_ changes: [String: JSON?] = [:]) throws -> PolicyDocument {
        var spec = spec
        for (member, value) in changes { spec[member] = value }
        return try PolicyDocument([
            "apiVersion": "punctual/v1", "kind": "Review",
            "metadata": [
                "id": "rev", "version": 1, "tenant": "acme", "effectiveFrom": "2026-01-01T00:00:00Z",
                "title": ["en": "Review"],
            ],
            "spec": .object(spec),
        ])
    }

    @Test("a policy of the kind is read, published, and said in words with its own numbers")
    func policy() throws {
        let document = try Self.document()
        let policy = try ReviewPolicy(document)
        #expect(policy.surveyAfter.length.count == 72 * 3_600_000)
        #expect(policy.minAnswers == 50 && policy.metrics.count == 5)
        let words = policy.plainWords.joined(separator: " ")
        for part in ["3 days", "draws 1/4", "30 days", "fewer than 50"] { #expect(words.contains(part), "\(part)") }
        let book = try PolicyBook().publishing(document, at: document.metadata.effectiveFrom).book
        #expect(book.review(document.hash) == policy)
        #expect(book.firstReview?.document == document && book.hasReview && !PolicyBook().hasReview)
    }

    @Test(
        "a policy that says what nobody does is refused at its place",
        arguments: [
            ("/spec/every", ["every": "P3M"]), ("/spec/surveyAfter", ["surveyAfter": ["business": "PT8H"]]),
            ("/spec/surveyAfter", ["surveyAfter": nil]),
            ("/spec/surveySample", ["surveySample": ["num": 2, "den": 1]]),
            ("/spec/surveySample/den", ["surveySample": ["num": 0, "den": 0]]),
            ("/spec/minAnswers", ["minAnswers": 0]), ("/spec/minAnswers", ["minAnswers": 1_000_001]),
            ("/spec/metrics", ["metrics": []]), ("/spec/metrics", ["metrics": ["csat", "csat"]]),
            ("/spec/metrics/0", ["metrics": ["forecast-brier"]]), ("/spec/incentive", ["incentive": 5]),
        ] as [(String, [String: JSON?])])
    func refuses(_ place: String, _ changes: [String: JSON?]) throws {
        let document = try Self.document(changes)
        let error = #expect(throws: PolicyError.self) { try Policy(document) }
        #expect(error?.pointer.description == place)
    }

    @Test("the lot is the first eight bytes of a hash over seed and request, and draws its share")
    func draw() throws {
        let sample = try Ratio(["num": 1, "den": 4], at: JSONPointer())
        let seed = String(repeating: "ab", count: 32)
        var drawn = 0
        for number in 0..<4000 {
            let digest = SHA256.hash(Array("survey draw v1\n\(seed)\nr\(number)".utf8)).bytes
            let value = digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let isDrawn = SurveyDraw.draws("r\(number)", seed: seed, sample: sample)
            #expect(isDrawn == (value % 4 == 0))
            if isDrawn { drawn += 1 }
        }
        // Four standard deviations of 4000 at one in four are 110.
        #expect((890...1110).contains(drawn))
        #expect(!SurveyDraw.draws("r1", seed: seed, sample: try Ratio(["num": 0, "den": 1], at: JSONPointer())))
        #expect(SurveyDraw.draws("r1", seed: seed, sample: .whole))
    }

    /// 100 answers to 125 surveys: 92 satisfied (the 92 % of the article), 70 promoters, 10 detractors.
    static var planted: SurveyScores {
        var scores = SurveyScores()
        for number in 0..<100 {
            let csat: Int64 = number < 92 ? (number % 2 == 0 ? 5 : 4) : 3
            let nps: Int64 = number < 70 ? 9 + Int64(number % 2) : number < 90 ? 7 + Int64(number % 2) : 6
            scores.count(SurveyScores.Answer(csat: csat, nps: nps), minimum: 50)
        }
        for _ in 0..<25 { scores.count(nil, minimum: 50) }
        return scores
    }

    @Test("planted answers give the figures that were computed by hand")
    func plantedFigures() throws {
        let scores = Self.planted
        #expect(scores.asked == 125 && scores.answered == 100 && scores.missing == 25)
        #expect(scores.responseRate == 8000)
        // 92/100; Wilson 85.0018… to 95.8964…; 92/125 and 117/125.
        #expect(scores.csat == .init(value: 9200, interval: 8500...9590, bounds: 7360...9360))
        // (70 - 10)/100; (60 - 25)/125 and (60 + 25)/125; the mean of 80 halves in 100 is 0.8: 71.11… to 86.66….
        #expect(scores.nps == .init(value: 6000, interval: 4222...7334, bounds: 2800...6800))
    }

    @Test("no figure is stated of fewer answers than the greatest minimum, and the counts stand anyway")
    func tooFew() throws {
        var scores = Self.planted
        scores.count(nil, minimum: 101)
        #expect(scores.csat == nil && scores.nps == nil && scores.responseRate == 7937)
        #expect(scores.json["csat"] == nil && scores.json["nps"] == nil && scores.json["minAnswers"] == 101)
        #expect(SurveyScores().responseRate == nil)
        scores.count(SurveyScores.Answer(csat: 1, nps: 0), minimum: 1)
        #expect(scores.csat != nil)
    }

    @Test("what is not on its scale is no answer", arguments: [(0, 5), (6, 5), (3, -1), (3, 11)] as [(Int64, Int64)])
    func scales(_ csat: Int64, _ nps: Int64) { #expect(SurveyScores.Answer(csat: csat, nps: nps) == nil) }

    @Test("intervals hold the point and lie within the scale; bounds hold every way to complete the missing answers")
    func properties() throws {
        var random = SeededRandom(seed: 71)
        for _ in 0..<400 {
            let (answered, missing) = (Int.random(in: 1...40, using: &random), Int.random(in: 0...12, using: &random))
            var scores = SurveyScores()
            func answer() throws -> SurveyScores.Answer {
                try #require(
                    SurveyScores.Answer(
                        csat: .random(in: 1...5, using: &random), nps: .random(in: 0...10, using: &random)))
            }
            for _ in 0..<answered { scores.count(try answer(), minimum: 1) }
            var completed = scores
            for _ in 0..<missing { scores.count(nil, minimum: 1) }
            for _ in 0..<missing { completed.count(try answer(), minimum: 1) }
            let (csat, nps) = (try #require(scores.csat), try #require(scores.nps))
            #expect(csat.interval.contains(csat.value) && (0...10_000).contains(csat.interval.lowerBound))
            #expect(csat.interval.upperBound <= 10_000 && nps.interval.contains(nps.value))
            #expect(nps.interval.lowerBound >= -10_000 && nps.interval.upperBound <= 10_000)
            #expect(csat.bounds.contains(try #require(completed.csat).value))
            #expect(nps.bounds.contains(try #require(completed.nps).value))
        }
    }

    @Test("Wilson's interval is that of Python's fractions, to the last digit")
    func python() throws {
        var random = SeededRandom(seed: 72)
        var cases: [(Int64, Int64)] = [(0, 1), (1, 1), (2, 1), (184, 100), (0, 10), (100_000_000, 100_000_000)]
        for _ in 0..<600 {
            let count = Int64.random(in: 1...(Bool.random(using: &random) ? 60 : 5_000_000), using: &random)
            cases.append((.random(in: 0...2 * count, using: &random), count))
        }
        let expected = try Self.wilson(cases)
        #expect(expected.count == cases.count)
        for ((halves, count), line) in zip(cases, expected) {
            let interval = try #require(Proportion(halves: halves, of: count)).interval
            #expect("\(interval.lowerBound) \(interval.upperBound)" == line, "\(halves) halves of \(count)")
        }
        #expect(Proportion(halves: 3, of: 1) == nil && Proportion(halves: 0, of: 0) == nil)
    }

    private static func wilson(_ cases: [(Int64, Int64)]) throws -> [String] {
        let file = FileManager.default.temporaryDirectory.appending(path: "punctual-wilson-\(UUID().uuidString)")
        try Data(cases.map { "\($0.0) \($0.1)\n" }.joined().utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Conformance.projectRoot.appending(path: "Tests/CompensationTests/Python/wilson.py").path
        process.arguments = ["python3", "-B", script]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let out = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: out, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}

import CanonicalJSON
import Cryptography
import Settlement
import Testing
import TransparencyLog

private let start = LogBuilder.start
private let hour = LogBuilder.hour
private let day = LogBuilder.day
private let due = start + 8 * hour

/// Logs with surveys and reviews, written from the page, and what operators might do to them.
@Suite("Rules 68 to 73: surveys and the monthly review")
struct SurveyTests {
    /// The kinds of findings that are about surveys and reviews only.
    static let kinds: Set<Finding.Kind> = [.wrongSurvey, .missedSurvey, .wrongAnswer, .wrongReview]

    static func policy(sample: JSON = ["num": 1, "den": 1], minAnswers: Int64 = 1) -> JSON {
        [
            "apiVersion": "punctual/v1", "kind": "Review",
            "metadata": [
                "id": "rev", "version": 1, "tenant": "default", "effectiveFrom": "2026-01-01T00:00:00Z",
                "title": ["en": "Review"],
            ],
            "spec": [
                "every": "P1M", "surveyAfter": ["elapsed": "PT72H"], "surveySample": sample,
                "minAnswers": .integer(minAnswers), "metrics": ["csat", "nps"],
            ],
        ]
    }

    static func hash(_ policy: JSON) -> JSON { .string("sha256:\(SHA256.hash(policy.canonicalBytes))") }

    /// A request that was late by an hour, was paid what the policy gives, and was issued.
    static func late(_ log: inout LogBuilder, _ rid: String = "r1") {
        log.accept(rid, at: start, due: due)
        log.breach(rid, at: due + 1, due: due)
        log.post(Posting(rid: rid, t: due + 1, minor: 500))
        log.issue(rid, at: due + hour)
    }

    static func ask(_ log: inout LogBuilder, _ rid: String = "r1", at t: Int64, _ changes: [String: JSON] = [:]) {
        var facts: JSONObject = ["policy": hash(policy()), "until": .integer(t + 30 * day)]
        for (name, value) in changes { facts[name] = value }
        let id = log.add("survey.asked", rid, at: t, facts, cm: LogBuilder.commitments)
        log.add("notice.queued", rid, at: t, ["notice": "survey"], about: id)
    }

    static func answer(_ log: inout LogBuilder, csat: Int64, nps: Int64, at t: Int64) {
        log.add(
            "survey.answered", "r1", at: t, ["csat": .integer(csat), "nps": .integer(nps)], cm: LogBuilder.commitments)
    }

    static let askAt = due + hour + 72 * hour

    static func surveyed() -> LogBuilder {
        var log = LogBuilder.standard()
        log.publish(policy())
        late(&log)
        ask(&log, at: askAt)
        answer(&log, csat: 5, nps: 9, at: askAt + day)
        return log
    }

    /// The first instant of February, and of March.
    static let february = start + 31 * day
    static let march = start + 59 * day

    static func document(_ month: String, _ size: Int, _ counts: [Int64], _ surveys: JSON) -> JSON {
        [
            "month": .string(month), "size": .integer(Int64(size)), "affected": .integer(counts[3]),
            "requests": ["accepted": .integer(counts[0]), "issued": .integer(counts[1]), "cancelled": 0],
            "promises": [["objective": "issue", "kept": .integer(counts[2]), "broken": .integer(counts[3])]],
            "surveys": ["all": surveys],
        ]
    }

    static func publish(_ log: inout LogBuilder, _ document: JSON, at t: Int64) {
        log.add(
            "review.published", at: t,
            [
                "month": document["month"] ?? .null, "size": document["size"] ?? .null,
                "hash": hash(document), "document": document,
            ])
    }

    /// Two months: in the first a request is late, in the second its survey ends.
    static func reviewed() -> LogBuilder {
        var log = surveyed()
        let size = log.drafts.count
        publish(
            &log,
            document("2026-01", size, [1, 1, 0, 1], ["asked": 0, "answered": 0, "withdrawn": 0, "spared": 0]),
            at: february)
        publish(
            &log,
            document(
                "2026-02", size + 1, [0, 0, 0, 0],
                [
                    "asked": 1, "answered": 1, "withdrawn": 0, "spared": 0, "csat": ["value": 10_000],
                    "nps": ["value": 10_000],
                ]), at: march)
        return log
    }

    @Test("a survey that was asked, told of and answered in time, and the reviews of both months, are right")
    func right() throws {
        #expect(try Self.surveyed().report(at: Self.askAt + 2 * day).findings == [])
        let report = try Self.reviewed().report(at: Self.march)
        #expect(report.verdict == .settled, "\(report.findings)")
    }

    @Test("whoever was drawn and not asked within a day is missed; until then they are not")
    func missed() throws {
        var log = LogBuilder.standard()
        log.publish(Self.policy())
        Self.late(&log)
        #expect(try log.report(at: Self.askAt + day).findings == [])
        let report = try log.report(at: Self.askAt + day + 1)
        #expect(report.findings.map(\.kind) == [.missedSurvey])
    }

    @Test("by a sample, those are asked whom the hash of the policy's entry draws, and nobody else")
    func sample() throws {
        let policy = Self.policy(sample: ["num": 1, "den": 2])
        var log = LogBuilder.standard()
        let id = log.publish(policy)
        let place = try #require(
            log.drafts.firstIndex { $0.type == "policy.published" && $0.facts["hash"] == Self.hash(policy) })
        _ = id
        let seed = try "\(log.entries()[place].leafHash)"
        let rids = (0..<16).map { "r\($0)" }
        for rid in rids { log.accept(rid, at: start, due: due) }
        for rid in rids {
            log.breach(rid, at: due + 1, due: due)
            log.post(Posting(rid: rid, t: due + 1, minor: 500))
        }
        for rid in rids { log.issue(rid, at: due + hour) }
        func isDrawn(_ rid: String) -> Bool {
            SHA256.hash(Array("survey draw v1\n\(seed)\n\(rid)".utf8)).bytes[7] % 2 == 0
        }
        #expect(rids.contains(where: isDrawn) && !rids.allSatisfy(isDrawn))
        for rid in rids where isDrawn(rid) { Self.ask(&log, rid, at: Self.askAt, ["policy": Self.hash(policy)]) }
        #expect(try log.report(at: Self.askAt + 2 * day).findings == [])
        for rid in rids where !isDrawn(rid) {
            var other = log
            Self.ask(&other, rid, at: Self.askAt, ["policy": Self.hash(policy)])
            #expect(try other.report(at: Self.askAt + 2 * day).findings.map(\.kind) == [.wrongSurvey])
        }
    }

    /// What an operator does, and what is found.
    static let frauds: [(String, Finding.Kind, @Sendable (inout LogBuilder) -> Void)] = [
        (
            "asked before the time is over", .wrongSurvey,
            { log in
                log.change("survey.asked") {
                    $0.t -= 1
                    $0.facts["until"] = .integer(askAt - 1 + 30 * day)
                }
            }
        ),
        ("asked twice", .wrongSurvey, { log in ask(&log, at: askAt + 2 * day) }),
        (
            "asked in an incident that is none", .wrongSurvey,
            { log in
                log.change("survey.asked") { $0.facts["incident"] = "inc-3" }
            }
        ),
        (
            "spared without anybody having been asked", .wrongSurvey,
            { log in
                log.drafts.removeAll { $0.type == "survey.answered" || $0.facts["notice"] == "survey" }
                log.change("survey.asked") { draft in
                    draft.type = "survey.spared"
                    draft.facts["until"] = nil
                    draft.facts["incident"] = "inc-3"
                }
            }
        ),
        (
            "by another policy", .wrongPolicy,
            { log in
                log.change("survey.asked") { $0.facts["policy"] = hash(policy(minAnswers: 9)) }
            }
        ),
        (
            "answers are taken for a shorter time", .wrongDeadline,
            { log in
                log.change("survey.asked") { $0.facts["until"] = .integer(askAt + 29 * day) }
            }
        ),
        ("nobody is told", .missingNotice, { log in log.drafts.removeAll { $0.facts["notice"] == "survey" } }),
        ("a second answer", .wrongAnswer, { log in answer(&log, csat: 5, nps: 10, at: askAt + 2 * day) }),
        ("an answer after the end", .wrongAnswer, { log in log.change("survey.answered") { $0.t = askAt + 30 * day } }),
        (
            "an answer to nothing", .wrongAnswer,
            { log in
                log.accept("r2", at: askAt + day, due: askAt + day + 8 * hour)
                let draft = log.drafts.removeLast()
                log.drafts.append(draft)
                log.add(
                    "survey.answered", "r2", at: askAt + day, ["csat": 5, "nps": 9], cm: LogBuilder.commitments)
                log.issue("r2", at: askAt + day)
            }
        ),
        (
            "an answer off the scale", .malformedEntry,
            { log in
                log.change("survey.answered") { $0.facts["csat"] = 6 }
            }
        ),
    ]

    @Test("what an operator does to surveys is found as what it is", arguments: frauds.indices)
    func fraud(_ index: Int) throws {
        let (name, kind, change) = Self.frauds[index]
        var log = Self.surveyed()
        change(&log)
        let report = try log.report(at: Self.askAt + 31 * day)
        #expect(Set(report.findings.map(\.kind)).contains(kind), "\(name): \(report.findings)")
        #expect(report.verdict == .wrong)
    }

    @Test(
        "a review with another count, out of turn or too early is found",
        arguments: [
            ("/requests/accepted", 2), ("/requests/issued", 0), ("/promises/0/kept", 1), ("/promises/0/broken", 0),
            ("/affected", 0), ("/surveys/all/asked", 1), ("/surveys/all/answered", 1), ("/surveys/all/spared", 1),
            ("/size", 3),
        ] as [(String, Int64)])
    func wrongReview(_ place: String, _ value: Int64) throws {
        var log = Self.reviewed()
        log.change("review.published") { draft in
            let document = Self.replacing(
                place.split(separator: "/").map(String.init), .integer(value), in: draft.facts["document"] ?? .null)
            draft.facts["document"] = document
            draft.facts["hash"] = Self.hash(document)
            draft.facts["size"] = document["size"]
        }
        let report = try log.report(at: Self.march)
        #expect(Set(report.findings.map(\.kind)) == [.wrongReview], "\(report.findings)")
    }

    private static func replacing(_ path: [String], _ value: JSON, in json: JSON) -> JSON {
        guard let name = path.first else { return value }
        let rest = Array(path.dropFirst())
        if var list = json.arrayValue, let index = Int(name) {
            list[index] = replacing(rest, value, in: list[index])
            return .array(list)
        }
        var object = json.objectValue ?? [:]
        object[name] = replacing(rest, value, in: object[name] ?? .null)
        return .object(object)
    }

    @Test(
        "a figure that the answers do not give is found; so is another hash, and a month that was left out"
    )
    func figures() throws {
        func change(_ body: (inout LogBuilder) -> Void) throws -> Set<Finding.Kind> {
            var log = Self.reviewed()
            body(&log)
            return Set(try log.report(at: Self.march).findings.map(\.kind))
        }
        func second(_ path: [String], _ value: JSON, _ log: inout LogBuilder) {
            log.change("review.published", 1) { draft in
                let document = Self.replacing(path, value, in: draft.facts["document"] ?? .null)
                draft.facts["document"] = document
                draft.facts["hash"] = Self.hash(document)
            }
        }
        #expect(try change { second(["surveys", "all", "csat", "value"], 9999, &$0) } == [.wrongReview])
        #expect(try change { second(["surveys", "all", "nps", "value"], 0, &$0) } == [.wrongReview])
        #expect(
            try change { log in log.change("review.published") { $0.facts["hash"] = "sha256:0" } } == [.wrongReview])
        #expect(
            try change { log in
                let place = log.drafts.firstIndex { $0.type == "review.published" }
                if let place { log.drafts.remove(at: place) }
            } == [.wrongReview])
    }
}

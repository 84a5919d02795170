import CanonicalJSON
import Compensation
import Foundation
import ServiceLevels
import Temporal
import TestSupport
import Testing

/// The shipped plan, changed or not.
enum Plan {
    static func document() throws -> JSON { try JSON(parsing: DefaultPolicies.notices) }

    static func read(_ json: JSON) throws -> NoticePlan { try NoticePlan(PolicyDocument(json)) }

    /// The plan with members of `spec` replaced; nil removes one.
    static func plan(_ changes: [(String, JSON)] = []) throws -> NoticePlan {
        try read(changes.reduce(document()) { $0.replacing("/spec" + $1.0, by: $1.1) })
    }
}

@Suite("A plan of notices")
struct NoticePlanTests {
    struct Wrong: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let place: String
        let change: @Sendable (JSON) -> JSON

        init(_ name: String, _ place: String, _ change: @escaping @Sendable (JSON) -> JSON) {
            (testDescription, self.place, self.change) = (name, place, change)
        }

        init(_ name: String, _ place: String, _ pointer: String, _ value: JSON) {
            self.init(name, place) { $0.replacing(pointer, by: value) }
        }
    }

    /// `/spec/templates/i/text/en/j` of the shipped plan.
    private static func piece(_ template: Int, _ locale: String, _ piece: Int) -> String {
        "/spec/templates/\(template)/text/\(locale)/\(piece)"
    }

    private static let say = "/spec/templates/2/text/en/1/say"

    @Test("that is shipped is kept, and said in words that name what it does and leaves")
    func shipped() throws {
        let plan = try Plan.plan()
        #expect(plan.locales == ["de", "en"] && plan.steps.count == 10)
        let words = plan.plainWords.joined(separator: "\n")
        for phrase in ["at most 4 notices", "4 hours after", "21:00 to 08:00", "waits 10 minutes", "within 5 minutes"] {
            #expect(words.contains(phrase), "\(phrase)\n\(words)")
        }
        #expect(try Plan.document().canonicalBytes.count < 15_000, "an entry of the log holds it")
        let rest = try Plan.plan([("/quietHours/criticalBypass", true)]).plainWords.joined()
        #expect(rest.contains("nothing comes, except that a promise was broken"))
    }

    @Test(
        "is refused with the place and a sentence",
        arguments: [
            Wrong("a channel that is not there", "/spec/channels/0", "/spec/channels", ["email"]),
            Wrong("one that is not there beside one that is", "/spec/channels/1", "/spec/channels", ["in-app", "sms"]),
            Wrong("no channel", "/spec/channels", "/spec/channels", []),
            Wrong("a language too few", "/spec/locales", "/spec/locales", ["en"]),
            Wrong("a language nobody can grade", "/spec/locales", "/spec/locales", ["de", "en", "fr"]),
            Wrong("a step of the draft that nothing acts on", "/spec/steps/0/on", "/spec/steps/0/on", "cause-known"),
            Wrong("a step twice", "/spec/steps/1", "/spec/steps/1/on", "acknowledged"),
            Wrong("a plan that does not tell of breaches", "/spec/steps", "/spec/steps", []),
            Wrong("a step without its template", "/spec/steps", "/spec/steps/0/template", "none"),
            Wrong("a template that no step tells", "/spec/templates", "/spec/steps/0/template", "update"),
            Wrong("nothing new that is critical", "/spec/steps/4", "/spec/steps/4/critical", true),
            Wrong("working time in within", "/spec/steps/2/within", "/spec/steps/2/within", ["business": "PT1H"]),
            Wrong("no notice a day", "/spec/cadence/maxPerDay", "/spec/cadence/maxPerDay", 0),
            Wrong("too many a day", "/spec/cadence/maxPerDay", "/spec/cadence/maxPerDay", 25),
            Wrong("a cadence that says nothing", "/spec/cadence/every", "/spec/cadence/sayNothingNew", false),
            Wrong("a cadence of a minute", "/spec/cadence/every", "/spec/cadence/every", ["elapsed": "PT1M"]),
            Wrong("a digest of days", "/spec/cadence/digestWindow", "/spec/cadence/digestWindow", "PT25H"),
            Wrong("quiet hours of a day", "/spec/quietHours/to", "/spec/quietHours/to", "21:00"),
            Wrong("quiet hours of nearly a day", "/spec/quietHours/to", "/spec/quietHours/to", "20:01"),
            Wrong("a time that no clock shows", "/spec/quietHours/from", "/spec/quietHours/from", "24:00"),
            Wrong("where a person is", "/spec/quietHours/zone", "/spec/quietHours/zone", "recipient"),
            Wrong("an expected time", "/spec/eta", "/spec/eta", ["quantile": ["num": 9, "den": 10]]),
            Wrong(
                "a cause of our own beyond our control", "/spec/tone/beyondControl/0", "/spec/tone/beyondControl",
                ["deploy"]),
            Wrong("a part of later versions", "/spec/tone/mustInclude/0", "/spec/tone/mustInclude", ["alternatives"]),
            Wrong("a word in one language", "/spec/words/unit/PFC", "/spec/words/unit/PFC", ["en": "credits"]),
            Wrong("a cause without a word", "/spec/words/cause", "/spec/words/cause", [:]),
            // Lints of texts.
            Wrong("a forbidden word", "/spec/templates", say, "Unfortunately we are late."),
            Wrong("haste without a time", "/spec/templates", say, "We act ASAP."),
            Wrong("a story of the first person", "/spec/templates", say, "I recently had such a wait."),
            Wrong("a story of a machine", "/spec/templates", say, "This happened to me too."),
            Wrong("in German too", "/spec/templates", "/spec/templates/2/text/de/1/say", "Das kenne ich."),
            Wrong("a cause nobody could help", "/spec/templates", say, "That was beyond our control."),
            Wrong("in German as well", "/spec/templates", "/spec/templates/2/text/de/1/say", "Das war höhere Gewalt."),
            Wrong(
                "a cause before it is known", "/spec/templates", piece(2, "en", 2),
                [
                    "part": "cause", "say": "A machine broke.",
                ]),
            Wrong(
                "what is given, whether it is or not", "/spec/templates", piece(2, "en", 4),
                [
                    "part": "compensation", "say": "You get credits.",
                ]),
            Wrong("a fact that the log does not have", "/spec/templates/2/text/en/1/say", say, "Dear {name}."),
            Wrong("a fact that cannot be known then", "/spec/templates", say, "You were given {given}."),
            Wrong("a brace that is not closed", "/spec/templates/2/text/en/1/say", say, "By {missed"),
            Wrong("a fact that only holds", "/spec/templates/2/text/en/1/say", say, "So {suspended}."),
            Wrong(
                "a part that is asked for and not there", "/spec/templates", piece(2, "en", 1),
                [
                    "part": "eta", "say": "We are sorry.",
                ]),
            Wrong(
                "languages that say other things", "/spec/templates", piece(0, "de", 1),
                [
                    "part": "contact", "say": "Fragen Sie.",
                ]),
            Wrong(
                "a text in one language", "/spec/templates/0/text", "/spec/templates/0/text",
                [
                    "en": [["part": "acknowledgement", "say": "We have it."]]
                ]),
            Wrong(
                "more reading than eight years of school", "/spec/templates", say,
                .string(
                    "Notwithstanding extraordinary organisational circumstances comprehensive investigations concerning "
                        + "institutional responsibilities continue internationally throughout participating "
                        + "administrations notwithstanding extraordinarily complicated interdependencies "
                        + "characterising contemporary infrastructure procurement arrangements")),
            Wrong("no grade at all", "/spec/tone/maxReadingGrade", "/spec/tone/maxReadingGrade", 3),
        ])
    func refused(_ wrong: Wrong) throws {
        let error = #expect(throws: PolicyError.self) { try Plan.read(wrong.change(Plan.document())) }
        #expect(error?.pointer.description == wrong.place, "\(String(describing: error))")
    }

    @Test("asks for no more parts than make sense, and for fewer where the tone does")
    func parts() throws {
        let bare: JSON = [["part": "acknowledgement", "say": "We have it."]]
        let text: JSON = ["en": bare, "de": [["part": "acknowledgement", "say": "Wir haben es."]]]
        #expect(throws: PolicyError.self) { try Plan.plan([("/templates/0/text", text)]) }
        _ = try Plan.plan([("/templates/0/text", text), ("/tone/mustInclude", ["cause", "apology", "compensation"])])
    }

    @Test(
        "is graded by whole numbers",
        arguments: [
            ("en", "We are sorry.", Int64(0)),
            // 52 letters, 7 words, 1 sentence: 4.71 * 52 / 7 + 3.5 - 21.43 = 17.06.
            ("en", "Several officials examined evidence about broken machinery.", 18),
            ("de", "Das tut uns leid.", 0),
            // 4 of 6 words are long: 0.2744 * 66.67 + 0.2656 * 6 - 1.693 = 18.19.
            ("de", "Unsere Abteilung prüft gerade die Unterlagen.", 19),
        ])
    func grades(_ locale: String, _ text: String, _ grade: Int64) {
        #expect(ReadingGrade(of: locale)?.grade(of: text) == grade)
        #expect(ReadingGrade(of: "fr") == nil)
    }

    @Test("is read in the language that is asked for, as far as there is one")
    func languages() throws {
        let plan = try Plan.plan()
        for (wanted, right) in [
            (nil, "en"), ("de", "de"), ("de-AT,en;q=0.5", "de"), ("fr, de;q=0.7", "de"), ("fr", "en"), ("deu", "en"),
        ] { #expect(plan.locale(for: wanted) == right) }
    }

    @Test("has a schema that takes it, and refuses what is of another form")
    func schema() throws {
        let file = Conformance.projectRoot.appending(path: "schemas/policy.schema.json")
        let listed = try JSON(parsing: [UInt8](Data(contentsOf: file)))[pointer: "/$defs/Notification"]
        let facts = listed?[pointer: "/$defs/pieces/items/properties/if/items/enum"]?.arrayValue ?? []
        #expect(Set(facts.compactMap(\.stringValue)) == Set(NoticeFact.allCases.map(\.rawValue)))
        let steps = listed?[pointer: "/properties/steps/items/properties/on/enum"]?.arrayValue ?? []
        #expect(Set(steps.compactMap(\.stringValue)) == Set(NoticeStep.allCases.map(\.rawValue)))
        for table in NoticeWords.Table.allCases {
            let required = listed?[pointer: "/properties/words/properties/\(table.rawValue)/required"]?.arrayValue ?? []
            #expect(Set(required.compactMap(\.stringValue)) == Set(table.keys))
        }
    }
}

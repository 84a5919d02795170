import CanonicalJSON
import ServiceLevels

/// What publication refuses of texts (rule 83).
extension NoticePlan {
    func lint() throws(JSONShapeError) {
        let place = JSONPointer().appending("spec").appending("templates")
        for (step, plan) in steps.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let template = templates[plan.template] else {
                throw JSONShapeError(
                    pointer: JSONPointer().appending("spec").appending("steps"),
                    problem: "\(step.rawValue) is told by the template \(plan.template), which is not there")
            }
            try lintParts(of: template, for: step, at: place)
        }
        if let unused = templates.keys.sorted().first(where: { id in !steps.values.contains { $0.template == id } }) {
            throw JSONShapeError(pointer: place, problem: "no step tells the template \(unused); remove it")
        }
        for template in templates.values.sorted(by: { $0.id < $1.id }) {
            for locale in locales { try lintWords(of: template, in: locale, at: place) }
        }
        for rows in words.words.values {
            for (key, texts) in rows {
                for (locale, text) in texts {
                    try lint(
                        text, in: locale, "the word for \(key)", at: JSONPointer().appending("spec").appending("words"))
                }
            }
        }
    }

    private func lintParts(
        of template: NoticeTemplate, for step: NoticeStep, at place: JSONPointer
    ) throws(JSONShapeError) {
        func refuse(_ locale: String, _ problem: String) -> JSONShapeError {
            JSONShapeError(pointer: place, problem: "\(template.id) (\(locale)), for \(step.rawValue): \(problem)")
        }
        for locale in locales {
            let pieces = template.text[locale] ?? []
            for fact in Set(pieces.flatMap { $0.written + $0.conditions }) {
                guard fact.mayBeKnown(in: step) else {
                    throw refuse(locale, "nothing of \(fact.rawValue) can be known then")
                }
                if fact == .nextNews, cadence.every == nil {
                    throw refuse(locale, "no next news is promised where sayNothingNew is false")
                }
            }
            for part in tone.mustInclude where part.steps.contains(step) && !pieces.contains(where: { $0.part == part })
            {
                throw refuse(locale, "there is no \(part.rawValue)")
            }
            guard pieces.contains(where: { $0.part == .acknowledgement || $0.part == .compensation }) else {
                throw refuse(locale, "it does not say what happened")
            }
            for piece in pieces where piece.part == .cause && !piece.knows(.cause) {
                throw refuse(locale, "a cause is named before it is known: write {cause}, or name cause in \"if\"")
            }
            for piece in pieces where piece.part == .compensation && step == .breach && !piece.depends {
                throw refuse(
                    locale, "what is given is said whether it is or not: name paysByItself or suspended in \"if\"")
            }
        }
        let shapes = locales.map { locale in
            (template.text[locale] ?? []).map { "\($0.part.rawValue) \($0.conditions) \(Set($0.written).sortedNames)" }
        }
        guard Set(shapes.map { $0.sorted() }).count == 1 else {
            throw refuse(locales.joined(separator: ", "), "the languages do not say the same parts and facts")
        }
    }

    private func lintWords(
        of template: NoticeTemplate, in locale: String, at place: JSONPointer
    ) throws(JSONShapeError) {
        let pieces = template.text[locale] ?? []
        for piece in pieces {
            try lint(
                piece.say, in: locale, template.id, at: place,
                mayBeBeyondControl: piece.conditions.contains(.beyondControl))
        }
        let text = pieces.map(\.plain).joined(separator: " ")
        let grade = ReadingGrade(of: locale)?.grade(of: text) ?? .max
        guard grade <= tone.maxReadingGrade else {
            throw JSONShapeError(
                pointer: place,
                problem:
                    "\(template.id) (\(locale)) asks for grade \(grade), over \(tone.maxReadingGrade); use shorter "
                    + "words and sentences")
        }
    }

    private func lint(
        _ text: String, in locale: String, _ what: String, at place: JSONPointer, mayBeBeyondControl: Bool = false
    ) throws(JSONShapeError) {
        func refuse(_ problem: String) -> JSONShapeError {
            JSONShapeError(pointer: place, problem: "\(what) (\(locale)): \(problem)")
        }
        let lowered = " " + text.lowercased().map { $0.isLetter || $0.isNumber || $0 == "'" ? $0 : " " } + " "
        let plain = String(lowered).split(separator: " ").joined(separator: " ")
        func says(_ phrase: String) -> Bool {
            let words = String(phrase.lowercased().map { $0.isLetter || $0.isNumber || $0 == "'" ? $0 : " " })
                .split(separator: " ").joined(separator: " ")
            return " \(plain) ".contains(" \(words) ")
        }
        if let phrase = (NoticeLanguage.banned + tone.forbid).first(where: says) {
            throw refuse("\"\(phrase)\" is not said")
        }
        if let word = NoticeLanguage.firstPerson[locale]?.first(where: says) {
            throw refuse("\"\(word)\": this is written by a machine, which has lived nothing; say we, or nothing")
        }
        if !mayBeBeyondControl, let phrase = NoticeLanguage.beyondControl.first(where: says) {
            throw refuse(
                "\"\(phrase)\" is said of the causes in tone.beyondControl only: name beyondControl in \"if\"")
        }
    }
}

/// Words that texts may not have.
enum NoticeLanguage {
    /// Haste without a time, and regret without a doer.
    static let banned = [
        "asap", "as soon as possible", "in due course", "any inconvenience", "bear with us", "rest assured",
        "schnellstmöglich", "so bald wie möglich", "in Kürze", "etwaige Unannehmlichkeiten", "zeitnah",
    ]
    /// The words of whoever tells what they have been through (D12).
    static let firstPerson = [
        "en": ["I", "me", "my", "mine", "myself", "I'm", "I've", "I'd", "I'll"],
        "de": ["ich", "mich", "mir", "mein", "meine", "meiner", "meinem", "meinen", "meines"],
    ]
    /// That nobody here could help it (D13).
    static let beyondControl = [
        "beyond our control", "outside our control", "out of our hands", "not our fault", "force majeure",
        "act of god", "außerhalb unserer Kontrolle", "nicht in unserer Hand", "nicht unsere Schuld", "höhere Gewalt",
        "unverschuldet", "ohne unser Verschulden",
    ]
}

extension NoticeTemplate.Piece {
    /// Whether it is said only once a fact is known.
    fileprivate func knows(_ fact: NoticeFact) -> Bool { written.contains(fact) || conditions.contains(fact) }

    /// Whether it is said by whether something is given.
    fileprivate var depends: Bool { knows(.paysByItself) || knows(.suspended) }

    /// Its words, with a short word for each fact.
    fileprivate var plain: String {
        spans.map { if case .words(let words) = $0 { words } else { "x" } }.joined()
    }
}

extension Set<NoticeFact> {
    fileprivate var sortedNames: [String] { map(\.rawValue).sorted() }
}

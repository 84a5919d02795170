import CanonicalJSON
import ServiceLevels

/// The text of one step in all languages: sentences, each of a part, with facts in braces.
package struct NoticeTemplate: Hashable, Sendable {
    /// Its name in the plan.
    package let id: String
    /// By language tag.
    package let text: [String: [Piece]]

    /// A sentence or a few that belong together. It is said when everything in it is known, and left out when not.
    package struct Piece: Hashable, Sendable {
        /// What it is for.
        package let part: NoticePart
        /// What must be known besides what it writes.
        package let conditions: [NoticeFact]
        /// Words and facts in their order.
        package let spans: [Span]
        /// As published.
        package let say: String

        /// Words, or a fact.
        package enum Span: Hashable, Sendable {
            case words(String)
            case fact(NoticeFact)
        }

        /// The facts that it writes.
        package var written: [NoticeFact] {
            spans.compactMap { if case .fact(let fact) = $0 { fact } else { nil } }
        }
    }

    /// Sentences of one text, and characters of one sentence: more than anybody reads.
    static let maximumPieces = 24
    static let lengths = 1...400
}

/// The words of the log in the languages of a plan.
package struct NoticeWords: Hashable, Sendable {
    /// By table, key and language tag.
    package let words: [Table: [String: [String: String]]]

    /// What is translated.
    package enum Table: String, Hashable, Sendable, CaseIterable {
        case cause, objective, unit, gift, why, rule, reason, outcome

        /// What must have a word. More may have.
        package var keys: [String] {
            switch self {
            case .cause: Cause.allCases.filter { $0 != .unknown }.map(\.rawValue)
            case .objective:
                ["issue", "acknowledge", "first-update", "update-cadence", "claim-decision", "appeal-decision"]
            case .unit: ["PFC", "DAYS", "ISSUANCES", "TIMES", "CHECKS", "money"]
            case .gift: ["coupon", "cash-refund", "fee-waiver"]
            case .why: Wait.Why.allCases.map(\.rawValue)
            case .rule: ["approval", "budget"]
            case .reason: ReversalTerms.Reason.allCases.map(\.rawValue) + ["waived"]
            case .outcome: ["granted", "denied"]
            }
        }
    }

    /// The word; the key itself where there is none.
    package func word(_ table: Table, _ key: String, in locale: String) -> String {
        words[table]?[key]?[locale] ?? key
    }
}

extension NoticeTemplate {
    init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        id = try reader.identifier("id")
        let place = reader.pointer(to: "text")
        guard case .object(let locales) = try reader.value("text") else {
            throw JSONShapeError(pointer: place, problem: "expected sentences by language tag")
        }
        var text: [String: [Piece]] = [:]
        for (locale, json) in locales {
            let place = place.appending(locale)
            guard case .array(let elements) = json, 1...Self.maximumPieces ~= elements.count else {
                throw JSONShapeError(pointer: place, problem: "expected 1 to \(Self.maximumPieces) sentences")
            }
            var pieces: [Piece] = []
            for (index, json) in elements.enumerated() {
                pieces.append(try Piece(json, at: place.appending(index)))
            }
            text[locale] = pieces
        }
        self.text = text
        try reader.finish()
    }
}

extension NoticeTemplate.Piece {
    fileprivate init(_ json: JSON, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        part = try reader.choice("part")
        var conditions: [NoticeFact] = []
        for (json, place) in try reader.optionalArray("if") ?? [] {
            guard let fact = json.stringValue.flatMap({ NoticeFact(rawValue: $0) }), !conditions.contains(fact) else {
                throw JSONShapeError(pointer: place, problem: "expected a fact of the log, each once")
            }
            conditions.append(fact)
        }
        self.conditions = conditions
        let place = reader.pointer(to: "say")
        say = try reader.string("say")
        spans = try Self.spans(say, at: place)
        try reader.finish()
    }

    private static func spans(_ say: String, at pointer: JSONPointer) throws(JSONShapeError) -> [Span] {
        guard NoticeTemplate.lengths.contains(say.unicodeScalars.count),
            say.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }), say.first != " ", say.last != " "
        else {
            throw JSONShapeError(
                pointer: pointer, problem: "expected 1 to 400 characters without line breaks or outer spaces")
        }
        var spans: [Span] = []
        var rest = say[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}"),
                let fact = NoticeFact(rawValue: String(rest[rest.index(after: open)..<close]))
            else {
                throw JSONShapeError(
                    pointer: pointer, problem: "what stands in braces is no fact of the log: only those are said")
            }
            guard !NoticeFact.flags.contains(fact) else {
                throw JSONShapeError(
                    pointer: pointer, problem: "{\(fact.rawValue)} only holds or does not; name it in \"if\"")
            }
            if open > rest.startIndex { spans.append(.words(String(rest[..<open]))) }
            spans.append(.fact(fact))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { spans.append(.words(String(rest))) }
        return spans
    }
}

extension NoticeWords {
    init(_ json: JSON, locales: Set<String>, at pointer: JSONPointer) throws(JSONShapeError) {
        var reader = try ObjectReader(json, at: pointer)
        var words: [Table: [String: [String: String]]] = [:]
        for table in Table.allCases {
            let place = reader.pointer(to: table.rawValue)
            guard case .object(let rows) = try reader.value(table.rawValue) else {
                throw JSONShapeError(pointer: place, problem: "expected words by name")
            }
            var read: [String: [String: String]] = [:]
            for (key, json) in rows { read[key] = try Self.row(json, locales: locales, at: place.appending(key)) }
            if let missing = table.keys.first(where: { read[$0] == nil }) {
                throw JSONShapeError(pointer: place, problem: "there is no word for \(missing)")
            }
            words[table] = read
        }
        self.words = words
        try reader.finish()
    }

    private static func row(
        _ json: JSON, locales: Set<String>, at pointer: JSONPointer
    ) throws(JSONShapeError) -> [String: String] {
        guard case .object(let texts) = json, Set(texts.map(\.key)) == locales else {
            let names = locales.sorted().joined(separator: ", ")
            throw JSONShapeError(pointer: pointer, problem: "expected a word in each language: \(names)")
        }
        var row: [String: String] = [:]
        for (locale, json) in texts {
            guard let text = json.stringValue, 1...80 ~= text.unicodeScalars.count, !text.contains("{") else {
                throw JSONShapeError(pointer: pointer.appending(locale), problem: "expected 1 to 80 characters")
            }
            row[locale] = text
        }
        return row
    }
}

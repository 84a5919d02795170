/// A value of `format` that can be asserted: JSON Schema Validation section 7.3. Almost all are a regular expression,
/// written from the grammar of the specification that defines them.
struct Format: Sendable {
    let name: String
    private let pattern: Pattern
    private let condition: Condition

    /// What the grammar leaves to prose.
    private enum Condition: Sendable {
        case none
        /// At most that many octets.
        case length(Int)
        /// A day that its month has.
        case date
        /// A second 60 only where one can be inserted: at the end of a day of UTC.
        case time
        case dateTime
        /// A pattern itself.
        case regex
    }

    /// The formats of the specification that are not checked here: internationalized host names need the tables of
    /// IDNA.
    static let unchecked = ["idn-hostname"]

    /// All that can be asserted.
    static let named: [String: Format] = {
        var named: [String: Format] = [:]
        for (name, source, condition) in table {
            do {
                let pattern = try Pattern("^(?:\(source))$")
                named[name] = Format(name: name, pattern: pattern, condition: condition)
            } catch {
                preconditionFailure("the pattern of \(name) is our own: \(error)")
            }
        }
        return named
    }()

    /// Whether a text is of this format; `matches` says whether it matches a pattern.
    func accepts(
        _ text: String, matches: (Pattern) throws(SchemaError) -> Bool
    ) throws(SchemaError) -> Bool {
        guard try matches(pattern) else { return false }
        switch condition {
        case .none: return true
        case .length(let maximum): return text.utf8.count <= maximum
        case .date: return Self.isDate(Array(text.utf8)[...])
        case .time: return Self.isTime(Array(text.utf8)[...])
        case .dateTime:
            let bytes = Array(text.utf8)
            return Self.isDate(bytes[..<10]) && Self.isTime(bytes[11...])
        case .regex: return (try? PatternParser.parse(text)) != nil
        }
    }

    private static let table: [(name: String, pattern: String, condition: Condition)] = [
        ("date-time", "\(FormatGrammar.date)[Tt]\(FormatGrammar.time)", .dateTime),
        ("date", FormatGrammar.date, .date),
        ("time", FormatGrammar.time, .time),
        ("duration", FormatGrammar.duration, .none),
        ("email", FormatGrammar.mailbox(beyondASCII: ""), .none),
        ("idn-email", FormatGrammar.mailbox(beyondASCII: #"\u{80}-\u{10FFFF}"#), .none),
        ("hostname", FormatGrammar.hostname(beyondASCII: ""), .length(253)),
        ("ipv4", FormatGrammar.ipv4, .none),
        ("ipv6", FormatGrammar.ipv6, .none),
        ("uri", FormatGrammar.uri(beyondASCII: "", isPrivate: ""), .none),
        ("uri-reference", FormatGrammar.uriReference(beyondASCII: "", isPrivate: ""), .none),
        ("iri", FormatGrammar.uri(beyondASCII: FormatGrammar.ucschar, isPrivate: FormatGrammar.iprivate), .none),
        (
            "iri-reference",
            FormatGrammar.uriReference(beyondASCII: FormatGrammar.ucschar, isPrivate: FormatGrammar.iprivate), .none
        ),
        ("uri-template", FormatGrammar.uriTemplate, .none),
        ("uuid", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", .none),
        ("json-pointer", FormatGrammar.jsonPointer, .none),
        ("relative-json-pointer", "(?:0|[1-9][0-9]*)(?:#|\(FormatGrammar.jsonPointer))", .none),
        ("regex", #"[^]*"#, .regex),
    ]

    /// RFC 3339 section 5.7, on text that is known to be of the grammar.
    private static func isDate(_ text: ArraySlice<UInt8>) -> Bool {
        let (year, month, day) = (number(text, 0, 4), number(text, 5, 2), number(text, 8, 2))
        let isLeap = year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
        switch month {
        case 2: return day <= (isLeap ? 29 : 28)
        case 4, 6, 9, 11: return day <= 30
        default: return day <= 31
        }
    }

    /// RFC 3339 section 5.7 and appendix D, on text that is known to be of the grammar.
    private static func isTime(_ text: ArraySlice<UInt8>) -> Bool {
        guard number(text, 6, 2) == 60 else { return true }
        var minute = number(text, 0, 2) * 60 + number(text, 3, 2)
        if let sign = text.lastIndex(where: { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) {
            let offset = number(text[sign...], 1, 2) * 60 + number(text[sign...], 4, 2)
            minute += text[sign] == UInt8(ascii: "+") ? -offset : offset
        }
        return (minute + 1440) % 1440 == 1439
    }

    private static func number(_ text: ArraySlice<UInt8>, _ offset: Int, _ count: Int) -> Int {
        text[(text.startIndex + offset)...].prefix(count).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}

/// The keywords of [JSON-LD 1.1, 1.7](https://www.w3.org/TR/json-ld11/#keywords).
enum Keyword: String, Sendable {
    case base = "@base"
    case container = "@container"
    case context = "@context"
    case direction = "@direction"
    case graph = "@graph"
    case id = "@id"
    case `import` = "@import"
    case included = "@included"
    case index = "@index"
    case json = "@json"
    case language = "@language"
    case list = "@list"
    case nest = "@nest"
    case none = "@none"
    case prefix = "@prefix"
    case propagate = "@propagate"
    case protected = "@protected"
    case reverse = "@reverse"
    case set = "@set"
    case type = "@type"
    case value = "@value"
    case version = "@version"
    case vocab = "@vocab"

    /// The keyword that is written so, and nil for any other string.
    init?(_ text: String) {
        guard text.utf8.first == UInt8(ascii: "@") else { return nil }
        self.init(rawValue: text)
    }

    /// Whether the string is reserved for keywords of the future: `"@" 1*ALPHA`.
    static func isReservedForm(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.first == UInt8(ascii: "@"), bytes.count > 1 else { return false }
        return bytes.dropFirst().allSatisfy(NQuadsNames.isLetter)
    }
}

/// Which keywords a map has had.
struct KeywordSet: OptionSet {
    let rawValue: UInt16

    static let id = KeywordSet(rawValue: 1 << 0)
    static let type = KeywordSet(rawValue: 1 << 1)
    static let value = KeywordSet(rawValue: 1 << 2)
    static let language = KeywordSet(rawValue: 1 << 3)
    static let direction = KeywordSet(rawValue: 1 << 4)
    static let index = KeywordSet(rawValue: 1 << 5)
    static let list = KeywordSet(rawValue: 1 << 6)
    static let set = KeywordSet(rawValue: 1 << 7)
    static let graph = KeywordSet(rawValue: 1 << 8)
    static let included = KeywordSet(rawValue: 1 << 9)
    static let reverse = KeywordSet(rawValue: 1 << 10)

    /// The number of keywords.
    var count: Int { rawValue.nonzeroBitCount }
}

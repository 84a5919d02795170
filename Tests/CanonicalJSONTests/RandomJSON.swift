import CanonicalJSON

/// Random values and random spellings of them, for properties that hold for all.
struct RandomJSON<Generator: RandomNumberGenerator> {
    var random: Generator

    /// Scalars that are easy to get wrong: controls, what is escaped, the borders of UTF-8 and UTF-16, normal forms.
    private static var scalars: [Unicode.Scalar] {
        [
            "\u{0}", "\u{8}", "\t", "\n", "\u{C}", "\r", "\u{1F}", " ", "\"", "/", "\\", "a", "b", "z", "\u{7F}",
            "\u{80}", "\u{E9}", "e", "\u{301}", "\u{7FF}", "\u{800}", "\u{2028}", "\u{D7FF}", "\u{E000}", "\u{FB33}",
            "\u{FFFD}", "\u{FFFF}", "\u{10000}", "\u{1F600}", "\u{10FFFF}",
        ]
    }

    mutating func value(depth: Int = 5) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
        case 0: [.null, .bool(true), .bool(false)].randomElement(using: &random)!
        case 1: .integer(integer())
        case 2: number()
        case 3, 4: .string(string())
        case 5: .array((0..<Int.random(in: 0...5, using: &random)).map { _ in value(depth: depth - 1) })
        default: .object(object(depth: depth - 1))
        }
    }

    mutating func object(depth: Int) -> JSONObject {
        var object = JSONObject()
        for _ in 0..<Int.random(in: 0...6, using: &random) { object[string()] = value(depth: depth) }
        return object
    }

    mutating func string() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...20, using: &random) {
            text.unicodeScalars.append(Self.scalars.randomElement(using: &random)!)
        }
        return text
    }

    private mutating func integer() -> Int64 {
        let bits = Int64.random(in: 0...53, using: &random)
        let magnitude = Int64.random(in: 0..<(1 << bits), using: &random)
        return Bool.random(using: &random) ? magnitude : -magnitude
    }

    private mutating func number() -> JSON {
        while true {
            if let json = JSON(Double(bitPattern: random.next())) { return json }
        }
    }

    /// The value in some spelling that RFC 8259 allows: white space, member order, escapes and number forms vary.
    mutating func spelling(of json: JSON) -> String {
        switch json {
        case .array(let elements):
            return "[" + space() + elements.map { spelling(of: $0) + space() }.joined(separator: "," + space()) + "]"
        case .object(let object):
            let members = object.shuffled(using: &random).map { key, value in
                spelling(of: key) + space() + ":" + space() + spelling(of: value) + space()
            }
            return "{" + space() + members.joined(separator: "," + space()) + "}"
        case .string(let text): return spelling(of: text)
        case .integer(let value): return spelling(of: value)
        case .number(let value): return Bool.random(using: &random) ? value.description : json.canonicalString
        case .null, .bool: return json.canonicalString
        }
    }

    private mutating func space() -> String {
        ["", "", "", " ", "\n", "\t\r\n  "].randomElement(using: &random)!
    }

    private mutating func spelling(of value: Int64) -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: "\(value).000"
        case 1: value == 0 ? "-0E-1" : "\(value)0E-1"
        case 2: "\(value)e+00"
        default: "\(value)"
        }
    }

    private mutating func spelling(of text: String) -> String {
        var spelled = "\""
        for scalar in text.unicodeScalars {
            let mustEscape = scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
            if mustEscape || Int.random(in: 0..<4, using: &random) == 0 {
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
                    spelled += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            } else {
                spelled.unicodeScalars.append(scalar)
            }
        }
        return spelled + "\""
    }
}

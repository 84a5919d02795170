import CanonicalJSON

/// JSON with places that a row fills: `{column}` within a string, or `{column:number}` as the whole of one. `{{` and
/// `}}` are the braces themselves. Names of members are never filled.
indirect enum Pattern: Sendable {
    /// Nothing to fill.
    case constant(JSON)
    /// A string in pieces.
    case text([Piece], JSONPointer)
    /// A cell alone: left out, with its member, when the cell is empty.
    case cell(String, isNumber: Bool, JSONPointer)
    case array([Pattern])
    case object([(key: String, value: Pattern)])

    enum Piece: Sendable {
        case literal(String)
        case column(String)
    }

    init(_ json: JSON, at place: JSONPointer) throws(BadgeError) {
        switch json {
        case .string(let text): self = try Self.pattern(text, at: place)
        case .array(let elements):
            var patterns: [Pattern] = []
            for (index, element) in elements.enumerated() {
                patterns.append(try Pattern(element, at: place.appending(index)))
            }
            self = patterns.allSatisfy(\.isConstant) ? .constant(json) : .array(patterns)
        case .object(let object):
            var members: [(key: String, value: Pattern)] = []
            for (key, value) in object { members.append((key, try Pattern(value, at: place.appending(key)))) }
            self = members.allSatisfy(\.value.isConstant) ? .constant(json) : .object(members)
        default: self = .constant(json)
        }
    }

    private var isConstant: Bool { if case .constant = self { true } else { false } }

    /// The columns that it uses.
    var columns: Set<String> {
        switch self {
        case .constant: []
        case .text(let pieces, _):
            Set(pieces.compactMap { if case .column(let name) = $0 { name } else { nil } })
        case .cell(let name, _, _): [name]
        case .array(let elements): elements.reduce(into: []) { $0.formUnion($1.columns) }
        case .object(let members): members.reduce(into: []) { $0.formUnion($1.value.columns) }
        }
    }
}

extension Pattern {
    /// The value for a row; nil when it is one cell, which is empty.
    func filled(by row: [String: String]) throws(BadgeError) -> JSON? {
        switch self {
        case .constant(let json): return json
        case .text(let pieces, let place):
            var text = ""
            for piece in pieces {
                switch piece {
                case .literal(let literal): text += literal
                case .column(let name): text += try Self.cell(name, of: row, at: place)
                }
            }
            return .string(text)
        case .cell(let name, let isNumber, let place):
            let text = try Self.cell(name, of: row, at: place)
            guard !text.isEmpty else { return nil }
            return isNumber ? try Self.number(text, name, at: place) : .string(text)
        case .array(let patterns):
            var elements: [JSON] = []
            for pattern in patterns { if let element = try pattern.filled(by: row) { elements.append(element) } }
            return .array(elements)
        case .object(let members):
            var object = JSONObject()
            for (key, pattern) in members { object[key] = try pattern.filled(by: row) }
            return .object(object)
        }
    }

    private static func cell(
        _ name: String, of row: [String: String], at place: JSONPointer
    ) throws(BadgeError) -> String {
        guard let text = row[name] else { throw .column(name, place, problem: "the row has no such column") }
        return text
    }

    private static func number(
        _ text: String, _ name: String, at place: JSONPointer
    ) throws(BadgeError) -> JSON {
        guard let number = try? JSON(parsing: Array(text.utf8)), number.doubleValue != nil else {
            throw .column(name, place, problem: "\(text.debugDescription) is no number as JSON writes it")
        }
        return number
    }
}

extension Pattern {
    private static func pattern(_ text: String, at place: JSONPointer) throws(BadgeError) -> Pattern {
        let pieces = try pieces(of: text, at: place)
        let columns = pieces.filter { if case .column = $0 { true } else { false } }
        if columns.isEmpty {
            return .constant(.string(pieces.reduce(into: "") { if case .literal(let literal) = $1 { $0 += literal } }))
        }
        guard case .column(let name) = pieces[0], pieces.count == 1 else {
            return .text(pieces, place)
        }
        let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return .cell(name, isNumber: false, place) }
        guard parts[1] == "number", !parts[0].isEmpty else {
            throw .template(place, problem: "after the colon in {\(name)} only number can stand")
        }
        return .cell(String(parts[0]), isNumber: true, place)
    }

    private static func pieces(of text: String, at place: JSONPointer) throws(BadgeError) -> [Piece] {
        var pieces: [Piece] = []
        var literal = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first == "{", "}" where rest.first == "}":
                literal.append(scalar)
                rest.removeFirst()
            case "{":
                guard let end = rest.firstIndex(where: { $0 == "}" || $0 == "{" }), rest[end] == "}",
                    end > rest.startIndex
                else { throw .template(place, problem: "a { is not followed by a column and }; write {{ for the sign") }
                if !literal.isEmpty { pieces.append(.literal(String(literal))) }
                literal.removeAll()
                pieces.append(.column(String(rest[..<end])))
                rest = rest[rest.index(after: end)...]
            case "}": throw .template(place, problem: "a } has no { before it; write }} for the sign")
            default: literal.append(scalar)
            }
        }
        if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(String(literal))) }
        return pieces
    }
}

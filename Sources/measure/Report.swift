import CanonicalJSON
import Cryptography
import Glibc

/// Figures, as a table and as JSON.
struct Report {
    let title: String
    let columns: [String]
    private(set) var rows: [[Value]] = []
    /// What the figures depend on, beside the machine.
    let conditions: [(String, String)]

    /// One figure or name.
    enum Value {
        case text(String)
        case count(Int)
        /// Operations in a second.
        case rate(Double)
        /// A share, shown in percent.
        case share(Double)
        /// A quotient.
        case ratio(Double)
        case milliseconds(Double)
        /// A figure that this row does not have.
        case nothing

        fileprivate var shown: String {
            switch self {
            case .text(let text): text
            case .count(let count): String(count)
            case .rate(let rate): rate >= 100 ? Self.grouped(Int(rate.rounded())) : Self.fixed(rate, 1)
            case .share(let share): "\(Int((share * 100).rounded())) %"
            case .ratio(let ratio): "\(Self.fixed(ratio, 1)) x"
            case .milliseconds(let time): time >= 100 ? Self.grouped(Int(time.rounded())) : Self.fixed(time, 3)
            case .nothing: ""
            }
        }

        fileprivate var json: JSON {
            switch self {
            case .text(let text): .string(text)
            case .count(let count): .integer(Int64(count))
            case .rate(let rate): .integer(Int64(rate.rounded()))
            case .share(let share): .string(Self.fixed(share, 3))
            case .ratio(let ratio): .string(Self.fixed(ratio, 2))
            case .milliseconds(let time): .string(Self.fixed(time, 3))
            case .nothing: .null
            }
        }

        private static func fixed(_ value: Double, _ digits: Int) -> String {
            let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
            let scaled = Int((value * scale).rounded())
            let fraction = String(scaled % Int(scale))
            return "\(scaled / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
        }

        private static func grouped(_ number: Int) -> String {
            number < 1000
                ? String(number) : grouped(number / 1000) + "," + String(String(1000 + number % 1000).dropFirst())
        }
    }

    init(_ title: String, columns: [String], conditions: [(String, String)] = []) {
        (self.title, self.columns, self.conditions) = (title, columns, conditions)
    }

    mutating func add(_ row: [Value]) { rows.append(row) }

    var text: String {
        let cells = [columns] + rows.map { $0.map(\.shown) }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        var lines = [title]
        lines += (Machine.facts + conditions).map { "\($0): \($1)" }
        lines.append("")
        lines += cells.map { row in
            row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + padding : padding + cell
            }.joined(separator: "  ")
        }
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        let facts = JSONObject(uniqueMembers: (Machine.facts + conditions).map { ($0, JSON.string($1)) })
        return [
            "title": .string(title), "conditions": .object(facts),
            "rows": .array(
                rows.map { row in
                    .object(JSONObject(uniqueMembers: zip(columns, row).map { ($0, $1.json) }))
                }),
        ]
    }
}

/// Where the figures were made.
enum Machine {
    static let facts: [(String, String)] = [
        ("processor", processor), ("cores", String(sysconf(Int32(_SC_NPROCESSORS_ONLN)))),
        ("build", isOptimised ? "release" : "debug: these figures mean nothing, build with -c release"),
    ]

    private static var processor: String {
        guard let file = unsafe fopen("/proc/cpuinfo", "r") else { return "unknown" }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 512)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
            return String(text[text.index(after: colon)...].drop { $0 == " " })
        }
        return "unknown"
    }

    private static var isOptimised: Bool {
        var isDebug = false
        assert(
            {
                isDebug = true
                return true
            }())
        return !isDebug
    }
}

/// A page of metrics as a scraper reads it, by the published grammar of the text format 0.0.4; it knows nothing of how
/// we write one.
package struct ExpositionReader {
    /// Why a page is none.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// One line with a number.
    package struct Sample {
        package let name: String
        package let labels: [String: String]
        package let value: String
    }

    package private(set) var types: [String: String] = [:]
    package private(set) var samples: [Sample] = []

    /// - Throws: `Failure` with the line that is wrong.
    package init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Failure(description: "the last line does not end") }
        var seen: Set<String> = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                try takeType(line)
                continue
            }
            if line.hasPrefix("#") { continue }
            let sample = try Self.sample(line)
            try check(sample, line)
            let identity = sample.name + "\(sample.labels.sorted { $0.key < $1.key })"
            guard seen.insert(identity).inserted else { throw Failure(description: "twice: \(line)") }
            samples.append(sample)
        }
        for (name, type) in types where type == "histogram" { try checkHistogram(name) }
    }

    /// The number of a metric with just these labels; nil when there is none.
    package func value(_ name: String, _ labels: [String: String] = [:]) -> String? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func takeType(_ line: Substring) throws {
        let words = line.split(separator: " ")
        guard words.count == 4, ["counter", "gauge", "histogram", "summary", "untyped"].contains(words[3]),
            Self.isName(words[2]), types.updateValue(String(words[3]), forKey: String(words[2])) == nil
        else { throw Failure(description: "\(line)") }
        if words[3] == "counter", !words[2].hasSuffix("_total") {
            throw Failure(description: "a counter without _total: \(line)")
        }
    }

    /// That the name belongs to a metric whose type was said before.
    private func check(_ sample: Sample, _ line: Substring) throws {
        if types[sample.name] == "counter" || types[sample.name] == "gauge" { return }
        for suffix in ["_bucket", "_sum", "_count"] where sample.name.hasSuffix(suffix) {
            if types[String(sample.name.dropLast(suffix.count))] == "histogram" { return }
        }
        throw Failure(description: "of no type: \(line)")
    }

    private func checkHistogram(_ name: String) throws {
        let buckets = samples.filter { $0.name == name + "_bucket" }
        let series = Set(buckets.map { $0.labels.filter { $0.key != "le" } })
        for labels in series {
            let own = buckets.filter { $0.labels.filter { $0.key != "le" } == labels }
            let counts = own.compactMap { Double($0.value) }
            let bounds = own.compactMap { $0.labels["le"].flatMap { $0 == "+Inf" ? .infinity : Double($0) } }
            guard own.last?.labels["le"] == "+Inf", counts == counts.sorted(), bounds == bounds.sorted(),
                bounds.count == own.count, counts.count == own.count,
                value(name + "_count", labels) == own.last?.value, value(name + "_sum", labels) != nil
            else { throw Failure(description: "\(name) is no histogram: \(own)") }
        }
    }

    private static func isName(_ name: some StringProtocol) -> Bool {
        guard let first = name.first, !first.isNumber else { return false }
        return name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
    }

    private static func sample(_ line: Substring) throws -> Sample {
        var rest = line
        let name = rest.prefix { $0 != "{" && $0 != " " }
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(label.count)
                guard isName(label), rest.hasPrefix("=\"") else { throw Failure(description: "\(line)") }
                rest = rest.dropFirst(2)
                labels[String(label)] = try quoted(&rest, line)
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        let value = rest.dropFirst()
        guard isName(name), rest.first == " ", Double(value) != nil else { throw Failure(description: "\(line)") }
        return Sample(name: String(name), labels: labels, value: String(value))
    }

    private static func quoted(_ rest: inout Substring, _ line: Substring) throws -> String {
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\":
                switch rest.popFirst() {
                case "n": value.append("\n")
                case let escaped?: value.append(escaped)
                case nil: throw Failure(description: "\(line)")
                }
            default: value.append(character)
            }
        }
        throw Failure(description: "an open value: \(line)")
    }
}

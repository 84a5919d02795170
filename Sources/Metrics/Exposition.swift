/// A page of metrics in the text format 0.0.4 of Prometheus.
package struct Exposition: Sendable {
    /// What the page is served as.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// The page so far; every line ends with a line feed.
    package private(set) var text = ""
    private var names: Set<String> = []

    package init() {}

    /// One number of a metric.
    package struct Sample: Hashable, Sendable {
        /// Names of labels and their values, in the order in which they are written.
        package let labels: [(String, String)]
        package let value: Decimal

        package init(_ value: Int64, _ labels: (String, String)...) { self.init(Decimal(value), labels) }

        package init(_ value: Decimal, _ labels: [(String, String)] = []) {
            self.labels = labels
            self.value = value
        }

        package static func == (left: Sample, right: Sample) -> Bool {
            left.value == right.value && left.labels.map(\.0) == right.labels.map(\.0)
                && left.labels.map(\.1) == right.labels.map(\.1)
        }

        package func hash(into hasher: inout Hasher) { hasher.combine(value) }
    }

    /// What the values of a histogram are, for people and in the text.
    package enum Unit: Sendable {
        /// Recorded in nanoseconds, written in seconds.
        case seconds
        /// Plain numbers.
        case count
    }

    /// What only grows; its name ends with `_total`.
    package mutating func counter(_ name: String, _ help: String, _ samples: [Sample]) {
        precondition(name.hasSuffix("_total"), "\(name): what only grows ends with _total")
        write(name, "counter", help, samples)
    }

    /// What goes up and down.
    package mutating func gauge(_ name: String, _ help: String, _ samples: [Sample]) {
        precondition(!name.hasSuffix("_total"), "\(name): _total is for what only grows")
        write(name, "gauge", help, samples)
    }

    private mutating func write(_ name: String, _ type: String, _ help: String, _ samples: [Sample]) {
        begin(name, type, help)
        for sample in samples { line(name, sample.labels, sample.value) }
    }

    /// A distribution; of times the name ends with `_seconds`.
    package mutating func histogram(
        _ name: String, _ help: String, _ unit: Unit, bounds: [Int64],
        _ series: [(labels: [(String, String)], snapshot: Histogram.Snapshot)]
    ) {
        begin(name, "histogram", help)
        for (labels, snapshot) in series {
            for (bound, count) in zip(bounds, snapshot.cumulative) {
                line(name + "_bucket", labels + [("le", written(bound, unit).text)], Decimal(count))
            }
            line(name + "_bucket", labels + [("le", "+Inf")], Decimal(snapshot.count))
            line(name + "_sum", labels, written(snapshot.sum, unit))
            line(name + "_count", labels, Decimal(snapshot.count))
        }
    }

    private func written(_ value: Int64, _ unit: Unit) -> Decimal {
        switch unit {
        case .seconds: Decimal(nanoseconds: value)
        case .count: Decimal(value)
        }
    }

    private mutating func begin(_ name: String, _ type: String, _ help: String) {
        precondition(Self.isName(name) && names.insert(name).inserted, "\(name) is no name, or was there before")
        let escaped = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(escaped)\n# TYPE \(name) \(type)\n"
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Decimal) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { label, value in
                precondition(Self.isName(label) && !label.contains(":"), "\(label) is no name of a label")
                return "\(label)=\"\(Self.escaped(value))\""
            }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value.text)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }
}

/// A number with the digits that it has.
package struct Decimal: Hashable, Sendable {
    package let text: String

    package init(_ value: Int64) { text = String(value) }

    /// Nanoseconds, in seconds.
    package init(nanoseconds: Int64) {
        let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        let sign = nanoseconds < 0 ? "-" : ""
        guard rest > 0 else {
            text = sign + String(whole)
            return
        }
        let digits = String(rest)
        let padded = String(repeating: "0", count: 9 - digits.count) + digits
        let end = padded.lastIndex { $0 != "0" } ?? padded.startIndex
        text = sign + "\(whole)." + padded[...end]
    }
}

/// The figures of one measurement: a row for each thing that was measured.
package struct Report: Sendable {
    package let title: String
    /// How often what is measured there already was, or how large one of them is.
    package let data: DataSize
    /// How many are done at once.
    package let batch: Int
    /// What else the figures depend on, beside the machine.
    package let conditions: [(name: String, value: String)]
    package private(set) var rows: [Row] = []

    /// A number and of what: `10000000 stored credentials`.
    package struct DataSize: Hashable, Sendable {
        package let count: Int
        package let unit: String

        package init(_ count: Int, _ unit: String) { (self.count, self.unit) = (count, unit) }
    }

    /// One thing that was measured.
    package struct Row: Sendable {
        package let name: String
        /// Columns of this row alone, or of a few.
        package let facts: [(name: String, value: Value)]
        /// How often in a second it was done.
        package let perSecond: Double?
        /// How often in a second the machine does what the row is compared with, in the same run.
        package let raw: Double?
        /// How long each took, in nanoseconds.
        package let times: Histogram?

        /// The part of the raw rate that was reached; more is better. Nil where nothing is compared.
        package var ratio: Double? {
            guard let perSecond, let raw, raw > 0, perSecond.isFinite else { return nil }
            return perSecond / raw
        }
    }

    /// What stands in one cell.
    package enum Value: Hashable, Sendable {
        case text(String)
        case count(Int)
        case rate(Double)
        /// Shown in percent.
        case share(Double)
        /// A quotient of two things of one kind.
        case times(Double)
        case milliseconds(Double)
    }

    package init(
        _ title: String, data: DataSize, batch: Int = 1, conditions: [(name: String, value: String)] = []
    ) {
        (self.title, self.data, self.batch, self.conditions) = (title, data, batch, conditions)
    }

    /// Adds a row.
    package mutating func add(
        _ name: String, perSecond: Double? = nil, raw: Double? = nil, times: Histogram? = nil,
        _ facts: [(name: String, value: Value)] = []
    ) {
        precondition(!rows.contains { $0.name == name }, "a row is found by its name: \(name)")
        rows.append(Row(name: name, facts: facts, perSecond: perSecond, raw: raw, times: times))
    }
}

/// Where and with what the figures of one run were made.
package struct Surroundings: Hashable, Sendable {
    package let processor: String
    package let cores: Int
    /// Whether the compiler optimised; without that no figure means anything.
    package let isOptimised: Bool
    /// How long `fdatasync` takes after a page was written over in place, half of all times; in nanoseconds.
    package let syncNanoseconds: UInt64
    /// What OpenSSL does in a second with Ed25519, on one thread.
    package let signPerSecond: Double
    package let verifyPerSecond: Double
    /// What it does on all cores at once.
    package let signOnAllCoresPerSecond: Double

    package init(
        processor: String, cores: Int, isOptimised: Bool, syncNanoseconds: UInt64, signPerSecond: Double,
        verifyPerSecond: Double, signOnAllCoresPerSecond: Double
    ) {
        self.processor = processor
        self.cores = cores
        self.isOptimised = isOptimised
        self.syncNanoseconds = syncNanoseconds
        self.signPerSecond = signPerSecond
        self.verifyPerSecond = verifyPerSecond
        self.signOnAllCoresPerSecond = signOnAllCoresPerSecond
    }
}

/// A report with everything that has to be known to believe it.
package struct Record: Sendable {
    /// The words that made it, without the program's name.
    package let command: String
    package let report: Report
    package let surroundings: Surroundings
    /// The most memory that the process had while it measured.
    package let peakMemoryBytes: Int

    package init(command: String, _ report: Report, _ surroundings: Surroundings, peakMemoryBytes: Int) {
        self.command = command
        self.report = report
        self.surroundings = surroundings
        self.peakMemoryBytes = peakMemoryBytes
    }
}

import Settlement
import Testing

/// What a dishonest operator changes, who then signs the whole log again, and what the recomputation says of it.
struct Fraud: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let found: Set<Finding.Kind>
    let change: @Sendable (inout Forger) -> Void

    init(_ name: String, _ found: Finding.Kind..., change: @escaping @Sendable (inout Forger) -> Void) {
        (testDescription, self.found, self.change) = (name, Set(found), change)
    }

    /// Expects nothing wrong before the change and every kind of finding after it.
    ///
    /// - Parameter allowing: what is wrong before, and may be.
    func expectFound(from honest: Forger, allowing: Set<Finding.Kind> = []) throws {
        let before = try honest.report()
        #expect(Set(before.findingCounts.keys).subtracting(allowing) == [], "\(before.findings.prefix(3))")
        var forger = honest
        change(&forger)
        let after = try forger.report()
        for kind in found {
            let count = before.findingCounts[kind, default: 0]
            #expect(after.findingCounts[kind, default: 0] > count, "\(kind): \(after.findings.prefix(5))")
        }
    }
}

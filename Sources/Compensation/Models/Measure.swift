import CanonicalJSON
package import ServiceLevels

/// How a delay is measured: from when on, in what kind of time, and whether before it has ended.
package struct Measure: Hashable, Sendable {
    /// In what kind of time the tiers are told.
    package let basis: Basis
    /// A delay that is no longer than this pays nothing; one that is longer counts from its end. Nil without one.
    package let grace: FixedSpan?
    /// When a delay that has not ended is paid.
    package let whenUnresolved: WhenUnresolved

    /// Kinds of time.
    package enum Basis: String, Hashable, Sendable, CaseIterable {
        case elapsed, business, calendarDays
    }

    /// When a delay that has not ended is paid.
    package enum WhenUnresolved: String, Hashable, Sendable, CaseIterable {
        /// Each tier when it is reached.
        case accrue
        /// All that was reached, when the clock has stopped.
        case onResolution = "on-resolution"
    }

    init(_ source: consuming ObjectReader) throws(JSONShapeError) {
        var reader = source
        basis = try reader.choice("basis")
        guard basis != .business else {
            throw .notKept("only elapsed and calendarDays may stand here", at: reader.pointer(to: "basis"))
        }
        grace = try reader.optionalObject("grace") == nil ? nil : try reader.fixedSpan("grace")
        whenUnresolved = try reader.choice("whenUnresolved")
        try reader.finish()
    }
}

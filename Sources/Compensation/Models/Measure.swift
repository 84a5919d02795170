import CanonicalJSON
import ServiceLevels
package import Temporal

/// How a delay is measured: from when on, in what kind of time, and whether before it has ended.
package struct Measure: Hashable, Sendable {
    /// In what kind of time the tiers are told.
    package let basis: Basis
    /// A delay that is no longer than this pays nothing; one that is longer counts from its end. Nil without one.
    package let grace: TimeSpan?
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
        grace = try reader.optionalTimeSpan("grace")
        if let grace, !basis.tells(grace) {
            throw JSONShapeError(pointer: reader.pointer(to: "grace"), problem: basis.advice)
        }
        whenUnresolved = try reader.choice("whenUnresolved")
        try reader.finish()
    }
}

extension Measure.Basis {
    /// Whether a span is in this kind of time.
    func tells(_ span: TimeSpan) -> Bool {
        switch (self, span) {
        case (.business, .business), (.business, .workingDays), (.elapsed, .elapsed), (.elapsed, .calendarDays),
            (.calendarDays, .calendarDays):
            true
        default: false
        }
    }

    /// What to say instead of a span that is not.
    var advice: String {
        switch self {
        case .elapsed: "the basis is elapsed; say it as elapsed or in calendarDays, or choose the basis business"
        case .business: "the basis is business; say it as business or in workingDays"
        case .calendarDays: "the basis is calendarDays; say it in them"
        }
    }
}

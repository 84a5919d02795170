/// A length of physical time in whole milliseconds; negative when it points to the past.
///
/// Sums that leave `Int64` (292 million years) trap: inputs are bounded where they are parsed.
package struct Milliseconds: Hashable, Comparable, Sendable, AdditiveArithmetic {
    package let count: Int64

    package init(_ count: Int64) { self.count = count }

    package static let zero = Milliseconds(0)

    package static func seconds(_ count: Int64) -> Milliseconds { Milliseconds(count * 1000) }
    package static func minutes(_ count: Int64) -> Milliseconds { Milliseconds(count * 60_000) }
    package static func hours(_ count: Int64) -> Milliseconds { Milliseconds(count * 3_600_000) }
    /// Days of exactly 24 hours; for days of a calendar see ``TimeSpan/calendarDays(_:)``.
    package static func days(_ count: Int64) -> Milliseconds { Milliseconds(count * 86_400_000) }

    package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
    package static func + (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        Milliseconds(left.count + right.count)
    }
    package static func - (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        Milliseconds(left.count - right.count)
    }
}

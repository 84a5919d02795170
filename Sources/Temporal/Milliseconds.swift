/// A length of physical time in whole milliseconds; negative when it points to the past.
///
/// Sums that leave `Int64` (292 million years) trap: inputs are bounded where they are parsed.
package struct Milliseconds: Hashable, Comparable, Sendable, AdditiveArithmetic {
    /// The number of milliseconds.
    package let count: Int64

    /// A length of that many milliseconds.
    package init(_ count: Int64) { self.count = count }

    /// No time at all.
    package static let zero = Milliseconds(0)

    /// A length of that many seconds.
    package static func seconds(_ count: Int64) -> Milliseconds { Milliseconds(count * 1000) }
    /// A length of that many minutes.
    package static func minutes(_ count: Int64) -> Milliseconds { Milliseconds(count * 60_000) }
    /// A length of that many hours.
    package static func hours(_ count: Int64) -> Milliseconds { Milliseconds(count * 3_600_000) }
    /// Days of exactly 24 hours; for days of a calendar see ``TimeSpan/calendarDays(_:)``.
    package static func days(_ count: Int64) -> Milliseconds { Milliseconds(count * 86_400_000) }

    /// Whether the left length is the smaller number.
    package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }
    /// The sum; traps on overflow.
    package static func + (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        Milliseconds(left.count + right.count)
    }
    /// The difference; traps on overflow.
    package static func - (left: Milliseconds, right: Milliseconds) -> Milliseconds {
        Milliseconds(left.count - right.count)
    }
}

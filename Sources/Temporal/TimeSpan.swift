/// How long a promise is, in one of the four kinds of time that people mean; never mixed, never converted without a
/// calendar. Negative spans have no meaning; the rooms that read policies refuse them.
package enum TimeSpan: Hashable, Sendable {
    /// Physical time that runs day and night.
    case elapsed(Milliseconds)
    /// Time that runs only while the working calendar is open.
    case business(Milliseconds)
    /// Whole days of the civil calendar, each as long as it is.
    case calendarDays(Int)
    /// Whole days on which the working calendar is open.
    case workingDays(Int)
}

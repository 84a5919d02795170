/// What is foreseen, and what people do about it.
package enum ForesightCommand: Hashable, Sendable {
    /// Find out whether a request is at risk, and which steps of its ladder have come.
    case look(RequestID, Foreseen?)
    /// A table was made.
    case fitted(ForecastFitted)
    /// Somebody of the staff takes a request.
    case take(RequestID, StaffID)
}

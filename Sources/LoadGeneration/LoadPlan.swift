package import Figures

/// How many requests, and when each is due.
package struct LoadPlan: Sendable {
    package let requests: Int
    /// Requests that fall due in a second; nil for as many as there are connections at any time (a closed loop, which
    /// finds out what is possible and says nothing about latency).
    package let perSecond: Double?
    /// How long the oldest unanswered request may wait before the rest is given up, in nanoseconds.
    package let patience: UInt64

    /// Five seconds: longer than any queue that a server should have.
    package static let usualPatience: UInt64 = 5_000_000_000

    package init(requests: Int, perSecond: Double?, patience: UInt64 = LoadPlan.usualPatience) {
        precondition(requests > 0 && perSecond ?? 1 > 0, "a plan has requests and a rate")
        (self.requests, self.perSecond, self.patience) = (requests, perSecond, patience)
    }

    /// When a request is due, in nanoseconds after the start.
    func due(_ number: Int) -> UInt64 {
        guard let perSecond else { return 0 }
        return UInt64(Double(number) * 1e9 / perSecond)
    }
}

/// What became of the requests of a plan.
package struct LoadOutcome: Sendable {
    /// Answered with a status of the 200s.
    package internal(set) var accepted = 0
    /// Answered with any other status.
    package internal(set) var refused = 0
    /// Not sent, because the patience was over.
    package internal(set) var givenUp = 0
    /// From when each answered request was due until the last byte of its answer, in nanoseconds.
    package internal(set) var times = Histogram()
    /// From the start to the last answer, in nanoseconds.
    package internal(set) var nanoseconds: UInt64 = 0
    /// Bytes of all answers.
    package internal(set) var bytes = 0
    /// The first status that was not of the 200s.
    package internal(set) var firstRefusal: Int?

    /// Accepted in a second.
    package var perSecond: Double { nanoseconds == 0 ? 0 : Double(accepted) * 1e9 / Double(nanoseconds) }
}

/// The server cannot be reached, or answers in a form that is not understood here.
package struct LoadError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

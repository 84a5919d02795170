import CanonicalJSON

/// What a command leads to: the facts to write, and which of them answers its sender.
struct Decision: Sendable {
    var events: [LogEvent] = []
    /// The event that the answer tells of; the last one if nothing is said.
    var answering: Int?
    /// The row of the request that it is about, where deciding has read it.
    var request: RequestRecord?

    /// What its events give, which no row shows yet.
    var settling = SettlingDraft()

    init(_ events: [LogEvent] = []) { self.events = events }

    /// Adds events of a request before which others may have come.
    mutating func answer(with answered: LogEvent, following: [LogEvent] = []) {
        answering = events.count
        events.append(answered)
        events += following
    }

    /// What the sender is told; the same as `StoredAnswer` reads from the entries later.
    func answer(url: String) -> Answer {
        guard let position = answering ?? (events.isEmpty ? nil : events.count - 1) else { return Answer(.done, [:]) }
        let event = events[position]
        let following = position + 1 < events.count ? events[position + 1] : nil
        return Answer(to: event, issued: following?.issued(for: event.request), url: url)
    }
}

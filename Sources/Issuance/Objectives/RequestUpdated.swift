/// Somebody told the requester how it stands.
package struct RequestUpdated: NotedEvent {
    package static let type = "request.updated"
    /// What they were told.
    package let note: String?
    package let idempotency: Idempotency

    package init(note: String?, idempotency: Idempotency) {
        self.note = note
        self.idempotency = idempotency
    }

    /// The most updates of one request: more than one in an hour of a month, and nobody reads those.
    package static let mostOfRequest: Int64 = 1000
}

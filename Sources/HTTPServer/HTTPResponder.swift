import Synchronization

/// The duty to answer one request: `answer` it once, from any thread, now or later.
///
/// Keep it for as long as the answer takes; the connection waits, without a thread. When the last reference is dropped
/// unanswered, the client gets a bare 500.
package final class HTTPResponder: Sendable {
    private let deliver: Mutex<(@Sendable (HTTPResponse) -> Void)?>

    /// A responder that gives its one answer to `deliver`; the way to call a handler without a server.
    package init(_ deliver: @escaping @Sendable (HTTPResponse) -> Void) {
        self.deliver = Mutex(deliver)
    }

    /// Gives the answer. Only the first one counts.
    ///
    /// - Returns: whether this was the first.
    @discardableResult
    package func answer(_ response: HTTPResponse) -> Bool {
        guard let deliver = deliver.withLock({ $0.take() }) else { return false }
        deliver(response)
        return true
    }

    deinit {
        answer(HTTPResponse(.internalServerError))
    }
}

import CMicroHTTPD
import Synchronization

/// One request and its answer, as libmicrohttpd walks through it: target, head, pieces of body, end, answer.
///
/// The library calls every function but `answer` from the connection's one thread.
final class Exchange: @unchecked Sendable {
    /// Where the answer is.
    private enum Answer {
        case missing
        /// The connection is suspended; whoever answers resumes it.
        case awaited(Connection)
        case given(HTTPResponse)
        case sent
    }

    private let core: Core
    /// As on the request line; owned, like the next five, by the connection's thread.
    private let target: [UInt8]
    private var request: HTTPRequest?
    private var bodyLimit = 0
    private var bodyBytes = 0
    /// What was taken of the memory for bodies.
    private var takenBytes = 0
    /// There was not enough of it.
    private var isTooMuch = false
    private var isHandled = false
    private var isRegistered = false
    /// Shared with whoever answers. Held while the connection is suspended or resumed: so both happen at most once,
    /// and never after the library was stopped.
    private let state = Mutex(Answer.missing)

    init(_ core: Core, target: [UInt8]) {
        self.core = core
        self.target = target
    }

    /// The library is done with the request, answered or not.
    func end() {
        state.withLock { $0 = .sent }
        if isRegistered { core.unregister(self) }
        if isHandled { core.end() }
        core.giveBackBytes(takenBytes)
    }

    /// Gives the answer; from any thread. Only the first one counts.
    func answer(_ response: HTTPResponse) {
        state.withLock { state in
            switch state {
            case .missing: state = .given(response)
            case .awaited(let connection):
                state = .given(response)
                connection.resume()
            case .given, .sent: break
            }
        }
    }
}

// MARK: - What the library calls

extension Exchange {
    var hasHead: Bool { request != nil }

    /// The request line and the headers are here.
    func receiveHead(_ head: RequestHead) -> MHD_Result {
        do throws(HTTPRefusal) {
            let (request, contentLength) = try unsafe head.read(target: target, limits: core.limits)
            bodyLimit = core.bodyLimit(request)
            guard contentLength ?? 0 <= bodyLimit else { throw .bodyTooLarge }
            guard contentLength ?? 0 <= core.bodyBytesLeft else { throw .tooMuchInFlight }
            unsafe core.gate.expect(.transfer(of: contentLength ?? bodyLimit), on: head.connection.socket)
            self.request = request
            // What a client promises to send is not worth memory before it comes.
            self.request?.body.reserveCapacity(min(contentLength ?? 0, HTTPServer.Limits.defaultBodyBytes))
            return .YES
        } catch {
            // An answer at this point ends the connection, whatever the client still sends.
            unsafe core.gate.drain(head.connection.socket)
            return unsafe send(error.response, on: head.connection)
        }
    }

    /// A piece of the body; the library cannot answer while more is to come, so too long a body is read to its end,
    /// within reason.
    func receiveBody(_ piece: UnsafeRawBufferPointer) -> MHD_Result {
        bodyBytes += piece.count
        if bodyBytes <= bodyLimit, !isTooMuch, core.takeBytes(piece.count) {
            takenBytes += piece.count
            unsafe request?.body.append(contentsOf: piece)
            return .YES
        }
        isTooMuch = isTooMuch || bodyBytes <= bodyLimit
        request?.body = []
        if bodyBytes <= bodyLimit { return .YES }
        return bodyBytes - bodyLimit <= HTTPServer.Limits.discardedBodyBytes ? .YES : .NO
    }

    /// The request is complete; called again after the connection was resumed.
    func proceed(on connection: Connection) -> MHD_Result {
        guard bodyBytes <= bodyLimit else { return send(HTTPRefusal.bodyTooLarge.response, on: connection) }
        guard !isTooMuch else { return send(HTTPRefusal.tooMuchInFlight.response, on: connection) }
        if !isHandled, let request {
            isHandled = true
            core.begin()
            core.gate.expect(.nothing, on: connection.socket)
            self.request?.body = []
            core.handler(request, HTTPResponder { self.answer($0) })
        }
        guard let response = takeAnswer(orSuspend: connection) else { return .YES }
        return send(response, on: connection)
    }

    private func takeAnswer(orSuspend connection: Connection) -> HTTPResponse? {
        if let response = takeAnswer() { return response }
        isRegistered = core.register(self)
        if !isRegistered { answer(HTTPRefusal.stopping.response) }
        return state.withLock { state in
            switch state {
            case .given(let response):
                state = .sent
                return response
            case .missing:
                state = .awaited(connection)
                connection.suspend()
            case .awaited, .sent: break
            }
            return nil
        }
    }

    private func takeAnswer() -> HTTPResponse? {
        state.withLock { state in
            guard case .given(let response) = state else { return nil }
            state = .sent
            return response
        }
    }

    private func send(_ response: HTTPResponse, on connection: Connection) -> MHD_Result {
        core.gate.expect(.transfer(of: response.body.count), on: connection.socket)
        guard let reply = Reply(response, isLast: core.isStopping) else {
            core.note("an answer had a header field that HTTP cannot carry; the client got a bare 500")
            return Reply(HTTPResponse(.internalServerError))?.queue(on: connection) ?? .NO
        }
        return reply.queue(on: connection)
    }
}

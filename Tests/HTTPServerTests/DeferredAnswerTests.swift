import Dispatch
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Answers may be given later, from any thread")
struct DeferredAnswerTests {
    /// Responders that a handler has put aside.
    private final class Shelf: Sendable {
        private let kept = Mutex<[(HTTPRequest, HTTPResponder)]>([])
        private let arrival = DispatchSemaphore(value: 0)

        func keep(_ request: HTTPRequest, _ responder: HTTPResponder) {
            kept.withLock { $0.append((request, responder)) }
            arrival.signal()
        }

        /// Waits for that many more, and takes them all.
        func take(_ count: Int) -> [(HTTPRequest, HTTPResponder)] {
            for _ in 0..<count { arrival.wait() }
            return kept.withLock { kept in
                defer { kept = [] }
                return kept
            }
        }
    }

    @Test("held requests keep no thread, and are answered in any order")
    func anyOrder() throws {
        let shelf = Shelf()
        let server = try HTTPServer({ $0.threads = 1 }, handler: shelf.keep)
        let connections = (0..<40).map { _ in RawConnection(port: server.port) }
        for (number, connection) in connections.enumerated() {
            connection.send("GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n")
        }
        for (request, responder) in shelf.take(40).shuffled() { echo(request, responder) }
        for (number, connection) in connections.enumerated() {
            #expect(try #require(connection.answer()).head.contains("[\(number)]"))
        }
    }

    @Test("a dropped responder becomes a bare 500, inline or later, and the connection lives on")
    func dropped() throws {
        let shelf = Shelf()
        let server = try HTTPServer { request, responder in
            if request.path == "/later" { shelf.keep(request, responder) }
            if request.path == "/ok" { echo(request, responder) }
        }
        let connection = RawConnection(port: server.port)
        connection.send("GET /now HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(connection.answer()?.status == 500)
        connection.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")
        _ = shelf.take(1)
        let answer = try #require(connection.answer())
        #expect(answer.status == 500)
        #expect(answer.body.isEmpty)
        connection.send("GET /ok HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(connection.answer()?.status == 200)
    }

    @Test("only the first of many answers is sent")
    func once() throws {
        let server = try HTTPServer { _, responder in
            DispatchQueue.concurrentPerform(iterations: 8) { number in
                responder.answer(HTTPResponse(.ok, body: [UInt8(ascii: "0") + UInt8(number)]))
            }
        }
        let connection = RawConnection(port: server.port)
        for _ in 1...20 {
            connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try #require(connection.answer()).body.count == 1)
        }
    }

    @Test("a client that has gone does not disturb the answer to come")
    func goneClient() throws {
        let shelf = Shelf()
        let server = try HTTPServer(handler: shelf.keep)
        for round in 1...30 {
            let connection = RawConnection(port: server.port)
            connection.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi")
            let held = shelf.take(1)
            if round.isMultiple(of: 2) { connection.abort() } else { shutdownWriting(connection) }
            for (_, responder) in held {
                responder.answer(HTTPResponse(.ok, body: [UInt8](repeating: 0, count: 1_000_000)))
            }
        }
        #expect(server.stop(graceMilliseconds: 20_000))
    }
}

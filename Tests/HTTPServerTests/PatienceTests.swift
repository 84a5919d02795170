import Dispatch
import Glibc
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Clients that keep the server waiting")
struct PatienceTests {
    /// Sends one byte whenever the server has said nothing for a while; never idle, never done.
    ///
    /// - Returns: whether the server ended the connection before everything was sent.
    private func dribble(_ connection: RawConnection, _ bytes: Int) -> Bool {
        for _ in 0..<bytes {
            if connection.isClosed { return true }
            connection.send("x")
        }
        return false
    }

    @Test("a head that comes byte by byte is waited for so long and no longer, and others are served meanwhile")
    func slowHead() throws {
        let server = try HTTPServer({ $0.limits.headSeconds = 2 }, handler: echo)
        let slow = RawConnection(port: server.port, patienceMilliseconds: 50)
        slow.send("GET / HTTP/1.1\r\nHost: h\r\nX-Slow: ")
        #expect(try HTTPClient().send(.init("GET", server.url + "/")).status == 200)
        #expect(dribble(slow, 400))
    }

    @Test("also the second head of a connection, but never while the answer is ours to give")
    func secondHead() throws {
        let waiting = Mutex<HTTPResponder?>(nil)
        let arrived = DispatchSemaphore(value: 0)
        let server = try HTTPServer({ $0.limits.headSeconds = 1 }) { request, responder in
            guard request.path == "/late" else { return echo(request, responder) }
            waiting.withLock { $0 = responder }
            arrived.signal()
        }
        let patient = RawConnection(port: server.port)
        patient.send("GET /late HTTP/1.1\r\nHost: h\r\n\r\n")
        arrived.wait()
        let slow = RawConnection(port: server.port, patienceMilliseconds: 50)
        slow.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(slow.answer()?.status == 200)
        slow.send("GET / HTTP/1.1\r\nX-Slow: ")
        #expect(dribble(slow, 400))
        // Longer than that the other one has waited for us.
        waiting.withLock { $0 }?.answer(HTTPResponse(.ok, body: Array("late".utf8)))
        #expect(patient.answer()?.body == "late")
    }

    @Test("a body that comes too slowly for its length ends the connection")
    func slowBody() throws {
        let server = try HTTPServer(
            {
                $0.limits.transferSeconds = 1
                $0.limits.leastBytesPerSecond = 50_000
            }, handler: echo)
        for framing in ["Content-Length: 50000", "Transfer-Encoding: chunked"] {
            let slow = RawConnection(port: server.port, patienceMilliseconds: 50)
            slow.send("POST / HTTP/1.1\r\nHost: h\r\n\(framing)\r\n\r\n")
            if framing.hasPrefix("T") { slow.send("5000\r\n") }
            #expect(dribble(slow, 600))
        }
    }

    @Test("a client that never reads its answer gives back its connection, and others are served meanwhile")
    func neverReading() throws {
        let large = [UInt8](repeating: 7, count: 64 << 20)
        let server = try HTTPServer({
            $0.limits.transferSeconds = 1
            $0.limits.leastBytesPerSecond = 64 << 20
        }) { request, responder in
            responder.answer(HTTPResponse(.ok, body: request.path == "/large" ? large : [1]))
        }
        let deaf = (0..<10).map { _ in RawConnection(port: server.port) }
        for connection in deaf { connection.send("GET /large HTTP/1.1\r\nHost: h\r\n\r\n") }
        let client = HTTPClient()
        var answered = 0
        while answered < 200_000, server.openConnections > 1 || answered < 100 {
            #expect(try client.send(.init("GET", server.url + "/")).status == 200)
            answered += 1
        }
        #expect(server.openConnections <= 1)
        withExtendedLifetime(deaf) {}
    }

    @Test("where idle connections take every place, those that are idle longest make room for somebody else")
    func crowd() throws {
        let server = try HTTPServer({ $0.limits.connections = 32 }, handler: echo)
        let crowd = (0..<60).map { _ in RawConnection(port: server.port) }
        for (number, connection) in crowd.enumerated() where number.isMultiple(of: 2) {
            connection.send("GET / HTTP/1.1\r\nHost: h\r\nX-")
        }
        #expect(try HTTPClient().send(.init("GET", server.url + "/")).status == 200)
        withExtendedLifetime(crowd) {}
    }

    @Test("who has too many connections is told so, and when to come back")
    func tooMany() throws {
        let server = try HTTPServer({ $0.limits.connectionsPerAddress = 2 }, handler: echo)
        let open = (1...2).map { _ in RawConnection(port: server.port) }
        for connection in open {
            connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(connection.answer()?.status == 200)
        }
        let surplus = RawConnection(port: server.port)
        surplus.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try #require(surplus.answer())
        #expect(answer.status == 429 && answer.isLast && answer.head.contains("Retry-After: 1"))
        #expect(answer.body.contains(#""status":429"#))
        #expect(surplus.isClosed)
    }

    @Test("bodies under way are bounded together: beyond that 503 at once, and room again when one has ended")
    func bodies() throws {
        let server = try HTTPServer(
            {
                $0.limits.bodyBytesTogether = 100_000
                $0.bodyLimit = { _ in 80_000 }
            }, handler: echo)
        func connection(_ framing: String) -> RawConnection {
            let connection = RawConnection(port: server.port)
            connection.send("POST / HTTP/1.1\r\nHost: h\r\n\(framing)\r\n\r\n")
            return connection
        }
        let holding = connection("Content-Length: 80000")
        holding.send([UInt8](repeating: 1, count: 79_999))
        while server.heldBodyBytes < 79_999 { sched_yield() }
        let other = connection("Content-Length: 30000")
        other.send([UInt8](repeating: 1, count: 30_000))
        let refused = try #require(other.answer())
        #expect(refused.status == 503 && refused.head.contains("Retry-After: 1"))
        let chunked = connection("Transfer-Encoding: chunked")
        chunked.send("7530\r\n" + String(repeating: "x", count: 30_000) + "\r\n0\r\n\r\n")
        #expect(chunked.answer()?.status == 503)
        let small = connection("Content-Length: 10")
        small.send("0123456789")
        #expect(small.answer()?.status == 200)
        holding.send([1])
        #expect(holding.answer()?.status == 200)
        while server.heldBodyBytes > 0 { sched_yield() }
        let next = connection("Content-Length: 30000")
        next.send([UInt8](repeating: 1, count: 30_000))
        #expect(next.answer()?.status == 200)
    }
}

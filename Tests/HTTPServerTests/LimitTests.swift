import Dispatch
import HTTPClient
import HTTPServer
import Testing

@Suite("Nothing a stranger sends is without a limit")
struct LimitTests {
    /// Takes 10 bytes on /small and 100,000 elsewhere.
    private static func limits(_ configuration: inout HTTPServer.Configuration) {
        configuration.bodyLimit = { $0.path == "/small" && $0.method == .post ? 10 : 100_000 }
    }

    @Test(
        "a body at the limit of its route is taken, one byte more is refused",
        arguments: [
            ("/small", 10, 200), ("/small", 11, 413), ("/other", 11, 200), ("/other", 100_000, 200),
            ("/other", 100_001, 413), ("/other", 3_000_000, 413),
        ])
    func bodyLimit(_ path: String, _ bytes: Int, _ status: Int) throws {
        let server = try HTTPServer(LimitTests.limits, handler: echo)
        let response = try HTTPClient().send(
            .init("POST", server.url + path, body: [UInt8](repeating: 1, count: bytes)))
        #expect(response.status == status)
        if status == 413 {
            #expect(response.header("Content-Type") == "application/problem+json")
            #expect(String(decoding: response.body, as: UTF8.self).contains(#""status":413"#))
        }
    }

    @Test(
        "a declared length beyond the limit is refused before a byte of the body is sent",
        arguments: [
            "11", "1000000000000", "9223372036854775808", "18446744073709551615", "99999999999999999999999",
        ])
    func early(_ length: String) throws {
        let server = try HTTPServer(LimitTests.limits, handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: \(length)\r\n\r\n")
        let answer = try #require(connection.answer())
        #expect(answer.status == 413)
        #expect(answer.isLast)
        #expect(connection.isClosed)
    }

    @Test("a client that goes on sending a refused body is heard out, within reason, and reads why")
    func eagerClient() throws {
        let server = try HTTPServer(LimitTests.limits, handler: echo)
        for (bytes, isTaken) in [(1_000_000, true), (30_000_000, false)] {
            let connection = RawConnection(port: server.port)
            connection.send("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: \(bytes)\r\n\r\n")
            let head = try #require(connection.readHead())
            #expect(connection.send([UInt8](repeating: 1, count: bytes)) == isTaken)
            #expect(head.hasPrefix("HTTP/1.1 413 "))
        }
    }

    @Test("a chunked body is counted as it comes: refused after its end, cut off when it does not end")
    func chunked() throws {
        let server = try HTTPServer(LimitTests.limits, handler: echo)
        let head = "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        let fitting = RawConnection(port: server.port)
        fitting.send(head + "5\r\nhello\r\n5;ext=1\r\nworld\r\n0\r\nTrailer: x\r\n\r\n")
        #expect(try #require(fitting.answer()).body == "helloworld")
        let long = RawConnection(port: server.port)
        long.send(head + "5\r\nhello\r\n6\r\nworld!\r\n0\r\n\r\n")
        #expect(try #require(long.answer()).status == 413)
        let endless = RawConnection(port: server.port)
        let chunk = "10000\r\n" + String(repeating: "x", count: 65_536) + "\r\n"
        endless.send(head)
        for _ in 1...64 { endless.send(chunk) }
        #expect(endless.answer() == nil)
    }

    @Test(
        "a header section or target that is too large gets a 4xx and the connection ends",
        arguments: [
            (8_000, 1, 10, 200), (8_001, 1, 10, 414), (20_000, 1, 10, 414), (100_000, 1, 10, 414),
            (10, 1, 15_000, 200), (10, 1, 16_384, 431), (10, 1, 200_000, 431), (10, 98, 10, 200), (10, 101, 10, 431),
            (10, 100_000, 1, 431),
        ])
    func head(_ targetBytes: Int, _ headers: Int, _ valueBytes: Int, _ status: Int) throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        let target = "/" + String(repeating: "a", count: targetBytes - 1)
        let field = { (number: Int) in "X-\(number): " + String(repeating: "v", count: valueBytes) + "\r\n" }
        connection.send("GET \(target) HTTP/1.1\r\nHost: h\r\n" + (1...headers).map(field).joined() + "\r\n")
        // While the rest still comes in, the library's own refusal of what does not fit its memory may be overtaken by
        // the end of the connection.
        guard let answer = connection.answer(hasBody: status == 200) else {
            #expect(status != 200 && targetBytes + headers * valueBytes > 32_768)
            return
        }
        #expect(answer.status == status)
        #expect(answer.isLast == (status != 200))
    }

    @Test("one address gets only its share of connections, and a closed one makes room")
    func connectionsPerAddress() throws {
        let server = try HTTPServer({ $0.limits.connectionsPerAddress = 3 }, handler: echo)
        var open = (1...3).map { _ in RawConnection(port: server.port) }
        for connection in open {
            connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(connection.answer()?.status == 200)
        }
        let surplus = RawConnection(port: server.port)
        #expect(surplus.isClosed)
        open[0].send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(open[0].answer()?.status == 200)
        #expect(open[0].isClosed)
        open.removeFirst()
        // The place is free when the server has noticed, which is soon but not at once.
        while true {
            let next = RawConnection(port: server.port)
            next.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            if next.answer()?.status == 200 { break }
        }
    }

    @Test("beyond the total a connection waits until another one ends")
    func connections() throws {
        let server = try HTTPServer({ $0.limits.connections = 2 }, handler: echo)
        var open = (1...2).map { _ in RawConnection(port: server.port) }
        for connection in open {
            connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(connection.answer()?.status == 200)
        }
        let waiting = RawConnection(port: server.port)
        waiting.send("GET /waited HTTP/1.1\r\nHost: h\r\n\r\n")
        open.removeLast()
        #expect(try #require(waiting.answer()).head.contains("[waited]"))
    }

    @Test("clients that go away in the middle give back all they held")
    func abortedClients() throws {
        let server = try HTTPServer(
            {
                $0.limits.connections = 40
                // An end that comes together with data is only noticed by the next silence.
                $0.limits.idleSeconds = 1
            }, handler: echo)
        let beginnings = [
            "", "GE", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: h\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nhalf",
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\nhalf",
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
        ]
        for round in 0..<80 {
            let connection = RawConnection(port: server.port)
            connection.send(beginnings[round % beginnings.count])
            if round.isMultiple(of: 3) { connection.abort() }
        }
        #expect(try HTTPClient().send(.init("GET", server.url + "/")).status == 200)
        #expect(server.stop(graceMilliseconds: 20_000))
    }

    @Test("a connection on which nothing moves is closed")
    func idle() throws {
        let server = try HTTPServer({ $0.limits.idleSeconds = 1 }, handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\nhalf")
        #expect(connection.isClosed)
    }
}

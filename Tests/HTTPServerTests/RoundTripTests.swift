import Dispatch
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Requests and answers pass unchanged")
struct RoundTripTests {
    struct Trip: CustomTestStringConvertible, Sendable {
        let method: String
        let target: String
        let bodyBytes: Int
        let segments: String
        let query: String
        var seenMethod: String?
        var testDescription: String { "\(method) \(target), \(bodyBytes) bytes" }
    }

    @Test(
        "method, decoded path, decoded query and body arrive, and the body comes back",
        arguments: [
            Trip(method: "GET", target: "/", bodyBytes: 0, segments: "[]", query: "[]"),
            Trip(method: "GET", target: "/v1/requests", bodyBytes: 0, segments: "[v1|requests]", query: "[]"),
            Trip(method: "GET", target: "/a%2Fb/", bodyBytes: 0, segments: "[a/b|]", query: "[]"),
            Trip(
                method: "GET", target: "/x?a=1&b=%C3%A9+z&c&a=2", bodyBytes: 0, segments: "[x]",
                query: "[a=1|b=é z|c=|a=2]"),
            Trip(method: "POST", target: "/v1/requests", bodyBytes: 0, segments: "[v1|requests]", query: "[]"),
            Trip(method: "POST", target: "/v1/requests", bodyBytes: 1, segments: "[v1|requests]", query: "[]"),
            Trip(
                method: "POST", target: "/v1/requests:batch", bodyBytes: 65_536, segments: "[v1|requests:batch]",
                query: "[]"),
            Trip(method: "POST", target: "/big", bodyBytes: 2_000_000, segments: "[big]", query: "[]"),
            Trip(method: "PUT", target: "/p", bodyBytes: 10, segments: "[p]", query: "[]"),
            Trip(method: "DELETE", target: "/p", bodyBytes: 0, segments: "[p]", query: "[]"),
            Trip(method: "PATCH", target: "/p", bodyBytes: 100, segments: "[p]", query: "[]"),
            Trip(method: "PURGE", target: "/p", bodyBytes: 0, segments: "[p]", query: "[]"),
            Trip(method: "HEAD", target: "/p", bodyBytes: 0, segments: "[p]", query: "[]", seenMethod: "GET"),
        ])
    func trip(_ trip: Trip) throws {
        let server = try HTTPServer({ $0.bodyLimit = { _ in 2_000_000 } }, handler: echo)
        let client = HTTPClient()
        let body = (0..<trip.bodyBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let response = try client.send(.init(trip.method, server.url + trip.target, body: body))
        #expect(response.status == 200)
        #expect(response.header("X-Method") == trip.seenMethod ?? trip.method)
        #expect(response.header("X-Segments") == trip.segments)
        #expect(response.header("x-query") == trip.query)
        #expect(response.header("X-Peer") == "127.0.0.1")
        #expect(response.body == body)
    }

    @Test("the server adds Date and Content-Length, and closes only when asked")
    func automaticHeaders() throws {
        let server = try HTTPServer { _, responder in
            responder.answer(HTTPResponse(.ok, headers: ["Content-Length": "1"], body: Array("hello".utf8)))
        }
        let connection = RawConnection(port: server.port)
        connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let first = try #require(connection.answer())
        #expect(first.body == "hello")
        #expect(first.head.contains("\r\nDate: "))
        #expect(first.head.contains("\r\nContent-Length: 5"))
        #expect(!first.isLast)
        connection.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
        #expect(try #require(connection.answer()).isLast)
        #expect(connection.isClosed)
    }

    @Test("HEAD has the headers of GET, its Content-Length included, and no body")
    func head() throws {
        let server = try HTTPServer { request, responder in
            responder.answer(HTTPResponse(.ok, headers: ["X-Method": request.method.rawValue], body: [1, 2, 3]))
        }
        let connection = RawConnection(port: server.port)
        connection.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n")
        let answer = try #require(connection.answer(hasBody: false))
        #expect(answer.head.contains("Content-Length: 3"))
        #expect(answer.head.contains("X-Method: GET"))
        #expect(try #require(connection.answer()).body == "\u{1}\u{2}\u{3}")
    }

    @Test("204 and 304 have no body, whatever the handler gave", arguments: [HTTPStatus.noContent, .notModified])
    func bodiless(_ status: HTTPStatus) throws {
        let server = try HTTPServer { _, responder in responder.answer(HTTPResponse(status, body: [1])) }
        let client = HTTPClient()
        for _ in 1...2 {
            let response = try client.send(.init("GET", server.url + "/"))
            #expect(response.status == status.rawValue)
            #expect(response.body.isEmpty)
        }
    }

    @Test(
        "an answer that could smuggle a header becomes a bare 500",
        arguments: [
            ("Location", "/a\r\nSet-Cookie: x=1"), ("Location", "/a\n"), ("X", "a\0b"), ("X", ""), ("X Y", "a"),
            ("", "a"),
            ("X:", "a"),
        ])
    func headerInjection(_ name: String, _ value: String) throws {
        let server = try HTTPServer { _, responder in
            responder.answer(HTTPResponse(.ok, headers: [name: value], body: [1]))
        }
        let response = try HTTPClient().send(.init("GET", server.url + "/"))
        #expect(response.status == 500)
        #expect(response.body.isEmpty)
        #expect(response.header("Location") == nil && response.header("Set-Cookie") == nil)
    }

    @Test("requests that come in one piece are answered in their order, inline or later", arguments: [false, true])
    func pipelining(_ later: Bool) throws {
        let queue = DispatchQueue(label: "later")
        let server = try HTTPServer { request, responder in
            if later { queue.async { echo(request, responder) } } else { echo(request, responder) }
        }
        let connection = RawConnection(port: server.port)
        let requests = (1...20).map { "POST /\($0) HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n\($0 + 10)" }
        connection.send(requests.joined())
        for number in 1...20 {
            let answer = try #require(connection.answer())
            #expect(answer.head.contains("X-Segments: [\(number)]"))
            #expect(answer.body == "\(number + 10)")
        }
    }

    @Test("many connections, kept open, each get their own answers", arguments: [false, true])
    func concurrency(_ later: Bool) throws {
        let queue = DispatchQueue(label: "later", attributes: .concurrent)
        let server = try HTTPServer { request, responder in
            if later { queue.async { echo(request, responder) } } else { echo(request, responder) }
        }
        let url = server.url
        let wrong = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 24) { worker in
            let client = HTTPClient()
            for number in 0..<50 {
                let body = Array("\(worker)-\(number)-".utf8) + [UInt8](repeating: 7, count: number * 40)
                let response = try? client.send(.init("POST", "\(url)/\(worker)/\(number)", body: body))
                let isRight = response?.body == body && response?.header("X-Segments") == "[\(worker)|\(number)]"
                if !isRight { wrong.add(1, ordering: .relaxed) }
            }
        }
        #expect(wrong.load(ordering: .relaxed) == 0)
        #expect(server.stop(graceMilliseconds: 10_000))
    }

    @Test("Expect: 100-continue is answered before the body, and only when the body is wanted")
    func expectation() throws {
        let server = try HTTPServer({ $0.bodyLimit = { _ in 10 } }, handler: echo)
        let wanted = RawConnection(port: server.port)
        wanted.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
        #expect(try #require(wanted.readHead()).hasPrefix("HTTP/1.1 100 "))
        wanted.send("hello")
        #expect(try #require(wanted.answer()).body == "hello")
        let unwanted = RawConnection(port: server.port)
        unwanted.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n")
        #expect(try #require(unwanted.readHead()).hasPrefix("HTTP/1.1 413 "))
    }

    @Test("HTTP/1.0 is understood: no Host needed, and the connection ends")
    func oldVersion() throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("GET /old HTTP/1.0\r\n\r\n")
        let answer = try #require(connection.answer())
        #expect(answer.status == 200)
        #expect(connection.isClosed)
    }
}

import Dispatch
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("What is sent, and what comes back")
struct SendTests {
    /// Answers with the request's headers as body, one in a line.
    private func mirror() throws -> (HTTPServer, String) {
        let server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { request, responder in
            let lines = request.headers.fields.map { "\($0.name)=\($0.value)" }.sorted()
            responder.answer(
                HTTPResponse(
                    .ok, headers: ["X-Method": request.method.rawValue],
                    body: Array(
                        lines.joined(separator: "\n").utf8)))
        }
        return (server, "http://\(server.address)/")
    }

    @Test(
        "only Host, Accept and Content-Length are added to what was given",
        arguments: [
            ("GET", [], 0, ["Accept=*/*"]),
            ("DELETE", [], 0, ["Accept=*/*"]),
            ("POST", [], 0, ["Accept=*/*", "Content-Length=0"]),
            ("PUT", [], 3, ["Accept=*/*", "Content-Length=3"]),
            (
                "GET", [("Accept", "text/html"), ("X", ""), ("A", "1"), ("A", "2")], 0,
                ["A=1", "A=2", "Accept=text/html", "X="]
            ),
            ("POST", [("content-type", "text/csv")], 2, ["Accept=*/*", "Content-Length=2", "content-type=text/csv"]),
        ] as [(String, [(String, String)], Int, [String])])
    func headers(_ method: String, _ fields: [(String, String)], _ bytes: Int, _ expected: [String]) throws {
        let (server, url) = try mirror()
        let response = try HTTPClient().send(
            .init(
                method, url, headers: fields.map { .init($0.0, $0.1) }, body: [UInt8](repeating: 1, count: bytes)))
        let seen = String(decoding: response.body, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(seen == (expected + ["Host=\(server.address)"]).sorted())
        #expect(response.header("x-method") == method)
    }

    @Test("one connection carries many requests")
    func keepAlive() throws {
        let server = ScriptedServer([
            [
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n",
            ]
        ])
        let client = HTTPClient()
        let answers = try (1...3).map { _ in try client.send(.init("GET", server.url)) }
        #expect(answers.map(\.status) == [200, 404, 200])
        #expect(answers.flatMap(\.body) == Array("abc".utf8))
    }

    @Test("a connection that the server closed in between is replaced")
    func reconnect() throws {
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
        let server = ScriptedServer([[answer], [answer], [answer]])
        let client = HTTPClient()
        for _ in 1...3 { #expect(try client.send(.init("POST", server.url, body: [1])).status == 200) }
    }

    @Test("a redirection is an answer like any other", arguments: [301, 302, 303, 307, 308])
    func redirection(_ status: Int) throws {
        let server = ScriptedServer([["HTTP/1.1 \(status) Go\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n"]])
        let response = try HTTPClient().send(.init("GET", server.url))
        #expect(response.status == status)
        #expect(response.header("location") == "/other")
    }

    @Test("interim answers are skipped, with their headers")
    func interim() throws {
        let server = ScriptedServer([
            [
                """
                HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n\
                HTTP/1.1 200 OK\r\nX:  a b \r\nX: c\r\nContent-Length: 2\r\n\r\nhi
                """
            ]
        ])
        let response = try HTTPClient().send(.init("GET", server.url))
        #expect(response.headers == [.init("X", "a b"), .init("X", "c"), .init("Content-Length", "2")])
        #expect(response.body == Array("hi".utf8))
    }

    @Test("HEAD has headers and no body")
    func head() throws {
        let server = ScriptedServer([["HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"]])
        let response = try HTTPClient().send(.init("HEAD", server.url))
        #expect(response.header("Content-Length") == "7")
        #expect(response.body.isEmpty)
    }

    @Test("clients made on many threads at once all work")
    func firstClients() throws {
        let (server, url) = try mirror()
        let answered = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 32) { _ in
            if (try? HTTPClient().send(.init("GET", url)))?.status == 200 { answered.add(1, ordering: .relaxed) }
        }
        #expect(answered.load(ordering: .relaxed) == 32)
        #expect(server.stop(graceMilliseconds: 10_000))
    }
}

import Foundation
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Failures say whether something was sent, and what to do")
struct FailureTests {
    private func failure(_ request: HTTPClient.Request, _ options: HTTPClient.Options = .init()) -> HTTPClientError? {
        do throws(HTTPClientError) {
            _ = try HTTPClient(options).send(request)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "what cannot be one request is not sent",
        arguments: [
            HTTPClient.Request("GET", ""), .init("GET", "example.org"), .init("GET", "/path"),
            .init("GET", "ftp://127.0.0.1/"),
            .init("GET", "file:///etc/passwd"), .init("GET", "http://"), .init("GET", "http://127.0.0.1:99999/"),
            .init("GET", "http://127.0.0.1/a b"), .init("GET", "http://127.0.0.1/\r\nX: y"),
            .init("GET", "http://127.0.0.1/é"),
            .init("", "http://127.0.0.1/"), .init("GET /", "http://127.0.0.1/"), .init("GET\r\n", "http://127.0.0.1/"),
            .init("GÉT", "http://127.0.0.1/"), .init("GET", "http://127.0.0.1/", headers: [.init("X", "a\r\nY: b")]),
            .init("GET", "http://127.0.0.1/", headers: [.init("X", "a\0")]),
            .init("GET", "http://127.0.0.1/", headers: [.init("X:", "a")]),
            .init("GET", "http://127.0.0.1/", headers: [.init("", "a")]),
            .init("GET", "http://127.0.0.1/", headers: [.init("X\r\nY", "a")]),
            .init("GET", "http://127.0.0.1/", headers: [.init("X²", "a")]),
        ])
    func invalid(_ request: HTTPClient.Request) throws {
        guard case .invalidRequest? = failure(request) else {
            Issue.record("\(request) was not refused, but: \(String(describing: failure(request)))")
            return
        }
    }

    @Test("nobody there")
    func refused() throws {
        var server: HTTPServer? = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { _, _ in }
        let address = try #require(server?.address)
        server = nil
        #expect(
            failure(.init("GET", "http://user:secret@\(address)/x?y"))
                == .unreachable(
                    "nothing answers at \(address): connection refused; is the service running?"))
    }

    @Test("no such socket")
    func noSocket() throws {
        var options = HTTPClient.Options()
        options.unixSocketPath = "/no/such/socket"
        #expect(
            failure(.init("GET", "http://admin/"), options)
                == .unreachable(
                    "nothing answers at /no/such/socket: there is no such socket; is the service running?"))
    }

    @Test("an answer that does not come in time")
    func slow() throws {
        let kept = Mutex<[HTTPResponder]>([])
        let server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { _, responder in
            kept.withLock { $0.append(responder) }
        }
        var options = HTTPClient.Options()
        options.totalMilliseconds = 50
        guard case .timedOut(let words)? = failure(.init("GET", "http://\(server.address)/"), options) else {
            Issue.record("not timed out")
            return
        }
        #expect(words.hasPrefix("\(server.address) did not answer in time"))
        kept.withLock { $0 = [] }
    }

    @Test(
        "an answer that breaks off, or is none",
        arguments: [
            "", "nonsense", "220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/9.9 200 OK\r\n\r\n", "\0\0\0\0",
        ])
    func broken(_ answer: String) throws {
        let server = ScriptedServer([[answer]])
        guard case .interrupted? = failure(.init("GET", server.url)) else {
            Issue.record("not interrupted")
            return
        }
    }

    @Test("the limit on the answer's body is exact, with and without a declared length", arguments: [true, false])
    func bodyLimit(_ isDeclared: Bool) throws {
        var options = HTTPClient.Options()
        options.maximumResponseBytes = 1_000
        for bytes in [1_000, 1_001, 500_000] {
            let body = String(repeating: "x", count: bytes)
            let framing = isDeclared ? "Content-Length: \(bytes)" : "Connection: close"
            let server = ScriptedServer([["HTTP/1.1 200 OK\r\n\(framing)\r\n\r\n\(body)"]])
            let request = HTTPClient.Request("GET", server.url)
            if bytes == 1_000 {
                #expect(try HTTPClient(options).send(request).body.count == 1_000)
            } else {
                #expect(
                    failure(request, options)
                        == .responseTooLarge(
                            "127.0.0.1:\(server.port) sent more than 1000 bytes, which is the limit here"))
            }
        }
    }

    @Test("a header section without end is cut off")
    func headerLimit() throws {
        let line = "X-Long: " + String(repeating: "x", count: 1_000) + "\r\n"
        for (lines, isTaken) in [(60, true), (70, false)] {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + String(repeating: line, count: lines) + "\r\n"
            let server = ScriptedServer([[head]])
            #expect((failure(.init("GET", server.url)) == nil) == isTaken)
        }
    }

    @Test("a client goes on after a failure")
    func recovery() throws {
        let server = ScriptedServer([["nonsense"], ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"]])
        let client = HTTPClient()
        #expect(throws: HTTPClientError.self) { try client.send(.init("GET", server.url)) }
        #expect(try client.send(.init("GET", server.url)).status == 200)
    }
}

import HTTPServer
import Synchronization
import Testing

@Suite("The values need no server")
struct ValueTests {
    @Test(
        "a target is cut into its path, segments and query",
        arguments: [
            ("/", [], []), ("/a", ["a"], []), ("/a/", ["a", ""], []), ("//a", ["", "a"], []),
            ("/a/../b/./%2e%2E", ["a", "..", "b", ".", ".."], []), ("/a%2fb%20c+d", ["a/b c+d"], []),
            ("/caf%C3%A9", ["café"], []), ("/v1/requests:batch", ["v1", "requests:batch"], []),
            ("/a?", ["a"], []), ("/a?&&x=1&", ["a"], ["x=1"]), ("/a?x=1?2&y==", ["a"], ["x=1?2", "y=="]),
            ("/?%26=%3D&+a+=%2B", [], ["&==", " a =+"]), ("http://h:80", [], []), ("HTTP://h/a?b=c", ["a"], ["b=c"]),
            ("https://h?b", [], ["b="]),
        ] as [(String, [String], [String])])
    func target(_ target: String, _ segments: [String], _ query: [String]) throws {
        let request = try HTTPRequest(.get, target)
        #expect(request.segments == segments)
        #expect(request.query.map { "\($0.name)=\($0.value)" } == query)
    }

    @Test(
        "a target that is not a path, or is badly encoded, is refused with 400",
        arguments: [
            "", "a", "*", "*?x", "?x", "#", "/#a", "/a b", "/a\u{1}", "/a\t", "/é", "/a\u{7F}", "http://", "http:///a",
            "ftp://h/a", "h:443", "/%", "/%4", "/%g0", "/%0g", "/%C3", "/%C3%28", "/%00", "/a?%", "/a?x=%4",
            "/a?%00=1", "/a?x=%FF", "/%+1", "/%ED%A0%80",
        ])
    func refusedTarget(_ target: String) {
        #expect { try HTTPRequest(.get, target) } throws: { ($0 as? HTTPRefusal)?.status == .badRequest }
    }

    @Test("the whole server can be asked for its options")
    func asterisk() throws {
        #expect(try HTTPRequest(.options, "*").segments == [])
    }

    @Test("the authority of an absolute target replaces Host")
    func authority() throws {
        let request = try HTTPRequest(.get, "http://real:81/a", headers: ["X": "1", "host": "other", "Host": "more"])
        #expect(request.headers.values(of: "HOST") == ["real:81"])
        #expect(request.path == "/a")
    }

    @Test("header names are compared without ASCII case, and only without that")
    func headers() {
        var headers: HTTPHeaders = ["Content-Type": "a", "content-type": "b", "X-[": "c"]
        headers.append("CONTENT-TYPE", "d")
        #expect(headers["cONTENT-tYPE"] == "a")
        #expect(headers.values(of: "Content-Type") == ["a", "b", "d"])
        #expect(headers["X-{"] == nil)
        #expect(headers["Content-Typ"] == nil)
    }

    @Test("query parameters are found by name, the first one first")
    func parameter() throws {
        let request = try HTTPRequest(.get, "/?a=1&a=2")
        #expect(request.parameter("a") == "1")
        #expect(request.parameter("b") == nil)
    }

    @Test("a responder delivers its first answer only, and a 500 when it is dropped without one")
    func responder() {
        let statuses = Mutex<[Int]>([])
        let deliver = { @Sendable (response: HTTPResponse) in
            statuses.withLock { $0.append(response.status.rawValue) }
        }
        var responder: HTTPResponder? = HTTPResponder(deliver)
        #expect(responder?.answer(HTTPResponse(.ok)) == true)
        #expect(responder?.answer(HTTPResponse(.created)) == false)
        responder = nil
        #expect(statuses.withLock { $0 } == [200])
        responder = HTTPResponder(deliver)
        responder = nil
        #expect(statuses.withLock { $0 } == [200, 500])
    }
}

import HTTPServer
import Synchronization
import Testing

@Suite("Requests that two readers could understand in two ways are refused")
struct OddityTests {
    struct Oddity: CustomTestStringConvertible, Sendable {
        let name: String
        let request: String
        /// `nil`: the connection ends without an answer.
        let status: Int?
        var testDescription: String { name }
    }

    @Test(
        "the answer, and that the connection then ends",
        arguments: [
            Oddity(
                name: "length and chunked",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(
                name: "two lengths",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "the same length twice",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "a list of lengths",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "a signed length",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "a negative length",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "a hexadecimal length",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0x5\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "an empty length",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nContent-Length:\r\n\r\nhello
                    """, status: 400),
            Oddity(
                name: "an unknown coding",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n
                    """, status: 501),
            Oddity(
                name: "two codings",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n
                    """, status: 501),
            Oddity(
                name: "chunked twice",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
                    """, status: 501),
            Oddity(
                name: "white space behind chunked",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\n
                    """, status: 501),
            Oddity(
                name: "chunked in HTTP/1.0",
                request: """
                    POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(
                name: "white space before the colon",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(
                name: "a bad chunk size",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(
                name: "a negative chunk size",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(
                name: "an immense chunk size",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n
                    """, status: 413),
            Oddity(
                name: "no line end behind a chunk",
                request: """
                    POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloworld\r\n0\r\n\r\n
                    """, status: 400),
            Oddity(name: "no Host", request: "GET / HTTP/1.1\r\n\r\n", status: 400),
            Oddity(name: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", status: 400),
            Oddity(
                name: "a header without a colon", request: "GET / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", status: 400),
            Oddity(
                name: "a header name with a space", request: "GET / HTTP/1.1\r\nHost: a\r\nX Y: x\r\n\r\n", status: 400),
            Oddity(
                name: "a control in a header", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n", status: 400),
            Oddity(
                name: "a bare CR in a header", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\rY: b\r\n\r\n", status: 400),
            Oddity(name: "a folded header", request: "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", status: 200),
            Oddity(name: "a method that is no token", request: "GE(T / HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
            Oddity(name: "an unknown version", request: "GET / HTTP/2.0\r\nHost: a\r\n\r\n", status: 505),
            Oddity(name: "an old version", request: "GET / HTTP/0.9\r\nHost: a\r\n\r\n", status: 505),
            Oddity(name: "no version", request: "GET /\r\nHost: a\r\n\r\n", status: 400),
            Oddity(name: "no target", request: "GET HTTP/1.1\r\nHost: a\r\n\r\n", status: 400),
            Oddity(name: "one word", request: "GET\r\nHost: a\r\n\r\n", status: nil),
            Oddity(name: "a TLS greeting", request: "\u{16}\u{3}\u{1}\u{0}\u{5}hello\r\n\r\n", status: nil),
        ])
    func refusal(_ oddity: Oddity) throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send(oddity.request)
        let answer = connection.answer()
        #expect(answer?.status == oddity.status)
        if let answer, answer.status != 200 {
            #expect(answer.isLast)
            #expect(connection.isClosed)
        }
    }

    @Test("a header value that is not UTF-8 is refused")
    func latin1() throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send(Array("GET / HTTP/1.1\r\nHost: h\r\nX: ".utf8) + [0xE9] + Array("\r\n\r\n".utf8))
        #expect(connection.answer()?.status == 400)
    }

    @Test("the library cuts a header at a NUL, and takes a line that begins with one or with a colon for the end")
    func nul() throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("GET /a HTTP/1.1\r\nHost: h\r\nX-Token: a\0b\r\n\r\n")
        #expect(try #require(connection.answer()).head.contains("X-Token: [a]"))
        connection.send("GET /a HTTP/1.1\r\nHost: h\r\n\0X-Token: b\r\n\r\n")
        #expect(try #require(connection.answer()).head.contains("X-Token: []"))
        let other = RawConnection(port: server.port)
        other.send("GET /a HTTP/1.1\r\nHost: h\r\n: x\r\nX-Token: b\r\n\r\n")
        #expect(try #require(other.answer()).head.contains("X-Token: []"))
        #expect(other.answer()?.status != 200)
    }

    @Test("white space around a value is not part of it, and repeated fields are kept apart")
    func fields() throws {
        let server = try HTTPServer(handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("GET /a HTTP/1.1\r\nHOST: h\r\nX-Token:  \ta b \t \r\nx-TOKEN: é\r\nX-Token:\r\n\r\n")
        #expect(try #require(connection.answer()).head.contains("X-Token: [a b|é|]"))
    }

    @Test("the handler never sees a request that was refused")
    func neverHandled() throws {
        let calls = Atomic(0)
        let server = try HTTPServer { request, responder in
            calls.add(1, ordering: .relaxed)
            echo(request, responder)
        }
        // What follows a refused request on its connection is not read as another one.
        for refused in [
            "GET /%zz HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9999999\r\n",
            "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\nTransfer-Encoding: chunked\r\n",
        ] {
            let connection = RawConnection(port: server.port)
            connection.send(refused + "\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(try #require(connection.answer()).status >= 400)
            #expect(connection.isClosed)
        }
        #expect(server.stop(graceMilliseconds: 10_000))
        #expect(calls.load(ordering: .relaxed) == 0)
    }
}

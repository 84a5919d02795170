import Figures
import HTTPServer
import LoadGeneration
import Synchronization
import Testing

@Suite("Requests at a fixed rate")
struct LoadGeneratorTests {
    /// A clock that only the test moves, in nanoseconds.
    private final class Clock: Sendable {
        private let time = Mutex<UInt64>(1_000_000_000)

        var now: UInt64 { time.withLock { $0 } }

        func pass(milliseconds: UInt64) { time.withLock { $0 += milliseconds * 1_000_000 } }
    }

    private static func server(_ handler: @escaping HTTPServer.Handler) throws -> HTTPServer {
        try HTTPServer(HTTPServer.Configuration(address: .tcp(host: "127.0.0.1", port: 0)), handler: handler)
    }

    private static func port(of server: HTTPServer) throws -> UInt16 {
        guard case .tcp(_, let port) = server.address else { throw LoadError("no port") }
        return port
    }

    private static func get(_ number: Int, _ bytes: inout [UInt8]) {
        bytes += "GET /\(number) HTTP/1.1\r\nHost: h\r\n\r\n".utf8
    }

    @Test("a server that stands still once has kept everybody waiting who was due meanwhile")
    func coordinatedOmission() throws {
        let clock = Clock()
        let server = try Self.server { request, responder in
            // Time stands still but here: a tenth of a second for the first request, nothing for the others.
            if request.path == "/0" { clock.pass(milliseconds: 100) }
            responder.answer(HTTPResponse(.ok, body: [1, 2, 3]))
        }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 1) { clock.now }
        let outcome = try generator.run(LoadPlan(requests: 10, perSecond: 1000), request: Self.get)
        #expect(outcome.accepted == 10)
        // Due at 0, 1 ... 9 ms, and all answered at 100 ms.
        #expect(outcome.times == Histogram((91...100).map { UInt64($0) * 1_000_000 }))
        #expect(outcome.nanoseconds == 100_000_000)
        server.stop(graceMilliseconds: 100)
    }

    @Test("without a rate every request counts from when it was sent, over every connection")
    func closedLoop() throws {
        let clock = Clock()
        let peers = Mutex<Set<String>>([])
        let server = try Self.server { request, responder in
            _ = peers.withLock { $0.insert(request.peer) }
            clock.pass(milliseconds: 1)
            responder.answer(HTTPResponse(.ok))
        }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 150) { clock.now }
        let outcome = try generator.run(LoadPlan(requests: 600, perSecond: nil), request: Self.get)
        #expect(outcome.accepted == 600)
        #expect(outcome.times.count == 600)
        #expect(outcome.nanoseconds == 600_000_000)
        // Nobody waited longer than all others together.
        #expect(outcome.times.largest < 400_000_000)
        #expect(peers.withLock { $0.count } == 2)
        server.stop(graceMilliseconds: 100)
    }

    @Test("what waits longer than the plan's patience is given up")
    func patience() throws {
        let clock = Clock()
        let server = try Self.server { request, responder in
            if request.path == "/0" { clock.pass(milliseconds: 5000) }
            responder.answer(HTTPResponse(.ok))
        }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 1) { clock.now }
        let plan = LoadPlan(requests: 10, perSecond: 1000, patience: 1_000_000_000)
        let outcome = try generator.run(plan, request: Self.get)
        // The second was on its way when the patience ended.
        #expect((outcome.accepted, outcome.givenUp) == (2, 8))
        server.stop(graceMilliseconds: 100)
    }

    @Test("an answer that is no success is counted apart, and the connection goes on")
    func refusals() throws {
        let clock = Clock()
        let server = try Self.server { request, responder in
            responder.answer(
                HTTPResponse(request.path == "/3" ? .notFound : .ok, body: [UInt8](repeating: 7, count: 99)))
        }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 2) { clock.now }
        let outcome = try generator.run(LoadPlan(requests: 8, perSecond: nil), request: Self.get)
        #expect((outcome.accepted, outcome.refused, outcome.firstRefusal) == (7, 1, 404))
        #expect(outcome.bytes > 8 * 99)
        server.stop(graceMilliseconds: 100)
    }

    @Test("large requests and large answers go in pieces")
    func pieces() throws {
        let clock = Clock()
        var configuration = HTTPServer.Configuration(address: .tcp(host: "127.0.0.1", port: 0))
        configuration.bodyLimit = { _ in 1 << 25 }
        let server = try HTTPServer(configuration) { request, responder in
            responder.answer(HTTPResponse(.ok, body: request.body))
        }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 3) { clock.now }
        let size = 9_000_000
        let outcome = try generator.run(LoadPlan(requests: 5, perSecond: nil)) { number, bytes in
            bytes += "POST /\(number) HTTP/1.1\r\nHost: h\r\nContent-Length: \(size)\r\n\r\n".utf8
            bytes += repeatElement(UInt8(number), count: size)
        }
        #expect(outcome.accepted == 5)
        #expect(outcome.bytes > 5 * size)
        server.stop(graceMilliseconds: 100)
    }

    @Test("a connection that the server ended while it was idle is made again")
    func idle() throws {
        let clock = Clock()
        var server = try Self.server { _, responder in responder.answer(HTTPResponse(.ok)) }
        let generator = try LoadGenerator(port: Self.port(of: server), connections: 2) { clock.now }
        for _ in 0..<3 {
            let outcome = try generator.run(LoadPlan(requests: 4, perSecond: nil), request: Self.get)
            #expect(outcome.accepted == 4)
            clock.pass(milliseconds: 6000)
            // Every connection is closed when this returns.
            server.stop(graceMilliseconds: 100)
            server = try HTTPServer(HTTPServer.Configuration(address: server.address)) { _, responder in
                responder.answer(HTTPResponse(.ok))
            }
        }
        server.stop(graceMilliseconds: 100)
    }

    @Test("a port where nobody listens, and a server that goes away, are errors")
    func nobody() throws {
        let clock = Clock()
        let server = try Self.server { _, responder in responder.answer(HTTPResponse(.ok)) }
        let port = try Self.port(of: server)
        let generator = try LoadGenerator(port: port, connections: 1) { clock.now }
        server.stop(graceMilliseconds: 100)
        #expect(throws: LoadError.self) {
            try generator.run(LoadPlan(requests: 1, perSecond: nil), request: Self.get)
        }
        #expect(throws: LoadError.self) { try LoadGenerator(port: port, connections: 1) { clock.now } }
    }
}

@Suite("Where an answer ends")
struct AnswerReaderTests {
    private static let answer = Array("HTTP/1.1 201 Created\r\nDate: x\r\ncontent-Length: 5\r\n\r\nhello".utf8)

    @Test("it is found wherever the pieces are cut", arguments: 1...answer.count)
    func cuts(size: Int) throws {
        var reader = AnswerReader()
        for _ in 0..<2 {
            var rest = Self.answer[...]
            while !rest.isEmpty {
                let piece = Array(rest.prefix(size))
                rest = rest.dropFirst(size)
                #expect(try reader.read(piece, first: piece.count) == rest.isEmpty)
            }
            #expect(reader.status == 201)
            reader.reset()
        }
    }

    @Test(
        "what is no answer is refused",
        arguments: [
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1234567890123456\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
            "HTTP/1.1 200 OK\r\nX-Content-Length: 1\r\n\r\na", "\r\n\r\n",
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "y", count: 20_000),
        ])
    func refusals(text: String) {
        let bytes = Array(text.utf8)
        #expect(throws: LoadError.self) {
            var reader = AnswerReader()
            _ = try reader.read(bytes, first: bytes.count)
        }
    }
}

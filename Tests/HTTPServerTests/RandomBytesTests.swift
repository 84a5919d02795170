import HTTPClient
import HTTPServer
import TestSupport
import Testing

@Suite("Whatever comes in, the server lives")
struct RandomBytesTests {
    /// Pieces that bring random text past the first check.
    private static let pieces = [
        "GET ", "POST ", "HEAD ", "/", "/a", "?x=%41", "%", "%0", " ", " HTTP/1.1", " HTTP/1.0", "\r\n", "\r\n\r\n",
        "\n",
        "\r", "\0", ":", "Host: h\r\n", "Content-Length: 5\r\n", "Content-Length: ", "Transfer-Encoding: chunked\r\n",
        "Expect: 100-continue\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Cookie: a=b; c=\"d\r\n",
        "5\r\nhello\r\n", "0\r\n\r\n", "ffffffff\r\n", "hello", "\t", " folded", ";x=y", "http://h", "é",
    ]

    private static func noise(_ random: inout SeededRandom) -> [UInt8] {
        var bytes: [UInt8] = []
        if Bool.random(using: &random) { bytes += Array("POST /x HTTP/1.1\r\nHost: h\r\n".utf8) }
        for _ in 0..<Int.random(in: 1...40, using: &random) {
            if Int.random(in: 0..<4, using: &random) == 0 {
                bytes += (0..<Int.random(in: 1...60, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            } else {
                bytes += Array(pieces.randomElement(using: &random)!.utf8)
            }
        }
        return bytes
    }

    @Test("a thousand connections of noise from each seed", arguments: [1, 2, 3, 4] as [UInt64])
    func noise(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let server = try HTTPServer(
            {
                $0.bodyLimit = { _ in 100 }
                $0.limits.connections = 2_000
                $0.limits.connectionsPerAddress = 2_000
            }, handler: echo)
        for _ in 1...1_000 {
            let connection = RawConnection(port: server.port)
            connection.send(RandomBytesTests.noise(&random))
            if Bool.random(using: &random) { connection.abort() }
        }
        // Enough answers to be sure that both threads still work and nothing is mixed up.
        for number in 1...20 {
            let response = try HTTPClient().send(.init("POST", server.url + "/\(number)", body: [UInt8(number)]))
            #expect(response.header("X-Segments") == "[\(number)]")
            #expect(response.body == [UInt8(number)])
        }
        #expect(server.stop(graceMilliseconds: 10_000))
    }
}

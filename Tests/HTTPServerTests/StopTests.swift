import Dispatch
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Stopping")
struct StopTests {
    /// Requests that have arrived and wait for the test.
    private final class Pending: Sendable {
        let arrived = DispatchSemaphore(value: 0)
        private let responders = Mutex<[HTTPResponder]>([])

        func keep(_: HTTPRequest, _ responder: HTTPResponder) {
            responders.withLock { $0.append(responder) }
            arrived.signal()
        }

        func answerAll() {
            for responder in responders.withLock({ $0 }) {
                responder.answer(HTTPResponse(.ok, body: Array("late".utf8)))
            }
        }
    }

    /// Stops on another thread; the result is there when the semaphore was signalled.
    private func stopAside(_ server: HTTPServer, graceMilliseconds: Int) -> (DispatchSemaphore, @Sendable () -> Bool?) {
        final class Box: Sendable { let value = Mutex<Bool?>(nil) }
        let done = DispatchSemaphore(value: 0)
        let box = Box()
        DispatchQueue(label: "stop").async {
            let isComplete = server.stop(graceMilliseconds: graceMilliseconds)
            box.value.withLock { $0 = isComplete }
            done.signal()
        }
        return (done, { box.value.withLock { $0 } })
    }

    @Test("what was begun is answered, and nothing new is taken")
    func graceful() throws {
        let pending = Pending()
        let server = try HTTPServer(handler: pending.keep)
        let connections = (1...5).map { _ in RawConnection(port: server.port) }
        for connection in connections { connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
        for _ in connections { pending.arrived.wait() }
        let (done, result) = stopAside(server, graceMilliseconds: 30_000)
        while RawConnection(port: server.port).isConnected {}
        pending.answerAll()
        for connection in connections {
            let answer = try #require(connection.answer())
            #expect(answer.body == "late")
            #expect(answer.isLast)
        }
        done.wait()
        #expect(result() == true)
    }

    @Test("what is not answered in time gets a 503, and a later answer is dropped")
    func impatient() throws {
        let pending = Pending()
        let server = try HTTPServer(handler: pending.keep)
        let connections = (1...5).map { _ in RawConnection(port: server.port) }
        for connection in connections { connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n") }
        for _ in connections { pending.arrived.wait() }
        #expect(!server.stop(graceMilliseconds: 1))
        pending.answerAll()
        for connection in connections {
            let answer = try #require(connection.answer())
            #expect(answer.status == 503)
            #expect(answer.isLast)
        }
    }

    @Test("a second stop does nothing, and dropping a server stops it")
    func twice() throws {
        var server: HTTPServer? = try HTTPServer(handler: echo)
        let port = try #require(server?.port)
        #expect(server?.stop(graceMilliseconds: 1_000) == true)
        #expect(server?.stop(graceMilliseconds: 1_000) == true)
        #expect(!RawConnection(port: port).isConnected)
        server = try HTTPServer({ $0.address = .tcp(host: "127.0.0.1", port: port) }, handler: echo)
        #expect(RawConnection(port: port).isConnected)
        server = nil
        #expect(!RawConnection(port: port).isConnected)
    }

    @Test("stopping under load answers or refuses, and never hangs or crashes", arguments: [false, true])
    func underLoad(_ later: Bool) throws {
        let queue = DispatchQueue(label: "later", attributes: .concurrent)
        for _ in 1...25 {
            let server = try HTTPServer { request, responder in
                if later { queue.async { echo(request, responder) } } else { echo(request, responder) }
            }
            let url = server.url + "/"
            let answered = Atomic(0)
            let loaded = DispatchSemaphore(value: 0)
            let group = DispatchGroup()
            for _ in 1...8 {
                DispatchQueue(label: "client").async(group: group) {
                    let client = HTTPClient()
                    while let response = try? client.send(.init("POST", url, body: [1])), response.status == 200 {
                        if answered.add(1, ordering: .relaxed).newValue == 50 { loaded.signal() }
                    }
                }
            }
            loaded.wait()
            #expect(server.stop(graceMilliseconds: 20_000))
            group.wait()
        }
    }
}

import Foundation
import HTTPClient
import HTTPServer
import Synchronization
import Testing

@Suite("Listening")
struct ListenTests {
    @Test("port 0 takes a free port and reports it", arguments: ["127.0.0.1", "localhost", "0.0.0.0"])
    func hosts(_ host: String) throws {
        try check(host, peer: "127.0.0.1")
    }

    @Test("IPv6 addresses are taken with and without brackets", .enabled(if: hasIPv6), arguments: ["::1", "[::1]"])
    func hosts6(_ host: String) throws {
        try check(host, peer: "::1")
    }

    private func check(_ host: String, peer: String) throws {
        let server = try HTTPServer({ $0.address = .tcp(host: host, port: 0) }, handler: echo)
        #expect(server.port != 0)
        let response = try HTTPClient().send(.init("GET", server.url + "/"))
        #expect(response.header("X-Peer") == peer)
        #expect(response.header("X-Host") == "\(server.address)")
    }

    @Test("an IPv6 server does not answer for IPv4", .enabled(if: hasIPv6))
    func onlyIPv6() throws {
        let server = try HTTPServer({ $0.address = .tcp(host: "::", port: 0) }, handler: echo)
        #expect(!RawConnection(port: server.port).isConnected)
    }

    @Test(
        "what cannot be listened on is said in words",
        arguments: [
            ("example.org", "give an IPv4 or IPv6 address"), ("", "give an IPv4 or IPv6 address"),
            ("1.2.3", "give an IPv4 or IPv6 address"), ("192.0.2.1", "no such address"),
            ("2001:db8::1", "no such address"),
        ])
    func refusedHost(_ host: String, _ words: String) {
        #expect { try HTTPServer({ $0.address = .tcp(host: host, port: 0) }, handler: echo) } throws: {
            "\($0)".contains(words)
        }
    }

    @Test("a port that is taken is refused, and free again after stop")
    func takenPort() throws {
        let first = try HTTPServer(handler: echo)
        let address = first.address
        #expect { try HTTPServer({ $0.address = address }, handler: echo) } throws: {
            "\($0)".contains("\(address)") && "\($0)".contains("choose another port")
        }
        _ = try HTTPClient().send(.init("GET", "http://\(address)/"))
        first.stop(graceMilliseconds: 0)
        let second = try HTTPServer({ $0.address = address }, handler: echo)
        #expect(second.address == address)
    }

    @Test("a Unix domain socket is only its owner's, and goes away with the server")
    func unixSocket() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/admin.sock"
        let server = try HTTPServer(
            {
                $0.address = .unix(path: path)
                $0.limits.connectionsPerAddress = 1
            }, handler: echo)
        var status = stat()
        #expect(unsafe lstat(path, &status) == 0)
        #expect(status.st_mode == S_IFSOCK | 0o600)
        var options = HTTPClient.Options()
        options.unixSocketPath = path
        let clients = (1...3).map { _ in HTTPClient(options) }
        for client in clients {
            let response = try client.send(.init("POST", "http://admin/x", body: [1, 2]))
            #expect(response.body == [1, 2])
            #expect(response.header("X-Peer") == "unix")
            #expect(response.header("X-Host") == "admin")
        }
        #expect(server.stop(graceMilliseconds: 10_000))
        #expect(unsafe lstat(path, &status) == -1)
    }

    @Test("a socket left behind is replaced; a live one, or another file, is left alone")
    func leftBehind() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/admin.sock"
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
        let code = unsafe withUnsafePointer(to: &name) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(code == 0)
        close(descriptor)
        let server = try HTTPServer({ $0.address = .unix(path: path) }, handler: echo)
        #expect(throws: HTTPServerError.self) { try HTTPServer({ $0.address = .unix(path: path) }, handler: echo) }
        var options = HTTPClient.Options()
        options.unixSocketPath = path
        #expect(try HTTPClient(options).send(.init("GET", "http://admin/")).status == 200)
        server.stop(graceMilliseconds: 0)
        let file = folder.path + "/file"
        #expect(FileManager.default.createFile(atPath: file, contents: Data("x".utf8)))
        #expect(throws: HTTPServerError.self) { try HTTPServer({ $0.address = .unix(path: file) }, handler: echo) }
        #expect(FileManager.default.contents(atPath: file) == Data("x".utf8))
    }

    @Test(
        "socket paths that cannot be are refused",
        arguments: [
            ("", "longer"), (String(repeating: "a", count: 108), "longer"),
            ("/no/such/folder/socket", "make the folder"),
        ])
    func refusedPath(_ path: String, _ words: String) {
        #expect { try HTTPServer({ $0.address = .unix(path: path) }, handler: echo) } throws: {
            "\($0)".contains(words)
        }
    }

    @Test("the library's messages go to the program's closure")
    func log() throws {
        let messages = Mutex<[String]>([])
        let server = try HTTPServer(
            {
                $0.log = { message in messages.withLock { $0.append(message) } }
            }, handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("GET / HTTP/1.1\r\nsecret\r\n\r\n")
        #expect(connection.answer()?.status == 400)
        server.stop(graceMilliseconds: 1_000)
        #expect(messages.withLock { $0.contains { $0.contains("400") } })
        #expect(messages.withLock { !$0.contains { $0.contains("secret") } })
    }
}

private let hasIPv6 = FileManager.default.contents(atPath: "/proc/net/if_inet6")?.isEmpty == false

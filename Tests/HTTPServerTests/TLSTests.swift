import Foundation
import HTTPClient
import HTTPServer
import Testing

/// Certificates are made anew by the `openssl` command line, which the suite needs.
@Suite("TLS", .enabled(if: FileManager.default.isExecutableFile(atPath: openssl), "no openssl command line here"))
struct TLSTests {
    /// A certificate for 127.0.0.1 that is its own authority.
    private struct Identity {
        let folder: TemporaryFolder
        var certificatePath: String { folder.path + "/certificate.pem" }
        let tls: HTTPServer.TLS

        init(name: String = "IP:127.0.0.1") throws {
            folder = try TemporaryFolder()
            let process = Process()
            process.executableURL = URL(filePath: openssl)
            process.currentDirectoryURL = URL(filePath: folder.path)
            process.arguments = [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                "-subj", "/CN=punctual test", "-addext", "subjectAltName=\(name)", "-keyout", "key.pem",
                "-out", "certificate.pem",
            ]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            let read = { [folder] (file: String) in [UInt8](try Data(contentsOf: URL(filePath: folder.path + file))) }
            tls = .init(certificatePEM: try read("/certificate.pem"), keyPEM: try read("/key.pem"))
        }
    }

    private func client(trusting path: String) -> HTTPClient {
        var options = HTTPClient.Options()
        options.certificateAuthorityFile = path
        return HTTPClient(options)
    }

    @Test("requests and answers pass, small and large, inline and later, over a kept connection")
    func roundTrip() throws {
        let identity = try Identity()
        let queue = DispatchQueue(label: "later")
        let server = try HTTPServer(
            {
                $0.tls = identity.tls
                $0.bodyLimit = { _ in 1_000_000 }
            },
            handler: { request, responder in
                if request.path == "/later" {
                    queue.async { echo(request, responder) }
                } else {
                    echo(request, responder)
                }
            })
        let client = client(trusting: identity.certificatePath)
        for path in ["/now", "/later"] {
            for bytes in [0, 1, 1_000, 900_000] {
                let body = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                let response = try client.send(.init("POST", "https://\(server.address)\(path)", body: body))
                #expect(response.status == 200)
                #expect(response.body == body)
            }
        }
        #expect(
            try client.send(
                .init(
                    "POST", "https://\(server.address)/", body: [UInt8](repeating: 0, count: 1_000_001))
            ).status == 413)
        #expect(server.stop(graceMilliseconds: 10_000))
    }

    @Test("a client that does not trust the certificate, or asks for another name, sends nothing")
    func distrust() throws {
        let identity = try Identity()
        let other = try Identity(name: "DNS:example.org")
        let server = try HTTPServer({ $0.tls = identity.tls }, handler: echo)
        let misnamed = try HTTPServer({ $0.tls = other.tls }, handler: echo)
        for (client, server) in [
            (HTTPClient(), server), (client(trusting: other.certificatePath), server),
            (client(trusting: other.certificatePath), misnamed),
        ] {
            #expect { try client.send(.init("GET", "https://\(server.address)/")) } throws: {
                if case .untrusted? = $0 as? HTTPClientError { true } else { false }
            }
        }
    }

    @Test("only TLS 1.2 and 1.3 are spoken", arguments: [("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)])
    func versions(_ flag: String, _ isSpoken: Bool) throws {
        let identity = try Identity()
        let server = try HTTPServer({ $0.tls = identity.tls }, handler: echo)
        let process = Process()
        process.executableURL = URL(filePath: openssl)
        process.arguments = ["s_client", "-connect", "\(server.address)", flag, "-cipher", "DEFAULT:@SECLEVEL=0"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect((process.terminationStatus == 0) == isSpoken)
    }

    @Test("a key that does not belong, or is none, stops the start with a reason")
    func badKey() throws {
        let identity = try Identity()
        let other = try Identity()
        for key in [other.tls.keyPEM, [], Array("no key".utf8)] {
            let tls = HTTPServer.TLS(certificatePEM: identity.tls.certificatePEM, keyPEM: key)
            #expect { try HTTPServer({ $0.tls = tls }, handler: echo) } throws: { "\($0)".contains("certificate") }
        }
    }

    @Test("plain HTTP to a TLS port is not answered")
    func plain() throws {
        let identity = try Identity()
        let server = try HTTPServer({ $0.tls = identity.tls }, handler: echo)
        let connection = RawConnection(port: server.port)
        connection.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(connection.answer() == nil)
    }
}

private let openssl = "/usr/bin/openssl"

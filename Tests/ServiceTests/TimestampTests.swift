import CanonicalJSON
import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite("Timestamps of a running service")
struct TimestampTests {
    /// A service and an authority on loopback whose certificate ends in 20 days.
    private struct Scene {
        let service: TestService
        let server: HTTPServer
        let roots: String
        var options: [String] { ["--timestamp-authority", "http://\(server.address)", "--timestamp-roots", roots] }

        init() throws {
            service = try TestService()
            let folder = service.folder.url.appending(path: "authority")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
            let authority = try TimestampAuthority(in: folder, days: 20)
            roots = folder.appending(path: "root.pem").path
            server = try HTTPServer(.init(address: .tcp(host: "127.0.0.1", port: 0))) { request, responder in
                let answer = try? authority.answer(request.body)
                responder.answer(HTTPResponse(answer == nil ? .internalServerError : .ok, body: answer ?? []))
            }
        }

        func list() throws -> [JSON] {
            let output = try Programs.run(["timestamps", "--data", service.data, "--json"])
            guard output.exitCode == 0 else { throw ServiceFailure(output.err) }
            return try output.out.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
        }
    }

    @Test("the log is stamped while the service runs, listed always, and renewed on the operator's word")
    func commands() throws {
        let scene = try Scene()
        let running = try scene.service.serve(scene.options)
        _ = try running.send("POST", "/v1/requests", key: "a", requestBody(holder: "urn:x:1").canonicalBytes)
        // The service looks every second; each question takes longer than a hundredth of one.
        var rounds = 0
        while try scene.list().isEmpty, rounds < 3_000 { rounds += 1 }
        let whileRunning = try Programs.run(["timestamps", "--data", scene.service.data, "--renew"] + scene.options)
        #expect(whileRunning.exitCode == 2, "\(whileRunning)")
        #expect(running.stop() == 0)
        let kept = try scene.list()
        #expect(kept.count == 1)
        #expect(kept.first?["number"] == 0 && kept.first?["kind"] == "rfc3161")
        #expect(kept.first?["says"]?.stringValue?.hasPrefix("existed at 20") == true)
        let renewed = try Programs.run(["timestamps", "--data", scene.service.data, "--renew"] + scene.options)
        #expect(renewed.exitCode == 0 && renewed.out.contains("(renewal 1)"), "\(renewed)")
        #expect(try scene.list().map { $0["number"] } == [0, 1])
    }

    @Test(
        "settings that cannot work are refused before anything starts",
        arguments: [
            (["--timestamp-authority", "http://127.0.0.1:1"], "can only be believed by roots"),
            (["--calendar", "calendar.example"], "is not a web address"),
            (["--calendar", "http://a.example", "--calendar", "http://a.example/"], "is given twice"),
            (["--timestamp-authority", "http://a.example", "--timestamp-roots", "/dev/null"], "no certificate"),
            (["--calendar", "http://a.example", "--timestamp-renewal-days", "0"], "takes 1 to 3650"),
        ])
    func refused(options: [String], words: String) throws {
        for command in [["serve", "--listen", "127.0.0.1:0"], ["timestamps", "--renew"]] {
            let output = try Programs.run(command + ["--data", "/nonexistent"] + options)
            #expect(output.exitCode == 2)
            #expect(output.err.contains(words), "\(output.err)")
        }
    }
}

import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

/// The built program on a database server: told once where it is, killed, cut off from it, and audited.
@Suite(
    "A service in a PostgreSQL database", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence))
struct PostgreSQLServiceTests {
    /// Asks for a credential; the same key and number ask for the same.
    static func ask(_ service: RunningService, _ number: Int) throws -> (status: Int, body: [UInt8]) {
        let review = number % 4 == 0 ? "none" : "manual"
        let body = requestBody(holder: "urn:example:person:\(number % 7)", review: review).canonicalBytes
        let answer = try service.send("POST", "/v1/requests", key: "key-\(number)", body)
        return (answer.status, answer.body)
    }

    /// What a command says; it must end with 0.
    @discardableResult
    static func run(_ arguments: [String], exitCode: Int32 = 0) throws -> String {
        let output = try Programs.run(arguments)
        #expect(output.exitCode == exitCode, "\(arguments.prefix(2)): \(output.out)\(output.err)")
        // In one line, wherever it was broken.
        return (output.out + output.err).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    @Test("it and its database killed at any time, it keeps every acknowledged request and pays everybody once")
    func killed() throws {
        let server = try DatabaseServer()
        let service = try TestService(policies: ShortPolicies.documents(target: "PT1S"), store: server.url("public"))
        var answers: [Int: [UInt8]] = [:]
        /// Every request is acknowledged, where need be after asking again.
        func ask(_ numbers: Range<Int>, _ running: RunningService) throws {
            for number in numbers {
                for attempt in 0..<100 {
                    let answer = try Self.ask(running, number)
                    guard answer.status == 503, attempt < 99 else {
                        #expect([201, 202].contains(answer.status), "\(String(decoding: answer.body, as: UTF8.self))")
                        answers[number] = answer.body
                        break
                    }
                }
            }
        }
        var running = try service.serve()
        try ask(0..<40, running)
        running.kill()
        running = try service.serve()
        try ask(40..<60, running)
        try server.restart()
        try ask(60..<80, running)
        try server.restart()
        running.kill()
        running = try service.serve()
        try ask(80..<100, running)
        for number in 0..<7 { try running.awaitCredits(of: "urn%3Aexample%3Aperson%3A\(number)", atLeast: 500) }
        for (number, body) in answers { #expect(try Self.ask(running, number).body == body) }
        try Self.run(["audit", "verify", "--data", service.data])
        #expect(running.stop() == 0)
        try Self.run(["audit", "verify", "--data", service.data])
        #expect(try Self.run(["audit", "recompute", "--data", service.data]).contains("paid twice 0"))
        try Self.run(["doctor", "--data", service.data])
        let entries = try server.run(#"SELECT count(*) FROM "request""#)
        #expect(entries == [["100"]])
    }

    @Test("it is told once where it is; commands find it there, while the service runs and while it does not")
    func remembered() throws {
        try DatabaseServer.shared.get().withSchema { url in
            let service = try TestService(store: url)
            #expect(!FileManager.default.fileExists(atPath: service.data + "/punctual.sqlite"))
            let stored = try String(contentsOfFile: service.data + "/store", encoding: .utf8)
            #expect(stored == url + "\n")
            let mode = try FileManager.default.attributesOfItem(atPath: service.data + "/store")[.posixPermissions]
            #expect(mode as? Int == 0o600)
            try FileManager.default.removeItem(atPath: service.data + "/store")
            let lost = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(lost.exitCode == 2)
            let running = try service.serve(["--store", url])
            #expect(try String(contentsOfFile: service.data + "/store", encoding: .utf8) == stored)
            #expect(try Self.ask(running, 1).status == 202)
            let second = try Programs.run(["serve", "--data", service.data, "--listen", "127.0.0.1:0"])
            #expect(second.exitCode == 2 && second.err.contains("another process"))
            try Self.run(["institution", "add", "--data", service.data, "--name", "While it runs"])
            try Self.run(["audit", "verify", "--data", service.data])
            #expect(running.stop() == 0)
            try Self.run(["institution", "add", "--data", service.data, "--name", "While it does not"])
            let folder = service.folder.path("export")
            try Self.run(["audit", "export", "--data", service.data, "--out", folder])
            try Self.run(["audit", "compare", service.data, folder, "--log-key", service.data + "/log.vkey"])
            try Self.run(["review", "--month", "2026-01", "--data", service.data])
            let doctor = try Self.run(["doctor", "--data", service.data])
            #expect(doctor.contains("The log is in database postgres at "))
        }
    }

    @Test("a password is refused where others would see it, and no address is repeated that might hold one")
    func passwords() throws {
        let folder = try TemporaryFolder()
        let addresses = [
            "postgres://u:hunter2@127.0.0.1:1/x", "postgres://u@127.0.0.1:1/x?password=hunter2", "hunter2",
            "postgres://u:hunt@er2@h/x", "mysql://u:hunter2@h/x",
        ]
        for address in addresses {
            let made = try Programs.run(
                ["init", "--data", folder.path("data"), "--origin", "test.example", "--store", address])
            #expect(made.exitCode == 2 && !(made.out + made.err).contains("er2"), "\(made.err)")
            #expect(!FileManager.default.fileExists(atPath: folder.path("data/keys")))
        }
        let away = "postgres://u@127.0.0.1:1/x?connect_timeout=2&passfile=/nowhere"
        let made = try Programs.run(
            ["init", "--data", folder.path("data"), "--origin", "test.example", "--store", away])
        #expect(made.exitCode == 2 && made.err.contains("127.0.0.1"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/keys")))
    }

    @Test("nothing is made where tables are; another service's database does not continue this one's log")
    func others() throws {
        let server = try DatabaseServer.shared.get()
        try server.withSchema { url in
            try server.withSchema { other in
                let service = try TestService(store: url)
                _ = try TestService(store: other)
                let folder = try TemporaryFolder()
                let again = ["init", "--data", folder.path("data"), "--origin", "test.example", "--store", url]
                #expect(try Self.run(again, exitCode: 2).contains("has tables already"))
                let serve = ["serve", "--data", service.data, "--listen", "127.0.0.1:0", "--store", other]
                try Self.run(serve, exitCode: 78)
                try Self.run(["audit", "verify", "--data", service.data])
            }
        }
    }
}

import CanonicalJSON
import Foundation
import Hosting
import Issuance
import Temporal
import TestSupport
import Testing

/// A service moved from its file into a database, broken off at each step.
@Suite(
    "Moving a service", .enabled(if: DatabaseServer.isExpected, DatabaseServer.absence), .serialized)
struct MigrateTests {
    private struct BrokenOff: Error {}

    /// A service that something has happened to, stopped; and what was answered to those who asked.
    private static let sample = Result {
        let service = try TestService()
        let running = try service.serve()
        var answers: [Int: [UInt8]] = [:]
        for number in 0..<40 { answers[number] = try PostgreSQLServiceTests.ask(running, number).body }
        let first = try JSON(parsing: answers[0] ?? [])["id"]?.stringValue ?? ""
        try PostgreSQLServiceTests.run(["revoke", "--data", service.data, first])
        running.stop()
        return (service: service, answers: answers)
    }

    private let server: DatabaseServer
    private let folder: TemporaryFolder
    private let service: TestService
    private let answers: [Int: [UInt8]]
    private var data: String { folder.path("data") }
    private var directory: DataDirectory { DataDirectory(data) }

    init() throws {
        server = try DatabaseServer.shared.get()
        (service, answers) = try Self.sample.get()
        folder = try TemporaryFolder()
        try FileManager.default.copyItem(atPath: service.data, toPath: folder.path("data"))
    }

    private var machine: DataDirectory.Machine {
        DataDirectory.Machine(
            now: { .now }, randomBytes: { count in (0..<count).map { _ in UInt8.random(in: 0...255) } },
            halt: { Issue.record("halted: \($0)") })
    }

    @discardableResult
    private func move(
        to url: String, _ reached: @escaping (ServiceMove.Step) throws -> Void = { _ in }
    ) throws -> ServiceMove.Summary {
        try ServiceMove(directory, to: StoreAddress(url), on: machine, reached: reached).run()
    }

    /// Why the service does not start on a store; nil when it does.
    private func refusal(_ store: StoreAddress) throws -> StartupRefusal.Reason? {
        var directory = directory
        directory.store = store
        let remembered = FileManager.default.fileExists(atPath: data + "/store")
        do {
            try directory.open(on: machine).service.finish()
            if !remembered { try? FileManager.default.removeItem(atPath: data + "/store") }
            return nil
        } catch let refusal as StartupRefusal {
            return refusal.reason
        } catch is StoreError {
            // Whoever was killed there has statements that the server is still at.
            return .other
        }
    }

    private func expect(
        _ store: StoreAddress, _ expected: StartupRefusal.Reason?, at place: SourceLocation = #_sourceLocation
    ) throws {
        let found = try refusal(store)
        #expect(found == expected, sourceLocation: place)
    }

    @Test("it answers from there as it did here, and is never served from here again")
    func moves() throws {
        try server.withSchema { url in
            let output = try Programs.run(["migrate", "--from", data, "--to", url, "--json"])
            #expect(output.exitCode == 0, "\(output.err)")
            let moved = try JSON(parsing: Array(output.out.utf8.dropLast()))
            #expect((moved["rows"]?.integerValue ?? 0) > 200)
            let running = try RunningService(data: data, apiKey: service.apiKey)
            for (number, body) in answers { #expect(try PostgreSQLServiceTests.ask(running, number).body == body) }
            for number in 40..<50 {
                #expect([201, 202].contains(try PostgreSQLServiceTests.ask(running, number).status))
            }
            #expect(running.stop() == 0)
            for command in [["audit", "verify"], ["audit", "recompute"], ["doctor"]] {
                try PostgreSQLServiceTests.run(command + ["--data", data])
            }
            #expect(try server.run(#"SELECT count(*) FROM "request""#, in: schema(of: url)) == [["50"]])
            let again = try PostgreSQLServiceTests.run(["migrate", "--from", data, "--to", url], exitCode: 2)
            #expect(again.contains("already"))
            try FileManager.default.removeItem(atPath: data + "/store")
            let serve = try PostgreSQLServiceTests.run(
                ["serve", "--data", data, "--listen", "127.0.0.1:0"], exitCode: 78)
            #expect(serve.contains("was moved to database postgres at "))
            let doctor = try PostgreSQLServiceTests.run(["doctor", "--data", data], exitCode: 78)
            #expect(doctor.contains("was moved to database postgres at ") && doctor.contains("--store URL"))
        }
    }

    private func schema(of url: String) -> String { url.split(separator: "%3D").last.map(String.init) ?? "" }

    @Test(
        "broken off at any step it can be served from one place at most, and is moved by asking again",
        arguments: ServiceMove.Step.allCases)
    func brokenOff(step: ServiceMove.Step) throws {
        try server.withSchema { url in
            #expect(throws: BrokenOff.self) { try move(to: url) { if $0 == step { throw BrokenOff() } } }
            let there = StoreAddress.database(url: url)
            let isGivenUp = [.departed, .arrived].contains(step)
            try expect(.file, (isGivenUp ? .departed : nil))
            try expect(there, (step == .arrived ? nil : step == .made ? .noLog : .arriving))
            let moved = try move(to: url)
            #expect(moved.tables == Tables.records.count && moved.rows > 200)
            try expect(.file, .departed)
            try expect(there, nil)
            #expect(try directory.storeAddress() == there)
        }
    }

    @Test("given up here and not yet taken there, it goes nowhere else; and comes back when the copy was changed")
    func givenUp() throws {
        try server.withSchema { url in
            #expect(throws: BrokenOff.self) { try move(to: url) { if $0 == .departed { throw BrokenOff() } } }
            try server.withSchema { other in
                _ = #expect(throws: (any Error).self) { try move(to: other) }
            }
            try server.run(#"DELETE FROM "answer""#, in: schema(of: url))
            #expect(throws: AuditFailure.self) { try move(to: url) }
            try expect(.file, nil)
            try expect(.database(url: url), .arriving)
            try move(to: url)
            try expect(.file, .departed)
        }
    }

    @Test("what arrived otherwise than it departed is told, table by table, and nothing is given up")
    func changed() throws {
        let changes = [
            #"DELETE FROM "answer""#, #"UPDATE "head" SET "size" = "size" - 1"#,
            #"INSERT INTO "purge_due" VALUES (1, 1)"#, #"UPDATE "request" SET "holder" = 'urn:nobody'"#,
        ]
        try server.withSchema { url in
            for change in changes {
                let error = #expect(throws: AuditFailure.self) {
                    try move(to: url) { step in
                        if step == .copied { try server.run(change, in: schema(of: url)) }
                    }
                }
                let table = change.split(separator: "\"")[1]
                #expect(error?.description.contains("table \(table)") == true, "\(String(describing: error))")
                try expect(.file, nil)
            }
        }
    }

    @Test("a server that falls while rows arrive loses none of them, or the move is asked for again")
    func falls() throws {
        let server = try DatabaseServer()
        var left = 3
        let move = try ServiceMove(
            directory, to: StoreAddress(server.url("public")), on: machine,
            report: { progress in
                guard case .copying = progress, left > 0 else { return }
                left -= 1
                try? server.restart()
            })
        for attempt in 0..<5 {
            do {
                _ = try move.run()
                break
            } catch let error as StoreError where attempt < 4 {
                guard case .unavailable = error else { throw error }
            }
        }
        #expect(left == 0)
        try expect(.file, .departed)
        try expect(.database(url: server.url("public")), nil)
    }

    @Test("killed at any time, the program leaves nothing that asking again does not finish")
    func killed() throws {
        try server.withSchema { url in
            var random = SeededRandom(seed: 6)
            for _ in 0..<4 {
                let process = Process()
                process.executableURL = Programs.folder.appending(path: "punctual")
                process.arguments = ["migrate", "--from", data, "--to", url]
                process.standardOutput = FileHandle.nullDevice
                process.standardError = FileHandle.nullDevice
                try process.run()
                var nobody = pollfd(fd: -1, events: 0, revents: 0)
                _ = unsafe poll(&nobody, 1, Int32.random(in: 50...1500, using: &random))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                let served = try [StoreAddress.file, .database(url: url)].filter { try refusal($0) == nil }
                #expect(served.count <= 1)
            }
            if try directory.storeAddress() == .file { try move(to: url) }
            try expect(.file, .departed)
            try expect(.database(url: url), nil)
        }
    }

    @Test("refused are a service that runs, a place that is not empty, and what is no database")
    func refusals() throws {
        try server.withSchema { url in
            let running = try RunningService(data: data, apiKey: service.apiKey)
            #expect(throws: StoreError.self) { try move(to: url) }
            running.stop()
            #expect(throws: HostingError.self) { try move(to: "sqlite") }
            #expect(throws: StoreError.self) { try move(to: "postgres://u@127.0.0.1:1/x?connect_timeout=2") }
            try server.run("CREATE TABLE guest (name text)", in: schema(of: url))
            let error = #expect(throws: HostingError.self) { try move(to: url) }
            #expect(error?.description.contains("not empty") == true)
            try server.run("DROP TABLE guest", in: schema(of: url))
            _ = try TestService(store: url)
            #expect(throws: HostingError.self) { try move(to: url) }
            try expect(.file, nil)
            try Data("not a key".utf8).write(to: URL(filePath: data + "/anchor"))
            #expect(throws: StartupRefusal.self) { try move(to: url) }
        }
    }
}

extension Instant {
    fileprivate static var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport
import Testing

/// Other people's tools for logs: Go's `golang.org/x/mod/sumdb`, from Debian, compiled by the Go of the Python
/// registry; and `aics-tlog` from there.
enum LogTools {
    /// Where Debian puts the sources of Go libraries.
    private static let sources = "/usr/share/gocode"

    /// Whether the tests run: always where `CI` is set, and elsewhere when everything can be had.
    static var isExpected: Bool {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        return SecondImplementation.isExpected
            && FileManager.default.fileExists(atPath: sources + "/src/golang.org/x/mod/sumdb")
    }

    static let absence: Comment = "golang.org/x/mod (golang-golang-x-mod-dev) or the Python environment is not here"

    /// Compiling the standard library takes half a minute, once.
    private static let secondsToCompile = 900

    /// Our Go program, compiled at the first question.
    private static let program = Result { () throws -> URL in
        let python = try SecondImplementation.python.get()
        let found = try SecondImplementation.run(
            python, ["-c", "import go, os; print(os.path.dirname(go.__file__), end='')"],
            SecondImplementation.secondsToRun)
        let go = URL(filePath: String(decoding: found, as: UTF8.self)).appending(path: "bin/go")
        let build = Conformance.projectRoot.appending(path: ".build/interop-go")
        let program = build.appending(path: "tlog")
        let source = Conformance.projectRoot.appending(path: "Tests/InteropTests/Go/tlog.go")
        // No module, no network, no C: the sources that Debian installed and the standard library.
        let environment = [
            "GO111MODULE": "off", "GOPATH": sources, "GOTOOLCHAIN": "local", "GOPROXY": "off", "CGO_ENABLED": "0",
            "GOCACHE": build.appending(path: "cache").path, "GOFLAGS": "", "HOME": build.path, "PATH": "/usr/bin:/bin",
        ]
        try SecondImplementation.run(
            go, ["build", "-o", program.path, source.path], secondsToCompile, environment: environment)
        return program
    }

    /// Runs our Go program.
    static func go(_ arguments: [String]) throws -> JSON {
        let output = try SecondImplementation.run(program.get(), arguments, SecondImplementation.secondsToRun)
        return try JSON(parsing: output, limits: JSONLimits(maximumBytes: 16 << 20, maximumDepth: 8))
    }

    /// Runs the script around `aics-tlog`.
    static func aics(_ arguments: [String]) throws -> JSON { try SecondImplementation.run("logs.py", arguments) }

    /// Runs `punctual` and reads the JSON that it prints.
    static func punctual(_ arguments: [String]) throws -> JSON {
        let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let process = Process()
        process.executableURL = programs.appending(path: "punctual")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return text.isEmpty ? ["exit": .integer(Int64(process.terminationStatus))] : try JSON(parsing: [UInt8](text))
    }
}

/// A program that serves until it is dropped, and says where on its first line.
final class ServingProgram: @unchecked Sendable {
    let url: String
    private let process = Process()
    private let output = Pipe()

    init(_ program: URL, _ arguments: [String]) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        let text = String(decoding: line, as: UTF8.self)
        guard let start = text.range(of: "http://") else { throw SecondImplementation.Failure(description: text) }
        url = String(text[start.lowerBound...].prefix { !" )".contains($0) })
    }

    deinit { stop() }

    /// Ends it, at once and for good.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}

/// A service with some entries in its log, served until it is dropped.
final class LogService: Sendable {
    let folder: URL
    let server: ServingProgram
    let vkey: String

    var data: String { folder.appending(path: "data").path }

    init(requests: Int) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "punctual-interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        self.folder = folder
        let data = folder.appending(path: "data").path
        let made = try LogTools.punctual(["init", "--data", data, "--origin", "interop.example/log", "--json"])
        let added = try LogTools.punctual(["institution", "add", "--data", data, "--name", "Nordhafen", "--json"])
        guard let key = added["apiKey"]?.stringValue else {
            throw SecondImplementation.Failure(description: "\(made) \(added)")
        }
        vkey = try String(contentsOf: URL(filePath: data + "/log.vkey"), encoding: .utf8).trimmingCharacters(
            in: .whitespacesAndNewlines)
        let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        server = try ServingProgram(
            programs.appending(path: "punctual"), ["serve", "--data", data, "--listen", "127.0.0.1:0"])
        let lines = (0..<requests).map { number in
            let body: JSON = [
                "credential": [
                    "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
                    "credentialSubject": ["id": .string("urn:x:\(number)")],
                ],
                "holder": ["id": .string("urn:x:\(number)")], "tier": "standard", "review": "none",
            ]
            return body.canonicalString
        }
        let response = try HTTPClient().send(
            HTTPClient.Request(
                "POST", server.url + "/v1/requests:batch",
                headers: [
                    .init("Content-Type", "application/x-ndjson"), .init("Authorization", "Bearer \(key)"),
                    .init("Idempotency-Key", "all"),
                ], body: Array(lines.joined(separator: "\n").utf8)))
        guard response.status == 200 else {
            throw SecondImplementation.Failure(description: "the batch was answered with \(response.status)")
        }
    }

    deinit {
        server.stop()
        try? FileManager.default.removeItem(at: folder)
    }
}

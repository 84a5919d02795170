import CanonicalJSON
import Foundation
import HTTPClient
import TestSupport

/// The built programs, run as a person runs them.
enum Programs {
    /// The folder that the tests themselves were built into.
    static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    struct Output: Sendable {
        let exitCode: Int32
        let out: String
        let err: String
    }

    /// Runs a program to its end.
    @discardableResult
    static func run(
        _ arguments: [String], program name: String = "punctual", in folder: URL? = nil
    ) throws -> Output {
        let process = Process()
        process.executableURL = Self.folder.appending(path: name)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ["PATH": "/usr/bin:/bin", "NO_COLOR": "1"]
        process.standardInput = FileHandle.nullDevice
        let out = Pipe()
        // A file, because a pipe that nobody reads while the other is read would fill up.
        let errorFile = FileManager.default.temporaryDirectory.appending(path: "punctual-test-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errorFile.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errorFile) }
        process.standardOutput = out
        process.standardError = try FileHandle(forWritingTo: errorFile)
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(
            exitCode: process.terminationStatus, out: String(decoding: text, as: UTF8.self),
            err: try String(contentsOf: errorFile, encoding: .utf8))
    }
}

/// A folder that goes when the test does.
final class TemporaryFolder: Sendable {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "punctual-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func path(_ name: String) -> String { url.appending(path: name).path }
}

/// A data directory with one institution.
struct TestService: Sendable {
    let folder: TemporaryFolder
    let apiKey: String
    let tenant: String
    var data: String { folder.path("data") }

    init(policies: [JSON] = [], in folder: TemporaryFolder? = nil, store: String? = nil) throws {
        let folder = try folder ?? TemporaryFolder()
        self.folder = folder
        let data = folder.path("data")
        let place = store.map { ["--store", $0] } ?? []
        let made = try Programs.run(["init", "--data", data, "--origin", "test.example/log", "--json"] + place)
        guard made.exitCode == 0 else { throw ServiceFailure(made.err) }
        for policy in policies {
            let file = folder.path("policy-\(UUID().uuidString).json")
            try Data(policy.canonicalBytes).write(to: URL(filePath: file))
            let published = try Programs.run(["policy", "publish", "--data", data, file])
            guard published.exitCode == 0 else { throw ServiceFailure(published.err) }
        }
        let added = try Programs.run(["institution", "add", "--data", data, "--name", "Nordhafen", "--json"])
        let json = try JSON(parsing: Array(added.out.utf8.dropLast()))
        guard let key = json["apiKey"]?.stringValue, let id = json["id"]?.stringValue else {
            throw ServiceFailure(added.out + added.err)
        }
        (apiKey, tenant) = (key, id)
    }

    /// Starts `punctual serve` on a free port and waits until it says where it listens.
    func serve(_ options: [String] = []) throws -> RunningService {
        try RunningService(data: data, apiKey: apiKey, arguments: options)
    }
}

struct ServiceFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension Process {
    /// Starts `punctual`, and waits until it says where it listens.
    ///
    /// - Parameters:
    ///   - output: kept by the caller for as long as the process runs.
    ///   - errors: the file that standard error goes to; nowhere if not given.
    /// - Returns: the address.
    func listen(_ arguments: [String], _ output: Pipe, errors: String? = nil) throws -> String {
        executableURL = Programs.folder.appending(path: "punctual")
        self.arguments = arguments
        standardInput = FileHandle.nullDevice
        standardOutput = output
        standardError = FileHandle.nullDevice
        if let errors {
            _ = FileManager.default.createFile(atPath: errors, contents: nil)
            standardError = try FileHandle(forWritingTo: URL(filePath: errors))
        }
        try run()
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        let text = String(decoding: line, as: UTF8.self)
        guard let start = text.range(of: "http://") else {
            waitUntilExit()
            throw ServiceFailure("punctual \(arguments[0]) ended with \(terminationStatus): \(text)")
        }
        return String(text[start.lowerBound...])
    }
}

/// A running `punctual serve`.
final class RunningService: @unchecked Sendable {
    let url: String
    private let apiKey: String
    private let process = Process()
    private let output = Pipe()

    /// - Parameters:
    ///   - arguments: more than the data directory and where to listen.
    ///   - errors: the file that standard error goes to; nowhere if not given.
    ///   - environment: variables beside those of the test.
    init(
        data: String, apiKey: String, arguments: [String] = [], errors: String? = nil,
        environment: [String: String] = [:]
    ) throws {
        self.apiKey = apiKey
        if !environment.isEmpty {
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        }
        url = try process.listen(
            ["serve", "--data", data, "--listen", "127.0.0.1:0"] + arguments, output, errors: errors)
    }

    /// A test that fails leaves nothing running.
    deinit {
        if process.isRunning { kill() }
    }

    /// Ends the process as a power failure would.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Ends the process as an operator would, and returns its exit code.
    @discardableResult
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Sends a signal and does not wait.
    func signal(_ number: Int32) { Foundation.kill(process.processIdentifier, number) }

    /// The next line on standard output.
    func nextLine() -> String {
        var line: [UInt8] = []
        while let byte = try? output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        return String(decoding: line, as: UTF8.self)
    }

    /// What it wrote to standard output after the line that says where it listens; once it has ended.
    func remainingOutput() -> [UInt8] { [UInt8](output.fileHandleForReading.readDataToEndOfFile()) }

    /// Waits until the process ends by itself, and returns its exit code.
    func waitForExit() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Asks until a late person has been compensated: the service does that by itself, within its next quarter second.
    ///
    /// - Throws: after more questions than a slow machine answers in half a minute.
    func awaitCredits(of holder: String, atLeast least: Int64? = nil) throws {
        let client = HTTPClient()
        for _ in 0..<100_000 {
            let credits = try JSON(parsing: send("GET", "/v1/users/\(holder)/credits", client: client).body)
            let balance = credits["balance"]?["PFC"]?.integerValue ?? 0
            if least.map({ balance >= $0 }) ?? (balance == 500) { return }
        }
        throw ServiceFailure("\(holder) was not compensated")
    }

    /// Sends one request as the institution.
    func send(
        _ method: String, _ path: String, key: String? = nil, _ body: [UInt8] = [], client: HTTPClient = HTTPClient(),
        contentType: String = "application/json", authorization: String? = nil
    ) throws -> HTTPClient.Response {
        var headers = [HTTPClient.Field("Content-Type", contentType)]
        headers.append(.init("Authorization", authorization ?? "Bearer \(apiKey)"))
        if let key { headers.append(.init("Idempotency-Key", key)) }
        return try client.send(HTTPClient.Request(method, url + path, headers: headers, body: body))
    }
}

/// The body of a request.
func requestBody(holder: String, review: String = "none") -> JSON {
    [
        "credential": [
            "@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"],
            "credentialSubject": ["id": .string(holder)],
        ],
        "holder": ["id": .string(holder)], "tier": "standard", "review": .string(review),
    ]
}

/// Version 2 of the default policies, as the demo has them, with another target.
enum ShortPolicies {
    static func documents(target: String = "PT3S") throws -> [JSON] {
        try ["service-level", "compensation"].map { name in
            let file = Conformance.projectRoot.appending(path: "vectors/demo/\(name).json")
            let text = try String(contentsOf: file, encoding: .utf8).replacing("\"PT3S\"", with: "\"\(target)\"")
            return try JSON(parsing: Array(text.utf8))
        }
    }
}

import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// Other people's implementations, from the Python registry: pinned in `Python/requirements.txt`, installed in a
/// virtual environment under `.build` that the first run makes, called through the scripts beside it.
enum SecondImplementation {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether the tests run: always where `CI` is set, and elsewhere when the libraries can be had.
    static var isExpected: Bool {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        if case .success = python { return true }
        return false
    }

    /// Why they do not.
    static var absence: Comment {
        guard case .failure(let failure) = python else { return "the second implementation is there" }
        return "no second implementation on this machine: \(failure)"
    }

    static let scripts = Conformance.projectRoot.appending(path: "Tests/InteropTests/Python")
    private static let contexts = Conformance.folder.appending(path: "contexts").path

    /// The interpreter of the environment, made at the first question.
    static let python = Result { try environment() }.mapError { Failure(description: "\($0)") }

    /// Installing takes ten seconds where the registry is near; more than this is a registry that is not there.
    private static let secondsToInstall = 240
    /// The scripts take one to ten seconds; those that start services wait for them longer on a busy machine.
    static let secondsToRun = 240

    /// An environment is as good as its list of packages, a copy of which is put into it when everything is there.
    private static func environment() throws -> URL {
        guard FileManager.default.fileExists(atPath: contexts) else {
            throw Failure(description: "\(Conformance.absence)")
        }
        let requirements = scripts.appending(path: "requirements.txt")
        let folder = Conformance.projectRoot.appending(path: ".build/interop")
        let (python, copy) = (folder.appending(path: "bin/python"), folder.appending(path: "requirements.txt"))
        let list = try Data(contentsOf: requirements)
        if FileManager.default.isExecutableFile(atPath: python.path), (try? Data(contentsOf: copy)) == list {
            return python
        }
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(
            at: folder.deletingLastPathComponent(), withIntermediateDirectories: true)
        try run(URL(filePath: "/usr/bin/env"), ["python3", "-m", "venv", folder.path], secondsToInstall)
        let install = [
            "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--retries", "1", "--no-deps",
            "--only-binary", ":all:", "--require-hashes", "--requirement", requirements.path,
            // aics-tlog and aics-witness ask for Python 3.12; the tests show that the 3.11 of Debian 12 runs them.
            "--ignore-requires-python",
        ]
        try run(python, install, secondsToInstall)
        try list.write(to: copy)
        return python
    }

    /// Runs one of the scripts and reads the JSON that it prints.
    static func run(_ script: String, _ arguments: [String]) throws -> JSON {
        let path = scripts.appending(path: script).path
        let output = try run(python.get(), ["-B", path] + arguments, secondsToRun)
        return try JSON(parsing: output, limits: JSONLimits(maximumBytes: 16 << 20, maximumDepth: 64))
    }

    /// What the libraries made for us.
    static func make() throws -> [JSON] {
        try run("interop.py", ["make", contexts]).arrayValue ?? []
    }

    /// What the libraries say about these requests, by the name of the request, then of the library.
    static func judge(_ requests: [JSON]) throws -> JSON {
        let file = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(JSON.array(requests).canonicalBytes).write(to: file)
        return try run("interop.py", ["judge", contexts, file.path])
    }

    /// A new RSA key as PKCS#8 in PEM form: we make none ourselves.
    static func rsaKey() throws -> [UInt8] {
        Array(try run("interop.py", ["rsa"]).stringValue?.utf8 ?? "".utf8)
    }

    /// Runs a program to its end and returns what it printed.
    @discardableResult
    static func run(
        _ program: URL, _ arguments: [String], _ seconds: Int, environment: [String: String]? = nil
    ) throws -> [UInt8] {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        let out = Pipe()
        // A file, because a pipe that nobody reads while the other is read would fill up.
        let errors = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString).txt")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        defer { try? FileManager.default.removeItem(at: errors) }
        process.standardOutput = out
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let limit = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: limit)
        let output = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        limit.cancel()
        guard process.terminationStatus == 0 else {
            let text = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            let command = ([program.lastPathComponent] + arguments).joined(separator: " ")
            throw Failure(description: "`\(command)` failed: \(text.suffix(300))")
        }
        return [UInt8](output)
    }
}

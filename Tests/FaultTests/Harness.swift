import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// The scripts that torment the built programs, and the checker that shares no code with them: Python with its standard
/// library only (`Python/check.py` says which invariants).
enum Harness {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether the longer runs were asked for: `PUNCTUAL_LONG=1 swift test --filter FaultTests`.
    static let isLong = environment["PUNCTUAL_LONG"] != nil
    static let onlyLong: Comment = "a longer run: PUNCTUAL_LONG=1 swift test --filter FaultTests"

    /// What all chance follows from: that of the command, or the same each time; printed with every report.
    static let seed = environment["PUNCTUAL_SEED"].flatMap { UInt64($0) } ?? 20_261_122

    /// Whether one process may trace another here. Where `CI` is set, a tool that is not installed is a failure and no
    /// reason to skip: only a machine that forbids it is.
    static let canTrace = succeeds(["strace", "-D", "-f", "-qq", "-o", "/dev/null", "true"]) || isRequired("strace")
    static let cannotTrace: Comment = "this machine does not let one process trace another, or has no strace"

    static let canFakeTime = succeeds(["faketime", "-f", "+1h", "true"]) || isRequired("faketime")
    static let cannotFakeTime: Comment = "this machine has no faketime"

    private static func isRequired(_ tool: String) -> Bool {
        environment["CI"] != nil && !succeeds(["which", tool])
    }

    private static func succeeds(_ command: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = command
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static let environment = ProcessInfo.processInfo.environment
    private static let scripts = Conformance.projectRoot.appending(path: "Tests/FaultTests/Python")
    /// The folder that the tests themselves were built into.
    static let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    /// Runs a script in a folder of its own and reads the JSON that it prints; the folder stays if something is wrong.
    static func run(_ script: String, _ arguments: [String] = []) throws -> JSON {
        let folder = FileManager.default.temporaryDirectory.appending(path: "punctual-faults-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", scripts.appending(path: script).path, folder.path] + arguments
        process.environment = environment.merging(
            ["PUNCTUAL_PROGRAM": programs.appending(path: "punctual").path]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard let report = try? JSON(parsing: text.last == 10 ? Array(text.dropLast()) : Array(text)) else {
            throw Failure(description: "\(script) ended with \(process.terminationStatus); see \(folder.path)")
        }
        if process.terminationStatus == 0 { try FileManager.default.removeItem(at: folder) }
        let said = String(report.canonicalString.prefix(1000))
        print("\(script) \(arguments.joined(separator: " ")): \(said)")
        return report
    }
}

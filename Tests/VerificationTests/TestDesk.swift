import CanonicalJSON
import Foundation
import Temporal
import Testing
import TransparencyLog

/// A folder with the files that a person might have, and the built `vcverify` to try them with.
final class TestDesk: Sendable {
    let folder: URL
    let issuer: SampleIssuer
    let log: SampleLog

    init() throws {
        issuer = try SampleIssuer()
        folder = FileManager.default.temporaryDirectory.appending(path: "vcverify-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        let credential = try issuer.credential()
        let receipt = try issuer.receipt()
        log = try SampleLog.complete(receipt: receipt, credential: credential)
        try put(credential, "diploma.json")
        try put(receipt, "receipt.json")
        try put(issuer.statusList(), "list.json")
        try put(log.bundle(), "bundle.json")
        try put("\(log.logKey.vkey)\n", "log.vkey")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func put(_ json: JSONObject, _ name: String) throws { try put(JSON.object(json).canonicalString, name) }

    func put(_ text: String, _ name: String) throws {
        try text.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
    }

    struct Output {
        let text: String
        let complaints: String
        let exitCode: Int32
    }

    /// Runs the program in the folder, as of ``Temporal/Instant/judged`` unless `--at` is among the words.
    func vcverify(_ line: String) throws -> Output {
        var words = line.split(separator: " ").map(String.init)
        if !words.contains("--at") { words = ["--at", Instant.judged.rfc3339] + words }
        return try run(words)
    }

    /// The programs are built beside the tests.
    static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "vcverify")

    func run(_ words: [String], program: URL = TestDesk.program) throws -> Output {
        let process = Process()
        process.executableURL = program
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = [:]
        let complaints = folder.appending(path: "complaints-\(UUID().uuidString)")
        try Data().write(to: complaints)
        let out = Pipe()
        process.standardOutput = out
        process.standardError = try FileHandle(forWritingTo: complaints)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = out.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Output(
            text: String(decoding: text, as: UTF8.self),
            complaints: try String(contentsOf: complaints, encoding: .utf8), exitCode: process.terminationStatus)
    }
}

extension TestDesk {
    /// What is printed when a line is typed, and how it ends.
    func expect(
        _ line: String, _ text: String, complaints: String = "", exitCode: Int32,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let output = try vcverify(line)
        #expect(output.text == text, sourceLocation: sourceLocation)
        #expect(output.complaints == complaints, sourceLocation: sourceLocation)
        #expect(output.exitCode == exitCode, sourceLocation: sourceLocation)
    }
}

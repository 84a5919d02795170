import Foundation
import Issuance
import Temporal
import TestSupport

extension World {
    /// What `Tests/naive_settlement.py` makes of the exported entries.
    func naive() throws -> (problems: [String], totals: [String]) {
        let lines = try rows(EntryRecord.self).map { String(decoding: $0.body, as: UTF8.self) }
        let input = FileManager.default.temporaryDirectory.appending(path: "naive-\(UUID().uuidString).jsonl")
        defer { try? FileManager.default.removeItem(at: input) }
        try Data(lines.joined(separator: "\n").utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let script = Conformance.projectRoot.appending(path: "Tests/naive_settlement.py").path()
        process.arguments = ["python3", script, "--at", String(try logTime().milliseconds)]
        process.standardInput = try FileHandle(forReadingFrom: input)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let said = text.split(separator: "\n").map(String.init)
        let totals = said.filter { $0.hasPrefix("given ") }
        return (said.filter { !$0.hasPrefix("given ") }, totals.sorted())
    }
}

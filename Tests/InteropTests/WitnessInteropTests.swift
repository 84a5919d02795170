import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// Two implementations of C2SP tlog-witness that share no code: PyPI's aics-witness, which verifies with aics-tlog, and
/// ours.
@Suite(
    "Witnesses of other people, and ours for them",
    .enabled(if: SecondImplementation.isExpected, SecondImplementation.absence), .serialized)
struct WitnessInteropTests {
    private func run(_ task: String) throws -> JSON {
        let folder = FileManager.default.temporaryDirectory.appending(path: "witnesses-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(at: folder) }
        let programs = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        return try SecondImplementation.run(
            "witnesses.py", [task, programs.appending(path: "punctual").path, folder.path])
    }

    @Test("aics-witness cosigns our log, aics-tlog verifies what we serve, and a second copy of our log is stopped")
    func theirs() throws {
        let facts = try run("theirs")
        let checkpoints = try #require(facts["checkpoints"]?.arrayValue)
        #expect(checkpoints.count == 3)
        for checkpoint in checkpoints {
            #expect(checkpoint["verified"] == .bool(true), "\(checkpoint)")
            #expect(checkpoint["witnesses"] == ["aics.example/w1"])
        }
        let sizes = checkpoints.compactMap { $0["size"]?.integerValue }
        #expect(sizes == sizes.sorted() && Set(sizes).count == 3)
        #expect(facts["stopped"] == 0)
        #expect(facts["fork"] == 70, "the copy that runs is stopped by the witness's answer")
        #expect(facts["restart"] == 78, "and does not start again")
        #expect(facts["rollback"] == 78, "nor where only the witness remembers")
        #expect(facts["evidence"]?["proven"] == .bool(true))
        #expect((facts["kept"]?.integerValue ?? 0) >= 1, "the witness kept what the copy signed")
    }

    @Test("our witness cosigns a log of aics-tlog for aics-witness's client, and refuses it a second history")
    func ours() throws {
        let facts = try run("ours")
        let sizes = try #require(facts["sizes"]?.objectValue)
        #expect(sizes.count == 8 && sizes.allSatisfy { $0.value == .bool(true) }, "\(sizes)")
        for asked in ["same", "fresh client", "onwards"] { #expect(facts[asked] == .bool(true), "\(asked)") }
        #expect(facts["older"] == "WitnessAhead")
        #expect(facts["fork"] == "WitnessRejected 422")
        #expect(facts["same size, other root"] == "WitnessRejected 422")
        #expect(facts["monitor"] == [200, 299, true])
        #expect(facts["stopped"] == 0)
        #expect(facts["evidence"] == [1, ["not-proven", "two-roots"]])
    }
}

import Foundation
import Mirroring
import TestSupport
import Testing
import TransparencyLog

@Suite("Writing a log as files")
struct ExportTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @discardableResult
    private func export(
        _ log: SampleLog, to name: String = "log", _ change: (inout [String: [UInt8]]) -> Void = { _ in }
    ) throws(MirrorError) -> LogExport.Summary {
        try LogExport.write(log.source(change), to: folder.path + "/" + name, trust: log.trust)
    }

    @Test("what is written is what is published, whatever the size, and holds", arguments: [0, 1, 255, 256, 257, 600])
    func whole(size: Int) throws {
        let log = try SampleLog.punctual(size)
        let summary = try export(log)
        #expect(summary.head == log.head && summary.before == nil && summary.written == log.resources.count - 1)
        let written = try folder.files()
        #expect(written.count == log.resources.count)
        for (path, bytes) in log.resources { #expect(written["log/" + path] == bytes, "\(path)") }
        #expect(
            try MirrorAudit.verify(.folder(folder.path + "/log"), trust: log.trust).checkpoint.head == log.head)
    }

    @Test("a folder goes on where it ended; every checkpoint on the way holds there, also the older ones")
    func growing() throws {
        let sizes = [0, 1, 5, 256, 300, 300, 511, 512, 600, 1100]
        var before: TreeHead?
        for size in sizes {
            let log = try SampleLog.punctual(size)
            let summary = try export(log)
            #expect(summary.before == before && (before?.size == UInt64(size)) == (summary.written == 0) || size == 0)
            before = log.head
            for old in sizes where old <= size {
                let log = try SampleLog.punctual(old)
                let files = LogSource.folder(folder.path + "/log")
                let source = LogSource(name: "older") { (path, maximum) throws(MirrorError) in
                    if path == "checkpoint" { return log.resources[path] }
                    return try Self.read(path, below: folder.path + "/log")
                }
                #expect(try MirrorAudit.verify(source, trust: log.trust).checkpoint.head == log.head)
                #expect(try log.trust.newest(of: files).head.size == UInt64(size))
            }
        }
        // Only the partial files of the end are left.
        let partial = try folder.files().keys.filter { $0.contains(".p/") }.sorted()
        #expect(
            partial == [
                "log/tile/0/004.p/76", "log/tile/1/000.p/1", "log/tile/1/000.p/2", "log/tile/1/000.p/4",
                "log/tile/entries/004.p/76",
            ])
    }

    private static func read(_ path: String, below folder: String) throws(MirrorError) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: folder + "/" + path))).map { [UInt8]($0) }
    }

    @Test("another history, an older one or another log is not written over, and a fork is proven")
    func refused() throws {
        let log = try SampleLog.punctual(400)
        try export(log)
        let before = try folder.files()
        let other = try SampleLog.punctual(500) { $0 == 200 ? "other" : "entry \($0)" }
        let error = #expect(throws: MirrorError.self) { try export(other) }
        guard case .forked(let proof) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(try proof.verify(logKeys: [log.signer.verifierKey]).smaller == log.head)
        for wrong in [try SampleLog.punctual(300), try SampleLog(other.entries, origin: "log.example/2")] {
            let error = #expect(throws: MirrorError.self) { try export(wrong) }
            switch error {
            case .notContinued("checkpoint", _), .untrusted("checkpoint", _): break
            default: Issue.record("\(String(describing: error))")
            }
        }
        let stranger = try SampleLog(log.entries, seed: 9)
        #expect(throws: MirrorError.untrusted(resource: "checkpoint", .notSigned(by: [log.signer.verifierKey.name]))) {
            try LogExport.write(stranger.source(), to: folder.path + "/log", trust: log.trust)
        }
        #expect(try folder.files() == before)
    }

    @Test("an export that was interrupted is taken up again; files of something else are not")
    func interrupted() throws {
        let log = try SampleLog.punctual(600)
        let error = #expect(throws: MirrorError.self) { try export(log) { $0["tile/0/002.p/88"] = nil } }
        #expect(error == .missing(resource: "tile/0/002.p/88"))
        #expect(try folder.files()["log/checkpoint"] == nil)
        let summary = try export(log)
        #expect(summary.written > 0 && summary.written < log.resources.count - 1)
        #expect(
            try MirrorAudit.verify(.folder(folder.path + "/log"), trust: log.trust).checkpoint.head == log.head)
        try folder.write(Array("mine".utf8), to: "other/tile/0/000")
        #expect(throws: MirrorError.notContinued(resource: "tile/0/000", reason: "it is not what the source has there"))
        {
            try export(log, to: "other")
        }
        #expect(try folder.files()["other/checkpoint"] == nil)
    }

    @Test("a place that cannot be written to is named")
    func unwritable() throws {
        let log = try SampleLog.punctual(1)
        try folder.write([], to: "file")
        let error = #expect(throws: MirrorError.self) { try export(log, to: "file") }
        guard case .unwritable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(throws: MirrorError.self) { try export(log, to: "no/such/folder") }
    }

    @Test("one export at a time writes into a folder")
    func twice() throws {
        let log = try SampleLog.punctual(3)
        let source = LogSource(name: "nested") { (path, maximum) throws(MirrorError) in
            if path.contains("entries") {
                #expect(throws: MirrorError.self) { try export(log) }
            }
            return log.resources[path]
        }
        #expect(try LogExport.write(source, to: folder.path + "/log", trust: log.trust).written == 2)
    }
}

@Suite("Two views of one log")
struct ComparisonTests {
    private let log: SampleLog

    init() throws { log = try SampleLog.punctual(400) }

    private func view(_ log: SampleLog, alone isAlone: Bool = false) throws -> LogComparison.View {
        LogComparison.View(
            name: "view", checkpoint: try log.trust.newest(of: log.source()), source: isAlone ? nil : log.source())
    }

    private func word(_ first: LogComparison.View, _ second: LogComparison.View) throws -> String {
        switch try LogComparison.compare(first, second) {
        case .same: "same"
        case .secondContinuesFirst: "second continues first"
        case .firstContinuesSecond: "first continues second"
        case .forked(let proof): try proof.verify(logKeys: [log.signer.verifierKey]).origin
        case .cannotTell: "cannot tell"
        }
    }

    @Test("are the same, one continues the other, the log forked, or nobody can tell")
    func verdicts() throws {
        let (small, other) = (try SampleLog.punctual(256), try SampleLog.punctual(500) { "other \($0)" })
        #expect(try word(view(log), view(log)) == "same")
        #expect(try word(view(log, alone: true), view(log, alone: true)) == "same")
        #expect(try word(view(small), view(log)) == "second continues first")
        #expect(try word(view(log), view(small)) == "first continues second")
        #expect(try word(view(small, alone: true), view(log)) == "second continues first")
        #expect(try word(view(small), view(log, alone: true)) == "cannot tell")
        #expect(try word(view(log), view(other)) == SampleLog.origin)
        #expect(try word(view(other), view(small)) == SampleLog.origin)
        #expect(try word(view(small, alone: true), view(other)) == SampleLog.origin)
        let equal = try SampleLog.punctual(400) { "other \($0)" }
        #expect(try word(view(log, alone: true), view(equal, alone: true)) == SampleLog.origin)
    }

    @Test("of two logs say nothing of each other")
    func otherLog() throws {
        let other = try SampleLog(log.entries, origin: "log.example/2")
        let trust = CheckpointTrust.keys([other.signer.verifierKey], origin: "log.example/2")
        let view2 = LogComparison.View(
            name: "other", checkpoint: try trust.newest(of: other.source()), source: other.source())
        #expect(try word(view(log), view2) == "cannot tell")
    }

    @Test("tiles that are not those of the larger checkpoint prove nothing")
    func wrongTiles() throws {
        let (small, other) = (try SampleLog.punctual(256), try SampleLog.punctual(400) { "other \($0)" })
        let lying = LogComparison.View(
            name: "lying", checkpoint: try log.trust.newest(of: log.source()), source: other.source())
        #expect(throws: MirrorError.self) { try LogComparison.compare(try view(small), lying) }
    }
}

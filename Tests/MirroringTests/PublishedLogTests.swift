import CanonicalJSON
import Cryptography
import Foundation
import Mirroring
import TestSupport
import Testing
import TransparencyLog

/// The published log of 70,000 leaves, written as files by us and read again.
@Suite("C2SP tlog: the published log as files", .enabled(if: Conformance.isExpected, Conformance.absence))
struct PublishedLogTests {
    private let vectors: JSON
    private let log: SampleLog
    private let key: VerifierKey

    init() throws {
        vectors = try JSON(parsing: try Conformance.bytes("tlog/vectors.json"))
        log = try SampleLog.foreign(70_000)
        key = try VerifierKey(vkey: try #require(vectors["log_vkey"]?.stringValue))
    }

    private func source(_ note: String) throws -> LogSource {
        let bytes = try Conformance.bytes("tlog/" + note)
        return log.source { $0["checkpoint"] = bytes }
    }

    @Test(
        "an export has all 551 published tiles and bundles and no others, and holds for the published key"
    )
    func export() throws {
        let folder = try TemporaryFolder()
        let summary = try LogExport.write(try source("checkpoint"), to: folder.path, trust: .keys([key]))
        #expect(summary.written == 551)
        var files = try folder.files()
        #expect(files.removeValue(forKey: "checkpoint") == (try Conformance.bytes("tlog/checkpoint")))
        var hashes = JSONObject()
        for (path, bytes) in files { hashes[path] = .string(SHA256.hash(bytes).description) }
        #expect(hashes == vectors["tile_sha256"]?.objectValue)

        let audit = try MirrorAudit.verify(.folder(folder.path), trust: .keys([key]))
        #expect(audit.form == .unknown && audit.bundles == 274 && audit.tiles == 277)
        #expect(audit.checkpoint.head.root.description == vectors["roots"]?["70000"]?.stringValue)
    }

    @Test("the published cosigned checkpoint is that of the same tree")
    func cosigned() throws {
        let trust = CheckpointTrust.keys([key])
        let views = try ["checkpoint", "checkpoint.cosigned"].map { name in
            let source = try source(name)
            return LogComparison.View(name: name, checkpoint: try trust.newest(of: source), source: nil)
        }
        guard case .same = try LogComparison.compare(views[0], views[1]) else {
            Issue.record("they differ")
            return
        }
    }

    @Test("every published size is a beginning of the log: roots and consistency proofs from the files")
    func beginnings() throws {
        let roots = try #require(vectors["roots"]?.objectValue)
        let source = try source("checkpoint")
        for (size, root) in roots {
            // Partial tiles of older sizes are gone; the fuller ones serve.
            let size = try #require(UInt64(size))
            let found = try MerkleTree.root(size: size) { place in
                try source.tile(TileCoordinate(level: place.level, index: place.index, treeSize: 70_000) ?? place)
            }
            #expect(found.description == root.stringValue, "size \(size)")
        }
    }
}
